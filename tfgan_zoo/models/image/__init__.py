"""Image GANs."""

from tfgan_zoo.models.image.dcgan import DCGAN
from tfgan_zoo.models.image.vanilla_gan import VanillaGAN

__all__ = ["DCGAN", "VanillaGAN"]
