"""What a policy gradient is worth: how rewards lie over a sentence, and how noisy the estimate is."""

import tensorflow as tf

from tfgan_zoo.training import randomness


class PolicyDiagnosis:
    """Estimates one policy gradient several times, each from sentences of its own, and takes no step.

    Args:
        gan: a compiled `TextGAN`.
        batch: a batch as `train_step` takes it.
        repeats: how many estimates; at least 2.
    """

    def __init__(self, gan, batch, repeats=8):
        self._gan, self._batch, self._repeats = gan, batch, repeats
        self._estimate = tf.function(self._estimated)

    def __call__(self):
        """Estimate, with the weights as they are.

        Returns:
            Dict: `returns`, float array [T], the mean return of each position among the sentences that reach
            it (0 where none does); and floats: `gradient_norm`, of the mean of the estimates; `variance`, the
            sum over all weights of the variance of one estimate; `signal_to_noise`, the squared norm of the
            mean gradient, without the bias that the noise gives it, over the variance.
        """
        repeats = self._repeats
        found = [self._estimate(tf.constant(index, tf.int64)) for index in range(repeats)]
        gradients, earned, reached = (list(part) for part in zip(*found, strict=True))
        means = [sum(parts) / repeats for parts in zip(*gradients, strict=True)]
        squares = sum(float(tf.linalg.global_norm(each)) ** 2 for each in gradients)
        mean = float(tf.linalg.global_norm(means))
        variance = max(squares - repeats * mean**2, 0.0) / (repeats - 1)
        return {
            "returns": (sum(earned) / tf.maximum(sum(reached), 1.0)).numpy(),
            "gradient_norm": mean,
            "variance": variance,
            "signal_to_noise": (mean**2 - variance / repeats) / max(variance, 1e-30),
        }

    def _estimated(self, index):
        gan, variables = self._gan, self._gan.player_variables("generator")
        state = [(v, tf.identity(v.value)) for p in gan.parts for v in p.non_trainable_variables]
        batch = gan.unpack(self._batch)
        # Steps below 0 are nobody else's: training draws other numbers.
        step = -1 - gan.iterations.value * self._repeats - index
        rows = tf.shape(batch["tokens"])[0]
        gan._open.stream = randomness.RandomStream(gan.seed, step, rows)
        turn = gan.turn(batch, gan.write())
        returns = gan.reward.returns(turn)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in variables])
            loss, _ = gan.policy_loss(turn, returns)
        gradients = tape.gradient(loss, [v.value for v in variables])
        for variable, before in state:
            variable.assign(before)
        earned, reached = returns * turn.mask, turn.mask
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        return gradients, tf.reduce_sum(earned, axis=0), tf.reduce_sum(reached, axis=0)
