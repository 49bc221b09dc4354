"""Doubling and halving: against the filter written out, and against each other."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import ClippedImages, Conv2D, Downsample2D, Upsample2D

FILTER = np.array([1.0, 3.0, 3.0, 1.0]) / 8.0


def doubled(x):
    """Zeros between the values, then the filter, twice as strong; along the first axis."""
    between = np.zeros([2 * len(x), *x.shape[1:]])
    between[::2] = x
    padded = np.pad(between, [(2, 1)] + [(0, 0)] * (x.ndim - 1))
    return sum(2 * f * padded[k : k + 2 * len(x)] for k, f in enumerate(FILTER))


def halved(x):
    """The filter, then every second value; along the first axis."""
    n = (len(x) + 1) // 2
    padded = np.pad(x, [(1, 3)] + [(0, 0)] * (x.ndim - 1))
    return sum(f * padded[k : k + 2 * n : 2] for k, f in enumerate(FILTER))


def both_axes(function, x):
    y = np.stack([function(image) for image in x])
    return np.stack([function(image.swapaxes(0, 1)).swapaxes(0, 1) for image in y])


@pytest.mark.parametrize("size", [(1, 1), (2, 5), (7, 4)])
def test_they_are_the_filter(size):
    x = np.random.default_rng(0).normal(size=(2, *size, 3)).astype(np.float32)
    np.testing.assert_allclose(Upsample2D()(x), both_axes(doubled, x), atol=1e-6)
    np.testing.assert_allclose(Downsample2D()(x), both_axes(halved, x), atol=1e-6)
    odd = (2 * size[0] - 1, 2 * size[1])
    cropped = both_axes(doubled, x)[:, : odd[0]]
    np.testing.assert_allclose(Upsample2D(odd)(x), cropped, atol=1e-6)


def test_each_is_the_others_transpose():
    rng = np.random.default_rng(0)
    small = rng.normal(size=(1, 4, 6, 1)).astype(np.float32)
    large = rng.normal(size=(1, 8, 12, 1)).astype(np.float32)
    up, down = np.sum(Upsample2D()(small) * large), np.sum(small * Downsample2D()(large))
    np.testing.assert_allclose(up, 4 * down, rtol=1e-4)


def test_grouped_convolutions_have_both_derivatives():
    """By TensorFlow's kernels, eager and compiled, against a dense convolution with zeros between groups."""
    x = tf.random.stateless_normal([2, 5, 4, 6], [0, 1])
    layer = Conv2D(6, 3, padding="same", groups=3, use_bias=False, kernel_initializer="he_normal")
    layer.build(x.shape)
    blocks = np.zeros([3, 3, 6, 6], np.float32)
    for g in range(3):
        part = slice(2 * g, 2 * g + 2)
        blocks[:, :, part, part] = layer.kernel.numpy()[..., part]

    def derivatives(convolve):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = convolve(x)
                total = tf.reduce_sum(tf.sin(y))
            gradient = inner.gradient(total, x)
            size = tf.reduce_sum(tf.square(gradient))
        return y, gradient, outer.gradient(size, x)

    expected = derivatives(lambda x: tf.nn.conv2d(x, blocks, 1, "SAME"))
    for run in (derivatives, tf.function(derivatives)):
        for ours, theirs in zip(run(layer), expected, strict=True):
            assert np.abs(theirs).max() > 0.1
            np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_images_are_clipped_at_inference_only():
    x = tf.constant([-3.0, 0.5, 2.0])
    np.testing.assert_array_equal(ClippedImages()(x, training=True), x)
    np.testing.assert_array_equal(ClippedImages()(x), [-1.0, 0.5, 1.0])
