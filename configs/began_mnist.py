"""BEGAN on MNIST, 28×28.

Command: tfgan-zoo train --config=began_mnist --workdir=runs/began_mnist
Time:    10 minutes of a CPU core
Score:   it fails: Fréchet distance 622 by mnist_cnn, 93.7% of samples are ones
         (10,000 samples vs test, seed 0)

Ones cost an autoencoder the least, and energies of whole images decide here: with equal energies, γ near 1,
the game is at rest on the digit that is easiest to copy. With the paper's slow k, and momentum, the images
were still grey after 1,000 steps. What is not said here is as in dcgan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "BEGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,  # the paper has none
        }
        config.compile = {"loss": {"name": "began", "gamma": 0.95, "gain": 0.1}}
        for player in ("discriminator", "generator"):
            config.optimizers[player].beta_1 = 0.0
        config.train.update({"steps": 2000, "score_every": 500})
    return config
