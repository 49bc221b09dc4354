"""Networks: plain functions that return a `keras.Model`; no training in here."""

from tfgan_zoo.networks import dcgan, mlp

__all__ = ["dcgan", "mlp"]
