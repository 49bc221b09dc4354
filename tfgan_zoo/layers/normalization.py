"""Keras's batch normalisation with TensorFlow's fused kernel."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` by one fused kernel instead of a dozen small ones.

    The same arguments, weights, names and numbers (to float rounding). With `synchronized=True` under a
    strategy of several replicas the statistics are the global batch's, which the fused kernel cannot
    compute: there it is Keras's layer as it is, as it is for masks, renorm and other axes than the last.

    >>> x = tf.constant([[[[1.0]], [[3.0]]]])
    >>> BatchNormalization(epsilon=0.0)(x, training=True).numpy().ravel().round(3).tolist()
    [-1.0, 1.0]
    """

    def call(self, inputs, training=None, mask=None):
        """Normalise by the batch's statistics while training, else by the moving ones."""
        training = bool(training and self.trainable)
        if not self._can_fuse(inputs, training, mask):
            return super().call(inputs, training=training, mask=mask)
        # The kernel computes statistics in float32 whatever it is given; float16 squares overflow first.
        x = tf.cast(inputs, tf.float32) if inputs.dtype == tf.float16 else inputs
        channels = x.shape[-1]
        scale = self.gamma.value if self.scale else tf.ones([channels])
        offset = self.beta.value if self.center else tf.zeros([channels])
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x if len(x.shape) == 4 else tf.reshape(x, [-1, 1, 1, channels]),
            scale=scale,
            offset=offset,
            mean=[] if training else self.moving_mean.value,
            variance=[] if training else self.moving_variance.value,
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            # The kernel returns the unbiased variance; Keras averages the biased one.
            count = tf.cast(tf.size(x) // channels, tf.float32)
            self._move(self.moving_mean, mean)
            self._move(self.moving_variance, variance * (count - 1.0) / count)
        if len(x.shape) != 4:
            outputs = tf.reshape(outputs, tf.shape(x))
        return tf.cast(outputs, self.compute_dtype)

    def _can_fuse(self, inputs, training, mask):
        if mask is not None or self.renorm or self.axis not in (-1, len(inputs.shape) - 1):
            return False
        if inputs.dtype not in (tf.float32, tf.float16, tf.bfloat16):
            return False
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return not (training and self.synchronized and replicas > 1)

    def _move(self, average, value):
        average.assign(average * self.momentum + value * (1.0 - self.momentum))
