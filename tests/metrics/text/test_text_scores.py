"""Variety, copies, grammar and the distance between embeddings, in numbers worked out by hand."""

import itertools
import re

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.datasets import load_text_lines
from tfgan_zoo.metrics import frechet_distance
from tfgan_zoo.metrics.text import (
    LsaEncoder,
    distinct_n,
    duplicates,
    frechet_embedding_distance,
    grammatical,
)
from tfgan_zoo.metrics.text.words import words


@pytest.fixture(scope="module")
def captions():
    return load_text_lines("captions", "train[:800]")[0]


def test_words_of_all_that_holds_texts():
    expected = [("un", "œuf"), (), ("a",)]
    texts = [" un \t œuf", "", "a"]
    assert words(texts) == words(tf.constant(texts)) == words(np.array(texts)) == expected
    assert words(tuple(text.encode() for text in texts)) == expected
    assert words(tf.constant(texts).numpy()) == expected
    with pytest.raises(ValueError, match=r"samples\[0\] is .*1, 2.*expected a string"):
        words(np.array([[1, 2]]), "samples")


def test_distinct_n():
    texts = ["a b a b", "b a", "c"]
    assert distinct_n(texts, 1) == 3 / 7
    assert distinct_n(texts, 2) == 2 / 4  # ab, ba, ab, ba: not across sentences
    assert distinct_n(texts, 3) == 1.0
    assert distinct_n(texts, 5) == 0.0
    with pytest.raises(ValueError, match="n is 0"):
        distinct_n(texts, 0)


def test_duplicates():
    training = ["a b c", "d"]
    assert duplicates(["a b c", "a b", "a b c ", "c b a", "d"], training) == 3 / 5
    with pytest.raises(ValueError, match="samples needs at least 1"):
        duplicates([], training)


def test_grammatical(captions):
    assert grammatical(captions) == 1.0
    assert grammatical([*captions[:3], "a circle"]) == 3 / 4
    assert grammatical(["x x", "x  y", ""], lambda text: text == "x y") == 1 / 3


def by_formula(fitted, texts, dimension):
    """Smoothed TF-IDF of 1- and 2-grams with rows of length 1, and the inner products that an SVD keeps."""

    def grams(text):
        text = text.split()
        return [*text, *(" ".join(pair) for pair in itertools.pairwise(text))]

    known = sorted({gram for text in fitted for gram in grams(text)})
    counts = np.array([[grams(text).count(gram) for gram in known] for text in fitted + texts])
    documents = (counts[: len(fitted)] > 0).sum(axis=0)
    table = counts * (np.log((1 + len(fitted)) / (1 + documents)) + 1)
    table = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    _, _, directions = np.linalg.svd(table[: len(fitted)])
    kept = table[len(fitted) :] @ directions[:dimension].T
    return kept @ kept.T


def test_the_encoder_is_tf_idf_and_svd(captions):
    fitted, texts = captions[:40], [*captions[40:50], "a red dog", "dog dog", ""]
    embedded = LsaEncoder(fitted, dimension=5)(texts)
    assert embedded.shape == (13, 5)
    np.testing.assert_allclose(embedded @ embedded.T, by_formula(fitted, texts, 5), atol=1e-9)
    assert (embedded[-2:] == 0).all()  # nothing known in it


def test_the_encoder_names_what_it_depends_on(captions):
    name = LsaEncoder(captions, dimension=8).name
    assert re.fullmatch(r"lsa8-[0-9a-f]{8}", name)
    assert LsaEncoder(list(captions), dimension=8).name == name
    others = (
        LsaEncoder(captions[:-1], dimension=8),
        LsaEncoder(captions, dimension=8, order=1),
        LsaEncoder(captions, dimension=9),
    )
    assert len({name, *(other.name for other in others)}) == 4
    with pytest.raises(
        ValueError, match=r"more than 64 texts and n-grams; there are 3 texts with \d+ n-grams"
    ):
        LsaEncoder(captions[:3], dimension=64)
    assert LsaEncoder(captions[:3]).name.startswith("lsa2-")


def test_the_distance_of_embeddings(captions):
    half, others = captions[:400], captions[400:]
    encoder = LsaEncoder(captions)
    shuffled = [" ".join(sorted(text.split())) for text in others]
    expected = frechet_distance(encoder(half), encoder(shuffled))
    distance = frechet_embedding_distance(shuffled, half, encoder)
    assert distance == pytest.approx(expected, rel=1e-9)
    real = frechet_embedding_distance(others, half, encoder)
    one = frechet_embedding_distance(others[:1] * 400, half, encoder)
    assert 0 < 3 * real < min(distance, one)
    # Without pairs of words their order is not seen.
    words_alone = LsaEncoder(captions, dimension=8, order=1)
    same = frechet_embedding_distance(shuffled, others, words_alone)
    assert same == pytest.approx(0, abs=1e-9)
