"""Twice as many pixels, or half as many, through the filter [1, 3, 3, 1]: bilinear interpolation."""

import keras
import tensorflow as tf


def _along(x, axis, start, stop, before=0, after=0):
    """Return a part of x along an axis, with zeros before and after."""
    index = [slice(None)] * 4
    index[axis] = slice(start, stop)
    zeros = [[0, 0] for _ in range(4)]
    zeros[axis] = [before, after]
    return tf.pad(x[tuple(index)], zeros)


def _up(x, axis):
    n = x.shape[axis]
    before, after = _along(x, axis, 0, n - 1, before=1), _along(x, axis, 1, n, after=1)
    pair = tf.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
    shape = [-1, *x.shape[1:]]
    shape[axis] = 2 * n
    return tf.reshape(pair, shape)


def _down(x, axis):
    n = x.shape[axis] + x.shape[axis] % 2
    x = _along(x, axis, 0, None, after=n - x.shape[axis])
    shape = [-1, *x.shape[1:axis], n // 2, 2, *x.shape[axis + 1 :]]
    first, second = tf.unstack(tf.reshape(x, shape), axis=axis + 1)
    before = _along(second, axis, 0, n // 2 - 1, before=1)
    after = _along(first, axis, 1, n // 2, after=1)
    return 0.375 * (first + second) + 0.125 * (before + after)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Upsample2D(keras.layers.Layer):
    """Double the rows and columns by the filter [1, 3, 3, 1] (Karras et al. 2020, arXiv 1912.04958).

    Beyond the borders are zeros, as in the authors' code.

    Args:
        size: (rows, columns) to crop to, at the end; None for all twice as many.
        **kwargs: for `keras.layers.Layer`.

    >>> Upsample2D()(tf.constant([[[[4.0], [8.0]]]]))[0, 0, :, 0].numpy().tolist()
    [2.25, 3.75, 5.25, 4.5]
    """

    def __init__(self, size=None, **kwargs):
        super().__init__(**kwargs)
        self.size = None if size is None else tuple(size)

    def call(self, inputs):
        """Interpolate."""
        x = _up(_up(inputs, 1), 2)
        return x if self.size is None else x[:, : self.size[0], : self.size[1]]

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Downsample2D(keras.layers.Layer):
    """Halve the rows and columns, rounding up, by the filter [1, 3, 3, 1] (arXiv 1912.04958).

    Beyond the borders are zeros, as in the authors' code.

    >>> Downsample2D()(tf.ones([1, 8, 6, 1]))[0, 1, :, 0].numpy().tolist()
    [0.875, 1.0, 0.875]
    """

    def call(self, inputs):
        """Filter and keep every second pixel."""
        return _down(_down(inputs, 1), 2)
