"""The Fréchet distance between texts, in the space of an encoder that names itself."""

import hashlib
import json

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from tfgan_zoo import errors
from tfgan_zoo.metrics.frechet import frechet_distance
from tfgan_zoo.metrics.text.words import ngrams, words


class LsaEncoder:
    """Latent semantic analysis (Deerwester et al. 1990): TF-IDF of n-grams, then a truncated SVD.

    An encoder that needs no download. It sees which words and which neighbours a sentence has, and nothing
    of what they mean; distances in its space compare models on one corpus, and with no published number.

    Args:
        texts: strings [N] that it is fitted to: the training set. Words are separated by white space.
        dimension: D, the number of singular vectors; less than N and than the number of n-grams. None for
            64, or as many as there are.
        order: n-grams of up to so many words; with 1, the order of words is not seen.

    Attributes:
        name: `lsa<dimension>-<hash>`; the hash is that of the texts and of the arguments.

    Raises:
        ValueError: too few texts or n-grams for the dimension, or what is no text.

    >>> encoder = LsaEncoder(["a red cat", "a red dog", "a blue dog", "the cat"], dimension=2)
    >>> encoder.name, encoder(["a blue cat", ""]).shape
    ('lsa2-7b79ed1e', (2, 2))
    """

    def __init__(self, texts, dimension=None, order=2):
        errors.check_ints(1, order=order)
        if dimension is not None:
            errors.check_ints(1, dimension=dimension)
        sentences = words(texts)
        self._tf_idf = TfidfVectorizer(
            analyzer=lambda sentence: [
                gram for n in range(1, order + 1) for gram in ngrams(sentence, n)
            ]
        )
        table = self._tf_idf.fit_transform(sentences)
        if dimension is None and min(table.shape) > 1:
            dimension = min(64, min(table.shape) - 1)
        if dimension is None or dimension >= min(table.shape):
            raise ValueError(
                f"dimension={dimension} needs more than {dimension or 1} texts and n-grams; there are "
                f"{table.shape[0]} texts with {table.shape[1]} n-grams of up to {order} words"
            )
        # ARPACK: the singular vectors themselves, where the default draws an approximation.
        self._svd = TruncatedSVD(dimension, algorithm="arpack", random_state=0).fit(table)
        described = json.dumps([dimension, order, sentences])
        self.name = f"lsa{dimension}-{hashlib.sha256(described.encode()).hexdigest()[:8]}"

    def __call__(self, texts):
        """Return float64 [N, D] for strings [N]; n-grams that it was not fitted to are left out."""
        return self._svd.transform(self._tf_idf.transform(words(texts)))

    def __repr__(self):
        return f"LsaEncoder({self.name!r})"


def frechet_embedding_distance(samples, real, encoder):
    """Return the Fréchet distance between the embeddings of generated and of real texts.

    The measure of ScratchGAN (de Masson d'Autume et al. 2019, arXiv 1905.09922; Semeniuta et al. 2018,
    arXiv 1806.04936), which sees quality and variety at once. They embed by the Universal Sentence Encoder;
    a value holds for its encoder only, so write it down with `encoder.name`. See `frechet_distance` for the
    bias at small counts.

    Args:
        samples: strings [N], N ≥ 2.
        real: strings [M], M ≥ 2.
        encoder: function from strings to float [N, D], e.g. an `LsaEncoder`.

    Returns:
        float, ≥ 0.

    Raises:
        ValueError: fewer than two texts, or what the encoder refuses.

    >>> texts = ["a red cat", "a red dog", "a blue dog", "the cat"]
    >>> frechet_embedding_distance(texts, texts, LsaEncoder(texts, dimension=2)) < 1e-9
    True
    """
    return frechet_distance(encoder(real), encoder(samples))
