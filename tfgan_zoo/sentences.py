"""What a batch of tokens says about itself."""

import tensorflow as tf


def mask_of(tokens, end_token):
    """Return which positions of sentences count: all up to the first end token, and that one.

    Args:
        tokens: ints `[..., T]`.
        end_token: int, or None where sentences have no end: then every position counts.

    Returns:
        float32 of the tokens' shape, ones and zeros.

    >>> mask_of(tf.constant([[5, 2, 0, 0], [5, 7, 4, 6]]), end_token=2).numpy().tolist()
    [[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    if end_token is None:
        return tf.ones_like(tokens, tf.float32)
    ends = tf.cast(tf.equal(tokens, end_token), tf.int32)
    return tf.cast(tf.equal(tf.cumsum(ends, axis=-1, exclusive=True), 0), tf.float32)
