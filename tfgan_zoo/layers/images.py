"""The end of a generator that has no tanh."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ClippedImages(keras.layers.Layer):
    """Images as they are while training, clipped to [-1, 1] otherwise, in float32.

    StyleGAN2's and R3GAN's generators end linearly: in training the discriminator teaches the range, and
    a clipped number would have no gradient. Only what is shown is clipped, as their authors do.

    >>> ClippedImages()(tf.constant([-3.0, 0.5])).numpy().tolist()
    [-1.0, 0.5]
    """

    def call(self, inputs, training=False):
        """Clip unless training."""
        images = tf.cast(inputs, tf.float32)
        return images if training else tf.clip_by_value(images, -1.0, 1.0)
