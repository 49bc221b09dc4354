"""Borders that continue the picture."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ReflectionPadding2D(keras.layers.Layer):
    """Mirror the rows and columns next to the border beyond it, without the border itself.

    [B, H, W, C] -> [B, H + 2 padding, W + 2 padding, C]; both sides must be larger than `padding`.

    Args:
        padding: rows and columns on each side.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a padding that is not a positive int.

    >>> ReflectionPadding2D(1)(tf.constant([[[[1], [2]], [[3], [4]]]]))[0, :, :, 0].numpy()
    array([[4, 3, 4, 3],
           [2, 1, 2, 1],
           [4, 3, 4, 3],
           [2, 1, 2, 1]], dtype=int32)
    """

    def __init__(self, padding=1, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, padding=padding)
        self.padding = padding

    def call(self, inputs):
        """Pad."""
        p = self.padding
        return tf.pad(inputs, [[0, 0], [p, p], [p, p], [0, 0]], "REFLECT")

    def compute_output_shape(self, input_shape):
        """Return the padded shape."""
        batch, *sides, channels = input_shape
        return (batch, *[s and s + 2 * self.padding for s in sides], channels)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "padding": self.padding}
