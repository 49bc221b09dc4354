"""How near images are to their targets, and how sharp they are: a number for each image."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.metrics.images import as_image_set

_WINDOW = 11  # pixels a side, of SSIM's Gaussian
_MOST_DECIBELS = 100  # more than images that differ by a few levels in a few pixels ever have
_LUMA = (0.299, 0.587, 0.114)  # ITU-R 601


def psnr(images, targets):
    """Return the peak signal-to-noise ratio of images to their targets, in decibels.

    20 log₁₀(255 / root mean squared difference), after rounding to 256 levels; infinite where they are equal.

    Args:
        images: array or tensor [N, H, W, C], uint8, or floating in [-1, 1].
        targets: the same shape.

    Returns:
        float64 [N].

    Raises:
        ValueError: other shapes, dtypes or ranges.

    >>> images = np.zeros((1, 8, 8, 3), np.uint8)
    >>> psnr(images, images + 51).round(4).tolist()
    [13.9794]
    """
    images, targets = _pair(images, targets)
    return tf.image.psnr(images, targets, max_val=255).numpy().astype(np.float64)


def ssim(images, targets):
    """Return the structural similarity of images to their targets (Wang et al. 2004).

    Of Gaussian windows of 11 pixels with a standard deviation of 1.5, K₁ = 0.01, K₂ = 0.03; the mean over
    channels and places.

    Args:
        images: array or tensor [N, H, W, C] with H and W of at least 11, uint8, or floating in [-1, 1].
        targets: the same shape.

    Returns:
        float64 [N], at most 1, which equal images have.

    Raises:
        ValueError: other shapes, dtypes or ranges, or smaller images.

    >>> images = np.zeros((1, 16, 16, 3), np.uint8)
    >>> ssim(images, images).tolist()
    [1.0]
    """
    images, targets = _pair(images, targets)
    if min(images.shape[1:3]) < _WINDOW:
        raise ValueError(
            f"images are {images.shape[1]}×{images.shape[2]}, expected at least {_WINDOW}×{_WINDOW} for SSIM"
        )
    return tf.image.ssim(images, targets, max_val=255).numpy().astype(np.float64)


def sharpness(images):
    """Return the variance of each image's Laplacian (Pech-Pacheco et al. 2000): low where it is blurry.

    Of the luma in [0, 255], by the differences of each pixel, without those at the border, to its four
    neighbours. It has no best value: compare it with that of real images.

    Args:
        images: array or tensor [N, H, W, C] with H and W of at least 3; of four channels, the last is left
            out; uint8, or floating in [-1, 1].

    Returns:
        float64 [N].

    Raises:
        ValueError: another shape, dtype or range.

    >>> ramp = np.broadcast_to(np.arange(9, dtype=np.uint8)[:, None], (1, 9, 9, 1))
    >>> sharpness(ramp).tolist()
    [0.0]
    """
    values = as_image_set(images).astype(np.float64)
    if min(values.shape[1:3]) < 3:
        raise ValueError(f"images are {values.shape[1]}×{values.shape[2]}, expected at least 3×3")
    luma = values[..., 0] if values.shape[-1] < 3 else values[..., :3] @ _LUMA
    middle = luma[:, 1:-1, 1:-1]
    around = luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:]
    return np.var(around - 4 * middle, axis=(1, 2))


def likeness(images, targets):
    """Return how near images are to their targets, all in all.

    Args:
        images: array or tensor [N, H, W, C] with H and W of at least 3, uint8, or floating in [-1, 1].
        targets: the same shape.

    Returns:
        Dict of floats: the means of `psnr`, where an image that equals its target counts as 100 decibels, and
        of `ssim`, left out of images with less than 11 pixels a side; `l1`, the mean absolute difference in
        the scale of [-1, 1]; and `sharpness`, the images' as a share of the targets': below 1 where they are
        blurry, left out where the targets have no edges at all.

    Raises:
        ValueError: other shapes, dtypes or ranges, or smaller images.

    >>> images = np.zeros((1, 16, 16, 3), np.uint8)
    >>> {name: round(value, 2) for name, value in likeness(images, images + 51).items()}
    {'psnr': 13.98, 'ssim': 0.0, 'l1': 0.4}
    """
    images, targets = _pair(images, targets)
    found = {"psnr": np.minimum(psnr(images, targets), _MOST_DECIBELS).mean()}
    if min(images.shape[1:3]) >= _WINDOW:
        found["ssim"] = ssim(images, targets).mean()
    found["l1"] = np.abs(images.astype(np.float32) - targets).mean() / 127.5
    edges = sharpness(targets).mean()
    if edges > 0:
        found["sharpness"] = sharpness(images).mean() / edges
    return {name: float(value) for name, value in found.items()}


def _pair(images, targets):
    images, targets = as_image_set(images), as_image_set(targets)
    if images.shape != targets.shape:
        raise ValueError(
            f"images have shape {list(images.shape)} and their targets {list(targets.shape)}, "
            "expected the same"
        )
    return images, targets
