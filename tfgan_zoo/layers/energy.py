"""What an autoencoder says of an image."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ReconstructionError(keras.layers.Layer):
    """The mean absolute difference of an image and its reconstruction, `[B, 1]`, in float32.

    BEGAN's energy (Berthelot, Schumm & Metz 2017, arXiv 1703.10717), one for each sample.

    >>> ReconstructionError()([tf.zeros([2, 4, 4, 1]), 0.5 * tf.ones([2, 4, 4, 1])]).numpy().tolist()
    [[0.5], [0.5]]
    """

    def call(self, inputs):
        """Compare."""
        images, reconstructions = (tf.cast(x, tf.float32) for x in inputs)
        errors = tf.abs(images - reconstructions)
        return tf.reduce_mean(errors, axis=list(range(1, len(errors.shape))))[:, None]

    def compute_output_shape(self, input_shape):
        """Return (batch, 1)."""
        return (input_shape[0][0], 1)
