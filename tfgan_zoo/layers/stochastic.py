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
        return self._dropped(inputs, stream)

    def _dropped(self, inputs, stream):
        sizes = tf.shape(inputs)[1:]
        shape = [sizes[i] if s is None else s for i, s in enumerate(inputs.shape[1:])]
        kept = tf.cast(stream.uniform(shape, use=self.name) >= self.rate, inputs.dtype)
        return inputs * kept / tf.cast(1.0 - self.rate, inputs.dtype)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NoiseDropout(Dropout):
    """Dropout that is a network's source of noise, so that it stays on after training.

    Whether in training or not, it draws from the stream that is active: the training step's, or that of
    samples (`training.randomness.SampleStream`). Where none is, nothing is dropped.

    Args:
        rate: share of the inputs to drop, in [0, 1).
        **kwargs: as for `Dropout`.

    >>> NoiseDropout(0.5)(tf.ones([2, 3]), training=True).numpy().tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """

    def call(self, inputs, training=False):
        """Drop and rescale wherever there is a stream."""
        stream = randomness.active_stream()
        if self.rate == 0 or stream is None:
            return inputs
        return self._dropped(inputs, stream)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GaussianNoise(keras.layers.GaussianNoise):
    """`keras.layers.GaussianNoise` whose noise is a function of (seed, step, layer, position); see `Dropout`.

    Args:
        stddev: standard deviation.
        **kwargs: as for `keras.layers.GaussianNoise`.

    >>> GaussianNoise(0.5)(tf.ones([2, 3]), training=False).numpy().tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """

    def call(self, inputs, training=False):
        """Add noise while training."""
        stream = randomness.active_stream()
        if not training or self.stddev == 0 or stream is None:
            return super().call(inputs, training=training)
        noise = tf.cast(stream.normal(inputs.shape[1:], use=self.name), inputs.dtype)
        return inputs + tf.cast(self.stddev, inputs.dtype) * noise
