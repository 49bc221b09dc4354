"""Weight initialisation that repeats for a seed."""

import keras
import numpy as np


class SeededNormal:
    """Makes one normal initializer after the other, each with a seed of its own.

    Args:
        stddev: standard deviation.
        seed: int; the same seed makes the same sequence.

    >>> SeededNormal(0.02, seed=1)().get_config()["stddev"]
    0.02
    """

    def __init__(self, stddev, seed):
        self._stddev = stddev
        self._seeds = np.random.default_rng(seed)

    def __call__(self, scale=1.0):
        """Return the next initializer; `scale` multiplies its standard deviation."""
        seed = int(self._seeds.integers(2**31))
        return keras.initializers.RandomNormal(stddev=self._stddev * scale, seed=seed)
