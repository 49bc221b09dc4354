"""Sliced Wasserstein distances: of image patches, scale by scale, and of features."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_row_pair, check_equal_counts
from tfgan_zoo.metrics.images import as_image_set

_SMALLEST = 16  # pixels a side of the coarsest level
_PATCH = 7
_FILTER = np.array([1, 4, 6, 4, 1], np.float32) / 16  # binomial, along each axis
_IMAGES = 256  # whose pyramid is made at a time
_DIRECTIONS = 16  # along which all patches are sorted at a time
_SAME_COUNT = "sorted values are compared one by one"


def sliced_wasserstein(real_images, fake_images, patches=128, directions=512, seed=0):
    """Return the sliced Wasserstein distance between patches of images, for each scale and on average.

    Karras et al., "Progressive Growing of GANs", 2018, arXiv 1710.10196. Each image becomes a Laplacian
    pyramid, halved down to the last size of at least 16 pixels; from each level patches of 7×7 pixels are cut
    at random places, and normalised to mean 0 and deviation 1 in each channel over all patches of a set.
    The distance is the mean, over random directions, of the 1-Wasserstein distance of the patches'
    projections. Large images' levels tell about details, the coarsest one about layout; a change of
    brightness or contrast of all images is not seen, by design.

    The paper has 16,384 images, and prints the values times 10³. The i-th real and the i-th generated image
    are cut at the same places, so that equal sets have a distance of exactly 0. The estimate is biased
    upwards as long as there are few images: compare only at equal N.

    Args:
        real_images: array or tensor [N, H, W, C] with H and W of at least 16, any C, uint8, or floating in
            [-1, 1].
        fake_images: the same shape.
        patches: cut from each image and level.
        directions: number of random directions.
        seed: an int, of places and directions.

    Returns:
        Dict of floats: one for each level, by its size (`"32x32"`, `"16x16"`), and their `mean`. Patches are
        held in float32, 196 · C · N · `patches` bytes for either set.

    Raises:
        ValueError: for different shapes, smaller images, another rank, dtype or range, or NaN.

    >>> images = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), np.uint8)
    >>> sliced_wasserstein(images, images)
    {'32x32': 0.0, '16x16': 0.0, 'mean': 0.0}
    """
    check_ints(1, patches=patches, directions=directions)
    real, fake = as_image_set(real_images), as_image_set(fake_images)
    check_equal_counts(real, fake, _SAME_COUNT)
    if real.shape != fake.shape:
        raise ValueError(
            f"real_images have shape {list(real.shape)} and fake_images {list(fake.shape)}, "
            "expected the same"
        )
    if min(real.shape[1:3]) < _SMALLEST:
        raise ValueError(
            f"images are {real.shape[1]}×{real.shape[2]}, expected at least {_SMALLEST}×{_SMALLEST}"
        )
    found = {}
    for level, (height, width) in enumerate(_sizes(*real.shape[1:3])):
        sets = (_descriptors(images, level, patches, [seed, level]) for images in (real, fake))
        found[f"{height}x{width}"] = _sliced(*sets, directions, [seed, level, 1])
    return {**found, "mean": float(np.mean(list(found.values())))}


def sliced_feature_distance(real_features, fake_features, directions=512, seed=0):
    """Return the sliced 1-Wasserstein distance between two sets of features.

    The mean over random directions of the distance of the sorted projections: Bonneel et al., "Sliced and
    Radon Wasserstein Barycenters of Measures", 2015. Unlike the Fréchet distance it does not take the
    features for Gaussian.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [N, D], as many.
        directions: number of random directions.
        seed: of the directions, an int.

    Returns:
        float ≥ 0, in units of the features; 0 for equal sets.

    Raises:
        ValueError: for unequal counts, fewer than two, different widths D, or NaN or infinity.

    >>> sliced_feature_distance([[0.0], [1.0]], [[3.0], [2.0]])
    2.0
    """
    check_ints(1, directions=directions)
    real, fake = as_row_pair(real_features, fake_features, minimum=2)
    check_equal_counts(real, fake, _SAME_COUNT)
    return _sliced(real, fake, directions, seed)


def _sliced(real, fake, directions, seed):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(real.shape[1], directions))
    vectors /= np.linalg.norm(vectors, axis=0)
    vectors = vectors.astype(real.dtype)
    total = 0.0
    for start in range(0, directions, _DIRECTIONS):
        some = vectors[:, start : start + _DIRECTIONS]
        # Transposed, so that what is sorted lies together in memory.
        differences = np.sort(some.T @ real.T, axis=1) - np.sort(some.T @ fake.T, axis=1)
        total += np.abs(differences).mean(axis=1, dtype=np.float64).sum()
    return float(total / directions)


def _sizes(height, width):
    sizes = []
    while min(height, width) >= _SMALLEST:
        sizes.append((height, width))
        height, width = -(-height // 2), -(-width // 2)
    return sizes


def _descriptors(images, level, patches, seed):
    """Return normalised patches of one level of the images' pyramids, float32 [N · patches, 7 · 7 · C]."""
    sizes = _sizes(*images.shape[1:3])
    random = np.random.default_rng(seed)
    tops, lefts = (
        random.integers(side - _PATCH + 1, size=(len(images), patches)) for side in sizes[level]
    )
    found = np.empty((len(images), patches, images.shape[-1], _PATCH, _PATCH), np.float32)
    for start in range(0, len(images), _IMAGES):
        part = slice(start, start + _IMAGES)
        values = _level(images[part].astype(np.float32), level, deepest=len(sizes) - 1)
        windows = np.lib.stride_tricks.sliding_window_view(values, (_PATCH, _PATCH), axis=(1, 2))
        found[part] = windows[np.arange(len(values))[:, None], tops[part], lefts[part]]
    found = found.reshape(-1, images.shape[-1], _PATCH * _PATCH)
    found -= found.mean(axis=(0, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    squares = np.einsum("ncp,ncp->c", found, found, dtype=np.float64)
    deviation = np.sqrt(squares / (len(found) * _PATCH**2)).astype(np.float32)[:, None]
    found /= np.where(deviation > 0, deviation, 1)  # a flat channel stays 0
    return found.reshape(len(found), -1)


def _level(images, level, deepest):
    """Return one level of Laplacian pyramids: what a halved image lacks, or at last the smallest image."""
    for _ in range(level):
        images = _halve(images)
    return images if level == deepest else images - _double(_halve(images), images.shape)


def _halve(images):
    return _blur(images)[:, ::2, ::2]


def _double(images, shape):
    spread = np.zeros(shape, images.dtype)
    spread[:, ::2, ::2] = images
    return 4 * _blur(spread)


def _blur(images):
    for axis in (1, 2):
        padding = [(0, 0)] * 4
        padding[axis] = (2, 2)
        padded = np.pad(images, padding, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, len(_FILTER), axis=axis)
        images = windows @ _FILTER
    return images
