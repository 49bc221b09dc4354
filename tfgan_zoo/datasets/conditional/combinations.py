"""Scenes with captions, and captions and pairs of colour and shape that no training image has."""

import itertools
import zlib

import numpy as np

from tfgan_zoo.datasets import shapes_scene
from tfgan_zoo.datasets.arrays import EXAMPLE_CAPTIONS
from tfgan_zoo.datasets.captions import COLOURS, SHAPES
from tfgan_zoo.datasets.conditional import placed_captions
from tfgan_zoo.datasets.conditional.assembled import assembled, fitted
from tfgan_zoo.datasets.splits import resolve

SIZES = {"train": 40_000, "test": 1_000, "test_unseen": 1_000}
_FIRST_SPLIT = 2  # `make_scene` knows the splits by other numbers than those of `shapes`
# One shape of each colour, 7 of 35 pairs; every shape and every colour is seen in others.
UNSEEN = frozenset((colour, SHAPES[2 * n % len(SHAPES)]) for n, colour in enumerate(COLOURS))
_HELD_OUT = 5  # one of so many captions


def arrays(name, split, size, channels):
    """Return scenes as those of `shapes` (`image`, `label`) with their captions (`caption`).

    The captions say of single objects where they lie, see `placed_captions`. A fifth of them is held out: no
    scene of `train` has the caption of one of `test`, nor one that says the same the other way round. No
    object of both is one of the `UNSEEN` pairs of colour and shape; in `test_unseen` each scene has at least
    one.

    Args:
        name: the name that was asked for.
        split: `"train"`, `"test"` or `"test_unseen"`, with slices.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 3.

    Returns:
        `Arrays`: `caption` int32 [N, 10], tokens of `info.tokenizer`; `meaning` int32 [N], see
        `placed_captions.meaning`; and the `factor_*` of `shapes`.

    >>> placed_captions.decode(arrays("shapes_combinations", "test[:1]", None, None).extras["caption"][0])
    'a large blue cross left of a small green cross'
    """
    scenes = [
        scene
        for base, start, stop in resolve(split, SIZES)
        for scene in itertools.islice(_scenes(base), start, stop)
    ]
    each = [shapes_scene.factors(scene) for scene in scenes]
    placed = [placed_captions.caption_of(scene) for scene in scenes]
    texts = [str(each) for each in placed]
    images = np.stack([shapes_scene.render(scene) for scene in scenes])
    return assembled(
        name,
        split,
        fitted(images, size, channels),
        np.array([SHAPES.index(scene.main.shape) for scene in scenes], np.int32),
        {
            "caption": np.array([placed_captions.encode(text) for text in texts], np.int32),
            "meaning": np.array([placed_captions.meaning(each) for each in placed], np.int32),
            **{
                f"factor_{key}": np.array([factors[key] for factors in each], np.int32)
                for key in sorted(each[0])
            },
        },
        label_names=SHAPES,
        texts=(placed_captions.tokenizer(), tuple(texts[:EXAMPLE_CAPTIONS])),
    )


def has_unseen(scene):
    """Return whether a scene has an object of one of the `UNSEEN` pairs."""
    return any((thing.colour, thing.shape) in UNSEEN for thing in scene.things)


def is_held_out(caption):
    """Return whether a `PlacedCaption` is of `test`.

    Captions that say the same the other way round are of the same split.

    >>> is_held_out(placed_captions.parse("a large blue cross left of a small green cross"))
    True
    >>> is_held_out(placed_captions.parse("a small green cross right of a large blue cross"))
    True
    """
    return zlib.crc32(str(placed_captions.straight(caption)).encode()) % _HELD_OUT == 0


def _scenes(split):
    """Yield the scenes of a split, one after the other: those that belong there and can be told."""
    number = _FIRST_SPLIT + list(SIZES).index(split)
    for index in itertools.count():
        scene = shapes_scene.make_scene(number, index)
        caption = placed_captions.caption_of(scene)
        if caption is None or has_unseen(scene) != (split == "test_unseen"):
            continue
        if split == "test_unseen" or is_held_out(caption) == (split == "test"):
            yield scene
