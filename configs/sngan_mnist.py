"""SNGAN (convolutional) on MNIST, 28×28.

Command: tfgan-zoo train --config=sngan_mnist --workdir=runs/sngan_mnist
Time:    not measured yet
Score:   not measured yet

What is not said here is as in dcgan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "SNGAN",
            "architecture": "cnn",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.999,
        }
        config.compile = {}
        for player in ("discriminator", "generator"):
            config.optimizers[player].update({"learning_rate": {"initial_learning_rate": 5e-4}})
        config.train.update({"steps": 6000})
    return config
