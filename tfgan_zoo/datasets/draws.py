"""Random numbers for what is drawn: a function of a key, the same with every release of NumPy."""

import numpy as np


def uniforms(key, count):
    """Return numbers that are uniform in [0, 1).

    Args:
        key: a list of ints of at least 0, e.g. [set, split, index]; another key, other numbers.
        count: how many.

    Returns:
        float64 [count].

    >>> uniforms([7, 0, 3], 2).round(3).tolist()
    [0.777, 0.99]
    """
    # Raw words of a bit generator never change between NumPy releases; Generator methods may.
    words = np.random.PCG64(np.random.SeedSequence(key)).random_raw(count)
    return (words >> np.uint64(11)) * 2.0**-53
