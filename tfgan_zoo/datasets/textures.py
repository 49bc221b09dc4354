"""Procedural coloured textures, and digits on them as MNIST-M has digits on photographs.

A texture is a pure function of (split, index, size). Sums of whole numbers in float64 are exact, so every
machine gets the same bytes.
"""

import numpy as np

# Cells a side of each layer of noise, and its weight: natural images have less of what is finer.
_LAYERS = ((1, 3), (2, 4), (4, 3), (8, 2), (16, 1))
_STEPS = 64  # between two knots of a layer
_CONTRAST = 3  # noise is crowded about its middle: stretched that much, then cut


def textures(split, indices, size):
    """Return coloured textures.

    Each is a mixture of three random colours, by two fields of value noise of several scales (Perlin 1985).
    What the colours are is set such that a classifier of plain MNIST is as much at a loss on these textures
    as on MNIST-M: a small network that reads 98% of plain digits reads 55% of textured ones.

    Args:
        split: a small int that tells the splits apart.
        indices: the textures' numbers in the split, ints [N].
        size: (height, width).

    Returns:
        uint8 [N, height, width, 3].

    >>> textures(0, range(2), (8, 12)).shape
    (2, 8, 12, 3)
    """
    keys = _mixed(np.uint64(split + 1), np.asarray(indices, np.uint64))
    # As in photographs, dark ones are more frequent than bright ones, and greys than pure colours.
    light = _bytes(keys, 0, (3, 1, 1, 1))
    colours = np.minimum((light * light >> 8) + (_bytes(keys, 3, (3, 1, 1, 3)) >> 2), 255)
    first, second = (_noise(keys, use, size) for use in (1, 2))
    paint = (256 - first) * colours[:, 0] + first * colours[:, 1]
    paint = (256 - second) * paint + second * (256 * colours[:, 2])
    return (paint >> 16).astype(np.uint8)


def on_textures(images, split, start=0):
    """Return |texture − image|, as MNIST-M is made (Ganin et al. 2016, arXiv 1505.07818, sec. 5.2.4).

    The textures stand in for the photographs of the original.

    Args:
        images: uint8 [N, H, W, 1], bright on black.
        split: see `textures`.
        start: the number of the first texture.

    Returns:
        uint8 [N, H, W, 3].

    >>> digits = np.zeros((2, 8, 8, 1), np.uint8)
    >>> bool((on_textures(digits, 0) == textures(0, range(2), (8, 8))).all())
    True
    """
    made = np.empty([*images.shape[:3], 3], np.uint8)
    for first in range(0, len(images), 1000):  # of 60,000 at once, the noise would fill gigabytes
        part = images[first : first + 1000]
        numbers = start + first + np.arange(len(part))
        made[first : first + 1000] = np.abs(
            textures(split, numbers, part.shape[1:3]).astype(np.int16) - part
        )
    return made


def _noise(keys, use, size):
    """Return a field of noise for each key, int32 in [0, 256], [N, height, width, 1]."""
    total = 0
    for number, (cells, weight) in enumerate(_LAYERS):
        knots = _bytes(keys, 16 * use + number, (cells + 1, cells + 1)).astype(np.float64)
        rows, columns = (_between(cells, side) for side in size)
        total = total + weight * (rows @ knots @ columns.T).astype(np.int32)
    scale = _STEPS**2 * sum(weight for _, weight in _LAYERS)
    stretched = 128 + (total - 127 * scale) * _CONTRAST // scale
    return np.clip(stretched, 0, 256)[..., None]


def _between(cells, side):
    """Return float64 [side, cells + 1]: the weights of the knots in each pixel, of the sum `_STEPS`."""
    place = (2 * np.arange(side) + 1) * cells * _STEPS // (2 * side)
    cell, part = place // _STEPS, place % _STEPS
    weights = np.zeros([side, cells + 1])
    weights[np.arange(side), cell] = _STEPS - part
    weights[np.arange(side), cell + 1] = part
    return weights


def _bytes(keys, use, shape):
    """Return random ints in [0, 255], int32 [N, *shape], a function of each key and the use."""
    numbers = np.arange(np.prod(shape), dtype=np.uint64)
    words = _mixed(_mixed(keys, np.array([use], np.uint64))[:, None], numbers)
    return (words >> np.uint64(56)).astype(np.int32).reshape(-1, *shape)


def _mixed(key, number):
    """Return SplitMix64's word (Steele, Lea & Flood 2014) of a key and a number, uint64."""
    word = key + (number + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))
