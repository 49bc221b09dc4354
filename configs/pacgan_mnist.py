"""PacGAN on MNIST, 28×28: two images judged at once.

Command: tfgan-zoo train --config=pacgan_mnist --workdir=runs/pacgan_mnist
Time:    4 minutes of a CPU core
Score:   Fréchet distance 15.6 by mnist_cnn, 74.1% of samples confident, classes 5.7 to 13.0%
         (10,000 samples vs test, seed 0)

Data, rates and schedule as in dcgan_mnist; networks of a quarter of the size.
A batch holds twice as many images.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "PacGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {}
        config.train.update({"steps": 4000, "score_every": 1000})
        config.data.batch_size = 128
    return config
