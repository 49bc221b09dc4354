"""Networks from images to images of any size, and networks that judge them."""

from tfgan_zoo.networks.translation.patch import patch_discriminator
from tfgan_zoo.networks.translation.pixel_da import noisy_discriminator, noisy_generator
from tfgan_zoo.networks.translation.resnet import resnet_generator
from tfgan_zoo.networks.translation.stargan import domain_discriminator
from tfgan_zoo.networks.translation.unet import unet

__all__ = [
    "domain_discriminator",
    "noisy_discriminator",
    "noisy_generator",
    "patch_discriminator",
    "resnet_generator",
    "unet",
]
