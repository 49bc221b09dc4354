"""The averaged generator: an exponential moving average of a network's weights."""

import keras
import tensorflow as tf


def averaged_copy(network):
    """Return a copy of a network, with the same weights, to hold their moving average.

    Raises:
        ValueError: when Keras cannot clone the network (a subclassed model without `get_config`).
    """
    try:
        copy = keras.models.clone_model(network)
    except NotImplementedError as error:
        raise ValueError(
            f"{network.name!r} cannot be copied for ema_decay: it needs get_config/from_config"
        ) from error
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy


def average_rate(decay, step):
    """Return how much of the difference one step takes over: `1 - min(decay, (1 + t) / (10 + t))`.

    The warm-up (Adam-style, as in TensorFlow's own moving average) keeps the first random weights
    from lingering: at step 0 the average takes over nine tenths of the new weights.

    Args:
        decay: float in [0, 1).
        step: scalar step counter, 0 for the first step.
    """
    t = tf.cast(step, tf.float32)
    return 1.0 - tf.minimum(decay, (1.0 + t) / (10.0 + t))


def update_average(averaged, network, rate):
    """Move the averaged weights towards the network's by `rate`; statistics move alike.

    Batch-norm statistics are averaged like weights: they belong to the averaged weights only if they
    look back as far. Every replica does the same arithmetic on the same weights, so the copies agree
    without communication.

    Args:
        averaged: the network that holds the average.
        network: the network that trains.
        rate: float32 scalar in [0, 1]; 0 leaves everything as it is.
    """
    for mean, value in zip(averaged.weights, network.weights, strict=True):
        # Read through tf so that the variables' own dtype is used inside an autocast scope.
        difference = tf.cast(value.value, tf.float32) - tf.cast(mean.value, tf.float32)
        mean.assign_add(tf.cast(tf.cast(rate, tf.float32) * difference, mean.dtype))
