"""Attention and pooling of words against loops: what is no word has no part in it."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    PlaceAttention,
    WordAttention,
    WordConvolution,
    WordPooling,
    WordPresence,
)

TOKENS = np.int32([[5, 3, 9, 2, 0], [1, 4, 2, 0, 0]])
WORDS = [[0, 1, 2], [1]]


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


X = normal(2, 5, 6)


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()


def test_attention_is_to_all_words_and_to_nothing_else():
    layer = WordAttention(2)
    layer.build([(None, None, 6), (None, None)])
    for seed, weight in enumerate(layer.weights):
        weight.assign(0.7 * normal(*weight.shape, seed=seed))
    asked, bias, seen, seen_bias = (np.float64(weight.numpy()) for weight in layer.weights)
    queries, keys, values = np.split(X @ asked + bias, 3, axis=-1)
    expected = np.zeros(X.shape)
    for row, words in enumerate(WORDS):
        for t in range(5):
            for head in (slice(0, 3), slice(3, 6)):
                scores = keys[row, words, head] @ queries[row, t, head] / np.sqrt(3.0)
                expected[row, t, head] = softmax(scores) @ values[row, words, head]
    np.testing.assert_allclose(layer([X, TOKENS]), expected @ seen + seen_bias, atol=1e-5)


def test_a_convolution_sees_neighbours_that_are_words():
    layer = WordConvolution(4, kernel_size=3)
    layer.build([(None, None, 6), (None, None)])
    kernel, bias = (0.7 * normal(*weight.shape, seed=2) for weight in layer.weights)
    layer.set_weights([kernel, bias])
    expected = np.zeros([2, 5, 4]) + bias
    for row, words in enumerate(WORDS):
        for t in range(5):
            for place, seen in enumerate((t - 1, t, t + 1)):
                if seen in words:
                    expected[row, t] += X[row, seen] @ kernel[place]
    np.testing.assert_allclose(layer([X, TOKENS]), expected, atol=1e-5)
    again = WordConvolution.from_config(layer.get_config())
    again.build([(None, None, 6), (None, None)])
    again.set_weights([kernel, bias])
    np.testing.assert_allclose(again([X, TOKENS]), expected, atol=1e-5)


def test_pooling_by_the_mean_and_by_a_query():
    mean = [X[row, words].mean(0) for row, words in enumerate(WORDS)]
    np.testing.assert_allclose(WordPooling()([X, TOKENS]), mean, atol=1e-6)
    layer = WordPooling("attention")
    np.testing.assert_allclose(layer([X, TOKENS]), mean, atol=1e-6)  # at first
    query = 3.0 * normal(6, seed=1)
    layer.query.assign(query)
    expected = [
        softmax(X[row, words] @ query / np.sqrt(6.0)) @ X[row, words]
        for row, words in enumerate(WORDS)
    ]
    np.testing.assert_allclose(layer([X, TOKENS]), expected, atol=1e-5)
    with tf.GradientTape() as tape:
        pooled = tf.reduce_sum(layer([X, TOKENS]) ** 2)
    assert np.abs(tape.gradient(pooled, layer.query.value)).min() > 0


def test_a_text_without_words_is_no_fault():
    for pooling in ("mean", "attention"):
        assert np.isfinite(WordPooling(pooling)([X, np.zeros_like(TOKENS)])).all()
    with pytest.raises(ValueError, match=r"unknown pooling 'means' .did you mean 'mean'"):
        WordPooling("means")


def test_places_look_at_words_by_how_much_they_are_there():
    layer = PlaceAttention(2)
    maps, words = normal(2, 2, 3, 4, seed=7), normal(2, 5, 6, seed=8)
    presence = np.float32([[1, 0.25, 1, 0, 0], [0, 1, 0, 0, 0]])
    layer.build([(None, 2, 3, 4), (None, 5, 6), (None, 5)])
    for seed, weight in enumerate(layer.weights):
        weight.assign(0.7 * normal(*weight.shape, seed=seed))
    weights = [np.float64(weight.numpy()) for weight in layer.weights]
    asked, asked_bias, told, told_bias, seen, seen_bias = weights
    queries = maps @ asked + asked_bias
    keys, values = np.split(words @ told + told_bias, 2, axis=-1)
    expected = np.zeros([2, 2, 3, 6])
    for row, y, x in np.ndindex(2, 2, 3):
        for head in (slice(0, 3), slice(3, 6)):
            scores = np.exp(keys[row, :, head] @ queries[row, y, x, head] / np.sqrt(3.0))
            shares = scores * presence[row]
            expected[row, y, x, head] = shares / shares.sum() @ values[row, :, head]
    found = layer([maps, words, presence])
    np.testing.assert_allclose(found, maps + expected @ seen + seen_bias, atol=1e-5)


def test_words_are_present_and_the_rest_is_not():
    expected = np.zeros(TOKENS.shape)
    for row, words in enumerate(WORDS):
        expected[row, words] = 1
    np.testing.assert_array_equal(WordPresence()(TOKENS), expected)


def test_places_cannot_share_words_among_heads_that_do_not_divide_them():
    with pytest.raises(ValueError, match="a width of 6 cannot be shared among 4 heads"):
        PlaceAttention(4)([normal(1, 2, 2, 8), normal(1, 3, 6), np.ones([1, 3])])
