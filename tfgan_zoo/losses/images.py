"""Distances of images."""

import tensorflow as tf


def distance(images, others):
    """Return E |images - others|, a mean over all numbers.

    >>> float(distance(tf.constant([1.0, 3.0]), tf.constant([2.0, 0.0])))
    2.0
    """
    return tf.reduce_mean(tf.abs(tf.cast(images, tf.float32) - tf.cast(others, tf.float32)))


def squared_distance(images, others):
    """Return E (images - others)², a mean over all numbers.

    >>> float(squared_distance(tf.constant([1.0, 3.0]), tf.constant([2.0, 0.0])))
    5.0
    """
    return tf.reduce_mean(
        tf.math.squared_difference(tf.cast(images, tf.float32), tf.cast(others, tf.float32))
    )
