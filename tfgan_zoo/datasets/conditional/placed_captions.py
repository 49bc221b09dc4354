"""Captions that say of a single object where it lies; those of two objects are as in `captions`.

    caption  := object place | object relation object
    place    := "at the" ("top" | "bottom") ("left" | "right")

So each caption tells of shape, colour and size, and of position or relation: all that can be checked.
"""

import dataclasses

from tfgan_zoo.datasets import captions
from tfgan_zoo.datasets.shapes_drawing import SIDE

PLACES = ("top left", "top right", "bottom left", "bottom right")
VOCABULARY = (*captions.VOCABULARY, "at", "the", "top", "bottom")
MAX_TOKENS = captions.MAX_TOKENS
MARGIN = 2  # pixels about the middle lines: what lies there is at none of the places
_TOKENS = {word: token for token, word in enumerate(VOCABULARY) if token}


@dataclasses.dataclass(frozen=True)
class PlacedCaption:
    """A caption and, of one object, its place.

    Args:
        caption: a `captions.Caption`.
        place: one of `PLACES`, or None where there are two objects.

    >>> str(parse("a small red circle at the top left"))
    'a small red circle at the top left'
    """

    caption: captions.Caption
    place: str | None = None

    def __str__(self):
        return f"{self.caption} at the {self.place}" if self.place else str(self.caption)


def place_at(x, y):
    """Return where in the image a point is: one of `PLACES`, or None near the middle lines.

    >>> place_at(6, 25), place_at(15, 25)
    ('bottom left', None)
    """
    if min(abs(x - SIDE / 2), abs(y - SIDE / 2)) < MARGIN:
        return None
    return f"{'top' if y < SIDE / 2 else 'bottom'} {'left' if x < SIDE / 2 else 'right'}"


def caption_of(scene):
    """Return the `PlacedCaption` of a scene; None where a single object is at none of the places."""
    if len(scene.things) == 2:
        return PlacedCaption(scene.caption)
    place = place_at(scene.main.x, scene.main.y)
    return None if place is None else PlacedCaption(scene.caption, place)


def parse(text):
    """Read a caption back into its parts.

    Raises:
        ValueError: the text is not a sentence of the grammar; says which word was expected.

    >>> parse("a small red circle above a large blue square").caption.relation
    'above'
    """
    whole, at, place = text.partition(" at the ")
    caption = captions.parse(whole)
    if caption.second is None and place not in PLACES:
        raise ValueError(
            f"not a caption with a place: {text!r}: expected one of {', '.join(PLACES)} after 'at the'"
        )
    if caption.second is not None and at:
        raise ValueError(f"not a caption with a place: {text!r}: two objects have a relation only")
    return PlacedCaption(caption, place or None)


def encode(text):
    """Turn a caption into tokens, a list of 10 ints, padded with 0.

    Raises:
        ValueError: the text is not a sentence of the grammar.

    >>> encode("a small red circle at the top left")
    [1, 2, 4, 11, 21, 22, 23, 16, 0, 0]
    """
    parse(text)
    tokens = [_TOKENS[word] for word in text.split(" ")]
    return tokens + [0] * (MAX_TOKENS - len(tokens))


def decode(tokens):
    """Turn tokens into words; 0 (padding) is left out.

    >>> decode(encode("a small red circle at the top left"))
    'a small red circle at the top left'
    """
    return " ".join(VOCABULARY[int(token)] for token in tokens if token)
