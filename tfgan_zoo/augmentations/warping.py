"""Affine maps of the plane, one for each sample, and images warped by them.

Products are sums of elementwise products, not matrix products: GPUs round those to 10 bits, which would move
pixels and turn the identity into something else.
"""

import tensorflow as tf


def matrix(rows):
    """Return `[B, n, n]` of rows of numbers and `[B]` tensors, one of them a tensor at least.

    >>> matrix([[1.0, tf.constant([5.0])], [0.0, 1.0]]).numpy().tolist()
    [[[1.0, 5.0], [0.0, 1.0]]]
    """
    like = next(x for row in rows for x in row if isinstance(x, tf.Tensor))
    entries = [
        [x if isinstance(x, tf.Tensor) else tf.fill(tf.shape(like), x) for x in row] for row in rows
    ]
    return tf.stack([tf.stack(row, axis=-1) for row in entries], axis=-2)


def product(left, right):
    """Return the matrix product `[B, n, n]` of two batches of matrices."""
    return tf.reduce_sum(left[..., :, :, None] * right[..., None, :, :], axis=-2)


def translation(right, down):
    """Return the map that moves by so many pixels, `[B]` each."""
    return matrix([[1.0, 0.0, right], [0.0, 1.0, down], [0.0, 0.0, 1.0]])


def scaling(horizontal, vertical):
    """Return the map that stretches around the centre, `[B]` each."""
    return matrix([[horizontal, 0.0, 0.0], [0.0, vertical, 0.0], [0.0, 0.0, 1.0]])


def rotation(cosine, sine):
    """Return the map that turns counter-clockwise around the centre, by the angle's cosine and sine."""
    return matrix([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def warp(images, inverse):
    """Return images whose pixel at x is the given image's at `inverse @ x`, bilinear, mirrored at the border.

    It is linear in the images, so that its second derivatives are exact. Where `inverse` is the identity
    the image comes back bit for bit.

    Args:
        images: float32 `[B, H, W, C]`.
        inverse: float32 `[B, 3, 3]`: the inverse of what is to happen, on (x, y, 1) in pixels from the
            centre, x to the right and y down.

    >>> image = tf.reshape(tf.range(6.0), [1, 2, 3, 1])
    >>> right = tf.constant([1.0])
    >>> warp(image, translation(-right, 0.0 * right))[0, :, :, 0].numpy().tolist()
    [[1.0, 0.0, 1.0], [4.0, 3.0, 4.0]]
    """
    height, width, channels = images.shape[1:]
    centre = tf.constant([(width - 1) / 2, (height - 1) / 2])
    y, x = tf.meshgrid(tf.range(height), tf.range(width), indexing="ij")
    at = tf.cast(tf.reshape(tf.stack([x, y], axis=-1), [-1, 2]), tf.float32) - centre
    source = inverse[:, None, :2, 0] * at[:, :1] + inverse[:, None, :2, 1] * at[:, 1:]
    source += inverse[:, None, :2, 2] + centre  # [B, H * W, 2]
    first = tf.floor(source)
    fraction = source - first
    left, top = tf.unstack(tf.cast(first, tf.int32), axis=-1)
    flat = tf.reshape(images, [-1, height * width, channels])

    def corner(down, right):
        index = _mirrored(top + down, height) * width + _mirrored(left + right, width)
        weights = tf.abs(1.0 - tf.constant([float(right), float(down)]) - fraction)
        return tf.gather(flat, index, batch_dims=1) * tf.reduce_prod(weights, -1, keepdims=True)

    warped = corner(0, 0) + corner(0, 1) + corner(1, 0) + corner(1, 1)
    return tf.reshape(warped, tf.shape(images))


def _mirrored(index, size):
    """Return indices within [0, size): -1 is 1 and size is size - 2, as `tf.pad`'s REFLECT has it."""
    period = 2 * (size - 1)
    index = index % period
    return tf.minimum(index, period - index)
