"""DRAGAN on MNIST, 28×28.

Command: tfgan-zoo train --config=dragan_mnist --workdir=runs/dragan_mnist
Time:    3 minutes of a CPU core
Score:   Fréchet distance 37.4 by mnist_cnn, 65.6% of samples confident, classes 5.9 to 15.5%
         (10,000 samples vs test, seed 0)

Data, rates and schedule as in dcgan_mnist; networks of a quarter of the size.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "DRAGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {}
        config.train.update({"steps": 4000, "score_every": 1000})
    return config
