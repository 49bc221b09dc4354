"""What a classifier is taught by."""

import tensorflow as tf


def classification(logits, labels):
    """Return a classifier's loss and accuracy.

    Args:
        logits: `[B, classes]`.
        labels: ints `[B]`.

    Returns:
        `(cross_entropy, accuracy)`, means over the batch, float32 scalars.

    >>> loss, accuracy = classification(tf.constant([[1.0, 1.0], [0.0, 9.0]]), tf.constant([1, 1]))
    >>> round(float(loss), 4), float(accuracy)  # (log 2 + log(1 + exp(-9))) / 2
    (0.3466, 0.5)
    """
    logits = tf.cast(logits, tf.float32)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    right = tf.argmax(logits, axis=-1, output_type=labels.dtype) == labels
    return tf.reduce_mean(loss), tf.reduce_mean(tf.cast(right, tf.float32))
