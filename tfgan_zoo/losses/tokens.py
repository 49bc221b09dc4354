"""Means over the tokens of sentences of different lengths."""

import tensorflow as tf

from tfgan_zoo import replicas


def mask_of(tokens, end_token):
    """Return which positions belong to a sentence: those up to and including its first end.

    Args:
        tokens: int32 [B, T].
        end_token: the token that ends a sentence, or None where all have T tokens.

    Returns:
        float32 [B, T] of 0 and 1.

    >>> mask_of(tf.constant([[5, 2, 0], [5, 6, 7]]), end_token=2).numpy().tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]
    """
    if end_token is None:
        return tf.ones_like(tokens, tf.float32)
    ends = tf.cast(tf.equal(tokens, end_token), tf.int32)
    return tf.cast(tf.cumsum(ends, axis=1, exclusive=True) < 1, tf.float32)


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
