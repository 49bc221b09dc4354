"""Labels told to a convolutional network."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LabelMaps(keras.layers.Layer):
    """One more channel for each label, 1 everywhere for an image's own, else 0 (StarGAN, arXiv 1711.09020).

    [images `[B, H, W, C]`, labels int32 `[B]`] -> `[B, H, W, C + num_labels]`.

    Args:
        num_labels: number of labels; they count from 0.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a number that is not a positive int.

    >>> LabelMaps(2)([tf.fill([1, 1, 1, 1], 0.5), tf.constant([1])]).numpy().ravel().tolist()
    [0.5, 0.0, 1.0]
    """

    def __init__(self, num_labels, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, num_labels=num_labels)
        self.num_labels = num_labels

    def call(self, inputs):
        """Concatenate."""
        images, labels = inputs
        maps = tf.one_hot(tf.cast(labels, tf.int32), self.num_labels, dtype=images.dtype)
        sizes = tf.shape(images)
        maps = tf.broadcast_to(
            maps[:, None, None, :], [sizes[0], sizes[1], sizes[2], self.num_labels]
        )
        return tf.concat([images, maps], axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the shape of the images with one more channel for each label."""
        *rest, channels = input_shape[0]
        return (*rest, channels + self.num_labels)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "num_labels": self.num_labels}
