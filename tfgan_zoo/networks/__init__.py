"""Networks: plain functions that return a `keras.Model`; no training in here."""

from tfgan_zoo.networks import (
    began,
    biggan,
    dcgan,
    deep_dcgan,
    mlp,
    r3gan,
    resnet,
    sagan,
    sndcgan,
    text,
)

__all__ = [
    "began",
    "biggan",
    "dcgan",
    "deep_dcgan",
    "mlp",
    "r3gan",
    "resnet",
    "sagan",
    "sndcgan",
    "text",
]
