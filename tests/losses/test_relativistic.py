"""Relativistic objectives: rows by rows, and averages of the global batch."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo import losses

REAL = tf.constant([[2.0], [-1.0], [0.5], [3.0]])
FAKE = tf.constant([[-3.0], [1.5], [0.25], [1.0]])


def softplus(x):
    return math.log1p(math.exp(x))


def test_numbers():
    real, fake = tf.constant([[1.0], [3.0]]), tf.constant([[0.0], [-4.0]])
    paired, average = losses.get("relativistic_paired"), losses.get("relativistic_average")
    close = lambda got, wanted: np.testing.assert_allclose(got, wanted, rtol=1e-6)  # noqa: E731
    close(paired.discriminator(real, fake), (softplus(-1) + softplus(-7)) / 2)
    close(paired.generator(real, fake), (softplus(1) + softplus(7)) / 2)
    # The averages are 2 and -2.
    close(
        average.discriminator(real, fake),
        (softplus(-3) + softplus(-5)) / 2 + (softplus(-2) + softplus(-6)) / 2,
    )
    close(
        average.generator(real, fake),
        (softplus(2) + softplus(6)) / 2 + (softplus(3) + softplus(5)) / 2,
    )


@pytest.mark.parametrize("name", ["relativistic_paired", "relativistic_average"])
def test_the_generator_s_loss_moves_with_real_logits_too(name):
    # Overwriting it with the plain loss is a published bug.
    loss = losses.get(name)
    with tf.GradientTape() as tape:
        tape.watch(REAL)
        value = loss.generator(REAL, FAKE)
    assert (tape.gradient(value, REAL).numpy() > 0).all()
    np.testing.assert_allclose(loss.generator(REAL + 7.0, FAKE + 7.0), value, rtol=1e-5)


def test_rows_are_not_broadcast():
    with pytest.raises(ValueError, match=r"row i with row i.*\(4, 1\).*\(4,\)"):
        losses.get("relativistic_paired").discriminator(REAL, FAKE[:, 0])


@pytest.mark.parametrize("side", ["discriminator", "generator"])
@pytest.mark.parametrize("name", ["relativistic_paired", "relativistic_average"])
def test_two_replicas_equal_one(name, side):
    loss, strategy = losses.get(name), battery.two_replicas()

    def step(real, fake, share):
        parameters = tf.constant([1.5, -0.5])
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            judge = lambda x: parameters[0] * x + parameters[1] * x**2  # noqa: E731
            value = share * getattr(loss, side)(judge(real), judge(fake))
        return value, tape.gradient(value, parameters)

    def halves(values):
        parts = tf.split(values, 2)
        return strategy.experimental_distribute_values_from_function(
            lambda context: parts[context.replica_id_in_sync_group]
        )

    got = strategy.run(tf.function(step), args=(halves(REAL), halves(FAKE), 0.5))
    wanted = step(REAL, FAKE, 1.0)
    for one, other in zip(got, wanted, strict=True):
        total = strategy.reduce(tf.distribute.ReduceOp.SUM, one, axis=None)
        np.testing.assert_allclose(total, other, rtol=1e-5)
