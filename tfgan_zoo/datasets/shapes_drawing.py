"""How the things of a scene are drawn: colours, backgrounds, and which pixels a shape covers.

Integer arithmetic only, see `shapes_scene`.
"""

import functools

import numpy as np

SIDE = 32
RADIUS = {"small": 4, "large": 8}
RGB = {
    "red": (220, 40, 44),
    "orange": (245, 130, 22),
    "yellow": (250, 212, 30),
    "green": (44, 160, 64),
    "cyan": (40, 196, 214),
    "blue": (36, 82, 210),
    "purple": (140, 60, 176),
}
_TONE_RGB = {
    "night": (30, 31, 40),
    "slate": (92, 98, 110),
    "sand": (206, 190, 166),
    "paper": (236, 236, 232),
}
_SAMPLES = 4  # per pixel and axis
_SHADE = 14  # how far a light moves the background at the edges, in 0..255


def window(canvas, thing):
    """Return the view of a canvas in which a thing lies, as large as its `coverage`.

    Args:
        canvas: array [32, 32, ...].
        thing: has `size`, `x` and `y`, see `shapes_scene.Thing`.

    >>> import types
    >>> thing = types.SimpleNamespace(size="small", x=12, y=16)
    >>> window(np.zeros((32, 32, 3)), thing).shape
    (10, 10, 3)
    """
    reach = RADIUS[thing.size] + 1
    return canvas[thing.y - reach : thing.y + reach, thing.x - reach : thing.x + reach]


def lay(canvas, rgb, covered):
    """Paint on a canvas, in place.

    Args:
        canvas: int64 [..., 3].
        rgb: ints in [0, 255], one colour or one for each pixel.
        covered: how many of the 16 samples of each pixel are painted, int64 [..., 1].

    >>> canvas = np.array([[0, 0, 0], [100, 100, 100]])
    >>> lay(canvas, (160, 80, 0), np.array([[4], [16]]))
    >>> canvas.tolist()
    [[40, 20, 0], [160, 80, 0]]
    """
    samples = _SAMPLES * _SAMPLES
    mixed = canvas * (samples - covered) + np.asarray(rgb) * covered
    canvas[:] = (mixed + samples // 2) // samples


@functools.cache
def background(tone, light):
    """Return what a scene's things lie on, int64 [32, 32, 3]: one tone, brighter towards the light.

    >>> background("night", "plain")[0, 0].tolist()
    [30, 31, 40]
    """
    ramp = SIDE - 1 - 2 * np.arange(SIDE)[:, None] + np.zeros((SIDE, SIDE), np.int64)
    ramp = {
        "plain": 0 * ramp,
        "from the left": ramp.T,
        "from the right": -ramp.T,
        "from above": ramp,
        "from below": -ramp,
    }[light]
    return np.array(_TONE_RGB[tone]) + (ramp * _SHADE // SIDE)[..., None]


@functools.cache
def coverage(shape, size, contour=False):
    """Return how many of each pixel's samples a shape covers, 0..16: int64 [2R, 2R, 1].

    The shape's centre is the corner where the four middle pixels meet, as things lie in scenes.

    Args:
        shape: one of `SHAPES`.
        size: one of `SIZES`.
        contour: whether to cover what lies within a pixel of the shape's border only.

    >>> int(coverage("square", "small").sum()), int(coverage("square", "small", contour=True).sum())
    (784, 384)
    """
    reach = RADIUS[size] + 1
    # Integer coordinates with 2 × _SAMPLES to a pixel, so that samples lie at odd numbers.
    x = 2 * np.arange(-reach * _SAMPLES, reach * _SAMPLES) + 1
    samples = inside(shape, x[None, :], x[:, None], RADIUS[size] * 2 * _SAMPLES)
    if contour:
        near = np.pad(samples, _SAMPLES)
        near = [np.roll(near, step, axis) for step in (-_SAMPLES, _SAMPLES) for axis in (0, 1)]
        core = np.logical_and.reduce(near)[_SAMPLES:-_SAMPLES, _SAMPLES:-_SAMPLES]
        samples = samples & ~core
    pixels = samples.reshape(2 * reach, _SAMPLES, 2 * reach, _SAMPLES)
    return pixels.sum(axis=(1, 3))[..., None]


def inside(shape, x, y, radius):
    """Return which samples a shape covers: bools.

    Args:
        shape: one of `SHAPES`.
        x: ints from the shape's centre to the right; its shape and that of `y` broadcast.
        y: downwards.
        radius: an int, in the same unit.

    >>> inside("diamond", np.array([8, 9]), np.array([0, 1]), 8).tolist()
    [True, False]
    """
    if shape == "circle":
        return x * x + y * y <= radius * radius
    if shape == "square":
        return 8 * np.maximum(abs(x), abs(y)) <= 7 * radius
    if shape == "triangle":  # the tip at -radius, the base at 3/4 radius, as wide as the circle
        return (4 * y <= 3 * radius) & (7 * abs(x) <= 4 * (y + radius))
    if shape == "cross":
        return (np.maximum(abs(x), abs(y)) <= radius) & (3 * np.minimum(abs(x), abs(y)) <= radius)
    return 8 * (abs(x) + abs(y)) <= 9 * radius  # diamond
