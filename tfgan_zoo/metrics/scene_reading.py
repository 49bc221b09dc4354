"""What an image of a drawn scene shows, wherever it is: background and things, found without a network."""

import functools

import numpy as np

from tfgan_zoo.datasets import shapes_drawing
from tfgan_zoo.datasets.captions import COLOURS, SHAPES, SIZES
from tfgan_zoo.datasets.shapes_scene import LIGHTS, TONES, Thing

_RGB = np.array([shapes_drawing.RGB[colour] for colour in COLOURS], float)
_AROUND = 0.6  # of a scene is background at least
_CLEAR = 0.4  # of what is unlike the background where a thing is, noise too: how much it explains


def read_things(image, most=2):
    """Return the things that an image shows.

    The background that is nearest to most of the pixels is taken, then the thing whose painting brings it
    nearest to the image by squared difference, and so on; each is looked for again when the others are known.
    What explains less than two fifths of the difference at its place is none, nor is what lies on a thing of
    its own colour: there an edge is off, by a pixel or two. Things of a scene never touch.

    Args:
        image: array [32, 32, 3] in [0, 255].
        most: how many things at most.

    Returns:
        A list of `shapes_scene.Thing`, the clearest first. True scenes are read without a mistake.

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene, render
    >>> scene = make_scene(0, 0)
    >>> set(read_things(render(scene))) == set(scene.things)
    True
    """
    image = np.asarray(image, float)
    background = _background(image)
    things = []
    while len(things) < most:
        thing, share = _clearest(image, _painted(background, things))
        if share < _CLEAR or any(_lies_on(thing, other) for other in things):
            break
        things.append(thing)
        if len(things) > 1:  # what was found beside something unknown may have been pulled to it
            for number in range(len(things)):
                others = things[:number] + things[number + 1 :]
                things[number], _ = _clearest(image, _painted(background, others))
    return things


def _lies_on(thing, other):
    """Return whether a thing's centre is within another's sides, and both have one colour."""
    away = max(abs(thing.x - other.x), abs(thing.y - other.y))
    return thing.colour == other.colour and away <= shapes_drawing.RADIUS[other.size]


def _background(image):
    """Return the background that is nearest to the pixels that are nearest to it."""
    candidates = [shapes_drawing.background(tone, light) for tone in TONES for light in LIGHTS]
    distances = [((image - one) ** 2).sum(axis=2).ravel() for one in candidates]
    count = int(_AROUND * distances[0].size)
    means = [np.partition(distance, count)[:count].mean() for distance in distances]
    return candidates[int(np.argmin(means))]


def _painted(background, things):
    canvas = np.array(background)
    for thing in things:
        covered = shapes_drawing.coverage(thing.shape, thing.size)
        shapes_drawing.lay(
            shapes_drawing.window(canvas, thing), shapes_drawing.RGB[thing.colour], covered
        )
    return canvas.astype(float)


def _clearest(image, canvas):
    """Return the thing that explains most of the difference of two images, and its share of it there."""
    difference, best = image - canvas, (-np.inf,)
    for size in SIZES:
        gains = _gains(size, difference, canvas)
        place = np.unravel_index(gains.argmax(), gains.shape)
        best = max(best, (gains[place], size, *place), key=lambda found: found[0])
    gain, size, shape, y, x, colour = best
    reach = shapes_drawing.RADIUS[size] + 1
    thing = Thing(size, COLOURS[colour], SHAPES[shape], int(x) + reach, int(y) + reach)
    there = shapes_drawing.window(difference, thing)[_masks(size)[shape] > 0]
    return thing, gain / max((there**2).sum(), 1.0)


def _gains(size, difference, canvas):
    """Return by how much the squared difference falls where a thing is painted, [shape, y, x, colour].

    With the difference d, the canvas b, the coverage m and the colour c, that is the sum over a window of
    2 d m (c - b) - m² (c - b)².
    """
    masks = _masks(size)
    side = masks.shape[1]

    def summed(maps, weights):
        """Return the sums of maps [32, 32, K] under each mask at each place: [shape, y, x, K]."""
        windows = np.lib.stride_tricks.sliding_window_view(maps, (side, side), axis=(0, 1))
        rows = windows.reshape(*windows.shape[:3], side * side)
        return np.moveaxis(rows @ weights.reshape(len(weights), -1).T, -1, 0)

    along = summed(difference, masks)
    across = summed((difference * canvas).sum(axis=2, keepdims=True), masks)
    squares = masks**2
    own = summed(canvas, squares)
    own_squares = summed((canvas**2).sum(axis=2, keepdims=True), squares)
    area = squares.sum(axis=(1, 2))[:, None, None, None]
    painted = area * (_RGB**2).sum(axis=1) - 2.0 * own @ _RGB.T + own_squares
    return 2.0 * (along @ _RGB.T - across) - painted


@functools.cache
def _masks(size):
    """Return each shape's coverage, in [0, 1]: [shape, side, side]."""
    return np.stack([shapes_drawing.coverage(shape, size)[..., 0] / 16.0 for shape in SHAPES])
