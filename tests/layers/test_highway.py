"""Highway layers against NumPy."""

import keras
import numpy as np

from tfgan_zoo.layers import Highway


def test_values_and_config():
    x = np.random.default_rng(0).normal(size=(3, 2, 5)).astype(np.float32)
    layer = Highway(keras.initializers.RandomNormal(stddev=1.0, seed=1), gate_bias=-2.0)
    y = layer(x)
    transform, b, gate, c = (np.float64(w) for w in layer.get_weights())
    np.testing.assert_array_equal(c, -2.0)
    assert (transform != gate).any()  # weights of one shape do not start alike
    t = 1.0 / (1.0 + np.exp(-(x @ gate + c)))
    expected = t * np.maximum(x @ transform + b, 0.0) + (1.0 - t) * x
    np.testing.assert_allclose(y, expected, atol=1e-6)
    assert layer(keras.Input((2, 5))).shape == (None, 2, 5)
    np.testing.assert_array_equal(Highway.from_config(layer.get_config())(x), y)
