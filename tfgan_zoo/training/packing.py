"""Packing: the discriminator judges several samples at once (PacGAN, Lin et al. 2018, arXiv 1712.04086)."""

import tensorflow as tf


def pack(images, packing):
    """Put each `packing` neighbours of a batch into one, one behind the other in the channels.

    Args:
        images: `[B, …, C]`, B a multiple of packing.
        packing: how many.

    Returns:
        `[B / packing, …, C * packing]`.

    Raises:
        ValueError: a batch that cannot be shared out (`InvalidArgumentError` where its size is known
            in the step only).

    >>> pack(tf.constant([[1], [2], [3], [4]]), 2).numpy().tolist()
    [[1, 2], [3, 4]]
    """
    if packing == 1:
        return images
    size = images.shape[0]
    message = f"a batch cannot be shared out among packs of {packing}; use a multiple of {packing}"
    if size is not None and size % packing:
        raise ValueError(f"{message}: {size} samples (on each replica)")
    check = tf.debugging.assert_equal(tf.shape(images)[0] % packing, 0, message)
    with tf.control_dependencies([check] if check is not None else []):
        groups = tf.reshape(images, [-1, packing, *images.shape[1:]])
    inner = list(range(2, len(groups.shape) - 1))
    together = tf.transpose(groups, [0, *inner, 1, len(groups.shape) - 1])
    return tf.reshape(together, [-1, *images.shape[1:-1], packing * images.shape[-1]])
