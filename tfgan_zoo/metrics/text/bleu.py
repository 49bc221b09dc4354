"""BLEU and self-BLEU of whole corpora, each sentence against all references."""

import collections
import math

from tfgan_zoo import errors
from tfgan_zoo.metrics.text.words import ngrams, words

_EPSILON = 0.1  # of NLTK's smoothing method 1: what counts for an order without a match


def bleu(hypotheses, references, n=4):
    """Return BLEU-n: how much of what is written occurs in real sentences; quality, blind to variety.

    The mean over hypotheses of the sentence BLEU (Papineni et al. 2002) with orders 1 to n weighted alike,
    each hypothesis against **all** references, smoothed by NLTK's method 1 (Chen & Cherry 2014), as in
    Texygen (Zhu et al. 2018, arXiv 1802.01886). Equal to NLTK's `sentence_bleu`, in time that grows with
    the sum of the two corpora and not with their product.

    The value rises with the number of references (COCO captions: .516 with 500, .736 with 10,000), and a
    corpus of one good sentence scores well: read it beside the score of real text and `self_bleu`.

    Args:
        hypotheses: strings [N], words separated by white space.
        references: strings [M].
        n: the highest order.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no hypotheses or references, what is no text, or n < 1.

    >>> round(bleu(["a small cat"], ["a small dog", "the cat"], n=2), 6)  # √(3/3 · 1/2)
    0.707107
    """
    errors.check_ints(1, n=n)
    return References(references, n).bleu(hypotheses)[-1]


def self_bleu(texts, n=4):
    """Return self-BLEU-n: how much sentences repeat each other; 1 for one sentence over and over.

    The mean BLEU-n of each text against all others (Texygen, Zhu et al. 2018, arXiv 1802.01886). A text is
    never its own reference; another one that is equal to it is.

    Args:
        texts: strings [N], N ≥ 2, words separated by white space.
        n: the highest order.

    Returns:
        float in [0, 1]; the lower, the more varied.

    Raises:
        ValueError: fewer than two texts, what is no text, or n < 1.

    >>> self_bleu(["a b", "a b"], n=2)
    1.0
    """
    errors.check_ints(1, n=n)
    return References(texts, n).self_bleu()[-1]


class References:
    """The counts of n-grams that BLEU compares with, taken once for any number of corpora.

    BLEU clips a hypothesis's count of an n-gram at the largest count in any one reference; that table is all
    it takes. A reference's own count, compared with the others, is clipped at the second largest: for the one
    that has the largest this is the others' maximum, and no other has more.

    Args:
        texts: strings [M].
        order: the highest order n.

    >>> references = References(["a b", "a c"], order=2)
    >>> references.bleu(["a b"]), references.bleu(["x"])
    ([1.0, 1.0], [0.0, 0.0])
    """

    def __init__(self, texts, order):
        self._sentences = words(texts, "references")
        self._order = order
        self._largest, self._second = {}, {}
        for sentence in self._sentences:
            for gram, count in self._counts(sentence).items():
                largest = self._largest.get(gram, 0)
                if count > largest:
                    self._largest[gram], self._second[gram] = count, largest
                elif count > self._second[gram]:
                    self._second[gram] = count
        self._lengths = collections.Counter(map(len, self._sentences))

    def __len__(self):
        return len(self._sentences)

    def bleu(self, hypotheses):
        """Return BLEU-1 to BLEU-order of strings [N], a list of floats."""
        return self._mean(
            self._scores(sentence, self._largest, self._lengths)
            for sentence in words(hypotheses, "hypotheses")
        )

    def self_bleu(self):
        """Return self-BLEU-1 to self-BLEU-order of the references themselves, a list of floats."""
        if len(self._sentences) < 2:
            raise ValueError("self-BLEU compares texts with each other; it needs at least 2, got 1")
        return self._mean(
            self._scores(sentence, self._second, self._other_lengths(len(sentence)))
            for sentence in self._sentences
        )

    def _counts(self, sentence):
        """Return the Counter of a sentence's n-grams of all orders."""
        counts = collections.Counter()
        for n in range(1, self._order + 1):
            counts.update(ngrams(sentence, n))
        return counts

    def _other_lengths(self, length):
        """Return the lengths of the references but for one that is this long."""
        if self._lengths[length] > 1:
            return self._lengths
        return [other for other in self._lengths if other != length]

    def _scores(self, sentence, most, lengths):
        """Return the sentence BLEU of orders 1 to `order`, with counts clipped at those in `most`."""
        matches = [0] * self._order
        for gram, count in self._counts(sentence).items():
            matches[len(gram) - 1] += min(count, most.get(gram, 0))
        if not matches[0]:
            return [0.0] * self._order
        nearest = min(lengths, key=lambda length: (abs(length - len(sentence)), length))
        penalty = min(0.0, 1.0 - nearest / len(sentence))
        scores, total = [], 0.0
        for n, count in enumerate(matches, 1):
            total += math.log((count or _EPSILON) / max(len(sentence) - n + 1, 1))
            scores.append(math.exp(penalty + total / n))
        return scores

    def _mean(self, scores):
        scores = list(scores)
        return [math.fsum(column) / len(scores) for column in zip(*scores, strict=True)]
