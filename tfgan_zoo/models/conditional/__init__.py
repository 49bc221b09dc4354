"""GANs that are told what to make."""

from tfgan_zoo.models.conditional.acgan import ACGAN
from tfgan_zoo.models.conditional.cgan import CGAN
from tfgan_zoo.models.conditional.infogan import InfoGAN
from tfgan_zoo.models.conditional.matching_aware_gan import MatchingAwareGAN
from tfgan_zoo.models.conditional.projection_gan import ProjectionGAN
from tfgan_zoo.models.conditional.reacgan import ReACGAN
from tfgan_zoo.models.conditional.talking_head_gan import TalkingHeadGAN

__all__ = [
    "ACGAN",
    "CGAN",
    "InfoGAN",
    "MatchingAwareGAN",
    "ProjectionGAN",
    "ReACGAN",
    "TalkingHeadGAN",
]
