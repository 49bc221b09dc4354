"""The zoo's batch norm is Keras's, number by number."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.layers.test_convolution import assert_alike, derivatives, same_weights, twins


@pytest.mark.parametrize("shape", [(5, 4, 3), (6, 3), (3,)])
@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"epsilon": 0.1}])
def test_same_numbers_gradients_statistics(shape, options):
    ours, stock = twins("BatchNormalization", momentum=0.7, **options)
    same_weights(ours, stock, shape)
    variances = [w.path for w in stock.weights].index(stock.moving_variance.path)
    weights = stock.get_weights()
    weights[variances] = np.abs(weights[variances])
    ours.set_weights(weights)
    stock.set_weights(weights)
    x = 3 * np.random.default_rng(0).normal(size=(7, *shape)).astype(np.float32) + 1
    assert_alike(ours, stock, x)
    for a, b, before in zip(ours.weights, stock.weights, weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6, err_msg=a.path)
        assert a.trainable == np.array_equal(a.numpy(), before)
    np.testing.assert_allclose(ours(x), stock(x), rtol=1e-4, atol=1e-5)


def test_frozen_it_uses_the_moving_statistics():
    ours, stock = twins("BatchNormalization", trainable=False)
    x = 3 * np.random.default_rng(0).normal(size=(7, 4, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(x, training=True), stock(x, training=True), atol=1e-5)
    np.testing.assert_array_equal(ours.moving_mean.numpy(), np.zeros(3))


def test_masks_and_other_axes_are_kerass_business():
    ours, stock = twins("BatchNormalization", axis=1)
    x = np.random.default_rng(0).normal(size=(7, 4, 5, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(x, training=True), stock(x, training=True), atol=1e-5)
    ours, stock = twins("BatchNormalization")
    mask = np.arange(4) < np.arange(7)[:, None]
    for layer in (ours, stock):
        layer.build((None, 4, 3))
    x = x[:, :, 0]
    np.testing.assert_allclose(
        ours(x, training=True, mask=mask), stock(x, training=True, mask=mask), atol=1e-5
    )


def test_synchronised_statistics_are_the_global_batchs():
    strategy = battery.two_replicas()
    x = np.random.default_rng(0).normal(size=(8, 4, 4, 3)).astype(np.float32)
    with strategy.scope():
        ours, stock = twins("BatchNormalization", synchronized=True)
        for layer in (ours, stock):
            layer.build(x.shape)
    one, _ = twins("BatchNormalization", synchronized=True)
    one.build(x.shape)
    whole = one(x, training=True)
    halves = strategy.experimental_distribute_values_from_function(
        lambda c: x[4 * c.replica_id_in_sync_group :][:4]
    )
    for layer in (ours, stock):
        parts = strategy.run(tf.function(lambda x, layer=layer: layer(x, training=True)), [halves])
        parts = strategy.experimental_local_results(parts)
        np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)
        np.testing.assert_allclose(layer.moving_variance.numpy(), one.moving_variance.numpy(), 1e-5)


def test_one_sample_has_no_variance():
    ours, stock = twins("BatchNormalization")
    x = np.ones([1, 1, 1, 3], np.float32)
    for layer in (ours, stock):
        layer.build(x.shape)
    assert np.isfinite(ours(x, training=True)).all()
    stock(x, training=True)
    np.testing.assert_allclose(ours.moving_variance.numpy(), stock.moving_variance.numpy())


def test_derivatives_are_those_of_the_formula():
    """Against finite differences, so that two implementations cannot be wrong together."""
    ours = keras.layers.BatchNormalization.__subclasses__()
    assert ours, "the zoo's layer is a subclass"
    layer = twins("BatchNormalization")[0]
    x = np.random.default_rng(0).normal(size=(4, 2, 2, 2)).astype(np.float32)
    layer.build(x.shape)
    gradient = derivatives(layer, x)["first 0"].numpy()

    def loss(x):
        x = np.float64(x)
        normal = (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + layer.epsilon)
        return np.sin(normal).sum()

    for index in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-5
        slope = (loss(x + step) - loss(x - step)) / 2e-5
        np.testing.assert_allclose(gradient[index], slope, atol=1e-4)
