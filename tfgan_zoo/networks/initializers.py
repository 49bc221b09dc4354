"""Weight initialisation that repeats for a seed."""

import keras
import numpy as np


class Seeded:
    """Makes one initializer after the other, each with a seed of its own.

    Args:
        kind: class in `keras.initializers`.
        seed: int; the same seed makes the same sequence.
        **arguments: of the class, without `seed`.

    >>> initializers = Seeded(keras.initializers.Orthogonal, seed=1, gain=2.0)
    >>> initializers().get_config()["gain"]
    2.0
    """

    def __init__(self, kind, seed, **arguments):
        self._kind = kind
        self._arguments = arguments
        self._seeds = np.random.default_rng(seed)

    def __call__(self):
        """Return the next initializer."""
        return self._kind(**self._arguments, seed=int(self._seeds.integers(2**31)))


class SeededNormal(Seeded):
    """Makes one normal initializer after the other, each with a seed of its own.

    Args:
        stddev: standard deviation.
        seed: int; the same seed makes the same sequence.

    >>> SeededNormal(0.02, seed=1)().get_config()["stddev"]
    0.02
    """

    def __init__(self, stddev, seed):
        super().__init__(keras.initializers.RandomNormal, seed, stddev=stddev)

    def __call__(self, scale=1.0):
        """Return the next initializer; `scale` multiplies its standard deviation."""
        made = super().__call__()
        made.stddev *= scale
        return made


class AnySeeded:
    """Makes initializers of any kind, each with a seed of its own.

    Args:
        seed: int; the same seed makes the same sequence.

    >>> AnySeeded(seed=1)(keras.initializers.Orthogonal, gain=2.0).get_config()["gain"]
    2.0
    """

    def __init__(self, seed):
        self._seeds = np.random.default_rng(seed)

    def __call__(self, kind, **arguments):
        """Return an initializer of a class in `keras.initializers`, with its arguments."""
        return kind(**arguments, seed=int(self._seeds.integers(2**31)))
