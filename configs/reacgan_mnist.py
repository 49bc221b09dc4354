"""ReACGAN on MNIST with its labels, 28×28.

Command: tfgan-zoo train --config=reacgan_mnist --workdir=runs/reacgan_mnist
Time:    not yet measured
Score:   not yet measured; `label_accuracy` and `conditional_diversity` of `tfgan-zoo evaluate` say most

What is not said here is as in cgan_mnist.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("cgan_mnist")
    with config.unlocked():
        config.model.name = "ReACGAN"
        config.model.embedding_dim = 128
        config.compile = {"loss": "hinge", "class_weight": 1.0, "discriminator_steps": 1}
    return config
