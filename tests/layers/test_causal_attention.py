"""Causal attention and transformer blocks against loops."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import CausalAttention, CausalBlock
from tfgan_zoo.training import RandomStream


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


X = normal(2, 5, 6)


def build(kind, *args, **kwargs):
    layer = kind(*args, **kwargs)
    layer.build((None, None, 6))
    for seed, weight in enumerate(layer.weights):
        weight.assign(0.7 * normal(*weight.shape, seed=seed))
    return layer


def array(variable):
    return np.float64(keras.ops.convert_to_numpy(variable))


def dense(part, x):
    return x @ array(part.kernel) + array(part.bias)


def attended(layer, x):
    """Return what each token of one sentence sees, by loops."""
    queries, keys, values = np.split(dense(layer._asked, np.float64(x)), 3, axis=-1)
    seen = np.zeros(x.shape)
    for t in range(len(x)):
        for head in range(2):
            part = slice(3 * head, 3 * head + 3)
            scores = np.exp(keys[: t + 1, part] @ queries[t, part] / np.sqrt(3.0))
            seen[t, part] = scores @ values[: t + 1, part] / scores.sum()
    return dense(layer._seen, seen)


def normed(part, x):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return array(part.gamma) * (x - mean) / np.sqrt(variance + 1e-5) + array(part.beta)


def test_attention_is_what_the_loops_say():
    layer = build(CausalAttention, 2)
    np.testing.assert_allclose(layer(X), [attended(layer, x) for x in X], atol=1e-5)


def test_a_block_is_what_the_paper_says():
    block = build(CausalBlock, 2)
    expected = []
    for x in np.float64(X):
        y = x + attended(block.attention, normed(block.attention_norm, x))
        hidden = keras.activations.gelu(
            tf.constant(dense(block.hidden, normed(block.norm, y)))
        ).numpy()
        expected.append(y + dense(block.output_dense, hidden))
    np.testing.assert_allclose(block(X), expected, atol=1e-4)


@pytest.mark.parametrize("kind", [CausalAttention, CausalBlock])
def test_token_by_token_it_is_the_same(kind):
    layer = build(kind, 2)
    attention = getattr(layer, "attention", layer)
    read, cache = layer(X), attention.initial_cache(2, 7)  # a longer cache than there are tokens
    for t in range(5):
        output, cache = layer.step(X[:, t], cache, tf.constant([t, t]))
        np.testing.assert_allclose(output, read[:, t], atol=1e-5)


def test_dropout_of_a_block():
    block = build(CausalBlock, 2, dropout=0.5, name="block")
    np.testing.assert_array_equal(block(X), build(CausalBlock, 2)(X))
    stream = RandomStream(0, tf.constant(3, tf.int64), 2)
    with stream.active():
        trained = block(X, training=True).numpy()
    with RandomStream(0, tf.constant(3, tf.int64), 2).active():
        np.testing.assert_array_equal(block(X, training=True), trained)
    assert np.abs(trained - block(X)).max() > 0.1


def test_mixed_precision_is_near():
    mixed, plain = build(CausalBlock, 2, dtype="mixed_bfloat16"), build(CausalBlock, 2)
    assert mixed(X).dtype == tf.bfloat16
    np.testing.assert_allclose(tf.cast(mixed(X), tf.float32), plain(X), atol=0.2)
    assert mixed.attention.initial_cache(1, 2)[0].dtype == tf.bfloat16


def test_errors_and_config():
    with pytest.raises(ValueError, match="width of 6 cannot be shared among 4 heads"):
        CausalAttention(4)(X)
    seeded = keras.initializers.GlorotUniform(seed=1)
    for layer in (CausalAttention(2, seeded), CausalBlock(2, 0.1, seeded)):
        assert layer(keras.Input((5, 6))).shape == (None, 5, 6)
        np.testing.assert_array_equal(type(layer).from_config(layer.get_config())(X), layer(X))
