"""A style-based generator's layers: against loops with a kernel for each sample, and what is drawn when."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    LearnedConstant,
    MeanStyle,
    ModulatedConv2D,
    NoiseInjection,
    PixelNormalization,
    Repeat,
    Unstack,
)
from tfgan_zoo.training import RandomStream


def rebuilt(layer, inputs):
    """Return a layer made from another's config, with its weights."""
    layer(inputs)
    config = keras.saving.serialize_keras_object(layer)
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is type(layer)
    copy(inputs)
    copy.set_weights(layer.get_weights())
    return copy


def inputs(seed=0):
    rng = np.random.default_rng(seed)
    maps, styles = rng.normal(size=(3, 5, 4, 6)), rng.normal(size=(3, 7))
    return [maps.astype(np.float32), styles.astype(np.float32)]


def modulated(demodulate=True, **kwargs):
    layer = ModulatedConv2D(4, 3, demodulate, **kwargs)
    layer(inputs())
    layer.bias.assign(np.linspace(-1.0, 1.0, 4))
    layer.scales.bias.assign(np.linspace(0.5, 1.5, 6))
    return layer


def by_loops(layer, maps, styles):
    """Convolve each sample with its own kernel, pixel by pixel."""
    maps, styles = np.float64(maps), np.float64(styles)
    weights = layer.convolution.kernel.numpy() / np.sqrt(9 * 6)
    scales = styles @ (layer.scales.kernel.numpy() / np.sqrt(7)) + layer.scales.bias.numpy()
    outputs = np.zeros([*maps.shape[:3], 4])
    for sample in range(len(maps)):
        kernel = weights * scales[sample][None, None, :, None]
        if layer.demodulate:
            kernel = kernel / np.sqrt(np.square(kernel).sum(axis=(0, 1, 2)) + 1e-8)
        padded = np.pad(maps[sample], [(1, 1), (1, 1), (0, 0)])
        for row in range(maps.shape[1]):
            for column in range(maps.shape[2]):
                window = padded[row : row + 3, column : column + 3]
                outputs[sample, row, column] = np.tensordot(window, kernel, 3)
    return outputs + layer.bias.numpy()


@pytest.mark.parametrize("demodulate", [True, False])
def test_each_sample_is_convolved_with_its_own_kernel(demodulate):
    layer = modulated(demodulate)
    expected = by_loops(layer, *inputs())
    np.testing.assert_allclose(layer(inputs()), expected, atol=1e-5)
    other = [inputs()[0], inputs(1)[1]]
    assert np.abs(by_loops(layer, *other) - expected).max() > 0.1  # styles matter
    np.testing.assert_allclose(layer(other), by_loops(layer, *other), atol=1e-5)


def test_demodulated_outputs_have_variance_1_whatever_the_style():
    maps = tf.random.stateless_normal([2, 40, 40, 32], [0, 1])
    layer = ModulatedConv2D(32, 3)
    outputs = layer([maps, 30.0 * tf.random.stateless_normal([2, 8], [1, 1])])[:, 1:-1, 1:-1]
    np.testing.assert_allclose(tf.math.reduce_std(outputs, [1, 2, 3]), 1.0, rtol=0.05)


@pytest.mark.parametrize("demodulate", [True, False])
def test_both_derivatives_are_those_of_finite_differences(demodulate):
    """Of f = Σ sin(y) along a direction in maps and styles at once, in the loops' float64."""
    layer = modulated(demodulate)
    point, direction = inputs(), inputs(5)

    def along(t):
        moved = [np.float64(p) + t * d for p, d in zip(point, direction, strict=True)]
        return np.sin(by_loops(layer, *moved)).sum()

    h = 1e-3
    first = (along(h) - along(-h)) / (2 * h)
    second = (along(h) - 2 * along(0.0) + along(-h)) / h**2
    t = tf.constant(0.0)
    with tf.GradientTape() as outer:
        outer.watch(t)
        with tf.GradientTape() as inner:
            inner.watch(t)
            moved = [p + t * d for p, d in zip(point, direction, strict=True)]
            total = tf.reduce_sum(tf.sin(layer(moved)))
        slope = inner.gradient(total, t)
    assert abs(first) > 0.1
    assert abs(second) > 0.1
    np.testing.assert_allclose(slope, first, rtol=1e-3)
    np.testing.assert_allclose(outer.gradient(slope, t), second, rtol=1e-3)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_keeps_scales_in_float32(policy):
    layer, plain = modulated(dtype=policy), modulated()
    layer.set_weights(plain.get_weights())
    maps, styles = inputs()
    styles[0] *= 1e4  # squares that float16 cannot hold
    # Scales still are what float16 holds, as the maps they multiply are.
    assert 1e3 < np.abs(plain.scales(styles)).max() < 6e4
    outputs = layer([0.1 * maps, styles])
    assert outputs.dtype == policy.removeprefix("mixed_")
    assert {w.dtype for w in layer.weights} == {"float32"}
    expected = plain([0.1 * maps, styles])
    np.testing.assert_allclose(np.float32(outputs), expected, atol=0.05)


def test_noise_is_the_steps_own_and_only_in_training():
    x = tf.zeros([4, 3, 5, 2])
    layer = NoiseInjection(name="grain")
    layer.build(x.shape)

    def noise(layer, step=0, local=4, offset=None, training=True):
        stream = RandomStream(1, tf.constant(step, tf.int64), local, 4, offset)
        with stream.active():
            return layer(x[:local], training=training).numpy()

    np.testing.assert_array_equal(noise(layer), 0.0)  # the strength is 0 at first
    layer.strength.assign(0.5)
    drawn = noise(layer)
    expected = RandomStream(1, tf.constant(0, tf.int64), 4).normal((3, 5, 1), "grain")
    np.testing.assert_allclose(drawn, 0.5 * expected * tf.ones([1, 1, 1, 2]), rtol=1e-6)
    assert (
        len(np.unique(drawn)) == 4 * 3 * 5
    )  # each pixel of each sample its own, channels the same
    assert not np.array_equal(drawn, noise(layer, step=1))
    np.testing.assert_array_equal(drawn[2:], noise(layer, local=2, offset=2))
    other = rebuilt(layer, x)
    np.testing.assert_array_equal(noise(other), drawn)
    np.testing.assert_array_equal(noise(layer, training=False), 0.0)
    np.testing.assert_array_equal(layer(x, training=True), 0.0)  # no step


def test_the_mean_moves_when_tracked_only():
    layer = MeanStyle()
    styles = tf.constant([[1.0, -4.0], [3.0, 0.0]])
    np.testing.assert_array_equal(layer(styles, training=True), styles)
    np.testing.assert_array_equal(layer.mean.numpy(), 0.0)
    with tf.GradientTape() as tape:
        tape.watch(styles)
        layer.track(styles, 0.25)
        total = tf.reduce_sum(layer.truncate(styles, tf.constant([0.5, 1.0])))
    np.testing.assert_allclose(layer.mean.numpy(), [0.5, -0.5])
    layer.track(styles, 0.25)
    np.testing.assert_allclose(layer.mean.numpy(), [0.875, -0.875])
    np.testing.assert_allclose(tape.gradient(total, styles), [[0.5, 0.5], [1.0, 1.0]])
    cut = layer.truncate(styles, tf.constant([0.5, 2.0]))
    np.testing.assert_allclose(cut, [[0.9375, -2.4375], [5.125, 0.875]])
    assert not layer.trainable_weights


def test_vectors_are_divided_by_their_root_mean_square():
    x = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    y = PixelNormalization()(x)
    np.testing.assert_allclose(y, x / np.sqrt(np.square(x).mean(1, keepdims=True)), rtol=1e-5)
    np.testing.assert_array_equal(PixelNormalization()(np.zeros([1, 4])), 0.0)


def test_the_constant_is_everybodys():
    layer = LearnedConstant((2, 3, 4))
    maps = layer(tf.zeros([5, 7])).numpy()
    assert maps.shape == (5, 2, 3, 4)
    for sample in maps:
        np.testing.assert_array_equal(sample, layer.constant.numpy())


@pytest.mark.parametrize(
    ("layer", "given"),
    [
        (ModulatedConv2D(4, 3, demodulate=False, kernel_initializer="ones"), inputs()),
        (LearnedConstant((2, 3, 4), "ones"), inputs()[1]),
        (MeanStyle(), inputs()[1]),
        (PixelNormalization(), inputs()[1]),
        (Repeat(3), inputs()[1]),
        (Unstack(), inputs()[0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_they_come_back_from_their_configs(layer, given):
    for ours, theirs in zip(rebuilt(layer, given)(given), layer(given), strict=True):
        np.testing.assert_array_equal(ours, theirs)
