"""Virtual batch norm: NumPy in float64, second derivatives, two replicas, and who may use it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo import losses
from tfgan_zoo.layers import VirtualBatchNormalization, set_reference
from tfgan_zoo.losses.penalties.base import refuse_shared_samples
from tfgan_zoo.training import GAN


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


REFERENCE, X = 1.0 + 2.0 * normal(5, 4, 3, 2, seed=1), 3.0 * normal(3, 4, 3, 2) - 1.0
GAIN, BIAS = np.array([1.5, -0.5]), np.array([0.3, 0.7])


def build(reference=REFERENCE, channels=2, **kwargs):
    """Return a network of one virtual batch norm, with a reference."""
    layer = VirtualBatchNormalization(**kwargs)
    network = keras.Sequential([keras.Input((*[None] * (reference.ndim - 2), channels)), layer])
    layer.gain.assign(GAIN)
    layer.bias.assign(BIAS)
    set_reference(network, reference)
    return network, layer


def expected(x, reference=REFERENCE, n=None, epsilon=1e-5):
    """Return the paper's formula, by means and mean squares; x may be complex."""
    reference, n = np.float64(reference), len(reference) if n is None else n
    pixels = tuple(range(1, x.ndim - 1))
    batch = (0, *pixels)
    mean = (n * reference.mean(batch) + x.mean(pixels, keepdims=True)) / (n + 1)
    square = n * (reference**2).mean(batch) + (x**2).mean(pixels, keepdims=True)
    return (x - mean) / np.sqrt(square / (n + 1) - mean**2 + epsilon) * GAIN + BIAS


@pytest.mark.parametrize("shape", [(4, 3, 2), (7, 2), (2,)])
def test_it_is_the_papers_formula(shape):
    reference, x = 2.0 * normal(5, *shape, seed=1) + 1.0, normal(3, *shape)
    network, _ = build(reference)
    for training in (False, True):
        y = network(x, training=training)
        np.testing.assert_allclose(y, expected(np.float64(x), reference), atol=2e-6)


def test_the_sample_counts_as_one_of_the_reference():
    network, layer = build()
    alone = (X - layer.reference_mean) / np.sqrt(layer.reference_variance + 1e-5) * GAIN + BIAS
    assert abs(network(X) - alone).numpy().max() > 0.1


def test_the_reference_is_normalised_by_itself_alone_and_seen_normalised_further_on():
    inner, outer = VirtualBatchNormalization(), VirtualBatchNormalization()
    inputs = keras.Input((4, 3, 2))
    part = keras.Model(inputs, keras.layers.ReLU()(inner(inputs)))  # a network in a network
    network = keras.Model(inputs, outer(part(inputs)))
    set_reference(network, REFERENCE)
    x = np.float64(REFERENCE)
    axes = (0, 1, 2)
    np.testing.assert_allclose(inner.reference_mean, x.mean(axes), atol=1e-6)
    np.testing.assert_allclose(inner.reference_variance, x.var(axes), rtol=1e-5)
    x = np.maximum((x - x.mean(axes)) / np.sqrt(x.var(axes) + 1e-5), 0.0)
    np.testing.assert_allclose(outer.reference_mean, x.mean(axes), atol=1e-6)
    np.testing.assert_allclose(outer.reference_variance, x.var(axes), rtol=1e-5)
    assert inner.reference_size.numpy() == outer.reference_size.numpy() == 5
    before = battery.values(network.non_trainable_variables)
    network(X, training=True)  # nothing else moves them
    for old, new in zip(before, network.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(old, new)


def test_no_example_sees_another():
    network, _ = build()
    np.testing.assert_allclose(network(X)[:1], network(X[:1]), atol=1e-6)


def test_before_a_reference_it_is_one_example_of_mean_0_and_variance_1():
    layer = VirtualBatchNormalization()
    layer.build((None, 2))
    layer.gain.assign(GAIN)
    layer.bias.assign(BIAS)
    x = normal(3, 2)
    y = expected(np.float64(x), reference=np.array([[1.0, 1.0], [-1.0, -1.0]]), n=1)
    np.testing.assert_allclose(layer(x), y, atol=1e-6)


def test_a_large_mean_costs_no_digits():
    network, _ = build(REFERENCE + 1000.0)
    y = expected(np.float64(X + 1000.0), REFERENCE + 1000.0)
    np.testing.assert_allclose(network(X + 1000.0), y, atol=1e-3)


def gradient(x):
    """Return the gradient of Σ sin(y), by complex steps: to rounding."""
    result = np.empty(x.shape)
    for index in np.ndindex(*x.shape):
        step = x.astype(complex)
        step[index] += 1e-30j
        result[index] = np.sin(expected(step)).sum().imag / 1e-30
    return result


@pytest.mark.parametrize("jit_compile", [False, True])
def test_first_and_second_derivatives(jit_compile):
    network, _ = build()

    @tf.function(jit_compile=jit_compile)
    def differentiate(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                total = tf.reduce_sum(tf.sin(network(x)))
            first = inner.gradient(total, x)
            penalty = tf.reduce_sum(tf.square(first))
        return first, outer.gradient(penalty, x)

    first, second = differentiate(tf.constant(X[:2]))
    x, direction = np.float64(X[:2]), np.float64(normal(2, 4, 3, 2, seed=3))
    np.testing.assert_allclose(first, gradient(x), atol=2e-5)
    up, down = ((gradient(x + s * direction) ** 2).sum() for s in (1e-4, -1e-4))
    assert np.sum(second * direction) == pytest.approx((up - down) / 2e-4, rel=1e-4)


def test_gain_and_bias_learn():
    network, layer = build()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(network(X)))
    gain, bias = tape.gradient(loss, [layer.gain.value, layer.bias.value])
    y = expected(np.float64(X))
    np.testing.assert_allclose(bias, (2 * y).sum((0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(gain, (2 * y * (y - BIAS) / GAIN).sum((0, 1, 2)), rtol=1e-4)
    assert len(layer.non_trainable_weights) == 3


def test_mixed_float16_is_near_and_its_statistics_do_not_overflow():
    network, layer = build(300.0 * REFERENCE, dtype="mixed_float16")
    assert {w.dtype for w in layer.weights} == {"float32"}
    y = network(300.0 * X)
    assert y.dtype == tf.float16
    np.testing.assert_allclose(y, expected(300.0 * np.float64(X), 300.0 * REFERENCE), atol=5e-3)


def test_replicas_get_the_same_reference_and_equal_one():
    strategy = battery.two_replicas()
    with strategy.scope():
        network, layer = build()
    x = normal(4, 4, 3, 2)
    halves = strategy.experimental_distribute_values_from_function(
        lambda c: x[2 * c.replica_id_in_sync_group :][:2]
    )
    run = tf.function(network)
    for reference in (REFERENCE, REFERENCE[:3] + 1.0):
        set_reference(network, reference)  # outside of the scope, as a callback does
        parts = strategy.experimental_local_results(strategy.run(run, [halves]))
        np.testing.assert_allclose(np.concatenate(parts), expected(x, reference), atol=1e-5)
        for weight in layer.weights:
            first, second = strategy.experimental_local_results(weight.value)
            np.testing.assert_array_equal(first, second)


def test_save_and_load(tmp_path):
    network, layer = build(epsilon=1e-3)
    network.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X), network(X))
    assert loaded.layers[-1].get_config() == layer.get_config()
    assert layer.get_config()["epsilon"] == 1e-3


def test_export(tmp_path):
    network, _ = build()
    network.export(tmp_path / "exported", verbose=False)
    loaded = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(loaded.serve(X), network(X), atol=1e-5)


def test_penalties_of_each_samples_gradient_take_it_and_are_right():
    network, _ = build()
    refuse_shared_samples("r1", "discriminator", [network])
    images, latents = keras.Input((4, 3, 2)), keras.Input((2,))
    norm = VirtualBatchNormalization()
    hidden = keras.layers.Flatten()(keras.layers.ReLU()(norm(images)))
    generator = keras.Model(
        latents, keras.layers.Reshape((4, 3, 2))(keras.layers.Dense(24)(latents))
    )
    discriminator = keras.Model(images, keras.layers.Dense(1)(hidden))
    set_reference(discriminator, REFERENCE)
    gan = GAN(generator, discriminator)
    for name in losses.penalties.names():
        if losses.penalties.get(name).needs_separate_samples:
            gan.compile(penalties=[name])
    with tf.GradientTape() as tape:
        x = tf.constant(X)
        tape.watch(x)
        logits = discriminator(x)
    together = tape.batch_jacobian(logits, x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = discriminator(x)
    np.testing.assert_allclose(tape.gradient(logits, x), together[:, 0], atol=1e-6)


def test_what_is_refused():
    dense = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="plain")
    with pytest.raises(ValueError, match="'plain' has no VirtualBatchNormalization"):
        set_reference(dense, X)
    network, layer = build()
    with pytest.raises(ValueError, match="the reference batch has 1 examples, expected 2 or more"):
        set_reference(network, X[:1])
    with pytest.raises(ValueError, match=r"shape \(5,\), expected \(batch, …, channels\)"):
        VirtualBatchNormalization().build((5,))
    with pytest.raises(ValueError, match="must match"):
        set_reference(network, X[..., :1])
    assert not layer.measuring  # whatever happened
