"""The ends of generators that have no plain tanh."""

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


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ChangedImages(keras.layers.Layer):
    """Images with changes added where tanh would squash them, in float32.

    [changes, images in [-1, 1]], both `[B, H, W, C]` -> tanh(changes + artanh(0.97 images)). To learn a
    residual image (Shen & Liu 2017, arXiv 1612.05363) leaves what should stay as it is: images without a
    change come out as 0.97 times themselves, and there is a gradient whatever comes out. Numbers outside
    [-1, 1] are clipped.

    >>> print(ChangedImages()([tf.constant([0.0, 9.0]), tf.constant([-1.0, -1.0])]).numpy().round(2))
    [-0.97  1.  ]
    """

    KEPT = 0.97

    def call(self, inputs):
        """Add and squash."""
        changes, images = (tf.cast(each, tf.float32) for each in inputs)
        return tf.tanh(changes + tf.atanh(self.KEPT * tf.clip_by_value(images, -1.0, 1.0)))

    def compute_output_shape(self, input_shape):
        """Return the shape of the images."""
        return tuple(input_shape[1])
