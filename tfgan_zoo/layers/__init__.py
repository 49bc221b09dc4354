"""Layers that Keras lacks."""

from tfgan_zoo.layers.maxout import Maxout
from tfgan_zoo.layers.stochastic import Dropout

__all__ = ["Dropout", "Maxout"]
