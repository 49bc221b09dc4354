"""WGAN with weight clipping on MNIST, 28×28.

Command: tfgan-zoo train --config=wgan_mnist --workdir=runs/wgan_mnist
Time:    13 minutes on 2 CPU cores, other jobs running
Score:   Fréchet distance 39.1 by mnist_cnn, 60.6% of samples confident, classes 5.7 to 13.5%
         (10,000 samples vs test, seed 0)

Data as in dcgan_mnist; the paper's RMSprop at a higher rate, which the short run needs.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "WGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {}
        config.train.update({"steps": 4000, "score_every": 1000})
        config.optimizers = {
            player: {"name": "RMSprop", "learning_rate": 2e-4}
            for player in ("discriminator", "generator")
        }
    return config
