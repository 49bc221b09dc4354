"""The zoo: one file a named system."""

from tfgan_zoo import errors
from tfgan_zoo.models.conditional import (
    ACGAN,
    CGAN,
    FramePredictionGAN,
    InfoGAN,
    MatchingAwareGAN,
    ProjectionGAN,
    ReACGAN,
    SoundToImageGAN,
    TalkingHeadGAN,
    TextToImageGAN,
)
from tfgan_zoo.models.image import (
    BEGAN,
    DCGAN,
    DRAGAN,
    FGAN,
    LSGAN,
    R3GAN,
    SAGAN,
    SNGAN,
    WGAN,
    WGANGP,
    BigGAN,
    ImprovedGAN,
    PacGAN,
    StyleGAN2,
    UnrolledGAN,
    VanillaGAN,
)
from tfgan_zoo.models.text import (
    LanguageModel,
    LeakGAN,
    MaliGAN,
    RankGAN,
    RelGAN,
    ScratchGAN,
    SeqGAN,
)
from tfgan_zoo.models.translation import (
    CycleGAN,
    DomainAdversarialNetwork,
    Pix2Pix,
    PixelDA,
    StarGAN,
)

__all__ = [
    "ACGAN",
    "BEGAN",
    "CGAN",
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
    "CycleGAN",
    "DomainAdversarialNetwork",
    "FramePredictionGAN",
    "ImprovedGAN",
    "InfoGAN",
    "LanguageModel",
    "LeakGAN",
    "MaliGAN",
    "MatchingAwareGAN",
    "PacGAN",
    "Pix2Pix",
    "PixelDA",
    "ProjectionGAN",
    "RankGAN",
    "ReACGAN",
    "RelGAN",
    "ScratchGAN",
    "SeqGAN",
    "SoundToImageGAN",
    "StarGAN",
    "StyleGAN2",
    "TalkingHeadGAN",
    "TextToImageGAN",
    "UnrolledGAN",
    "VanillaGAN",
    "get",
]


def names():
    """Return the names of the models."""
    return sorted(name for name in __all__ if name != "get")


def get(name):
    """Return a model class by its name.

    Raises:
        ValueError: unknown name, with the nearest one.

    >>> get("DCGAN").__name__
    'DCGAN'
    """
    if name not in names():
        raise ValueError(errors.unknown("model", name, names()))
    return globals()[name]
