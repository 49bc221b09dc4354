"""What a score of texts is: BLEU and its controls, variety, distances, likelihood, grammar.

All take strings, with words separated by white space, and are functions of these alone. `TextScorer` writes
them under names that carry counts, split and encoder.

>>> from tfgan_zoo.metrics import text
>>> text.distinct_n(["a small cat", "a small dog"], n=2)
0.75
"""

from tfgan_zoo.metrics.text.bleu import References, bleu, self_bleu
from tfgan_zoo.metrics.text.diversity import distinct_n, duplicates
from tfgan_zoo.metrics.text.embedding import LsaEncoder, frechet_embedding_distance
from tfgan_zoo.metrics.text.grammar import grammatical
from tfgan_zoo.metrics.text.scorer import TextScorer, nll, reverse_perplexity

__all__ = [
    "LsaEncoder",
    "References",
    "TextScorer",
    "bleu",
    "distinct_n",
    "duplicates",
    "frechet_embedding_distance",
    "grammatical",
    "nll",
    "reverse_perplexity",
    "self_bleu",
]
