"""FGAN on MNIST, 28×28: the Jensen-Shannon divergence.

Command: tfgan-zoo train --config=fgan_mnist --workdir=runs/fgan_mnist
Time:    5 minutes on 2 CPU cores, other jobs running
Score:   Fréchet distance 13.8 by mnist_cnn, 76.4% of samples confident, classes 6.7 to 12.9%
         (10,000 samples vs test, seed 0)

Data, rates and schedule as in dcgan_mnist; networks of a quarter of the size. Others:
--config.compile.loss=f_kl, … They train much worse: the squared Hellinger distance gave a Fréchet
distance of 367.7 (19% confident) after as many steps, and 247.8 after half of them with R1 and R2
of weight 1 and layer norm in the discriminator.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "FGAN",
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.99,
        }
        config.compile = {"loss": "f_jensen_shannon"}
        config.train.update({"steps": 4000, "score_every": 1000})
    return config
