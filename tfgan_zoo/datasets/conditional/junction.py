"""A walker at a junction: the next frame of a film that has two futures.

The walker comes up the lower road. Until the junction, and after it, the past tells what comes next; at the
junction it turns left or right by chance. A network that is taught the mean square error paints the average
of both, which is neither (Mathieu, Couprie & LeCun 2015, arXiv 1511.05440).
"""

import functools

import numpy as np

from tfgan_zoo import errors
from tfgan_zoo.datasets.conditional.assembled import assembled, checked_images, chosen, fitted
from tfgan_zoo.datasets.draws import uniforms

SIZES = {"train": 4_000, "test": 1_000}
SIDE = 32
PAST = 3  # frames
STEP = 4  # pixels the walker moves between two frames
LABELS = ("ahead", "left", "right")
TURNS = ("neither", "left", "right", "both")
_KEY = 71  # of this set's random numbers
_SAMPLES = 4  # per pixel and axis
_RADIUS, _HALF_WIDTH = 2.5, 4  # pixels: the walker's, and half of a road's
_GROUND, _ROAD, _WALKER = 30, 110, 240
_SEEN = 0.25  # share of a walker from which on it is there


def arrays(name, split, size, channels):
    """Return three frames (`past`) and the one that comes next (`image`).

    In half of the examples the walker stands at the junction (`label` is the turn that follows, 1 or 2); in
    the others it is before or behind it (`label` is 0), and there is one future.

    Args:
        name: `"junction"`, or `"junction:0.7"` for a walker that turns left with that probability.
        split: `"train"` or `"test"`, with slices.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 1.

    Returns:
        `Arrays`. For the evaluator, `factor_x` and `factor_y`, int32: the junction's middle, in pixels of
        32×32 from the top left corner.

    Raises:
        ValueError: an unknown split; a probability that is none.

    >>> made = arrays("junction", "test[:5]", None, None)
    >>> made.others["past"].shape, made.images.shape
    ((5, 3, 32, 32, 1), (5, 32, 32, 1))
    """
    left = _probability(name)
    drawn = np.array([uniforms([_KEY, *key], 5) for key in chosen(split, SIZES)])
    xs = 12 + (drawn[:, 0] * 8).astype(np.int32)
    ys = 8 + (drawn[:, 1] * 7).astype(np.int32)
    turns = np.where(drawn[:, 2] < left, -1, 1)
    # Where the last frame of the past is: so many steps behind the junction, along the walker's way.
    last = np.select([drawn[:, 3] < 0.5, drawn[:, 3] < 0.75], [0, -1], 1)
    labels = np.where(last == 0, np.where(turns < 0, 1, 2), 0).astype(np.int32)
    way = last[:, None] + np.arange(1 - PAST, 2)
    frames = np.stack([frame(xs, ys, *_places(xs, ys, turns, steps)) for steps in way.T], axis=1)
    return assembled(
        name,
        split,
        fitted(frames[:, PAST], size, channels),
        labels,
        {"factor_x": xs, "factor_y": ys},
        label_names=LABELS,
        past=fitted(frames[:, :PAST], size, channels),
    )


def frame(xs, ys, walker_xs, walker_ys):
    """Draw junctions with walkers.

    Args:
        xs: the junctions' middles, in pixels from the left, ints [N].
        ys: and from the top.
        walker_xs: the walkers' middles, ints [N].
        walker_ys: and from the top.

    Returns:
        uint8 [N, 32, 32, 1].

    >>> frame([16], [10], [16], [26])[0, 26, 14:18, 0].tolist()
    [240, 240, 240, 240]
    """
    made = np.empty((len(xs), SIDE, SIDE), np.uint8)
    for row, (x, y, walker_x, walker_y) in enumerate(
        zip(xs, ys, walker_xs, walker_ys, strict=True)
    ):
        ground = _roads(int(x), int(y))
        made[row] = np.rint(ground + (_WALKER - ground) * walker(int(walker_x), int(walker_y)))
    return made[..., None]


@functools.cache
def walker(x, y):
    """Return which part of each pixel a walker covers, float64 [32, 32].

    Args:
        x: its middle, in pixels from the left, an int.
        y: and from the top.

    >>> float(walker(16, 16).sum().round(1))  # about 2.5² π
    19.8
    """
    samples = (np.arange(SIDE * _SAMPLES) + 0.5) / _SAMPLES
    covered = (samples - x) ** 2 + (samples[:, None] - y) ** 2 <= _RADIUS**2
    return covered.reshape(SIDE, _SAMPLES, SIDE, _SAMPLES).mean(axis=(1, 3))


@functools.cache
def _roads(x, y):
    """Return a junction without a walker, int64 [32, 32]."""
    pixel = np.arange(SIDE) + 0.5
    across = abs(pixel[:, None] - y) < _HALF_WIDTH
    up = (abs(pixel - x) < _HALF_WIDTH) & (pixel[:, None] > y)
    return np.where(across | up, _ROAD, _GROUND)


def futures(xs, ys):
    """Return the frames that may follow where the walker is at the junction.

    Args:
        xs: the junctions' middles, `factor_x`, ints [N].
        ys: `factor_y`.

    Returns:
        uint8 [N, 2, 32, 32, 1]: the walker has gone left, and right.

    >>> futures([16], [10]).shape
    (1, 2, 32, 32, 1)
    """
    xs, ys = np.asarray(xs), np.asarray(ys)
    return np.stack([frame(xs, ys, xs + turn * STEP, ys) for turn in (-1, 1)], axis=1)


def weights(images, xs, ys):
    """Return how much of a walker there is on the left and on the right of the junction.

    Args:
        images: what was made of a past that ends at the junction, uint8 [N, 32, 32, 1].
        xs: the junctions' middles, `factor_x`, ints [N].
        ys: `factor_y`.

    Returns:
        float64 [N, 2] in [0, 1]; of an average of both futures, the shares it is made of.

    Raises:
        ValueError: images of another shape or dtype.

    >>> weights(futures([16], [10])[:, 0], [16], [10]).tolist()
    [[1.0, 0.0]]
    """
    images = checked_images(images, (SIDE, SIDE, 1))[..., 0]
    bright = (images.astype(np.float64) - _ROAD) / (_WALKER - _ROAD)
    covers = [
        np.stack([walker(int(x) + turn * STEP, int(y)) for x, y in zip(xs, ys, strict=True)])
        for turn in (-1, 1)
    ]
    shares = [(bright * cover).sum(axis=(1, 2)) / (cover**2).sum(axis=(1, 2)) for cover in covers]
    return np.clip(np.stack(shares, axis=1), 0, 1)


def turns(images, xs, ys):
    """Return which turn images show, int32 [N]: positions in `TURNS`. The arguments are those of `weights`.

    >>> both = futures([16], [10]).mean(axis=1).astype(np.uint8)
    >>> TURNS[turns(both, [16], [10])[0]]
    'both'
    """
    seen = weights(images, xs, ys) > _SEEN
    return (seen[:, 0] + 2 * seen[:, 1]).astype(np.int32)


def _places(xs, ys, turns, steps):
    """Return where walkers are so many steps after the junction: before it below, then at its side."""
    return xs + turns * STEP * np.maximum(steps, 0), ys + STEP * np.maximum(-steps, 0)


def _probability(name):
    """Return the probability of a turn to the left that a name tells."""
    _, colon, text = name.partition(":")
    try:
        left = float(text) if colon else 0.5
        errors.check_numbers(0, 1, left=left)
    except ValueError as error:
        raise ValueError(
            f"{name!r}: expected the probability of a turn to the left after the colon, e.g. junction:0.7"
        ) from error
    return left
