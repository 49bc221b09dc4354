"""How much of their captions images of drawn scenes show."""

import itertools

import numpy as np

from tfgan_zoo.datasets import captions as plain_captions
from tfgan_zoo.datasets.conditional import placed_captions
from tfgan_zoo.datasets.shapes_drawing import SIDE
from tfgan_zoo.metrics.images import as_image_array, to_uint8
from tfgan_zoo.metrics.scene_reading import read_things
from tfgan_zoo.metrics.scenes import at_32

_ATTRIBUTES = ("shape", "colour", "size")
_NAMES = (*_ATTRIBUTES, "things", "position", "relation", "count", "caption")


def caption_accuracy(images, captions):
    """Return how much of what captions of drawn scenes say is right in images.

    Things are looked for everywhere, see `scene_reading.read_things`; those that are found are taken for
    those that are named so that as much as possible is right. A thing that is not there has no attribute and
    lies nowhere. A place is a quarter of the image, where the thing's centre has to be.

    Args:
        images: array or tensor [N, H, W, 3], H and W the same multiple of 32; uint8, or floating in [-1, 1].
        captions: list of N captions that `datasets.captions.parse` reads, or
            `datasets.conditional.placed_captions.parse`: "… at the top left".

    Returns:
        Dict of shares in [0, 1]: `shape`, `colour`, `size` of the things named, `things` with all three;
        `position` of the captions that tell a place, `relation` of those that have one (NaN where none has);
        `count`, images with as many things as named, of one and two; `caption`, images right in all.

    Raises:
        ValueError: images of another shape, dtype or range, another number of captions, or one that is none.

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene, render
    >>> scenes = [make_scene(1, index) for index in range(4)]
    >>> accuracy = caption_accuracy([render(s) for s in scenes], [str(s.caption) for s in scenes])
    >>> accuracy["caption"], accuracy["relation"], accuracy["position"]
    (1.0, 1.0, nan)
    """
    images = at_32(to_uint8(as_image_array(images, channels=3)))
    if len(images) != len(captions):
        raise ValueError(f"{len(images)} images, but {len(captions)} captions")
    right = {name: [] for name in _NAMES}
    for image, text in zip(images, captions, strict=True):
        placed, things = _parsed(text), read_things(image)
        named = [each for each in (placed.caption.first, placed.caption.second) if each]
        taken = itertools.permutations([*things, *[None] * len(named)], len(named))
        judged = max(
            (_judged(placed, named, chosen) for chosen in taken),
            key=lambda found: sum(map(sum, found.values())),
        )
        judged["things"] = list(map(all, zip(*(judged[a] for a in _ATTRIBUTES), strict=True)))
        judged["count"] = [len(things) == len(named)]
        judged["caption"] = [all(map(all, judged.values()))]
        for name, found in judged.items():
            right[name] += found
    return {name: float(np.mean(found)) if found else np.nan for name, found in right.items()}


def _parsed(text):
    """Return a caption of either kind as a `PlacedCaption`."""
    if " at the " in text:
        return placed_captions.parse(text)
    return placed_captions.PlacedCaption(plain_captions.parse(text))


def _judged(placed, named, taken):
    """Return dict of name -> list of bools: what is right if these things are those that are named."""
    found = {
        attribute: [
            thing is not None and getattr(thing, attribute) == getattr(phrase, attribute)
            for phrase, thing in zip(named, taken, strict=True)
        ]
        for attribute in _ATTRIBUTES
    }
    if placed.place:
        found["position"] = [taken[0] is not None and _quarter(taken[0]) == placed.place]
    if placed.caption.relation:
        found["relation"] = [None not in taken and _relation(*taken) == placed.caption.relation]
    return found


def _quarter(thing):
    """Return in which quarter of the image a thing's centre lies: one of `placed_captions.PLACES`."""
    up = "top" if thing.y < SIDE / 2 else "bottom"
    return f"{up} {'left' if thing.x < SIDE / 2 else 'right'}"


def _relation(first, second):
    """Return how the first thing lies to the second, along the axis on which they are further apart."""
    right, down = first.x - second.x, first.y - second.y
    if abs(right) > abs(down):
        return "right of" if right > 0 else "left of"
    return "below" if down > 0 else "above"
