"""What images of drawn scenes show: shapes, colours, textures and backgrounds, read without a network."""

import numpy as np

from tfgan_zoo.datasets import shapes_drawing, shapes_looks
from tfgan_zoo.datasets.captions import COLOURS, SHAPES, SIZES
from tfgan_zoo.datasets.shapes_scene import LIGHTS, TONES, Thing
from tfgan_zoo.metrics.images import as_image_array, to_uint8

_FILLS = [(colour, texture) for colour in COLOURS for texture in shapes_looks.TEXTURES]


def scene_accuracy(images, factors, look):
    """Return how many of the scenes' things and backgrounds are what a look makes of them.

    Where each thing ought to be, the image is compared with every shape in every colour and texture on the
    look's background; the nearest by squared difference is what the image shows. What lies around the things
    is compared with every tone. True renderings are read without a mistake.

    Args:
        images: array or tensor [N, H, W, 3], H and W the same multiple of 32; uint8, or floating in [-1, 1].
        factors: dict with the scenes' `factor_*`, int arrays as the sets `scenes_*` and `shapes` have them.
        look: the `datasets.shapes_looks.Look` that the images ought to have.

    Returns:
        Dict of shares in [0, 1]: `shape`, `colour`, `texture` of the things, `things` with all three right,
        and `background` of the images.

    Raises:
        ValueError: images of another shape, dtype or range, or other numbers of images and factors.

    >>> from tfgan_zoo import datasets
    >>> test = datasets.load_arrays("scenes_unpaired", split="test[:5]")
    >>> scene_accuracy(test.images["b_of_a"], test.rows, shapes_looks.NIGHT)["things"]
    1.0
    >>> scene_accuracy(test.images["a"], test.rows, shapes_looks.NIGHT)["background"]
    0.0
    """
    images = at_32(to_uint8(as_image_array(images, channels=3)))
    count = len(factors["factor_tone"])
    if len(images) != count:
        raise ValueError(f"{len(images)} images, but the factors of {count} scenes")
    right = {"shape": [], "colour": [], "texture": [], "things": [], "background": []}
    for row, image in enumerate(images):
        own = {
            key.removeprefix("factor_"): np.asarray(value[row]).tolist()
            for key, value in factors.items()
        }
        tone, light = (
            look.tone or TONES[own["tone"]],
            "plain" if look.tone else LIGHTS[own["light"]],
        )
        things = [
            Thing(SIZES[size], look.colour or COLOURS[colour], SHAPES[shape], x, y)
            for size, colour, shape, x, y in zip(
                *(own[key] for key in ("size", "colour", "shape", "x", "y")), strict=True
            )
            if size >= 0
        ]
        for thing in things:
            shape, (colour, texture) = _read(image, thing, shapes_drawing.background(tone, light))
            found = [shape == thing.shape, colour == thing.colour, texture == look.texture]
            for key, value in zip(right, [*found, all(found)], strict=False):
                right[key].append(value)
        right["background"].append(_tone(image, things, light) == tone)
    return {key: float(np.mean(values)) for key, values in right.items()}


def _read(image, thing, background):
    """Return the shape, and the colour and texture, that are nearest to what is at a thing's place."""
    seen, behind = (shapes_drawing.window(canvas, thing) for canvas in (image, background))
    fills = [shapes_drawing.window(shapes_looks.fill(*each), thing) for each in _FILLS]
    candidates = np.broadcast_to(behind, [len(SHAPES), len(fills), *behind.shape]).copy()
    for number, shape in enumerate(SHAPES):
        covered = shapes_drawing.coverage(shape, thing.size)
        shapes_drawing.lay(candidates[number], np.stack(fills), covered)
    distance = ((candidates - seen) ** 2).sum(axis=(2, 3, 4))
    shape, fill = np.unravel_index(distance.argmin(), distance.shape)
    return SHAPES[shape], _FILLS[fill]


def _tone(image, things, light):
    """Return the tone that is nearest to what lies around the things."""
    around = np.ones(image.shape[:2], bool)
    for thing in things:
        shapes_drawing.window(around, thing)[:] = False
    distances = [
        ((image - shapes_drawing.background(tone, light))[around] ** 2).sum() for tone in TONES
    ]
    return TONES[int(np.argmin(distances))]


def at_32(images):
    """Return images as int64 [N, 32, 32, 3]; larger ones by the means of squares of pixels."""
    side = shapes_drawing.SIDE
    height, width = images.shape[1:3]
    if height != width or height % side:
        raise ValueError(f"images are {height}×{width}, expected the same multiple of {side}")
    squares = images.reshape(-1, side, height // side, side, width // side, 3)
    return np.rint(squares.mean(axis=(2, 4))).astype(np.int64)
