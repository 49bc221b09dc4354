"""InfoGAN on MNIST without its labels, 28×28: ten categories and two numbers that it finds a meaning for.

Command: tfgan-zoo train --config=infogan_mnist --workdir=runs/infogan_mnist
Time:    32 minutes on one CPU core (21 to 54 on two machines)
Score:   NMI of category and class 0.70 ± 0.04, slant 0.65 ± 0.06, width 0.42 ± 0.09 (three seeds)

At the paper's rates, which fall to 0. The discriminator sees images under noise, which falls as well (over
10,000 steps, whatever train.steps is): without it the players seemed to tell the codes by signs too faint
for us, see docs/results.md. What is not said here is as in dcgan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("dcgan_mnist")
    with config.unlocked():
        config.model = {
            "name": "InfoGAN",
            "categories": (10,),
            "continuous": 2,
            "generator_width": 32,
            "discriminator_width": 32,
            "ema_decay": 0.999,
        }
        config.compile = {
            "information_weight": 1.0,
            "continuous_weight": 0.5,
            "augmentations": ({"name": "instance_noise", "stddev": 1.0, "decay_steps": 10000},),
        }
        for player, rate in {"discriminator": 2e-4, "generator": 1e-3}.items():
            config.optimizers[player].learning_rate.initial_learning_rate = rate
        config.train.update({"steps": 10000, "score_every": 2000})
    return config
