"""Diversity of a set of images: how alike two of them are, on average."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.images import as_image_set

_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales, Wang et al. 2003
_WINDOW = 11  # pixels a side, of SSIM's Gaussian
_BATCH = 128  # pairs at a time


def ms_ssim_diversity(images, pairs=1000, seed=0):
    """Return the mean multi-scale structural similarity of random pairs of images: low means diverse.

    Odena et al., "Conditional Image Synthesis with Auxiliary Classifier GANs", 2017, arXiv 1610.09585, with
    MS-SSIM of Wang et al. 2003. It has no best value: compare it with that of real images. A set that is much
    more alike than the data has collapsed; noise is less alike, so that less is not always better. Odena
    et al. take the images of one class at a time.

    Each scale halves the image and needs 11 pixels a side: five scales from 161 pixels on. Smaller images
    have fewer (four at 128 pixels, three at 64, two at 32 and 28, one below 21), with the weights of those
    that are left divided by their sum. Values of different image sizes are therefore not comparable.

    Args:
        images: array or tensor [N, H, W, C], N ≥ 2, H and W at least 11, uint8, or floating in [-1, 1].
        pairs: how many different pairs are drawn; all N(N − 1)/2, where there are no more.
        seed: of the drawing, an int.

    Returns:
        float in [0, 1]: 1 for a set of equal images.

    Raises:
        ValueError: for fewer than two images, smaller ones, another rank, dtype or range, or NaN.

    >>> ms_ssim_diversity(np.zeros((3, 28, 28, 1), np.uint8))
    1.0
    """
    check_ints(1, pairs=pairs)
    images = as_image_set(images)
    if len(images) < 2:
        raise ValueError("a pair needs 2 images, got 1")
    side = min(images.shape[1:3])
    if side < _WINDOW:
        raise ValueError(
            f"images are {images.shape[1]}×{images.shape[2]}, expected at least {_WINDOW}×{_WINDOW} for SSIM"
        )
    first, second = _pairs(len(images), pairs, seed)
    weights = _weights(side)
    values = [
        tf.image.ssim_multiscale(
            images[first[start : start + _BATCH]],
            images[second[start : start + _BATCH]],
            max_val=255,
            power_factors=weights,
        ).numpy()
        for start in range(0, len(first), _BATCH)
    ]
    return float(np.concatenate(values).astype(np.float64).mean())


def _weights(side):
    scales = 1
    while scales < len(_WEIGHTS) and -(-side // 2) >= _WINDOW:
        side, scales = -(-side // 2), scales + 1
    weights = np.array(_WEIGHTS[:scales])
    return tuple((weights / weights.sum()).tolist())


def _pairs(count, pairs, seed):
    """Return the indices of different pairs, [pairs] each: pair t is i < j with t = j(j − 1)/2 + i."""
    total = count * (count - 1) // 2
    chosen = np.random.default_rng(seed).choice(total, min(pairs, total), replace=False)
    second = ((1 + np.sqrt(1 + 8 * chosen)) // 2).astype(int)
    return chosen - second * (second - 1) // 2, second
