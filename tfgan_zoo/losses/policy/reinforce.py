"""REINFORCE: the loss whose gradient is the policy gradient."""

import tensorflow as tf


def loss(log_probs, advantages, mask, entropy=None, entropy_weight=0.0):
    """Return the loss of REINFORCE (Williams 1992), the mean over sentences of sums over tokens.

    It is -Σ_t mask_t A_t log π(y_t | y_<t) - λ Σ_t mask_t H_t. The advantages are constants in it. Its value
    says nothing; its gradient, without the bonus, is minus that of the expected return.

    Args:
        log_probs: `[B, T]`, of the sampled tokens.
        advantages: `[B, T]`, returns minus a baseline.
        mask: `[B, T]`, 1 where a token counts, 0 after the end.
        entropy: `[B, T]`, of the distributions that tokens were drawn from; needed for the bonus only.
        entropy_weight: λ, how much entropy is worth, in units of the return.

    Returns:
        float32 scalar.

    >>> float(loss(tf.constant([[-1.0, -2.0]]), tf.constant([[3.0, 9.0]]), tf.constant([[1.0, 0.0]])))
    3.0
    """
    log_probs, advantages, mask = (tf.cast(x, tf.float32) for x in (log_probs, advantages, mask))
    gained = tf.stop_gradient(advantages) * log_probs
    if entropy_weight:
        gained += entropy_weight * tf.cast(entropy, tf.float32)
    return -tf.reduce_mean(tf.reduce_sum(mask * gained, axis=1))
