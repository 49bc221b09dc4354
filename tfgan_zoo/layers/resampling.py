"""Twice as many pixels, or half as many, through the filter [1, 3, 3, 1]: bilinear interpolation."""

import keras
import numpy as np
import tensorflow as tf


def _halving(size):
    """Return the matrix `[rounded-up half of size, size]` of the filter at every second place.

    >>> _halving(4) * 8
    array([[3., 3., 1., 0.],
           [0., 1., 3., 3.]], dtype=float32)
    """
    taps = 1 - np.arange(size) + 2 * np.arange((size + 1) // 2)[:, None]
    weights = {1: 3, 0: 3, 2: 1, -1: 1}
    return np.vectorize(lambda tap: weights.get(tap, 0) / 8.0, otypes=[np.float32])(taps)


def _resampled(x, rows, columns):
    """Multiply by a matrix along the rows and by one along the columns.

    Constant matrices are the fastest way on a CPU, of which every derivative is as fast.
    """
    _, height, width, channels = x.shape
    rows, columns = tf.constant(rows, x.dtype), tf.constant(columns, x.dtype)
    x = tf.matmul(rows[None], tf.reshape(x, [-1, height, width * channels]))
    height = rows.shape[0]
    x = tf.matmul(columns[None], tf.reshape(x, [-1, width, channels]))
    return tf.reshape(x, [-1, height, columns.shape[0], channels])


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
        # Doubling is halving transposed; twice as strong, since zeros lie between the values.
        rows, columns = (2.0 * _halving(2 * side).T for side in inputs.shape[1:3])
        height, width = self.size or (len(rows), len(columns))
        return _resampled(inputs, rows[:height], columns[:width])

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
        return _resampled(inputs, *(_halving(side) for side in inputs.shape[1:3]))
