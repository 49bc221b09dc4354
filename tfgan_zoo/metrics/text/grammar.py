"""The share of sentences that a grammar allows."""

from tfgan_zoo.datasets import captions
from tfgan_zoo.metrics.text.words import words


def grammatical(texts, is_valid=captions.is_valid):
    """Return the share of texts that are sentences of a grammar.

    Args:
        texts: strings [N], words separated by white space.
        is_valid: function from a string, words separated by single spaces, to whether it is a sentence;
            by default that of the captions of the `shapes` scenes.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no texts, or what is no text.

    >>> grammatical(["a small red circle", "a red small circle"])
    0.5
    """
    sentences = words(texts)
    return sum(bool(is_valid(" ".join(sentence))) for sentence in sentences) / len(sentences)
