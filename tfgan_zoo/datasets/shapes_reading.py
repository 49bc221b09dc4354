"""What an image of a drawn scene shows, read without a network and without knowing what it ought to be."""

import numpy as np

from tfgan_zoo.datasets.captions import COLOURS, SHAPES, SIZES
from tfgan_zoo.datasets.conditional import placed_captions
from tfgan_zoo.datasets.conditional.assembled import checked_images
from tfgan_zoo.datasets.shapes_drawing import RADIUS, RGB, SIDE, background, coverage
from tfgan_zoo.datasets.shapes_scene import LIGHTS, TONES, Thing

ATTRIBUTES = ("shape", "colour", "size", "position", "relation")
_THERE = 0.5  # share of what a thing would explain that it has to explain to be there


def read(image):
    """Return the things that an image shows, those first that explain the most.

    The background is the one that is nearest in the nearer half of the pixels. Then every shape, colour and
    size is tried at every place; the one that takes away most of the squared difference is there, if that is
    more than half of what it would take away from its own drawing. Things do not overlap, and there are two
    at most.

    Args:
        image: uint8 [32, 32, 3].

    Returns:
        A list of at most two `shapes_scene.Thing`.

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene, render
    >>> scene = make_scene(0, 0)
    >>> set(read(render(scene))) == set(scene.things)
    True
    """
    (image,) = checked_images(np.asarray(image)[None], (SIDE, SIDE, 3)).astype(np.float32)
    behind = min(
        (background(tone, light).astype(np.float32) for tone in TONES for light in LIGHTS),
        key=lambda ground: np.sort(abs(image - ground).sum(axis=2), axis=None)[
            : SIDE * SIDE // 2
        ].sum(),
    )
    free = np.ones((SIDE, SIDE), bool)
    found = []
    for _ in range(2):
        thing = _best(image, behind, free)
        if thing is None:
            break
        found.append(thing)
        reach = RADIUS[thing.size]
        free[thing.y - reach : thing.y + reach, thing.x - reach : thing.x + reach] = False
    return found


def attributes_right(images, texts):
    """Return which attributes of captions images show.

    Args:
        images: uint8 [N, 32, 32, 3].
        texts: N captions, of `captions` or of `placed_captions`.

    Returns:
        Dict of float arrays [N] by `ATTRIBUTES`: 1 where it is right for all objects that the caption names,
        else 0; NaN where the caption does not tell it (`position` of two objects, `relation` of one). `all`
        is 1 where nothing is wrong. An object too many makes `all` wrong alone; one too few, all but a
        position.

    Raises:
        ValueError: other numbers of images and texts; a text that is no caption.

    >>> from tfgan_zoo.datasets.shapes_scene import make_scene, render
    >>> image, text = render(make_scene(0, 0)), "a large purple diamond below a small red cross"
    >>> right = attributes_right(image[None], [text])
    >>> [float(right[key][0]) for key in ("shape", "colour", "size", "relation", "all")]
    [1.0, 0.0, 1.0, 1.0, 0.0]
    """
    if len(images) != len(texts):
        raise ValueError(f"{len(images)} images, but {len(texts)} captions")
    rows = [_right(read(image), *_wanted(text)) for image, text in zip(images, texts, strict=True)]
    return {key: np.array([row[key] for row in rows]) for key in (*ATTRIBUTES, "all")}


def _wanted(text):
    """Return the phrases, the relation and the place of a caption."""
    if " at the " in text:
        placed = placed_captions.parse(text)
        return [placed.caption.first], None, placed.place
    caption = placed_captions.captions.parse(text)
    phrases = [caption.first] if caption.second is None else [caption.first, caption.second]
    return phrases, caption.relation, None


def _right(things, phrases, relation, place):
    """Return the row of `attributes_right`, of the assignment of things to phrases that is best."""
    rows = []
    for order in (things, things[::-1]):
        pairs = [*zip(phrases, order, strict=False)]
        row = {
            key: float(
                len(pairs) == len(phrases)
                and all(getattr(p, key) == getattr(t, key) for p, t in pairs)
            )
            for key in ("shape", "colour", "size")
        }
        row["position"] = row["relation"] = np.nan
        if place:
            row["position"] = float(bool(order) and _lies(order[0], place))
        if relation:
            row["relation"] = float(len(order) == 2 and related(*order, relation))
        row["all"] = float(len(things) == len(phrases) and 0.0 not in row.values())
        rows.append(row)
    return max(rows, key=lambda row: np.nansum(list(row.values())))


def related(first, second, relation):
    """Return whether two things lie to each other as a relation says, along its axis most of all.

    >>> related(Thing("small", "red", "circle", 6, 9), Thing("large", "blue", "cross", 20, 12), "left of")
    True
    """
    apart = np.array([second.x - first.x, second.y - first.y])
    direction = {"left of": (1, 0), "right of": (-1, 0), "above": (0, 1), "below": (0, -1)}[
        relation
    ]
    return bool(apart @ direction > abs(apart @ direction[::-1]))


def _lies(thing, place):
    up, side = place.split(" ")
    middle = SIDE / 2
    return (thing.y < middle) == (up == "top") and (thing.x < middle) == (side == "left")


def _best(image, behind, free):
    """Return the `Thing` that explains the most of what is free; None where there is none."""
    colours = np.array([RGB[colour] for colour in COLOURS], np.float32)
    paint = colours - behind[:, :, None]  # [H, W, colours, 3]
    seen = ((image - behind)[:, :, None] * paint).sum(axis=3) * free[..., None]
    power = (paint**2).sum(axis=3)
    best, thing = 0.0, None
    for size in SIZES:
        reach = RADIUS[size] + 1
        places = SIDE - 2 * reach + 1
        parts = [
            np.lib.stride_tricks.sliding_window_view(
                values, (2 * reach, 2 * reach), axis=(0, 1)
            ).reshape(places * places * len(COLOURS), -1)
            for values in (seen, power)
        ]
        covered = np.stack([coverage(shape, size).ravel() / 16 for shape in SHAPES], axis=1)
        covered = covered.astype(np.float32)
        own = parts[1] @ covered**2  # what each would explain of its own drawing
        explained = 2 * parts[0] @ covered - own
        explained[explained < _THERE * own] = 0
        place = explained.argmax()
        if explained.flat[place] > best:
            best = explained.flat[place]
            row, shape = divmod(int(place), len(SHAPES))
            spot, colour = divmod(row, len(COLOURS))
            y, x = divmod(spot, places)
            thing = Thing(size, COLOURS[colour], SHAPES[shape], x + reach, y + reach)
    return thing
