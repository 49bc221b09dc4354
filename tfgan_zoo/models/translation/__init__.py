"""Translation of images, and adaptation from one domain to another."""

from tfgan_zoo.models.translation.cyclegan import CycleGAN
from tfgan_zoo.models.translation.domain_adversarial import DomainAdversarialNetwork
from tfgan_zoo.models.translation.pix2pix import Pix2Pix
from tfgan_zoo.models.translation.pixel_da import PixelDA
from tfgan_zoo.models.translation.stargan import StarGAN

__all__ = ["CycleGAN", "DomainAdversarialNetwork", "Pix2Pix", "PixelDA", "StarGAN"]
