"""Between vectors and small maps with one learned pattern a channel (R3GAN)."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GenerativeBasis(keras.layers.Layer):
    """Learned patterns, weighted by a vector (Huang et al. 2024, R3GAN, arXiv 2501.05441).

    Channel c of the map is the vector's number c times the pattern c.

    Args:
        size: (rows, columns) of the map.
        initializer: for the patterns `[rows, columns, channels]`.
        **kwargs: for `keras.layers.Layer`.

    >>> GenerativeBasis((4, 4), "ones")(tf.ones([2, 8])).shape
    TensorShape([2, 4, 4, 8])
    """

    def __init__(self, size, initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.size = tuple(size)
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape):
        """Make the patterns."""
        shape = (*self.size, input_shape[-1])
        self.basis = self.add_weight(name="basis", shape=shape, initializer=self.initializer)

    def call(self, inputs):
        """Weight the patterns."""
        return inputs[:, None, None, :] * tf.cast(self.basis, inputs.dtype)

    def get_config(self):
        """Return the constructor's arguments."""
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "size": self.size, "initializer": initializer}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DiscriminativeBasis(keras.layers.Layer):
    """How much of a learned pattern each channel of a map holds (R3GAN, arXiv 2501.05441).

    Number c is the sum over the pixels of channel c times the pattern c: a depthwise convolution as large
    as the map.

    Args:
        initializer: for the patterns `[rows, columns, channels]`.
        **kwargs: for `keras.layers.Layer`.

    >>> DiscriminativeBasis("ones")(tf.ones([2, 4, 4, 8])).numpy().max()
    np.float32(16.0)
    """

    def __init__(self, initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape):
        """Make the patterns."""
        shape = tuple(input_shape[1:])
        self.basis = self.add_weight(name="basis", shape=shape, initializer=self.initializer)

    def call(self, inputs):
        """Sum the weighted pixels."""
        return tf.reduce_sum(inputs * tf.cast(self.basis, inputs.dtype), axis=[1, 2])

    def get_config(self):
        """Return the constructor's arguments."""
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "initializer": initializer}
