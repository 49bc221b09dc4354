"""Networks: plain functions that return a `keras.Model`; no training in here."""

from tfgan_zoo.networks import dcgan, mlp, r3gan

__all__ = ["dcgan", "mlp", "r3gan"]
