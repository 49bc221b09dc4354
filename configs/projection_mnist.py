"""ProjectionGAN on MNIST with its labels, 28×28.

Command: tfgan-zoo train --config=projection_mnist --workdir=runs/projection_mnist
Time:    not yet measured
Score:   not yet measured; `label_accuracy` and `conditional_diversity` of `tfgan-zoo evaluate` say most

What is not said here is as in sngan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("sngan_mnist")
    with config.unlocked():
        config.model = {
            "name": "ProjectionGAN",
            "num_classes": 10,
            "generator_width": 16,
            "discriminator_width": 16,
            "ema_decay": 0.999,
        }
        config.compile = {"loss": "hinge", "discriminator_steps": 1}
        config.train.update({"steps": 6000, "score_every": 2000})
    return config
