"""What a classifier is taught by."""

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.losses.penalties.features import directions


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


def data_to_data_cross_entropy(
    embeddings, proxies, labels, temperature=0.5, positive_margin=0.98, negative_margin=0.02
):
    """Return the data-to-data cross-entropy (Kang et al. 2021, ReACGAN, arXiv 2111.01118).

    With s the cosines of images and of each with its class's proxy, the mean over images i of

        -log(p / (p + sum over j of another class of exp(max(s_ij - m_n, 0) / t))),
        p = exp(min(s_i,proxy - m_p, 0) / t),

    temperature t, margins m_p and m_n: images that are near enough to their proxy, or far enough from another
    class's, teach nothing. The others are those of the global batch.

    The authors' code subtracts each row's largest similarity from the second kind of term alone, which is
    another loss; this is the paper's.

    Args:
        embeddings: `[B, D]`, of images; only their directions count.
        proxies: `[B, D]`, of each image's class.
        labels: ints `[B]`.
        temperature: above 0.
        positive_margin: m_p.
        negative_margin: m_n; 1 - m_p in the authors' code.

    Returns:
        float32 scalar.

    >>> at_right_angles = tf.constant([[1.0, 0.0], [0.0, 1.0]])
    >>> loss = data_to_data_cross_entropy(at_right_angles, at_right_angles, tf.constant([0, 1]))
    >>> round(float(loss), 4)  # log 2: the exponents are 0
    0.6931
    """
    own = tf.reduce_sum(directions(embeddings) * directions(proxies), axis=1)
    rows, everybody = (replicas.gather(x) for x in (directions(embeddings), labels))
    near = replicas.gather(tf.minimum(own - positive_margin, 0.0) / temperature)
    cosines = tf.matmul(rows, rows, transpose_b=True)
    apart = tf.maximum(cosines - negative_margin, 0.0) / temperature
    others = everybody[:, None] != everybody[None, :]
    # Far below all others, and finite: a row of one class alone has a loss of 0.
    apart = tf.where(others, apart, -1e9)
    return tf.reduce_mean(tf.reduce_logsumexp(tf.concat([near[:, None], apart], 1), 1) - near)
