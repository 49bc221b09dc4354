"""What a policy gradient is worth: how rewards lie over a sentence, and how noisy the estimate is."""

import tensorflow as tf


def diagnose(gan, batch, repeats=8):
    """Estimate one policy gradient several times, each from sentences of its own, and take no step.

    Args:
        gan: a compiled `TextGAN`.
        batch: a batch as `train_step` takes it.
        repeats: how many estimates; at least 2.

    Returns:
        Dict: `returns`, float32 [T], the mean return of each position among the sentences that reach it
        (0 where none does); `gradient_norm`, of the mean of the estimates; `variance`, the sum over all
        weights of the variance of one estimate; `signal_to_noise`, the squared norm of the mean gradient,
        without the bias that the noise gives it, over the variance.
    """
    variables = gan.player_variables("generator")
    state = [(v, tf.identity(v.value)) for part in gan.parts for v in part.non_trainable_variables]
    data = gan.unpack(batch)
    sums = [tf.zeros_like(v.value) for v in variables]
    squares = tf.constant(0.0)
    earned, reached = 0.0, 0.0
    for _ in range(repeats):
        with gan.random.active():
            turn = gan.turn(data, gan.write("diagnosis"))
            returns = gan.reward.returns(turn)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch([v.value for v in variables])
                loss, _ = gan.policy_loss(turn, returns)
        gradients = tape.gradient(loss, [v.value for v in variables])
        sums = [s + tf.convert_to_tensor(g) for s, g in zip(sums, gradients, strict=True)]
        squares += tf.linalg.global_norm(gradients) ** 2
        earned += tf.reduce_sum(returns * turn.mask, axis=0)
        reached += tf.reduce_sum(turn.mask, axis=0)
    for variable, before in state:
        variable.assign(before)
    mean = tf.linalg.global_norm(sums) / repeats
    variance = (squares - repeats * mean**2) / (repeats - 1)
    return {
        "returns": earned / tf.maximum(reached, 1.0),
        "gradient_norm": mean,
        "variance": variance,
        "signal_to_noise": (mean**2 - variance / repeats) / tf.maximum(variance, 1e-30),
    }
