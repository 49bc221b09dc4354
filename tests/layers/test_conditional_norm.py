"""Batch norm modulated by a condition, against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import (
    ConditionalBatchNormalization,
    SelfModulatedBatchNormalization,
    SpectralDense,
)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


X, CONDITIONS = 2.0 * normal(6, 4, 3, 5) + 1.0, normal(6, 7, seed=1)


def build(cls=ConditionalBatchNormalization, **kwargs):
    layer = cls(kernel_initializer=keras.initializers.RandomNormal(stddev=0.3, seed=1), **kwargs)
    layer.build([(None, 4, 3, 5), (None, 7)])
    for index, weight in enumerate(layer.trainable_weights):
        if len(weight.shape) == 1:  # biases
            weight.assign(normal(*weight.shape, seed=10 + index))
    return layer


def array(x):
    return np.float64(keras.ops.convert_to_numpy(x))


def linear(layer, x):
    kernel = layer.normalised() if isinstance(layer, SpectralDense) else layer.kernel
    return x @ array(kernel) + (array(layer.bias) if layer.use_bias else 0.0)


def modulated(layer, x, condition, mean, variance):
    normalised = (x - mean) / np.sqrt(variance + layer.epsilon)
    gain, bias = linear(layer._gain, condition), linear(layer._bias, condition)
    return normalised * (1.0 + gain)[:, None, None] + bias[:, None, None]


@pytest.mark.parametrize("spectral", [False, True])
def test_it_is_what_numpy_says(spectral):
    layer, x = build(spectral=spectral), np.float64(X)
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    y = layer([X, CONDITIONS])
    np.testing.assert_allclose(y, modulated(layer, x, CONDITIONS, 0.0, 1.0), atol=2e-5)
    y = layer([X, CONDITIONS], training=True)
    expected = modulated(layer, x, CONDITIONS, mean, variance)  # an outer call has moved u since
    np.testing.assert_allclose(y, expected, atol=2e-5)
    y = layer([X, CONDITIONS], training=False)
    expected = modulated(layer, x, CONDITIONS, 0.1 * mean, 0.9 + 0.1 * variance)
    np.testing.assert_allclose(y, expected, atol=2e-5)


@pytest.mark.parametrize("spectral", [False, True])
def test_self_modulation_has_a_hidden_layer(spectral):
    layer, x = build(SelfModulatedBatchNormalization, units=9, spectral=spectral), np.float64(X)
    hidden = np.maximum(linear(layer._hidden, CONDITIONS), 0.0)
    assert hidden.shape == (6, 9)
    expected = modulated(layer, x, hidden, 0.0, 1.0)
    np.testing.assert_allclose(layer([X, CONDITIONS]), expected, atol=2e-5)
    assert len(layer.trainable_weights) == 6


def test_without_a_condition_it_is_plain():
    layer, plain = build(), keras.layers.BatchNormalization(epsilon=1e-5)
    y = layer([X, 0.0 * CONDITIONS], training=True)
    np.testing.assert_allclose(y, plain(X, training=True), atol=2e-5)


def test_weights():
    assert [tuple(w.shape) for w in build().trainable_weights] == [(7, 5), (7, 5)]
    gain, bias = build().trainable_weights
    assert not np.array_equal(gain.numpy(), bias.numpy())
    spectral = build(spectral=True)
    assert sum(hasattr(layer, "advance") for layer in spectral._flatten_layers()) == 2
    with pytest.raises(ValueError, match="units is 0"):
        SelfModulatedBatchNormalization(units=0)


def test_flat_features():
    layer = ConditionalBatchNormalization()
    assert layer([X[:, 0, 0], CONDITIONS]).shape == (6, 5)


@pytest.mark.parametrize("cls", [ConditionalBatchNormalization, SelfModulatedBatchNormalization])
@pytest.mark.parametrize("spectral", [False, True])
def test_saved_and_loaded(cls, spectral, tmp_path):
    layer = build(cls, spectral=spectral, momentum=0.8, epsilon=1e-3)
    inputs = [keras.Input((4, 3, 5)), keras.Input((7,))]
    model = keras.Model(inputs, layer(inputs))
    model([X, CONDITIONS], training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert len(loaded.weights) == len(model.weights)
    np.testing.assert_array_equal(model([X, CONDITIONS]), loaded([X, CONDITIONS]))
    assert loaded.layers[-1].get_config() == layer.get_config()


def test_mixed_float16_is_near_and_its_statistics_do_not_overflow():
    plain, mixed = build(), build(dtype="mixed_float16")
    for layer in (plain, mixed):
        y = layer([300.0 * X, CONDITIONS], training=True)
    assert y.dtype == tf.float16
    assert {w.dtype for w in mixed.weights} == {"float32"}
    np.testing.assert_allclose(y, plain([300.0 * X, CONDITIONS], training=True), atol=3e-2)
    mean = mixed._norm.moving_mean.numpy()
    np.testing.assert_allclose(mean, 0.1 * 300.0 * X.mean((0, 1, 2)), rtol=2e-3)


def test_statistics_are_the_global_batchs():
    strategy = battery.two_replicas()
    with strategy.scope():
        layer = build(spectral=True)
    one = build(spectral=True)
    whole = one([X, CONDITIONS], training=True)
    halves = [
        strategy.experimental_distribute_values_from_function(
            lambda c, x=x: x[3 * c.replica_id_in_sync_group :][:3]
        )
        for x in (X, CONDITIONS)
    ]
    run = tf.function(lambda x, condition: layer([x, condition], training=True))
    parts = strategy.experimental_local_results(strategy.run(run, halves))
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)
    for weight in layer.weights:
        first, second = strategy.experimental_local_results(weight.value)
        np.testing.assert_array_equal(first, second)


def test_gradients_reach_the_condition():
    layer, x = build(), np.float64(X)
    condition = tf.constant(CONDITIONS)
    with tf.GradientTape() as tape:
        tape.watch(condition)
        loss = tf.reduce_sum(tf.sin(layer([X, condition], training=True)))
    gradient = tape.gradient(loss, condition).numpy()
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    for index in list(np.ndindex(*CONDITIONS.shape))[::5]:
        step = np.zeros(CONDITIONS.shape)
        step[index] = 1e-5
        up, down = (
            np.sin(modulated(layer, x, CONDITIONS + s, mean, variance)).sum() for s in (step, -step)
        )
        np.testing.assert_allclose(gradient[index], (up - down) / 2e-5, rtol=1e-3, atol=1e-3)
