"""MaliGAN on the captions of the shapes, after maximum likelihood.

Command: tfgan-zoo train --config=maligan_captions --workdir=runs/maligan_captions
Time:    not measured yet
Score:   not measured yet

What is not said here is as in seqgan_captions.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("seqgan_captions")
    with config.unlocked():
        config.model.name = "MaliGAN"
        config.compile = {"discriminator_steps": 2}
    return config
