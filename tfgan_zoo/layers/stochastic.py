"""Layers whose noise repeats: it comes from the training step's counter-based stream."""

import keras
import tensorflow as tf

from tfgan_zoo.training import randomness


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Dropout(keras.layers.Dropout):
    """`keras.layers.Dropout` whose masks are a function of (seed, step, layer, position).

    Inside a training step of this package the mask comes from the step's random stream, so that a run
    resumes exactly and replicas equal one machine. Anywhere else it is Keras's own layer.

    The stream tells uses apart by the layer's name: give it one, since Keras's automatic names depend on
    what else was built in the process.

    Args:
        rate: share of the inputs to drop, in [0, 1).
        **kwargs: as for `keras.layers.Dropout`, without `noise_shape`.

    >>> Dropout(0.5)(tf.ones([2, 3]), training=False).numpy().tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """

    def call(self, inputs, training=False):
        """Drop and rescale while training."""
        stream = randomness.active_stream()
        if not training or self.rate == 0 or stream is None:
            return super().call(inputs, training=training)
        uniform = stream.uniform(inputs.shape[1:], use=self.name)
        kept = tf.cast(uniform >= self.rate, inputs.dtype)
        return inputs * kept / tf.cast(1.0 - self.rate, inputs.dtype)
