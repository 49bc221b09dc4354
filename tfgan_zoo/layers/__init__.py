"""Layers that Keras lacks, or that are faster here."""

from tfgan_zoo.layers.convolution import Conv2D, Conv2DTranspose
from tfgan_zoo.layers.maxout import Maxout
from tfgan_zoo.layers.normalization import BatchNormalization
from tfgan_zoo.layers.stochastic import Dropout

__all__ = ["BatchNormalization", "Conv2D", "Conv2DTranspose", "Dropout", "Maxout"]
