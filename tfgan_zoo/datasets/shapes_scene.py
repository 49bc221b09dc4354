"""Scenes of the `shapes` set: which objects lie where, and how they are drawn.

A scene is a pure function of (split, index) and its image a pure function of the scene. Both use
integer arithmetic only, so every machine, NumPy version and build gets the same bytes.
"""

import dataclasses
import functools

import numpy as np

from tfgan_zoo.datasets.captions import COLOURS, RELATIONS, SHAPES, SIZES, Caption, Phrase

# Of each split. The number by which `make_scene` knows a split is its position here.
EXAMPLES = {"train": 10_000, "test": 2_000}

SIDE = 32
TONES = ("night", "slate", "sand", "paper")
LIGHTS = ("plain", "from the left", "from the right", "from above", "from below")

_RGB = {
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
_RADIUS = {"small": 4, "large": 8}
_GAP = 2  # pixels between two objects along the axis of their relation
_SAMPLES = 4  # per pixel and axis
_SHADE = 14  # how far a light moves the background at the edges, in 0..255


@dataclasses.dataclass(frozen=True)
class Thing:
    """An object of a scene; `x`, `y` are its centre in pixels from the top left corner."""

    size: str
    colour: str
    shape: str
    x: int
    y: int

    @property
    def phrase(self):
        """What a caption calls it."""
        return Phrase(self.size, self.colour, self.shape)


@dataclasses.dataclass(frozen=True)
class Scene:
    """One or two things on a background.

    Two things differ in size and in colour, so that the picture alone tells which is the main one
    (the large one; its shape is the label), whichever the caption names first.
    """

    things: tuple
    relation: str | None
    tone: str
    light: str

    @property
    def main(self):
        """The thing whose shape is the label."""
        return max(self.things, key=lambda thing: _RADIUS[thing.size])

    @property
    def caption(self):
        """The `Caption` of the scene."""
        first, *rest = (thing.phrase for thing in self.things)
        return Caption(first, self.relation, *rest)


def make_scene(split, index):
    """Return the scene of an example.

    Args:
        split: a small int that tells the splits apart.
        index: the example's number in the split.

    >>> str(make_scene(0, 0).caption) == str(make_scene(0, 0).caption)
    True
    """
    # Raw 64-bit words of a bit generator are the part of numpy.random that never changes between
    # releases (Generator methods may), and the bias of the remainder is below 2**-59.
    words = iter(np.random.PCG64(np.random.SeedSequence([split, index])).random_raw(16).tolist())

    def below(n):
        return next(words) % n

    def between(low, high):
        return low + below(high - low + 1)

    tone, light = TONES[below(len(TONES))], LIGHTS[below(len(LIGHTS))]
    shapes = [SHAPES[below(len(SHAPES))] for _ in range(2)]
    colour = below(len(COLOURS))
    colours = [COLOURS[colour], COLOURS[(colour + between(1, len(COLOURS) - 1)) % len(COLOURS)]]
    size = below(2)
    sizes = [SIZES[size], SIZES[1 - size]]
    if below(3) == 0:
        radius = _RADIUS[sizes[0]]
        x, y = (between(radius + 1, SIDE - radius - 1) for _ in range(2))
        return Scene((Thing(sizes[0], colours[0], shapes[0], x, y),), None, tone, light)

    relation = RELATIONS[below(len(RELATIONS))]
    radii = [_RADIUS[s] for s in sizes]
    low = 0 if relation in ("left of", "above") else 1  # which of the two is nearer the origin
    apart = sum(radii) + _GAP
    along = [0, 0]
    along[low] = between(radii[low] + 1, SIDE - 1 - radii[1 - low] - apart)
    along[1 - low] = between(along[low] + apart, SIDE - 1 - radii[1 - low])
    # Across, the small one stays near the large one's axis: the relation reads at a glance.
    large = sizes.index("large")
    across = [0, 0]
    across[large] = between(radii[large] + 1, SIDE - 1 - radii[large])
    reach = radii[1 - large] + 1
    across[1 - large] = min(max(across[large] + between(-5, 5), reach), SIDE - reach)
    xs, ys = (along, across) if relation in ("left of", "right of") else (across, along)
    things = tuple(Thing(*each) for each in zip(sizes, colours, shapes, xs, ys, strict=True))
    return Scene(things, relation, tone, light)


def render(scene):
    """Draw a scene.

    Returns:
        uint8 [32, 32, 3]: edges are averaged over 4 × 4 samples a pixel.

    >>> render(make_scene(0, 0)).shape
    (32, 32, 3)
    """
    canvas = np.array(_background(scene.tone, scene.light))
    samples = _SAMPLES * _SAMPLES
    for thing in scene.things:
        covered = _coverage(thing.shape, thing.size)
        reach = len(covered) // 2
        window = canvas[thing.y - reach : thing.y + reach, thing.x - reach : thing.x + reach]
        mixed = window * (samples - covered) + np.array(_RGB[thing.colour]) * covered
        window[:] = (mixed + samples // 2) // samples
    return canvas.astype(np.uint8)


def factors(scene):
    """Return what the scene is made of, as numbers.

    Returns:
        A dict: `count`, `relation`, `tone`, `light` are ints; `shape`, `colour`, `size`, `x`, `y`
        are lists of two ints in the caption's order. Names are given as positions in `SHAPES`,
        `COLOURS`, `SIZES`, `RELATIONS`, `TONES`, `LIGHTS`; x and y are pixels. What a scene of one
        object lacks is -1.

    >>> sorted(factors(make_scene(0, 0)))
    ['colour', 'count', 'light', 'relation', 'shape', 'size', 'tone', 'x', 'y']
    """
    absent = [-1] * (2 - len(scene.things))
    return {
        "count": len(scene.things),
        "relation": RELATIONS.index(scene.relation) if scene.relation else -1,
        "tone": TONES.index(scene.tone),
        "light": LIGHTS.index(scene.light),
        "shape": [SHAPES.index(t.shape) for t in scene.things] + absent,
        "colour": [COLOURS.index(t.colour) for t in scene.things] + absent,
        "size": [SIZES.index(t.size) for t in scene.things] + absent,
        "x": [t.x for t in scene.things] + absent,
        "y": [t.y for t in scene.things] + absent,
    }


@functools.cache
def _background(tone, light):
    """Return int64 [32, 32, 3]: one tone, brighter towards the light."""
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
def _coverage(shape, size):
    """Return int64 [2R, 2R, 1]: how many of each pixel's samples a shape covers, 0..16.

    The shape's centre is the corner where the four middle pixels meet, as things lie in scenes.
    """
    reach = _RADIUS[size] + 1
    # Integer coordinates with 2 × _SAMPLES to a pixel, so that samples lie at odd numbers.
    x = 2 * np.arange(-reach * _SAMPLES, reach * _SAMPLES) + 1
    inside = _inside(shape, x[None, :], x[:, None], _RADIUS[size] * 2 * _SAMPLES)
    pixels = inside.reshape(2 * reach, _SAMPLES, 2 * reach, _SAMPLES)
    return pixels.sum(axis=(1, 3))[..., None]


def _inside(shape, x, y, radius):
    """Return which samples a shape covers; `x`, `y` from its centre, y downwards."""
    if shape == "circle":
        return x * x + y * y <= radius * radius
    if shape == "square":
        return 8 * np.maximum(abs(x), abs(y)) <= 7 * radius
    if shape == "triangle":  # the tip at -radius, the base at 3/4 radius, as wide as the circle
        return (4 * y <= 3 * radius) & (7 * abs(x) <= 4 * (y + radius))
    if shape == "cross":
        return (np.maximum(abs(x), abs(y)) <= radius) & (3 * np.minimum(abs(x), abs(y)) <= radius)
    return 8 * (abs(x) + abs(y)) <= 9 * radius  # diamond
