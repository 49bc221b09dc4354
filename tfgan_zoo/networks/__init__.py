"""Networks: plain functions that return a `keras.Model`; no training in here."""

from tfgan_zoo.networks import biggan, dcgan, mlp, r3gan, resnet, sagan, sndcgan

__all__ = ["biggan", "dcgan", "mlp", "r3gan", "resnet", "sagan", "sndcgan"]
