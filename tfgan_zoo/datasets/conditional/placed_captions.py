"""Captions that say of a single object where it lies; those of two objects are as in `captions`.

    caption  := object place | object relation object
    place    := "at the" ("top" | "bottom") ("left" | "right")

So each caption tells of shape, colour and size, and of position or relation: all that can be checked.
"""

import dataclasses
import zlib

from tfgan_zoo.datasets import captions
from tfgan_zoo.datasets.shapes_drawing import SIDE
from tfgan_zoo.layers.tokenizer import EOS, PAD, UNK, Tokenizer

PLACES = ("top left", "top right", "bottom left", "bottom right")
WORDS = (*captions.WORDS, "at", "the", "top", "bottom")
MAX_TOKENS = captions.MAX_TOKENS
MARGIN = 2  # pixels about the middle lines: what lies there is at none of the places
_TOKENS = {word: token for token, word in enumerate(WORDS, start=UNK + 1)}
_WORDS = {token: word for word, token in _TOKENS.items()}


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


def straight(placed):
    """Return the one of both captions of the same two objects that says "left of" or "above".

    >>> str(straight(parse("a small red circle below a large blue square")))
    'a large blue square above a small red circle'
    """
    caption = placed.caption
    turned = {"right of": "left of", "below": "above"}.get(caption.relation)
    if turned is None:
        return placed
    return PlacedCaption(captions.Caption(caption.second, turned, caption.first))


def meaning(placed):
    """Return a number that captions have in common if they say the same, and else not, an int of 31 bits.

    >>> one = meaning(parse("a small red circle below a large blue square"))
    >>> one == meaning(parse("a large blue square above a small red circle"))
    True
    """
    return zlib.crc32(str(straight(placed)).encode()) & 0x7FFFFFFF


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


def tokenizer():
    """Return the captions' `Tokenizer`, whose numbers are those of `encode`.

    >>> text = "a small red circle at the top left"
    >>> tokenizer().tokens([text])[0].numpy().tolist() == encode(text)
    True
    """
    return Tokenizer(WORDS, length=MAX_TOKENS, lower=True)


def encode(text):
    """Turn a caption into tokens, a list of 10 ints: the words', one end where there is room, and padding.

    Raises:
        ValueError: the text is not a sentence of the grammar.

    >>> encode("a small red circle at the top left")
    [4, 5, 7, 14, 24, 25, 26, 19, 2, 0]
    """
    parse(text)
    tokens = [*(_TOKENS[word] for word in text.split(" ")), EOS]
    return (tokens + [PAD] * MAX_TOKENS)[:MAX_TOKENS]


def decode(tokens):
    """Turn tokens into words; what is no word (the end, padding) is left out.

    >>> decode(encode("a small red circle at the top left"))
    'a small red circle at the top left'
    """
    return " ".join(_WORDS[int(token)] for token in tokens if int(token) in _WORDS)
