"""The scores of texts under their full names, and the likelihood of held-out text."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import metrics
from tfgan_zoo.datasets import captions, load_text_lines
from tfgan_zoo.metrics import text
from tfgan_zoo.metrics.text import TextScorer


@pytest.fixture(scope="module")
def train():
    return load_text_lines("captions", "train[:600]")[0]


@pytest.fixture(scope="module")
def test():
    return load_text_lines("captions", "test[:300]")[0]


@pytest.fixture(scope="module")
def scorer(train, test):
    return TextScorer(test, train, "test[:300]", grammar=captions.is_valid)


def test_keys_say_what_a_score_depends_on(scorer, train, test):
    samples = train[:200]
    scores = scorer.score(samples)
    lsa = scorer.encoder.name
    assert lsa == text.LsaEncoder(train).name
    assert scores == {
        **{
            f"bleu_{n}[200 vs 300 of test[:300]]": text.bleu(samples, test, n) for n in (2, 3, 4, 5)
        },
        **{f"self_bleu_{n}[200]": text.self_bleu(samples, n) for n in (2, 3, 4, 5)},
        **{f"distinct_{n}[200]": text.distinct_n(samples, n) for n in (1, 2, 3, 4)},
        f"frechet_embedding_distance[{lsa}, 200 vs test[:300]]": text.frechet_embedding_distance(
            samples, test, scorer.encoder
        ),
        "duplicates[200 vs 600 of training]": 1.0,
        "grammatical[200]": 1.0,
    }
    assert all(type(value) is float for value in scores.values())


def test_every_score_has_a_direction(scorer, train):
    better = {metrics.short_name(k): v for k, v in scorer.score(train[:100]).items()}
    worse = ["a a red a a a", "a red red a a a"] * 50
    worse = {metrics.short_name(k): v for k, v in scorer.score(worse).items()}
    for name in set(better) - {"duplicates"}:  # the better ones are all copies, here
        lower = metrics.lower_is_better(name)
        assert (better[name] < worse[name]) == lower, name
    assert metrics.lower_is_better("duplicates")
    assert metrics.lower_is_better("nll")


def test_tensors_and_another_encoder(train, test):
    class Lengths:
        name = "lengths-1"

        def __call__(self, texts):
            return np.array([[len(words)] for words in text.words.words(texts)], float)

    scorer = TextScorer(test, train, "test", encoder=Lengths())
    scores = scorer.score(tf.constant(train[:50]))
    assert scores == scorer.score(train[:50])
    assert "frechet_embedding_distance[lengths-1, 50 vs test]" in scores
    assert "grammatical[50]" not in scores


class Unigrams:
    """Each token has a probability of its own; what comes after the end is impossible."""

    probabilities = np.array([0.0, 0.0, 0.5, 0.0, 0.3, 0.2])

    def log_probabilities(self, tokens):
        tokens = np.asarray(tokens)
        ended = np.cumsum(tokens == 2, axis=1) - (tokens == 2)
        with np.errstate(divide="ignore"):
            return np.log(self.probabilities)[tokens], (ended == 0).astype("float32")


def test_nll_is_the_mean_over_tokens():
    tokens = np.array([[4, 2, 0], [5, 4, 5], [2, 0, 0]] * 3)
    counted = np.log([0.3, 0.5, 0.2, 0.3, 0.2, 0.5])
    expected = -counted.mean()
    for batch_size in (1, 2, 256):
        assert text.nll(Unigrams(), tokens, batch_size) == pytest.approx(expected, rel=1e-12)
    assert text.nll(Unigrams(), [[0, 2]]) == np.inf


def test_the_score_of_a_model(scorer):
    scores = scorer.score_model(Unigrams(), [[4, 2, 0], [2, 0, 0]])
    assert scores == {"nll[2 of test[:300]]": pytest.approx(-np.log([0.3, 0.5, 0.5]).mean())}


def test_errors(scorer, train, test):
    with pytest.raises(ValueError, match="split names the real texts"):
        TextScorer(test, train, "")
    with pytest.raises(ValueError, match="an encoder needs a `name`"):
        TextScorer(test, train, "test", encoder=lambda texts: np.zeros((len(texts), 2)))
    with pytest.raises(ValueError, match="at least 2"):
        scorer.score(train[:1])
    with pytest.raises(ValueError, match="references needs at least 1"):
        TextScorer([], train, "test")
    with pytest.raises(ValueError, match=r"shape \[sentences, length\], got \[3\]"):
        scorer.score_model(Unigrams(), [4, 4, 2])
    with pytest.raises(ValueError, match="the nll of 0 tokens"):
        scorer.score_model(Unigrams(), np.zeros([0, 3], int))


def test_reverse_perplexity_is_that_of_a_model_of_the_samples():
    class Counted:
        """Words as often as in the samples, one more of each of 6."""

        def __init__(self, samples):
            counts = np.bincount(samples.ravel(), minlength=6) + 1.0
            self.log_shares = np.log(counts / counts.sum())

        def log_probabilities(self, tokens):
            return self.log_shares[tokens], np.ones(tokens.shape)

    samples, real = np.array([[4, 4, 5]]), np.array([[4, 5]])
    # 9 counts: three of word 4, two of word 5.
    expected = 1 / np.sqrt(3 / 9 * 2 / 9)
    assert text.reverse_perplexity(Counted, samples, real) == pytest.approx(expected, rel=1e-12)
