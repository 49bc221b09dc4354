"""GANs that are told what to make."""

from tfgan_zoo.models.conditional.acgan import ACGAN
from tfgan_zoo.models.conditional.cgan import CGAN
from tfgan_zoo.models.conditional.frame_prediction_gan import FramePredictionGAN
from tfgan_zoo.models.conditional.infogan import InfoGAN
from tfgan_zoo.models.conditional.matching_aware_gan import MatchingAwareGAN
from tfgan_zoo.models.conditional.projection_gan import ProjectionGAN
from tfgan_zoo.models.conditional.reacgan import ReACGAN
from tfgan_zoo.models.conditional.sound_to_image_gan import SoundToImageGAN
from tfgan_zoo.models.conditional.talking_head_gan import TalkingHeadGAN
from tfgan_zoo.models.conditional.text_to_image_gan import TextToImageGAN

__all__ = [
    "ACGAN",
    "CGAN",
    "FramePredictionGAN",
    "InfoGAN",
    "MatchingAwareGAN",
    "ProjectionGAN",
    "ReACGAN",
    "SoundToImageGAN",
    "TalkingHeadGAN",
    "TextToImageGAN",
]
