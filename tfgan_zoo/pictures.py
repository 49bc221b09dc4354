"""Grids of images and PNG files. Imports NumPy and Pillow only, so that sampling starts fast."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from tfgan_zoo import files

# Small images are enlarged to about this many pixels a side, so that a person can see them.
_READABLE = 48


def to_uint8(images):
    """Map float images in [-1, 1] to uint8; uint8 images pass through, and what is no number is black.

    >>> to_uint8(np.array([-1.0, 0.0, 1.0])).tolist()
    [0, 128, 255]
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    levels = np.nan_to_num(np.round((images + 1.0) * 127.5), nan=0.0)
    return np.clip(levels, 0, 255).astype(np.uint8)


def grid(images, columns=None, gap=1):
    """Put images side by side.

    Args:
        images: `[N, H, W, C]`, floats in [-1, 1] or uint8.
        columns: images a row; by default the grid is about square.
        gap: pixels between images, white.

    Returns:
        uint8 array `[rows, columns, C]`.

    >>> grid(np.zeros([6, 4, 4, 1]), columns=3).shape
    (11, 16, 1)
    """
    images = to_uint8(images)
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    canvas = np.full(
        [rows * (height + gap) + gap, columns * (width + gap) + gap, channels], 255, np.uint8
    )
    for index, image in enumerate(images):
        top, left = index // columns * (height + gap) + gap, index % columns * (width + gap) + gap
        canvas[top : top + height, left : left + width] = image
    return canvas


def enlarge(picture, image_side):
    """Enlarge a picture by a whole factor, so that images of image_side pixels can be seen."""
    factor = max(1, round(_READABLE / image_side))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def beside(left, right, gap=6):
    """Put two pictures side by side, a grey bar between them; the lower one is padded with white."""
    height = max(left.shape[0], right.shape[0])
    padded = [
        np.pad(p, [(0, height - p.shape[0]), (0, 0), (0, 0)], constant_values=255)
        for p in (left, right)
    ]
    bar = np.full([height, gap, left.shape[2]], 128, np.uint8)
    return np.concatenate([padded[0], bar, padded[1]], axis=1)


def write_png(path, picture):
    """Write a uint8 `[H, W, C]` array with 1 to 4 channels as a PNG, whole or not at all."""
    with files.whole(path) as file:
        _image(picture).save(file, format="PNG")


def write(path, picture):
    """Write a uint8 `[H, W, C]` array as what its name ends in, whole or not at all.

    JPEG and BMP have no transparency: there, a fourth channel is laid over white. PNG, BMP and WebP are
    without loss; JPEG loses a little, and GIF keeps 256 colours.

    Args:
        path: ends in .png, .jpg, .jpeg, .gif, .bmp or .webp.
        picture: 1, 3 or 4 channels.
    """
    kind = Image.registered_extensions()[Path(path).suffix.lower()]
    image = _image(picture)
    if kind in ("JPEG", "BMP") and image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True, "exact": True}}
    with files.whole(path) as file:
        image.save(file, format=kind, **options.get(kind, {}))


def _image(picture):
    modes = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
    channels = picture.shape[2]
    picture = picture[:, :, 0] if channels == 1 else picture
    return Image.fromarray(np.ascontiguousarray(picture), modes[channels])
