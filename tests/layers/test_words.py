"""Attention and pooling of words against loops: what is no word has no part in it."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import WordAttention, WordConvolution, WordPooling

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
