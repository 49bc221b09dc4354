"""Maxout units."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Maxout(keras.layers.Layer):
    """The largest of several features, channel by channel (Goodfellow et al. 2013, arXiv 1302.4389).

    `[…, units * pieces]` -> `[…, units]`. Follows a `Dense` or a convolution; without weights of its own
    (tensorflow-addons had it under the same name, with the number of units as argument).

    Args:
        pieces: how many features compete for one output.

    Raises:
        ValueError: the last axis is not a multiple of pieces.

    >>> Maxout(2)(keras.ops.convert_to_tensor([[1.0, 3.0, -2.0, -5.0]])).numpy().tolist()
    [[3.0, -2.0]]
    """

    def __init__(self, pieces, **kwargs):
        super().__init__(**kwargs)
        self.pieces = pieces

    def build(self, input_shape):
        """Check the last axis."""
        if input_shape[-1] % self.pieces:
            raise ValueError(
                f"{input_shape[-1]} features cannot be shared among units of {self.pieces} pieces"
            )

    def call(self, inputs):
        """Take the maxima."""
        shape = keras.ops.shape(inputs)
        units = inputs.shape[-1] // self.pieces
        return keras.ops.max(keras.ops.reshape(inputs, (*shape[:-1], units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        """`[…, units]`."""
        return (*input_shape[:-1], input_shape[-1] // self.pieces)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "pieces": self.pieces}
