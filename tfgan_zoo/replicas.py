"""What replicas must agree on while they are inside a step: means and whole batches.

Under tf.distribute each replica sees its own part of the global batch. What a loss, a penalty or a layer
takes over the batch (a mean, a spread, all features side by side) must be taken over the global batch, or
two replicas would not equal one machine. Outside of a strategy these functions do the plain thing. All are
differentiable, and the gradients that the replicas then add up are those of one machine.
"""

import tensorflow as tf


def _several():
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return None
    return context


def several():
    """Return whether this is a step of one of several replicas.

    >>> several()
    False
    """
    return _several() is not None


def mean(values, axis=0):
    """Return the mean over an axis that is (or holds) the batch's, over all replicas.

    Args:
        values: tensor, batch dimension first; computed in float32.
        axis: int or list of ints that includes 0, or None for all.

    >>> float(mean(tf.constant([1.0, 3.0])))
    2.0
    """
    values = tf.cast(values, tf.float32)
    context = _several()
    if context is None:
        return tf.reduce_mean(values, axis)
    total = tf.reduce_sum(values, axis)
    count = tf.cast(tf.size(values), tf.float32) / tf.cast(tf.size(total), tf.float32)
    add = tf.distribute.ReduceOp.SUM
    return context.all_reduce(add, total) / context.all_reduce(add, count)


def gather(values):
    """Return all replicas' rows, in the order of the global batch.

    >>> gather(tf.constant([1.0, 3.0])).numpy().tolist()
    [1.0, 3.0]
    """
    context = _several()
    return values if context is None else context.all_gather(values, axis=0)


def add(values):
    """Return the sum of all replicas' values, each already the replica's share of the whole.

    >>> float(add(tf.constant(2.0)))
    2.0
    """
    context = _several()
    return values if context is None else context.all_reduce(tf.distribute.ReduceOp.SUM, values)
