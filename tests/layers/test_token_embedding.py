"""Embeddings of ids and of probabilities."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import TokenEmbedding

IDS = np.array([[4, 0, 1], [1, 1, 3]], np.int32)


def layer(**kwargs):
    return TokenEmbedding(5, 3, keras.initializers.RandomNormal(stddev=1.0, seed=1), **kwargs)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_one_hot_tokens_are_their_ids(policy):
    embedding = layer(dtype=policy)
    by_id, by_product = embedding(IDS), embedding(tf.one_hot(IDS, 5))
    assert by_id.dtype == by_product.dtype == embedding.compute_dtype
    np.testing.assert_array_equal(by_id, by_product)
    rows = tf.cast(tf.gather(embedding.embeddings.value, IDS), by_id.dtype)
    np.testing.assert_array_equal(by_id, rows)


def test_soft_tokens_are_means():
    embedding = layer()
    soft = np.float32([[[0.5, 0.0, 0.25, 0.25, 0.0]]])
    matrix = embedding(np.arange(5, dtype=np.int32)).numpy()
    expected = 0.5 * matrix[0] + 0.25 * matrix[2] + 0.25 * matrix[3]
    np.testing.assert_allclose(embedding(soft)[0, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_gradient_is_dense_and_adds_up_in_float32(policy):
    embedding = layer(dtype=policy)
    many = np.concatenate([np.full(1000, 2), [4, 4]]).astype(np.int32)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.cast(embedding(many), tf.float32))
    gradient = tape.gradient(loss, embedding.embeddings.value)
    assert isinstance(gradient, tf.Tensor)
    np.testing.assert_array_equal(gradient, np.outer([0, 0, 1000, 0, 2], np.ones(3)))


def test_shapes_errors_and_config():
    embedding = layer(name="words")
    assert embedding(keras.Input((7,), dtype="int32")).shape == (None, 7, 3)
    again = TokenEmbedding.from_config(embedding.get_config())
    np.testing.assert_array_equal(again(IDS), embedding(IDS))
    with pytest.raises(
        ValueError, match=r"words: soft tokens have shape \(2, 3, 4\), expected \(…, 5\)"
    ):
        embedding(np.zeros([2, 3, 4], np.float32))
    with pytest.raises(ValueError, match="dimension is 0"):
        TokenEmbedding(5, 0)
