"""Equalised layers: what is used is the kept weight times a constant, and learns at that constant's pace."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.layers.test_styles import rebuilt
from tfgan_zoo.layers import EqualizedConv2D, EqualizedDense, ScaledLeakyReLU


def test_dense_is_a_scaled_product():
    x = np.random.default_rng(0).normal(size=(5, 9)).astype(np.float32)
    layer = EqualizedDense(
        4, gain=2.0, lr_multiplier=0.1, bias_initializer="ones", activation="tanh"
    )
    layer.build(x.shape)
    kernel = layer.kernel.numpy()
    expected = np.tanh(x @ (kernel * 2.0 * 0.1 / 3.0) + 0.1)
    np.testing.assert_allclose(layer(x), expected, atol=1e-5)
    plain = EqualizedDense(4, use_bias=False)
    plain.build(x.shape)
    np.testing.assert_allclose(plain(x), x @ plain.kernel.numpy() / 3.0, atol=1e-5)


def test_conv_is_a_scaled_convolution():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype(np.float32)
    layer = EqualizedConv2D(6, (3, 2), gain=0.5, padding="same", bias_initializer="ones")
    layer.build(x.shape)
    kernel = layer.kernel.numpy() * 0.5 / np.sqrt(3 * 2 * 3)
    np.testing.assert_allclose(layer(x), tf.nn.conv2d(x, kernel, 1, "SAME") + 1.0, atol=1e-5)


@pytest.mark.parametrize("lr_multiplier", [1.0, 0.01])
def test_outputs_start_with_variance_gain_squared_and_move_by_the_multiplier(lr_multiplier):
    x = tf.random.stateless_normal([200, 400], [0, 1])
    initializer = keras.initializers.RandomNormal(stddev=1 / lr_multiplier, seed=1)
    layer = EqualizedDense(
        300, gain=1.5, lr_multiplier=lr_multiplier, kernel_initializer=initializer
    )
    outputs = layer(x)
    np.testing.assert_allclose(tf.math.reduce_std(outputs), 1.5, rtol=0.02)
    default = EqualizedDense(300, gain=1.5, lr_multiplier=lr_multiplier)
    np.testing.assert_allclose(tf.math.reduce_std(default(x)), 1.5, rtol=0.02)
    layer.kernel.assign_add(0.1 * tf.ones_like(layer.kernel))
    moved = tf.reduce_sum(x, axis=1, keepdims=True) * 0.1 * 1.5 * lr_multiplier / 20.0
    np.testing.assert_allclose(layer(x) - outputs, moved + 0 * outputs, atol=2e-4)


def test_a_conv_starts_with_variance_1():
    x = tf.random.stateless_normal([4, 16, 16, 32], [0, 1])
    layer = EqualizedConv2D(64, 3, padding="valid")
    np.testing.assert_allclose(tf.math.reduce_std(layer(x)), 1.0, rtol=0.03)


def test_relu_keeps_the_size():
    x = tf.random.stateless_normal([100000], [0, 1])
    y = ScaledLeakyReLU()(x)
    np.testing.assert_allclose(y, np.sqrt(2) * np.maximum(x, 0.2 * x), rtol=1e-6)
    np.testing.assert_allclose(tf.reduce_mean(tf.square(y)), 1.04, rtol=0.02)


@pytest.mark.parametrize(
    "layer",
    [
        EqualizedDense(4, gain=2.0, lr_multiplier=0.5, use_bias=False),
        EqualizedConv2D(4, (3, 1), gain=2.0, strides=2, padding="same"),
        ScaledLeakyReLU(0.1),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_they_come_back_from_their_configs(layer):
    x = tf.random.stateless_normal([2, 4, 4, 3], [0, 1])
    np.testing.assert_array_equal(rebuilt(layer, x)(x), layer(x))


@pytest.mark.parametrize("value", [0.0, -1.0, "much"])
def test_numbers_that_cannot_be_are_refused(value):
    with pytest.raises(ValueError, match=f"gain is {value!r}, expected a number above 0"):
        EqualizedConv2D(4, 3, gain=value)
    if value != "much":
        with pytest.raises(ValueError, match=f"lr_multiplier is {value!r}"):
            EqualizedDense(4, lr_multiplier=value)
