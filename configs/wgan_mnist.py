"""WGAN with weight clipping on MNIST, 28×28.

Command: tfgan-zoo train --config=wgan_mnist --workdir=runs/wgan_mnist
Time:    not measured yet
Score:   not measured yet

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
