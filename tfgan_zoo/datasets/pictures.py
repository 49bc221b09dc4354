"""One image at a time: reading a file, channels, and size. Everything is uint8 [H, W, C]."""

import numpy as np
from PIL import Image, ImageOps

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
CHANNELS = (1, 3, 4)
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def read(path):
    """Read an image file the right way up.

    Palettes are resolved, EXIF orientation is applied, 16-bit values are scaled to 8 bits, and of
    an animation the first frame is taken.

    Args:
        path: the file.

    Returns:
        uint8 [H, W, C]: 1 channel for greyscale, 4 where there is transparency, otherwise 3.

    Raises:
        OSError, ValueError, SyntaxError: what Pillow raises for a file that is not a whole image.
    """
    with Image.open(path) as image:
        image = ImageOps.exif_transpose(image)
        if image.mode in ("I", "I;16", "I;16B", "I;16L"):
            # Pillow's own conversion to 8 bits clips at 255 instead of scaling.
            return (np.clip(np.asarray(image, np.int64), 0, 65535) // 257).astype(np.uint8)[
                ..., None
            ]
        if image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info:
            image = image.convert("RGBA")
        elif image.mode == "1":
            image = image.convert("L")
        elif image.mode not in ("L", "RGB", "RGBA"):
            image = image.convert("RGB")
        pixels = np.asarray(image)
    return pixels[..., None] if pixels.ndim == 2 else pixels


def fit(pixels, size=None, channels=None):
    """Bring an image to a size and a number of channels.

    A wanted shape with other proportions is cut out of the middle, so nothing is distorted; the
    resize is bicubic with antialiasing. Colour becomes grey by ITU-R 601 luma, and transparency
    that is given up is laid over white.

    Args:
        pixels: uint8 [H, W, C] with 1, 3 or 4 channels.
        size: (height, width), or None to keep it.
        channels: 1, 3, 4, or None to keep them.

    Returns:
        uint8 [height, width, channels].

    >>> fit(np.zeros((8, 6, 1), np.uint8), size=(4, 4), channels=3).shape
    (4, 4, 3)
    """
    if channels not in (None, pixels.shape[-1]):
        pixels = _recolour(pixels, channels)
    if size in (None, pixels.shape[:2]):
        return pixels
    height, width = pixels.shape[:2]
    scale = min(height / size[0], width / size[1])
    cut_height, cut_width = size[0] * scale, size[1] * scale
    top, left = (height - cut_height) / 2, (width - cut_width) / 2
    # Rounding may put the far edge a hair outside the image, which Pillow refuses.
    box = (left, top, min(left + cut_width, width), min(top + cut_height, height))
    image = _image(pixels).resize(size[::-1], Image.Resampling.BICUBIC, box=box)
    return np.asarray(image).reshape(*size, pixels.shape[-1])


def _image(pixels):
    # A mode is not passed to fromarray: Pillow deprecated that, and the shape says it all.
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _recolour(pixels, channels):
    image = _image(pixels)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert(_MODES[channels])).reshape(*pixels.shape[:2], channels)
