"""Minibatch layers: closed forms, finite differences, two replicas, and what must not be."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.battery import two_replicas
from tfgan_zoo.layers import MinibatchDiscrimination, MinibatchStandardDeviation


def features(count, *shape, seed=0):
    return np.random.default_rng(seed).normal(size=(count, *shape)).astype(np.float32)


def discrimination(x, kernel, kernels, dimensions):
    """The paper's formula, one pair at a time, without the sample itself."""
    m = (np.float64(x) @ np.float64(kernel)).reshape(len(x), kernels, dimensions)
    added = np.zeros([len(x), kernels])
    for i in range(len(x)):
        for j in range(len(x)):
            if j != i:
                added[i] += np.exp(-np.abs(m[i] - m[j]).sum(axis=1))
    return np.concatenate([x, added], axis=1)


def spreads(x, group_size, features=1):
    """Karras et al.'s channel, one group at a time."""
    starts = [i * group_size for i in range(max(len(x) // group_size, 1))]
    added = np.zeros([*x.shape[:3], features])
    for start, stop in zip(starts, [*starts[1:], len(x)], strict=True):
        deviation = np.std(np.float64(x[start:stop]), axis=0)
        for part, channels in enumerate(np.split(deviation, features, axis=-1)):
            added[start:stop, ..., part] = channels.mean()
    return np.concatenate([x, added], axis=-1)


LAYERS = {
    "discrimination": (lambda: MinibatchDiscrimination(3, 2), (4,)),
    "deviation": (lambda: MinibatchStandardDeviation(4), (2, 3, 2)),
}


def test_discrimination_is_the_papers_formula():
    x = features(5, 4)
    layer = MinibatchDiscrimination(3, 2)
    y = layer(x)
    assert layer.compute_output_shape(x.shape) == y.shape == (5, 7)
    expected = discrimination(x, layer.kernel.numpy(), 3, 2)
    np.testing.assert_allclose(y, expected, atol=1e-5)
    assert y.numpy()[:, 4:].min() > 0.01  # the formula is not lost in rounding


@pytest.mark.parametrize("count", [1, 3, 4, 8, 11])
@pytest.mark.parametrize("parts", [1, 2])
def test_deviation_of_any_batch(count, parts):
    x = features(count, 2, 3, 4)
    layer = MinibatchStandardDeviation(4, parts)
    y = layer(x)
    assert layer.compute_output_shape(x.shape) == y.shape
    np.testing.assert_allclose(y, spreads(x, 4, parts), atol=2e-4)


def test_large_values_do_not_drown_the_deviation():
    x = 100.0 + 0.1 * features(8, 2, 2, 1)
    np.testing.assert_allclose(MinibatchStandardDeviation(4)(x), spreads(x, 4), atol=2e-4)


def test_deviation_of_equal_samples_has_finite_derivatives():
    x = tf.ones([4, 2, 2, 3])
    layer = MinibatchStandardDeviation(4)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = layer(x)
        gradient = inner.gradient(y, x)
        size = tf.reduce_sum(tf.square(gradient))
    np.testing.assert_array_equal(y[..., 3], 0.0)
    np.testing.assert_allclose(gradient, 1.0)
    assert np.isfinite(outer.gradient(size, x)).all()


@pytest.mark.parametrize("name", LAYERS)
def test_first_and_second_derivatives_by_finite_differences(name):
    make, shape = LAYERS[name]
    layer, x, direction = make(), features(6, *shape), features(6, *shape, seed=1)
    layer.build(x.shape)

    @tf.function(jit_compile=True)
    def derivatives(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                value = tf.reduce_sum(tf.sin(layer(x)))
            slope = tf.reduce_sum(inner.gradient(value, x) * direction)
        return value, slope, tf.reduce_sum(outer.gradient(slope, x) * direction)

    def exact(step):
        moved = np.float64(x) + step * direction
        if name == "deviation":
            return np.sin(spreads(moved, 4)).sum()
        return np.sin(discrimination(moved, layer.kernel.numpy(), 3, 2)).sum()

    h = 1e-4
    value, slope, curvature = derivatives(tf.constant(x))
    np.testing.assert_allclose(value, exact(0.0), atol=1e-2)
    np.testing.assert_allclose(slope, (exact(h) - exact(-h)) / (2 * h), rtol=5e-3, atol=1e-2)
    expected = (exact(h) - 2 * exact(0.0) + exact(-h)) / h**2
    np.testing.assert_allclose(curvature, expected, rtol=1e-2, atol=2e-2)


@pytest.mark.parametrize("name", LAYERS)
def test_two_replicas_equal_one(name):
    make, shape = LAYERS[name]
    x = features(8, *shape)
    strategy = two_replicas()
    with strategy.scope():
        layer = make()
        layer.build(x.shape)

    def gradient(rows):
        with tf.GradientTape() as tape:
            tape.watch(rows)
            y = layer(rows)
            total = tf.reduce_sum(tf.sin(y))
        return y, tape.gradient(total, rows)

    parts = strategy.experimental_distribute_values_from_function(
        lambda c: tf.constant(np.split(x, 2)[c.replica_id_in_sync_group])
    )
    one = gradient(tf.constant(x))
    two = tf.function(lambda: strategy.run(gradient, (parts,)))()
    for alone, shared in zip(one, two, strict=True):
        joined = np.concatenate(strategy.experimental_local_results(shared))
        np.testing.assert_allclose(joined, alone, atol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_and_configuration(name, policy):
    make, shape = LAYERS[name]
    keras.mixed_precision.set_global_policy(policy)
    inputs = keras.Input(shape)
    layer = make()
    model = keras.Model(inputs, layer(inputs))
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    x = features(8, *shape)
    y = model(x)
    assert y.dtype == policy.removeprefix("mixed_")
    plain = make()
    plain.dtype_policy = "float32"
    plain.build(x.shape)
    plain.set_weights(layer.get_weights())
    np.testing.assert_allclose(np.float32(y), plain(x), atol=0.1)


def test_what_cannot_be_is_refused_by_name():
    with pytest.raises(ValueError, match="kernels is 0"):
        MinibatchDiscrimination(0)
    with pytest.raises(ValueError, match=r"expected \(batch, features\); put a Flatten"):
        MinibatchDiscrimination(3)(tf.zeros([2, 3, 3, 1]))
    with pytest.raises(ValueError, match="multiple of features=2"):
        MinibatchStandardDeviation(4, features=2)(tf.zeros([4, 2, 2, 3]))
