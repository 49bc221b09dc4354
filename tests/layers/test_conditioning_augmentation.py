"""Draws, their gradients and their divergence, against the formulas."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.layers import ConditioningAugmentation
from tfgan_zoo.losses.gaussian import kl_from_standard_normal

DRAW = np.random.default_rng(0)
MEAN, LOG_VARIANCE, NOISE = DRAW.normal(size=(3, 4, 2)).astype(np.float32)
REST = DRAW.normal(size=(4, 3)).astype(np.float32)
GAUSSIANS = np.concatenate([MEAN, LOG_VARIANCE], axis=1)
LATENTS = np.concatenate([REST, NOISE], axis=1)


def test_a_draw_is_a_function_of_the_last_latents():
    rest, drawn = ConditioningAugmentation()([GAUSSIANS, LATENTS])
    np.testing.assert_array_equal(rest, REST)
    np.testing.assert_allclose(drawn, MEAN + np.exp(LOG_VARIANCE / 2) * NOISE, rtol=1e-5)
    zeros = np.concatenate([REST, 0 * NOISE], axis=1)
    np.testing.assert_array_equal(ConditioningAugmentation()([GAUSSIANS, zeros])[1], MEAN)


def test_gradients_flow_through_mean_and_variance():
    weights = DRAW.normal(size=(4, 2)).astype(np.float32)
    gaussians = tf.constant(GAUSSIANS)
    with tf.GradientTape() as tape:
        tape.watch(gaussians)
        _, drawn = ConditioningAugmentation()([gaussians, LATENTS])
        loss = tf.reduce_sum(weights * drawn)
    of_mean, of_log = np.split(tape.gradient(loss, gaussians).numpy(), 2, axis=1)
    np.testing.assert_allclose(of_mean, weights, rtol=1e-6)
    np.testing.assert_allclose(of_log, weights * np.exp(LOG_VARIANCE / 2) * NOISE / 2, rtol=1e-5)


def test_divergence_and_its_gradients():
    gaussians = tf.constant(GAUSSIANS)
    with tf.GradientTape() as tape:
        tape.watch(gaussians)
        kl = kl_from_standard_normal(gaussians)
    variance = np.exp(np.float64(LOG_VARIANCE))
    expected = (MEAN**2 + variance - 1 - LOG_VARIANCE).sum(axis=1).mean() / 2
    np.testing.assert_allclose(kl, expected, rtol=1e-5)
    of_mean, of_log = np.split(tape.gradient(kl, gaussians).numpy(), 2, axis=1)
    np.testing.assert_allclose(of_mean, MEAN / 4, rtol=1e-5)
    np.testing.assert_allclose(of_log, (variance - 1) / 8, rtol=1e-4, atol=1e-6)
    # By its definition, E log N(x; μ, σ²) - log N(x; 0, 1), integrated numerically for the first number.
    mean, variance = MEAN[0, 0], variance[0, 0]
    x = np.linspace(mean - 12 * variance**0.5, mean + 12 * variance**0.5, 100_001)
    log_own = -((x - mean) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2
    log_standard = -(x**2) / 2 - np.log(2 * np.pi) / 2
    integral = np.trapezoid(np.exp(log_own) * (log_own - log_standard), x)
    one = kl_from_standard_normal(GAUSSIANS[:1, [0, 2]])
    np.testing.assert_allclose(one, integral, rtol=1e-4)
