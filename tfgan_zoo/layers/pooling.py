"""Pooling that Keras lacks."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GlobalSumPooling2D(keras.layers.Layer):
    """Sum over all positions, `[B, H, W, C]` -> `[B, C]`, in float32 with any dtype policy.

    As in the discriminators of SNGAN (Miyato et al. 2018, arXiv 1802.05957) and BigGAN (Brock et al. 2019,
    arXiv 1809.11096).

    >>> GlobalSumPooling2D()(tf.ones([2, 3, 4, 1])).numpy().tolist()
    [[12.0], [12.0]]
    """

    def call(self, inputs):
        """Add up the positions."""
        return tf.reduce_sum(tf.cast(inputs, tf.float32), axis=[1, 2])

    def compute_output_spec(self, inputs):
        """Return shape and dtype of the sums."""
        return keras.KerasTensor((inputs.shape[0], inputs.shape[-1]), "float32")
