"""How much of their captions images of drawn scenes show."""

import itertools

import numpy as np

from tfgan_zoo.datasets.captions import parse
from tfgan_zoo.metrics.images import as_image_array, to_uint8
from tfgan_zoo.metrics.scene_reading import read_things
from tfgan_zoo.metrics.scenes import at_32

_ATTRIBUTES = ("shape", "colour", "size")


def caption_accuracy(images, captions):
    """Return how much of what captions of the `shapes` scenes say is right in images.

    Things are looked for everywhere, see `scene_reading.read_things`; those that are found are taken for
    those that are named so that as many attributes as possible are right. A thing that is not there has none.
    Captions say nothing of a single thing's place; of two, how they lie to each other.

    Args:
        images: array or tensor [N, H, W, 3], H and W the same multiple of 32; uint8, or floating in [-1, 1].
        captions: list of N captions that `datasets.captions.parse` reads.

    Returns:
        Dict of shares in [0, 1]: `shape`, `colour`, `size` of the things named, `things` with all three;
        `relation` of the captions that have one (NaN where none has); `count`, images with as many things as
        named, of one and two; `caption`, images that are right in all.

    Raises:
        ValueError: images of another shape, dtype or range, another number of captions, or one that is none.

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene, render
    >>> scenes = [make_scene(1, index) for index in range(4)]
    >>> accuracy = caption_accuracy([render(s) for s in scenes], [str(s.caption) for s in scenes])
    >>> accuracy["caption"], accuracy["relation"]
    (1.0, 1.0)
    """
    images = at_32(to_uint8(as_image_array(images, channels=3)))
    if len(images) != len(captions):
        raise ValueError(f"{len(images)} images, but {len(captions)} captions")
    right = {name: [] for name in (*_ATTRIBUTES, "things", "relation", "count", "caption")}
    for image, text in zip(images, captions, strict=True):
        caption, things = parse(text), read_things(image)
        named = [phrase for phrase in (caption.first, caption.second) if phrase is not None]
        taken = max(
            itertools.permutations([*things, *[None] * len(named)], len(named)),
            key=lambda chosen: sum(map(sum, _rows(named, chosen))),
        )
        rows = _rows(named, taken)
        for name, column in zip(_ATTRIBUTES, zip(*rows, strict=True), strict=True):
            right[name] += column
        whole = [all(row) for row in rows]
        right["things"] += whole
        right["count"].append(len(things) == len(named))
        relation = []
        if caption.relation is not None:
            relation = [None not in taken and _relation(*taken) == caption.relation]
        right["relation"] += relation
        right["caption"].append(all([*whole, *relation, right["count"][-1]]))
    return {name: float(np.mean(found)) if found else np.nan for name, found in right.items()}


def _rows(named, things):
    """Return which attributes of each thing are as named."""
    return [
        [thing is not None and getattr(thing, a) == getattr(phrase, a) for a in _ATTRIBUTES]
        for phrase, thing in zip(named, things, strict=True)
    ]


def _relation(first, second):
    """Return how the first thing lies to the second, along the axis on which they are further apart."""
    right, down = first.x - second.x, first.y - second.y
    if abs(right) > abs(down):
        return "right of" if right > 0 else "left of"
    return "below" if down > 0 else "above"
