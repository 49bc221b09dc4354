"""Scenes of the `shapes` set: which objects lie where, and how they are drawn.

A scene is a pure function of (split, index) and its image a pure function of the scene. Both use
integer arithmetic only, so every machine, NumPy version and build gets the same bytes.
"""

import dataclasses

import numpy as np

from tfgan_zoo.datasets.captions import COLOURS, RELATIONS, SHAPES, SIZES, Caption, Phrase
from tfgan_zoo.datasets.shapes_drawing import RADIUS, RGB, SIDE, background, coverage, lay, window

# Of each split. The number by which `make_scene` knows a split is its position here.
EXAMPLES = {"train": 10_000, "test": 2_000}

TONES = ("night", "slate", "sand", "paper")
LIGHTS = ("plain", "from the left", "from the right", "from above", "from below")

_GAP = 2  # pixels between two objects along the axis of their relation


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
        return max(self.things, key=lambda thing: RADIUS[thing.size])

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
        radius = RADIUS[sizes[0]]
        x, y = (between(radius + 1, SIDE - radius - 1) for _ in range(2))
        return Scene((Thing(sizes[0], colours[0], shapes[0], x, y),), None, tone, light)

    relation = RELATIONS[below(len(RELATIONS))]
    radii = [RADIUS[s] for s in sizes]
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
    canvas = np.array(background(scene.tone, scene.light))
    for thing in scene.things:
        lay(window(canvas, thing), RGB[thing.colour], coverage(thing.shape, thing.size))
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
