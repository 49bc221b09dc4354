"""Conditions drawn from a normal distribution that the condition decides."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConditioningAugmentation(keras.layers.Layer):
    """Draw from a normal distribution (conditioning augmentation, Zhang et al. 2017, arXiv 1612.03242).

    [Gaussians `[B, 2 C]`, a mean and the logarithm of a variance for each number; latents `[B, D + C]`] ->
    `[B, D]`, the first latents as they are, and `[B, C]`, mean + exp(log-variance / 2) · noise, where
    the last C latents are the noise: what is drawn is a function of the latents, as the image is.

    >>> gaussians, latents = tf.constant([[1.0, 0.0]]), tf.constant([[5.0, 6.0, 2.0]])
    >>> rest, drawn = ConditioningAugmentation()([gaussians, latents])
    >>> rest.numpy().tolist(), drawn.numpy().tolist()
    ([[5.0, 6.0]], [[3.0]])
    """

    def call(self, inputs):
        """Split the latents, and draw."""
        gaussians, latents = inputs
        mean, log_variance = tf.split(gaussians, 2, axis=1)
        size = mean.shape[1]
        return latents[:, :-size], mean + tf.exp(0.5 * log_variance) * latents[:, -size:]

    def compute_output_shape(self, input_shape):
        """Return both shapes."""
        (batch, both), (_, latents) = input_shape
        return (batch, latents - both // 2), (batch, both // 2)
