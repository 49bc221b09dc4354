"""Image GANs."""

from tfgan_zoo.models.image.began import BEGAN
from tfgan_zoo.models.image.biggan import BigGAN
from tfgan_zoo.models.image.dcgan import DCGAN
from tfgan_zoo.models.image.dragan import DRAGAN
from tfgan_zoo.models.image.fgan import FGAN
from tfgan_zoo.models.image.improved_gan import ImprovedGAN
from tfgan_zoo.models.image.lsgan import LSGAN
from tfgan_zoo.models.image.pacgan import PacGAN
from tfgan_zoo.models.image.r3gan import R3GAN
from tfgan_zoo.models.image.sagan import SAGAN
from tfgan_zoo.models.image.sngan import SNGAN
from tfgan_zoo.models.image.stylegan2 import StyleGAN2
from tfgan_zoo.models.image.unrolled_gan import UnrolledGAN
from tfgan_zoo.models.image.vanilla_gan import VanillaGAN
from tfgan_zoo.models.image.wgan import WGAN
from tfgan_zoo.models.image.wgan_gp import WGANGP

__all__ = [
    "BEGAN",
    "DCGAN",
    "DRAGAN",
    "FGAN",
    "LSGAN",
    "R3GAN",
    "SAGAN",
    "SNGAN",
    "WGAN",
    "WGANGP",
    "BigGAN",
    "ImprovedGAN",
    "PacGAN",
    "StyleGAN2",
    "UnrolledGAN",
    "VanillaGAN",
]
