"""What the scores of texts are computed from: words."""

import numpy as np


def words(texts, name="texts", *, minimum=1):
    """Return each text's words, as white space separates them.

    Args:
        texts: strings: a list, an array or a tensor [N]; bytes are UTF-8.
        name: what the error calls them, e.g. `"samples"`.
        minimum: the smallest N that the score can be computed from.

    Returns:
        A list of N tuples of strings; an empty text has none.

    Raises:
        ValueError: fewer than `minimum` texts, or what is no text.

    >>> words(["a cat", b"sat"])
    [('a', 'cat'), ('sat',)]
    """
    if isinstance(texts, (str, bytes)):
        raise ValueError(f"{name} is one text, expected a list of them: {texts!r}")
    # Tensors of strings become arrays of bytes; lists stay as they are.
    found = list(texts if isinstance(texts, (list, tuple)) else np.asarray(texts))
    if len(found) < minimum:
        raise ValueError(f"{name} needs at least {minimum} texts, got {len(found)}")
    for position, text in enumerate(found):
        if not isinstance(text, (str, bytes)):
            raise ValueError(f"{name}[{position}] is {text!r}, expected a string")
    return [tuple((t.decode() if isinstance(t, bytes) else t).split()) for t in found]


def ngrams(sentence, n):
    """Return an iterator of a sentence's n-grams, in order.

    >>> list(ngrams(("a", "small", "cat"), 2))
    [('a', 'small'), ('small', 'cat')]
    """
    return zip(*(sentence[start:] for start in range(n)), strict=False)
