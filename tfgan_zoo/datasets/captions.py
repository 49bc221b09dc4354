"""The language of the `shapes` scenes: every caption it allows, and captions as tokens.

    caption  := object | object relation object
    object   := "a" size colour shape
    relation := "left of" | "right of" | "above" | "below"

An example is "a small red circle above a large blue square". The grammar is the whole truth about a
scene's objects, so a model that writes or reads captions can be checked word by word.
"""

import dataclasses

from tfgan_zoo.layers.tokenizer import EOS, PAD, UNK, Tokenizer

SHAPES = ("circle", "square", "triangle", "cross", "diamond")
COLOURS = ("red", "orange", "yellow", "green", "cyan", "blue", "purple")
SIZES = ("small", "large")
RELATIONS = ("left of", "right of", "above", "below")

# In the order of their tokens. New words go to the end: exported models keep the old numbers.
WORDS = ("a", *SIZES, *COLOURS, *SHAPES, "left", "right", "above", "below", "of")
MAX_TOKENS = 10

_TOKENS = {word: token for token, word in enumerate(WORDS, start=UNK + 1)}
_WORDS = {token: word for word, token in _TOKENS.items()}


@dataclasses.dataclass(frozen=True)
class Phrase:
    """One object as a caption names it.

    >>> str(Phrase("small", "red", "circle"))
    'a small red circle'
    """

    size: str
    colour: str
    shape: str

    def __str__(self):
        return f"a {self.size} {self.colour} {self.shape}"


@dataclasses.dataclass(frozen=True)
class Caption:
    """One or two objects, and how the first lies to the second.

    Args:
        first: the `Phrase` of the object that is named first.
        relation: one of `RELATIONS`, or None where there is one object.
        second: the other object, or None.

    >>> str(Caption(Phrase("small", "red", "circle"), "above", Phrase("large", "blue", "square")))
    'a small red circle above a large blue square'
    """

    first: Phrase
    relation: str | None = None
    second: Phrase | None = None

    def __str__(self):
        return (
            str(self.first)
            if self.second is None
            else f"{self.first} {self.relation} {self.second}"
        )


def parse(text):
    """Read a caption back into its parts.

    Args:
        text: words in lower case, separated by single spaces.

    Returns:
        The `Caption`; `str(parse(text)) == text`.

    Raises:
        ValueError: the text is not a sentence of the grammar; says which word was expected.

    >>> parse("a small red circle left of a large blue square").relation
    'left of'
    """
    words = text.split(" ")
    first, rest = _phrase(text, words)
    if not rest:
        return Caption(first)
    relation = next((r for r in RELATIONS if rest[: len(r.split())] == r.split()), None)
    if relation is None:
        raise _error(text, rest[0], f"one of {', '.join(RELATIONS)}")
    second, rest = _phrase(text, rest[len(relation.split()) :])
    if rest:
        raise _error(text, rest[0], "the end")
    return Caption(first, relation, second)


def is_valid(text):
    """Return whether `text` is a sentence of the grammar.

    >>> is_valid("a small red circle"), is_valid("a red small circle")
    (True, False)
    """
    try:
        parse(text)
    except ValueError:
        return False
    return True


def tokenizer():
    """Return the captions' `Tokenizer`; its numbers are those of `encode`.

    >>> tokenizer().tokens(["a small red circle"])[0].numpy().tolist() == encode("a small red circle")
    True
    """
    return Tokenizer(WORDS, length=MAX_TOKENS, lower=True)


def encode(text):
    """Turn words into tokens: the words', one end where there is room, and padding.

    Args:
        text: words of `WORDS` separated by spaces; at most `MAX_TOKENS` of them.

    Returns:
        A list of `MAX_TOKENS` ints.

    Raises:
        ValueError: an unknown word, or too many words.

    >>> encode("a small red circle")
    [4, 5, 7, 14, 2, 0, 0, 0, 0, 0]
    """
    words = text.split()
    if len(words) > MAX_TOKENS:
        raise ValueError(f"{text!r} has {len(words)} words; a caption has at most {MAX_TOKENS}")
    for word in words:
        if word not in _TOKENS:
            raise ValueError(f"{text!r}: {word!r} is not in the vocabulary: {', '.join(_TOKENS)}")
    tokens = [*(_TOKENS[word] for word in words), EOS]
    return (tokens + [PAD] * MAX_TOKENS)[:MAX_TOKENS]


def decode(tokens):
    """Turn tokens into words; what is no word (the end, padding) is left out.

    Args:
        tokens: a sequence of ints, as `encode` returns them.

    Raises:
        ValueError: a token outside the vocabulary.

    >>> decode([4, 5, 7, 14, 2, 0])
    'a small red circle'
    """
    tokens = [int(token) for token in tokens]
    for token in tokens:
        if not 0 <= token <= UNK + len(WORDS):
            raise ValueError(f"token {token} is outside the vocabulary of {len(WORDS)} words")
    return " ".join(_WORDS[token] for token in tokens if token in _WORDS)


def _phrase(text, words):
    parts = []
    for position, (what, valid) in enumerate(
        (("'a'", ("a",)), ("a size", SIZES), ("a colour", COLOURS), ("a shape", SHAPES))
    ):
        word = words[position] if position < len(words) else "the end"
        if word not in valid:
            raise _error(text, word, f"{what} ({', '.join(valid)})" if len(valid) > 1 else what)
        parts.append(word)
    return Phrase(*parts[1:]), words[4:]


def _error(text, given, expected):
    return ValueError(f"not a caption of the shapes: {text!r}: {given!r} where {expected} belongs")
