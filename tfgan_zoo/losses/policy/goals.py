"""Goals: directions in a space of features, and how far sentences go there.

They are those of LeakGAN (Guo et al. 2018, 1709.08624). f_t are features of the first t tokens of a sentence,
`[B, T + 1, F]` with t from 0 to T; g_t is the goal that was set when t tokens were there, `[B, T, F]`. A goal
is for the next c tokens, c being the horizon. At a sentence's end features stop, and with them what a goal is
measured by.
"""

import tensorflow as tf

from tfgan_zoo import replicas


def cosines(features, goals, horizon):
    """Return cos(f_{t+c} - f_t, g_t): how well a goal points where the sentence goes.

    The last goals' tokens are fewer than c: f_T stands for what lies behind it. The manager's loss is
    `policy.loss` of these cosines, in the place of log-probabilities.

    Args:
        features: `[B, T + 1, F]`, constants.
        goals: `[B, T, F]`.
        horizon: c, at least 1.

    Returns:
        float32 `[B, T]`, with a gradient by the goals; 0 where the features stay.

    >>> features = tf.constant([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]])
    >>> goals = tf.constant([[[2.0, 0.0], [0.0, -3.0]]])
    >>> cosines(features, goals, 1).numpy().tolist()
    [[1.0, -1.0]]
    """
    length = goals.shape[1]
    ends = tf.minimum(tf.range(length) + horizon, length)
    return _cosine(tf.gather(features, ends, axis=1) - features[:, :-1], goals)


def intrinsic_rewards(features, goals, horizon):
    """Return what tokens are worth to the worker: how well each of them kept to the last c goals.

    Token t, which makes f_{t+1} of f_t, earns the mean over i = 1 … c of cos(f_{t+1} - f_{t+1-i}, g_{t+1-i}).
    These are the goals that the worker had before it when it wrote the token; the first tokens have
    fewer, and the mean is over those.

    Args:
        features: `[B, T + 1, F]`.
        goals: `[B, T, F]`.
        horizon: c, at least 1.

    Returns:
        float32 `[B, T]` in [-1, 1], constants.

    >>> features = tf.constant([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]])
    >>> goals = tf.constant([[[2.0, 0.0], [0.0, -3.0]]])
    >>> [round(float(x), 3) for x in intrinsic_rewards(features, goals, 2)[0]]  # (√½ - 1) / 2
    [1.0, -0.146]
    """
    length = goals.shape[1]
    kept = tf.zeros(tf.shape(goals)[:2])
    for back in range(1, min(horizon, length) + 1):
        change = features[:, back:] - features[:, :-back]
        kept += tf.pad(_cosine(change, goals[:, : length + 1 - back]), [[0, 0], [back - 1, 0]])
    counts = tf.minimum(tf.range(1, length + 1), horizon)
    return tf.stop_gradient(kept / tf.cast(counts, tf.float32))


def ahead(values, horizon):
    """Return, for each goal, the value of the beginning that its c tokens lead to.

    Args:
        values: `[B, T]`, at t the value of the first t + 1 tokens.
        horizon: c, at least 1.

    Returns:
        `[B, T]`, at t the value of the first t + c tokens; near the end, of the sentence.

    >>> ahead(tf.constant([[1.0, 2.0, 3.0]]), 2).numpy().tolist()
    [[2.0, 3.0, 3.0]]
    """
    length = values.shape[1]
    return tf.gather(values, tf.minimum(tf.range(length) + horizon, length) - 1, axis=1)


def rank_rescaled(values, delta=16.0):
    """Return σ(δ (0.5 - rank / B)), rank 1 being the best of the global batch: bootstrapped rescaling.

    What is compared are the sentences of a batch at one position. Whatever the discriminator's values are,
    and however close to 0, these are spread from 0 to 1. Equal values share the mean of their ranks.

    Args:
        values: `[B, T]`.
        delta: δ, how sharply the better are parted from the worse; above 0. 16 in the authors' code.

    Returns:
        float32 `[B, T]` in (0, 1), constants.

    >>> [f"{x:.3f}" for x in rank_rescaled(tf.constant([[0.1], [0.3]]), delta=2.0)[:, 0]]  # σ(-1), σ(0)
    ['0.269', '0.500']
    """
    values = tf.stop_gradient(tf.cast(values, tf.float32))
    everybody = replicas.gather(values)
    better = tf.reduce_sum(tf.cast(everybody > values[:, None], tf.float32), axis=1)
    equal = tf.reduce_sum(tf.cast(everybody == values[:, None], tf.float32), axis=1)
    rank = better + 0.5 * (equal + 1.0)
    return tf.sigmoid(delta * (0.5 - rank / tf.cast(tf.shape(everybody)[0], tf.float32)))


def _cosine(left, right):
    """Return the cosine of vectors `[…, F]`, 0 where one of them is 0."""
    left, right = (tf.math.l2_normalize(tf.cast(x, tf.float32), axis=-1) for x in (left, right))
    return tf.reduce_sum(left * right, axis=-1)
