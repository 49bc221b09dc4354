"""How far normal distributions are from the standard one."""

import tensorflow as tf


def kl_from_standard_normal(gaussians):
    """Return KL(N(μ, σ²) ‖ N(0, 1)), summed over the numbers: Σ (μ² + σ² - 1 - log σ²) / 2.

    Args:
        gaussians: `[B, 2 C]`: C means, then C logarithms of variances.

    Returns:
        In nats, the mean over the batch, a float32 scalar.

    >>> round(float(kl_from_standard_normal(tf.constant([[1.0, 0.0], [0.0, 0.0]]))), 4)
    0.25
    """
    mean, log_variance = tf.split(tf.cast(gaussians, tf.float32), 2, axis=1)
    each = tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance
    return tf.reduce_mean(tf.reduce_sum(0.5 * each, axis=1))
