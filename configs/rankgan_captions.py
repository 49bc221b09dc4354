"""RankGAN on the captions of the shapes, after maximum likelihood.

Command: tfgan-zoo train --config=rankgan_captions --workdir=runs/rankgan_captions
Time:    not measured yet
Score:   not measured yet

What is not said here is as in seqgan_captions.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("seqgan_captions")
    with config.unlocked():
        config.model.name = "RankGAN"
        config.compile = {"reward": {"name": "rank", "count": 4}, "discriminator_steps": 2}
    return config
