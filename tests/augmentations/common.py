"""What several tests of augmentations need."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.training import RandomStream


def stream(batch, step=3, **part):
    return RandomStream(seed=1, step=tf.constant(step, tf.int64), local_batch=batch, **part)


def images(batch, *shape):
    values = np.random.default_rng(0).uniform(-1.0, 1.0, (batch, *shape))
    return tf.constant(values, tf.float32)


def check_derivatives(augmentation, x, step=0):
    """Compare first derivatives with finite differences, second derivatives with a closed form.

    An augmentation is affine in the images, y = A x + b: the gradient of |y|² / 2 is g = Aᵀ y, and the
    gradient of |g|² / 2 is Aᵀ A g, the gradient of v -> <A v, A g>.
    """

    def shown(x):
        return augmentation.augment(x, stream(x.shape[0]), step)

    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            value = tf.reduce_sum(shown(x) ** 2) / 2.0
        g = inner.gradient(value, x)
        penalty = tf.reduce_sum(g**2) / 2.0
    second = outer.gradient(penalty, x)
    origin = shown(tf.zeros_like(x))
    direction = images(*x.shape) * 0.7 + 0.1
    moved = shown(x + direction) - shown(x - direction)
    expected = tf.reduce_sum(shown(x) * moved) / 2.0  # exact, as the augmentation is affine
    np.testing.assert_allclose(tf.reduce_sum(g * direction), expected, rtol=1e-4)
    expected = tf.reduce_sum((shown(direction) - origin) * (shown(g) - origin))
    np.testing.assert_allclose(tf.reduce_sum(second * direction), expected, rtol=1e-4)


def check_parts(augmentation, x, step=0):
    """Two replicas, each with its part of the stream, give what one machine gives."""
    whole = augmentation.augment(x, stream(len(x)), step)
    first = len(x) // 3
    parts = [
        augmentation.augment(
            x[begin:end], stream(end - begin, global_batch=len(x), offset=begin), step
        )
        for begin, end in ((0, first), (first, len(x)))
    ]
    np.testing.assert_array_equal(tf.concat(parts, 0), whole)


def check_draws(augmentation, batch=6, shape=(12, 10, 3), step=0):
    """Real and fake images get numbers of their own; so do the samples of a batch; steps repeat."""
    x = tf.tile(images(1, *shape), [batch, 1, 1, 1])
    one = stream(batch)
    real, fake = augmentation.augment(x, one, step), augmentation.augment(x, one, step)
    assert np.abs(real - fake).max() > 0.01
    assert min(np.abs(real[0] - real[i]).max() for i in range(1, batch)) > 0.01
    np.testing.assert_array_equal(real, augmentation.augment(x, stream(batch), step))
    assert np.abs(real - augmentation.augment(x, stream(batch, step=4), step)).max() > 0.01
