"""TalkingHeadGAN on cartoon heads, 32×32: people never seen, of a few images, driven by speech.

Command: tfgan-zoo train --config=speaking_heads --workdir=runs/speaking_heads
Time:    22 minutes on one core (12 to 30 on two machines)
Score:   SSIM 0.994, correlation of the mouth's opening 0.93, for people never seen (three seeds)

A head is held as its first source holds it, and the mouth opens. Nothing else moves, so fewer steps do:
one seed of three had 0.89. With 10,000 it is 0.97 to 0.98, but one training of four broke down.
What is not said here is as in talking_heads.
"""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("talking_heads")
    config.model.driver = "audio"
    config.data.name = "heads_speaking"
    config.train.steps = 5000
    return config
