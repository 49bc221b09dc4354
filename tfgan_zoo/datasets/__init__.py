"""What batches look like, and where they come from: `load(name, …)` for every kind of set.

>>> from tfgan_zoo import datasets
>>> train = datasets.load("digits", batch_size=64, image_size=16)
>>> train.info.image_shape, train.steps_per_epoch
((16, 16, 1), 22)
"""

from tfgan_zoo.datasets import captions
from tfgan_zoo.datasets.info import Arrays, DataInfo
from tfgan_zoo.datasets.registry import describe, load, load_arrays, names

__all__ = ["Arrays", "DataInfo", "captions", "describe", "load", "load_arrays", "names"]
