"""What an extractor accepts as images: the range is checked, floats are quantised to 8 bits."""

import keras
import numpy as np
from absl import logging

_FLOATS = ("float16", "bfloat16", "float32", "float64")
# A tanh never leaves [-1, 1]; resizing or a colour transform may, by rounding.
_TOLERANCE = 1e-3


def as_image_array(images, channels):
    """Return `images` as an array [N, H, W, C], with rank, channels and dtype checked.

    Args:
        images: array or tensor, uint8 or floating.
        channels: the C that is expected.

    Returns:
        NumPy array of the same dtype, or float32 for bfloat16, which NumPy does not know.

    Raises:
        ValueError: for another rank, no images, another channel count or dtype.

    >>> as_image_array(np.zeros((2, 8, 8, 1), "uint8"), channels=1).shape
    (2, 8, 8, 1)
    """
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(
            "images must have shape [samples, height, width, channels], "
            f"got {list(images.shape)}" + ("; add a sample axis" if images.ndim == 3 else "")
        )
    if 0 in images.shape:
        raise ValueError(f"there are no images in an array of shape {list(images.shape)}")
    if images.shape[-1] != channels:
        raise ValueError(
            f"this extractor takes images of {channels} channel(s), "
            f"got {images.shape[-1]} (shape {list(images.shape)})"
        )
    dtype = keras.backend.standardize_dtype(images.dtype)
    if dtype not in ("uint8", *_FLOATS):
        raise ValueError(f"images must be uint8, or floating in [-1, 1]; got dtype {dtype}")
    return images.astype("float32") if dtype == "bfloat16" else images


def to_uint8(images):
    """Return images as uint8; floats in [-1, 1] are rounded to the nearest of 256 levels.

    Real images come from 8-bit files. Comparing them with unquantised floats would measure the
    missing rounding along with the images, so all reference implementations quantise first.

    Args:
        images: array, uint8 (returned as it is), or floating in [-1, 1].

    Raises:
        ValueError: for values outside [-1, 1], naming the range found, and for NaN.

    >>> to_uint8(np.array([-1.0, 0.2, 1.0]))
    array([  0, 153, 255], dtype=uint8)
    """
    if images.dtype == np.uint8:
        return images
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("images hold NaN or infinity")
    if low < -1.0 - _TOLERANCE or high > 1.0 + _TOLERANCE:
        raise ValueError(
            f"float images must be in [-1, 1], got values from {low:.4g} to {high:.4g}; "
            "for images in [0, 255] pass uint8, for images in [0, 1] pass 2 * images - 1"
        )
    levels = np.rint(images.astype("float32") * 127.5 + 127.5)
    return np.clip(levels, 0, 255).astype(np.uint8)


def as_image_set(images):
    """Return images of any channel count as uint8 [N, H, W, C], for scores that need no extractor.

    Args:
        images: array or tensor [N, H, W, C], uint8, or floating in [-1, 1].

    Raises:
        ValueError: for another rank, dtype or range, no images, or NaN.

    >>> as_image_set(np.ones((2, 8, 8, 4))).dtype
    dtype('uint8')
    """
    shape = np.shape(images)
    images = as_image_array(images, channels=shape[-1] if shape else 0)
    if images.dtype != np.uint8 and 0.0 <= images.min() < images.max() <= 1.0:
        logging.warning(
            "all values of %d images are in [0, 1]; floats are taken to be in [-1, 1], where 0 is grey. For "
            "images in [0, 1] pass 2 * images - 1",
            len(images),
        )
    return to_uint8(images)
