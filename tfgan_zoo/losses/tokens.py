"""Means over the tokens of sentences of different lengths."""

import tensorflow as tf

from tfgan_zoo import replicas


def token_mean(values, mask):
    """Return the mean over all tokens of the global batch, float32.

    Each replica divides by the global batch's mean length, so that what replicas add up is one machine's.

    Args:
        values: float [B, T].
        mask: float32 [B, T], 1 where there is a token.

    >>> float(token_mean(tf.constant([[1.0, 9.0], [2.0, 3.0]]), tf.constant([[1.0, 0.0], [1.0, 1.0]])))
    2.0
    """
    sums = tf.reduce_sum(tf.cast(values, tf.float32) * mask, axis=1)
    lengths = replicas.mean(tf.reduce_sum(mask, axis=1))
    return tf.reduce_mean(sums) / tf.maximum(tf.stop_gradient(lengths), 1e-6)
