"""Landmarks as soft dots, and the norm that an embedding steers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import AdaptiveInstanceNormalization, LandmarkMaps


def test_dots_lie_where_landmarks_are():
    points = np.float32([[[1.5, 0.5], [0.25, 3.0]], [[-9.0, 2.0], [2.5, 1.5]]])
    made = LandmarkMaps((4, 3), sigma=0.8)(points).numpy()
    assert made.shape == (2, 4, 3, 2)
    for row, column in np.ndindex(4, 3):
        apart = ((points - [column + 0.5, row + 0.5]) ** 2).sum(axis=2)
        np.testing.assert_allclose(made[:, row, column], np.exp(-apart / 1.28), atol=1e-6)
    assert made[1, :, :, 0].max() < 1e-6  # out of the picture


def test_their_places_have_gradients():
    points = tf.constant([[[1.25, 2.0]]])
    maps, weights = LandmarkMaps((4, 4)), np.random.default_rng(0).normal(size=(1, 4, 4, 1))
    weights = weights.astype(np.float32)

    def value(points):
        return tf.reduce_sum(maps(points) * weights)

    with tf.GradientTape() as tape:
        tape.watch(points)
        made = value(points)
    step = np.float32([[[0.01, 0.0]]])
    slope = (value(points + step) - value(points - step)) / 0.02
    np.testing.assert_allclose(tape.gradient(made, points)[0, 0, 0], slope, rtol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"size": (4, 0)}, "width is 0"), ({"size": (4, 4), "sigma": 0.0}, "sigma is 0")],
)
def test_maps_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        LandmarkMaps(**arguments)


def test_a_style_sets_mean_and_deviation():
    features = np.random.default_rng(0).normal(3.0, 2.0, (2, 8, 6, 5)).astype(np.float32)
    styles = np.float32([[1.0, 0.5], [0.0, -2.0]])
    layer = AdaptiveInstanceNormalization(
        kernel_initializer=keras.initializers.RandomNormal(seed=1)
    )
    made = layer([features, styles]).numpy()
    gain, offset = (styles @ linear.kernel.numpy() for linear in (layer._gain, layer._offset))
    assert np.abs(gain - offset).max() > 0.01  # seeds of their own
    np.testing.assert_allclose(made.mean(axis=(1, 2)), offset, atol=1e-5)
    np.testing.assert_allclose(made.std(axis=(1, 2)), np.abs(1 + gain), rtol=1e-4)
    again = AdaptiveInstanceNormalization.from_config(layer.get_config())
    np.testing.assert_array_equal(again([features, styles]), made)
