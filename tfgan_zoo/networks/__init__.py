"""Networks: plain functions that return a `keras.Model`; no training in here."""

from tfgan_zoo.networks import began, dcgan, mlp, r3gan

__all__ = ["began", "dcgan", "mlp", "r3gan"]
