"""Unrolled GAN: the generator looks some discriminator updates ahead (Metz et al. 2017, arXiv 1611.02163)."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.losses.penalties.gradients import safe_sqrt


def check(optimizer):
    """Refuse optimizers whose update cannot be looked through.

    Raises:
        ValueError: anything but plain SGD and Adam.

    >>> check(keras.optimizers.Adam(clipnorm=1.0))
    Traceback (most recent call last):
    ...
    ValueError: unrolled_steps looks through the discriminator's optimizer, which it can do without clipnorm
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    plain = type(optimizer) is keras.optimizers.Adam and not optimizer.amsgrad
    plain |= type(optimizer) is keras.optimizers.SGD and not optimizer.momentum
    if not plain:
        raise ValueError(
            "unrolled_steps looks through the discriminator's optimizer, which it can do for Adam "
            f"(without amsgrad) and SGD (without momentum), not for {type(optimizer).__name__}"
        )
    for option in ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "use_ema"):
        if getattr(optimizer, option, None):
            raise ValueError(
                "unrolled_steps looks through the discriminator's optimizer, which it can do without "
                f"{option}"
            )


def unrolled(network, optimizer, share, loss_of, steps):
    """Return the network as it would be after some more updates.

    The updates are part of what is returned: a gradient through the function's result flows through them
    too. Nothing is assigned.

    Args:
        network: `keras.Model` to update.
        optimizer: its optimizer, whose moments and rate the updates go on from.
        share: this replica's part of the global batch.
        loss_of: function of a function (inputs to logits) that returns the loss to minimise.
        steps: how many updates.

    Returns:
        Function from inputs to the updated network's outputs, in training mode.
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    weights = [tf.convert_to_tensor(v.value) for v in network.trainable_variables]
    state = [tf.convert_to_tensor(v.value) for v in network.non_trainable_variables]

    def with_weights(weights):
        return lambda inputs: network.stateless_call(weights, state, inputs, training=True)[0]

    update = _adam(optimizer) if isinstance(optimizer, keras.optimizers.Adam) else _sgd(optimizer)
    for _ in range(steps):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            loss = loss_of(with_weights(weights)) * share
        gradients = [replicas.add(g) for g in tape.gradient(loss, weights)]
        weights = update(weights, gradients)
    return with_weights(weights)


def _sgd(optimizer):
    rate = tf.cast(optimizer.learning_rate, tf.float32)
    return lambda weights, gradients: [
        w - rate * g for w, g in zip(weights, gradients, strict=True)
    ]


def _adam(optimizer):
    rate = tf.cast(optimizer.learning_rate, tf.float32)
    time = tf.cast(optimizer.iterations.value, tf.float32)
    first = [tf.convert_to_tensor(m.value) for m in optimizer._momentums]
    second = [tf.convert_to_tensor(v.value) for v in optimizer._velocities]
    beta_1, beta_2, epsilon = optimizer.beta_1, optimizer.beta_2, optimizer.epsilon

    def update(weights, gradients):
        nonlocal time
        time += 1.0
        step = rate * tf.sqrt(1.0 - beta_2**time) / (1.0 - beta_1**time)
        for i, gradient in enumerate(gradients):
            first[i] += (gradient - first[i]) * (1.0 - beta_1)
            second[i] += (tf.square(gradient) - second[i]) * (1.0 - beta_2)
        # Where a weight has had no gradient yet, the root's own derivative is infinite.
        return [
            w - step * m / (safe_sqrt(v) + epsilon)
            for w, m, v in zip(weights, first, second, strict=True)
        ]

    return update
