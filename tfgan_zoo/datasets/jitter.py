"""Augmentation of training batches that treats all images of an example alike."""

import tensorflow as tf


def jittered(batch, seed, *, pixels=0, flip=False):
    """Return a batch whose images are moved, enlarged a little, and mirrored at random.

    Each example is enlarged by so many pixels a side and cut back to its size at a random place, as pix2pix
    does (Isola et al. 2017, arXiv 1611.07004, appendix), and mirrored half of the time. All images of an
    example, such as `source` and `target`, get the same place and the same side.

    Args:
        batch: dict of tensors; the floats are images [B, H, W, C] of one size, or several of them an example,
            [B, K, H, W, C]; others stay as they are.
        seed: int64 [2]; the same seed, the same changes.
        pixels: by how much to enlarge, an int of at least 0; pix2pix takes 30 for images of 256.
        flip: whether to mirror.

    Returns:
        A dict of tensors of the same shapes and ranges.

    >>> images = tf.reshape(tf.range(4.0), [1, 1, 4, 1])
    >>> both = jittered({"source": images, "target": -images}, [0, 1], flip=True)
    >>> both["source"].numpy().ravel().tolist()
    [3.0, 2.0, 1.0, 0.0]
    >>> bool(tf.reduce_all(both["target"] == -both["source"]))
    True
    """
    images = {key: value for key, value in batch.items() if value.dtype.is_floating}
    count, *_, height, width, _ = next(iter(images.values())).shape
    drawn = tf.random.stateless_uniform([3, count], seed)
    top, left = tf.unstack(tf.cast(drawn[:2] * (pixels + 1), tf.int32))
    rows = top[:, None] + tf.range(height)
    columns = left[:, None] + tf.range(width)
    if flip:
        columns = tf.where(drawn[2, :, None] < 0.5, tf.reverse(columns, [1]), columns)

    def changed(image):
        *outer, _, _, channels = image.shape
        if pixels:
            flat = tf.reshape(image, [-1, height, width, channels])
            flat = tf.image.resize(flat, [height + pixels, width + pixels])
            image = tf.reshape(flat, [*outer, height + pixels, width + pixels, channels])
        image = tf.gather(image, rows, axis=len(outer), batch_dims=1)
        return tf.gather(image, columns, axis=len(outer) + 1, batch_dims=1)

    return batch | {key: changed(image) for key, image in images.items()}
