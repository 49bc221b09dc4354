"""Instance normalisation: each image's channels by their own statistics."""

import keras
import tensorflow as tf

# From so many numbers in a sample on, one fused kernel a sample beats a dozen small ones for all of them.
_LARGE = 32768
_MANY = 16


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InstanceNormalization(keras.layers.Layer):
    """Each channel of each image less its mean, over its deviation (Ulyanov et al. 2016, arXiv 1607.08022).

    [B, H, W, C] -> the same shape, then a gain and an offset for each channel. In training and at inference
    alike: samples do not see each other, and there are no moving statistics.

    Args:
        epsilon: added to the variance.
        **kwargs: for `keras.layers.Layer`.

    >>> x = tf.constant([[[[1.0], [3.0]]], [[[10.0], [30.0]]]])
    >>> InstanceNormalization(epsilon=0.0)(x).numpy().ravel().round(3).tolist()
    [-1.0, 1.0, -1.0, 1.0]
    """

    def __init__(self, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = float(epsilon)

    def build(self, input_shape):
        """Make gain and offset."""
        channels = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(channels,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(channels,), initializer="zeros")

    def call(self, inputs):
        """Normalise, in float32."""
        x = tf.cast(inputs, tf.float32)
        gamma, beta = (tf.cast(v, tf.float32) for v in (self.gamma, self.beta))
        batch, height, width, channels = x.shape
        if None not in x.shape and batch <= _MANY and height * width * channels >= _LARGE:
            outputs = tf.concat([self._fused(one, gamma, beta) for one in tf.split(x, batch)], 0)
        else:
            outputs = standardised(x, self.epsilon, gamma) + beta
        return tf.cast(outputs, self.compute_dtype)

    def _fused(self, x, gamma, beta):
        outputs, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x, scale=gamma, offset=beta, mean=[], variance=[], epsilon=self.epsilon
        )
        return outputs

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}


def standardised(x, epsilon, gain=1.0):
    """Return each channel of each image less its mean, over its deviation, times a gain; in float32.

    >>> standardised(tf.constant([[[[1.0], [3.0]]]]), 0.0).numpy().ravel().tolist()
    [-1.0, 1.0]
    """
    x = tf.cast(x, tf.float32)
    difference = x - tf.reduce_mean(x, [1, 2], keepdims=True)
    variance = tf.reduce_mean(tf.square(difference), [1, 2], keepdims=True)
    return difference * (gain * tf.math.rsqrt(variance + epsilon))
