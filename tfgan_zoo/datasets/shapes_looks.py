"""Other renderings of the `shapes` scenes, for image translation: outlines, textures, looks.

Like `shapes_scene`, a pure function of the scene in integer arithmetic.
"""

import dataclasses
import functools

import numpy as np

from tfgan_zoo.datasets.shapes_drawing import RGB, SIDE, background, coverage, lay, window

TEXTURES = ("plain", "striped", "barred", "checked")
PERIOD = 4  # pixels after which a texture repeats
_DARK = 112  # of 256: the darker half of a texture


@dataclasses.dataclass(frozen=True)
class Look:
    """How all things of a scene are painted.

    Args:
        name: what the domain is called.
        texture: one of `TEXTURES`.
        colour: one of `captions.COLOURS` for all things; None for each thing's own.
        tone: one of `shapes_scene.TONES`, without a light; None for the scene's own tone and light.
    """

    name: str
    texture: str = "plain"
    colour: str | None = None
    tone: str | None = None


# Two domains of which one can be made from the other: colours, shapes and places are the same.
DAY = Look("day", "plain", tone="paper")
NIGHT = Look("night", "striped", tone="night")
# Five domains that differ in what the things are painted with; all else is the scene's.
FIVE = (
    Look("red plain", "plain", "red"),
    Look("yellow barred", "barred", "yellow"),
    Look("green striped", "striped", "green"),
    Look("blue checked", "checked", "blue"),
    Look("purple plain", "plain", "purple"),
)


def render(scene, look):
    """Draw a scene in a look.

    Args:
        scene: a `shapes_scene.Scene`.
        look: a `Look`.

    Returns:
        uint8 [32, 32, 3].

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene
    >>> render(make_scene(0, 0), NIGHT).shape
    (32, 32, 3)
    """
    behind = (look.tone, "plain") if look.tone else (scene.tone, scene.light)
    fills = [(look.colour or thing.colour, look.texture, 0, 0) for thing in scene.things]
    return _painted(scene, background(*behind), fills)


def outline(scene):
    """Draw the borders of a scene's things in black on white: uint8 [32, 32, 3].

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene
    >>> sorted({int(value) for value in outline(make_scene(0, 0))[0].ravel()})
    [255]
    """
    canvas = np.full([SIDE, SIDE, 3], 255)
    for thing in scene.things:
        covered = coverage(thing.shape, thing.size, contour=True)
        lay(window(canvas, thing), (0, 0, 0), covered)
    return canvas.astype(np.uint8)


def filled(scene, key):
    """Draw a scene with textures that its outline does not tell, nor its colours.

    Args:
        scene: a `shapes_scene.Scene`.
        key: ints that decide each thing's texture and where that begins.

    Returns:
        uint8 [32, 32, 3].

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene
    >>> bool((filled(make_scene(0, 0), [0]) != filled(make_scene(0, 0), [1])).any())
    True
    """
    words = iter(np.random.PCG64(np.random.SeedSequence(key)).random_raw(6).tolist())
    fills = [
        (thing.colour, TEXTURES[1 + next(words) % 3], next(words) % PERIOD, next(words) % PERIOD)
        for thing in scene.things
    ]
    return _painted(scene, background(scene.tone, scene.light), fills)


@functools.cache
def fill(colour, texture, x=0, y=0):
    """Return a canvas full of a texture: the colour and a darker one of its hue, in turn.

    Args:
        colour: one of `captions.COLOURS`.
        texture: one of `TEXTURES`.
        x: pixels by which the texture is moved to the left.
        y: and upwards.

    Returns:
        int64 [32, 32, 3].

    >>> fill("red", "striped")[:4, 0, 0].tolist(), fill("red", "barred")[0, :4, 0].tolist()
    ([220, 220, 96, 96], [220, 220, 96, 96])
    """
    columns, rows = np.meshgrid(np.arange(SIDE) + x, np.arange(SIDE) + y)
    bars, stripes = columns % PERIOD // 2, rows % PERIOD // 2
    dark = {"plain": 0 * bars, "striped": stripes, "barred": bars, "checked": bars ^ stripes}[
        texture
    ]
    return np.array(RGB[colour]) * np.where(dark, _DARK, 256)[..., None] // 256


def _painted(scene, canvas, fills):
    canvas = np.array(canvas)
    for thing, paint in zip(scene.things, fills, strict=True):
        covered = coverage(thing.shape, thing.size)
        lay(window(canvas, thing), window(fill(*paint), thing), covered)
    return canvas.astype(np.uint8)
