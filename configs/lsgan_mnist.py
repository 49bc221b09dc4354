"""LSGAN on MNIST, 28×28.

Command: tfgan-zoo train --config=lsgan_mnist --workdir=runs/lsgan_mnist
Time:    4 minutes on 2 CPU cores, other jobs running
Score:   Fréchet distance 13.3 by mnist_cnn, 77.1% of samples confident, classes 6.3 to 13.7%
         (10,000 samples vs test, seed 0)

Data, rates and schedule as in dcgan_mnist; networks of a quarter of the size.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "LSGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {}
        config.train.update({"steps": 4000, "score_every": 1000})
    return config
