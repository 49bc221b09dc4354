"""A PNG grid of images, for the clients: NumPy and Pillow only."""

import math

import numpy as np
from PIL import Image


def save_grid(path, images, columns=None):
    """Write images side by side, white lines between them.

    Args:
        path: the PNG file.
        images: uint8 array `[N, H, W, C]`, 1, 3 or 4 channels.
        columns: images a row; by default the grid is about square.
    """
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    canvas = np.full([rows * (height + 1) + 1, columns * (width + 1) + 1, channels], 255, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + 1) + 1, index % columns * (width + 1) + 1
        canvas[top : top + height, left : left + width] = image
    factor = max(1, round(48 / min(height, width)))  # small images enlarged, to be seen
    canvas = canvas.repeat(factor, axis=0).repeat(factor, axis=1)
    Image.fromarray(canvas[..., 0] if channels == 1 else canvas).save(path, format="PNG")
