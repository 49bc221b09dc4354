"""Logits over a vocabulary."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import TokenLogits


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


STATES, MATRIX, BIAS = normal(2, 3, 4), normal(4, 6, seed=1), normal(6, seed=2)


def built(**kwargs):
    layer = TokenLogits(6, never_written=[0, 3], **kwargs)
    layer.build((None, None, 4))
    layer.bias.assign(BIAS)
    return layer


@pytest.mark.parametrize("tied", [False, True])
def test_a_dense_layer_but_for_what_is_never_written(tied):
    layer = built(tied=tied)
    if tied:
        assert len(layer.weights) == 1
        logits = layer(STATES, MATRIX.T)
    else:
        layer.kernel.assign(MATRIX)
        logits = layer(STATES)
    written = [1, 2, 4, 5]
    np.testing.assert_allclose(
        logits.numpy()[..., written], (STATES @ MATRIX + BIAS)[..., written], atol=1e-5
    )
    np.testing.assert_allclose(logits.numpy()[..., [0, 3]], -1e9, rtol=1e-6)
    assert (tf.nn.softmax(1e-3 * logits).numpy()[..., [0, 3]] == 0.0).all()


def test_finite_and_without_gradient_where_nothing_is_written():
    layer = built()
    with tf.GradientTape() as tape:
        logs = tf.nn.log_softmax(layer(STATES))
        loss = tf.reduce_sum(0.0 * logs[..., 0] - logs[..., 1])  # as a mask does
    assert np.isfinite(float(loss))
    kernel, bias = tape.gradient(loss, [layer.kernel.value, layer.bias.value])
    np.testing.assert_array_equal(kernel.numpy()[:, [0, 3]], 0.0)
    np.testing.assert_array_equal(bias.numpy()[[0, 3]], 0.0)
    assert (np.abs(bias.numpy()[[1, 2, 4, 5]]) > 0.01).all()


def test_single_precision_and_config():
    layer = built()
    assert layer(tf.cast(STATES, tf.bfloat16)).dtype == tf.float32
    again = TokenLogits.from_config(layer.get_config())
    again.build((None, 4))
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(STATES), layer(STATES))
