"""SAGAN without labels on Fashion-MNIST, 28×28.

Command: tfgan-zoo train --config=sagan_fashion_mnist --workdir=runs/sagan_fashion_mnist
Time:    20 minutes of a CPU core
Score:   Fréchet distance 4.4 by fashion_mnist_cnn, 58.8% of samples confident (real 79.0%),
         classes 7.8 to 11.9% (10,000 samples vs test, seed 0)

What is not said here is as in dcgan_fashion_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_fashion_mnist")
    with config.unlocked():
        config.model = {
            "name": "SAGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "attention_stage": 1,
            "ema_decay": 0.999,
        }
        config.compile = {}
        for player, rate in (("discriminator", 1e-3), ("generator", 5e-4)):
            config.optimizers[player].update(
                {"beta_1": 0.0, "learning_rate": {"initial_learning_rate": rate}}
            )
        config.train.update({"steps": 4000, "score_every": 1000, "checkpoint_every": 1000})
    return config
