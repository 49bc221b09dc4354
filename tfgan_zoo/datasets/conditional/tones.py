"""Tones, each with a drawn shape: the pitch tells which, the volume how large, and nothing where.

    pitch     one of five bands of frequencies, a fourth and more apart  →  which of five shapes
    volume    the amplitude                                              →  its area
    nothing                                                              →  its place

So a model that makes the image of the sound can be checked by the sound, and its variety by the place.
"""

import numpy as np

from tfgan_zoo.datasets.captions import SHAPES
from tfgan_zoo.datasets.conditional.assembled import assembled, checked_images, chosen, fitted
from tfgan_zoo.datasets.draws import uniforms
from tfgan_zoo.datasets.shapes_drawing import SIDE, inside

SIZES = {"train": 20_000, "test": 1_000}
SAMPLE_RATE = 8_000
LENGTH = 4_000  # samples: half a second
FREQUENCIES = (300.0, 500.0, 840.0, 1400.0, 2340.0)  # Hz, the middle of each shape's band
SPREAD = 0.1  # a tone is at most so far from its band's middle, as a share
AREAS = (30.0, 180.0)  # pixels, of the softest and of the loudest tone
AMPLITUDES = (0.05, 0.95)
NOISE = 0.01  # amplitude of the noise behind all tones
_KEY = 70  # of this set's random numbers
_FADE = 80  # samples at both ends
_UNITS = 8  # coordinates to a pixel, of which each odd one is a sample
# Area of each shape of radius 1, and how far its centre of gravity lies below its centre; see `inside`.
_AREA = {"circle": np.pi, "square": 49 / 16, "triangle": 7 / 4, "cross": 20 / 9, "diamond": 81 / 32}
_BELOW = {"triangle": 1 / 6}
_DARK, _LIGHT = 24, 232


def arrays(name, split, size, channels):
    """Return tones (`audio`) and images of shapes (`image`, `label`).

    Args:
        name: the name that was asked for.
        split: `"train"` or `"test"`, with slices.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 1.

    Returns:
        `Arrays`. For the evaluator, `factor_volume` in [0, 1], `factor_frequency` in Hz, `factor_area` in
        pixels, `factor_x` and `factor_y` (the shape's centre in pixels from the top left corner), float32,
        of 32×32 pixels whatever the size.

    >>> made = arrays("tones", "test[:3]", None, None)
    >>> made.extras["audio"].shape, made.images.shape
    ((3, 4000), (3, 32, 32, 1))
    """
    keys = chosen(split, SIZES)
    audio = np.empty((len(keys), LENGTH), np.float32)
    drawn = np.empty((len(keys), 6))
    for row, key in enumerate(keys):
        drawn[row], noise = np.split(uniforms([_KEY, *key], 6 + LENGTH), [6])
        audio[row] = NOISE * (2 * noise - 1)
    labels = (drawn[:, 0] * len(SHAPES)).astype(np.int32)
    frequencies = np.array(FREQUENCIES)[labels] * (1 + SPREAD * (2 * drawn[:, 1] - 1))
    volumes = drawn[:, 2]
    for row, each in enumerate(zip(frequencies, volumes, drawn[:, 3], strict=True)):
        audio[row] += tone(*each)
    areas = area_of(volumes)
    places = np.array([_place(*each) for each in zip(labels, areas, drawn[:, 4:], strict=True)])
    images = draw(labels, areas, *places.T)
    factors = {
        "volume": volumes,
        "frequency": frequencies,
        "area": _bright(images).sum(axis=(1, 2)),
        "x": places[:, 0],
        "y": places[:, 1],
    }
    return assembled(
        name,
        split,
        fitted(images, size, channels),
        labels,
        {
            "audio": audio,
            **{f"factor_{key}": value.astype(np.float32) for key, value in factors.items()},
        },
        label_names=SHAPES,
        sample_rate=SAMPLE_RATE,
    )


def area_of(volume):
    """Return the area in pixels that belongs to a volume; what is drawn is within 10% of it.

    >>> area_of(0.0), area_of(1.0)
    (30.0, 180.0)
    """
    return AREAS[0] + (AREAS[1] - AREAS[0]) * volume


def tone(frequency, volume, phase=0.0):
    """Return a tone without noise.

    Args:
        frequency: in Hz.
        volume: in [0, 1].
        phase: where it begins, in periods.

    Returns:
        float64 [LENGTH] in (-1, 1), softer at both ends.

    >>> bool(abs(tone(500.0, 1.0)).max() > 0.94)
    True
    """
    number = np.arange(LENGTH)
    ends = np.minimum(np.minimum(number, LENGTH - 1 - number) / _FADE, 1)
    loud = AMPLITUDES[0] + (AMPLITUDES[1] - AMPLITUDES[0]) * volume
    return loud * ends * np.sin(2 * np.pi * (frequency * number / SAMPLE_RATE + phase))


def draw(labels, areas, xs, ys):
    """Draw shapes of given areas.

    Args:
        labels: positions in `captions.SHAPES`, ints [N].
        areas: in pixels, floats [N].
        xs: the centres, in pixels from the left, floats [N].
        ys: and from the top.

    Returns:
        uint8 [N, 32, 32, 1]: edges are averaged over 4 × 4 samples a pixel.

    >>> image = draw([1], [64.0], [16.0], [16.0])[0, ..., 0]
    >>> int((image == 232).sum())  # a square of 8 × 8
    64
    """
    samples = 2 * np.arange(SIDE * _UNITS // 2) + 1
    made = np.empty((len(labels), SIDE, SIDE, 1), np.uint8)
    for row, (label, area, x, y) in enumerate(zip(labels, areas, xs, ys, strict=True)):
        shape = SHAPES[label]
        covered = inside(
            shape,
            samples[None, :] - round(_UNITS * float(x)),
            samples[:, None] - round(_UNITS * float(y)),
            _UNITS * _radius(shape, area),
        )
        rows = covered.reshape(SIDE, _UNITS // 2, -1).sum(axis=1, dtype=np.uint8)
        share = rows.reshape(SIDE, SIDE, -1).sum(axis=2) / (_UNITS // 2) ** 2
        made[row, ..., 0] = np.rint(_DARK + (_LIGHT - _DARK) * share)
    return made


def read(images):
    """Read which shape images show, how large it is, and where.

    The area and the centre of gravity of what is bright are measured, and each of the five shapes is drawn
    so; the nearest by squared difference is the one. Images of the set are read without a mistake.

    Args:
        images: uint8 [N, 32, 32, 1].

    Returns:
        Dict of arrays [N]: `label`, int32; `area`, `x` and `y` in pixels, float32.

    Raises:
        ValueError: images of another shape or dtype.

    >>> found = read(draw([2], [100.0], [13.0], [17.5]))
    >>> [found[key].round(1).tolist() for key in ("label", "x", "y")]
    [[2], [13.0], [17.5]]
    """
    images = checked_images(images, (SIDE, SIDE, 1))
    share = _bright(images)
    area = share.sum(axis=(1, 2))
    centres = np.arange(SIDE) + 0.5
    # of gravity; an empty image has area 0
    x, y = (share.sum(axis=axis) @ centres / np.maximum(area, 1e-6) for axis in (1, 2))
    distances = []
    for label, shape in enumerate(SHAPES):
        radius = np.array([_radius(shape, a) for a in area])
        drawn = draw(np.full(len(area), label), area, x, y - _BELOW.get(shape, 0) * radius)
        difference = drawn.astype(np.float64) - images
        distances.append((difference**2).sum(axis=(1, 2, 3)))
    found = np.argmin(distances, axis=0)
    below = [
        _BELOW.get(SHAPES[n], 0) * _radius(SHAPES[n], a) for n, a in zip(found, area, strict=True)
    ]
    measures = {"area": area, "x": x, "y": y - below}
    return {
        "label": found.astype(np.int32),
        **{key: value.astype(np.float32) for key, value in measures.items()},
    }


def _bright(images):
    """Return which part of each pixel is covered, float64 [N, 32, 32]."""
    return np.clip((images[..., 0].astype(np.float64) - _DARK) / (_LIGHT - _DARK), 0, 1)


def _radius(shape, area):
    """Return the radius, in pixels, of a shape of so many pixels."""
    return np.sqrt(area / _AREA[shape])


def _place(label, area, drawn):
    """Return where a shape lies, (x, y) in pixels: whole, and a pixel from the edge."""
    reach = 9 / 8 * _radius(SHAPES[label], area) + 1
    return np.rint(_UNITS * (reach + (SIDE - 2 * reach) * drawn)) / _UNITS
