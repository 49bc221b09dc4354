"""Where in the sequence: fixed waves beside the features."""

import math

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PositionWaves(keras.layers.Layer):
    """Cosine waves put behind the features (d'Autume et al. 2019, ScratchGAN, arXiv 1905.09922).

    `[B, T, features]` -> `[B, T, features + waves]`. At position t wave k is cos(π (t / p_k + s_k)): the
    periods p_k go from 2 to T with equal ratios, the shifts s_k from 0 to 2 with equal steps.

    Args:
        waves: how many.
        **kwargs: for `keras.layers.Layer`.

    >>> PositionWaves(2)(tf.zeros([1, 2, 1])).numpy().round(3).tolist()[0]
    [[0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """

    def __init__(self, waves=8, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, waves=waves)
        self.waves = waves

    def call(self, inputs):
        """Add the waves."""
        length = inputs.shape[1]
        periods = np.exp(np.linspace(math.log(2.0), math.log(length), self.waves))
        shifts = np.linspace(0.0, 2.0, self.waves)
        waves = np.cos(math.pi * (np.arange(length)[:, None] / periods + shifts))
        waves = tf.constant(waves, inputs.dtype)
        shape = tf.stack([tf.shape(inputs)[0], length, self.waves])
        return tf.concat([inputs, tf.broadcast_to(waves, shape)], axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the shape with the waves."""
        return (*input_shape[:-1], input_shape[-1] + self.waves)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "waves": self.waves}
