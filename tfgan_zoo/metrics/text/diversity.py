"""Variety, and what is copied: scores that need no model of language."""

from tfgan_zoo import errors
from tfgan_zoo.metrics.text.words import ngrams, words


def distinct_n(texts, n=2):
    """Return the share of n-grams that are distinct (Li et al. 2016, arXiv 1510.03055).

    It falls with the number of texts: compare at equal counts, and with real text.

    Args:
        texts: strings [N], words separated by white space.
        n: the order.

    Returns:
        float in [0, 1]: distinct n-grams over all n-grams of all texts; 0 where no text has n words.

    Raises:
        ValueError: no texts, what is no text, or n < 1.

    >>> distinct_n(["a b a", "b a"], n=2)  # ab, ba, ba
    0.6666666666666666
    """
    errors.check_ints(1, n=n)
    found = [gram for sentence in words(texts) for gram in ngrams(sentence, n)]
    return len(set(found)) / len(found) if found else 0.0


def duplicates(samples, training):
    """Return the share of samples that are, word for word, lines of the training set.

    Args:
        samples: strings [N].
        training: strings [M].

    Returns:
        float in [0, 1]. Where the language is small, as with `captions`, real text has many, too.

    Raises:
        ValueError: no samples or training lines, or what is no text.

    >>> duplicates(["a cat", "a dog"], ["a  cat", "a cow"])
    0.5
    """
    known = set(words(training, "training"))
    samples = words(samples, "samples")
    return sum(sample in known for sample in samples) / len(samples)
