"""Baselines that are means of returns: of the batch, and of the batches before."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.policy.baselines.base import Baseline


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class BatchMean(Baseline):
    """The mean return of the *other* sentences of the global batch, at each position.

    A sentence's own return is left out (Kool et al. 2019): the mean of all n sentences would shrink the
    expected gradient by (n - 1) / n. Those count that have not ended at that position; where none is left,
    all positions of the others; where there are no others, 0.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> turn = Turn(tf.ones([3, 1], tf.int32), tf.ones([3, 1]))
    >>> BatchMean().advantage(turn, tf.constant([[1.0], [2.0], [6.0]]), None)[0].numpy().tolist()
    [[-3.0], [-1.5], [4.5]]
    """

    kind = "batch_mean"

    def advantage(self, turn, returns, reward):
        """R_t - mean over the others of R_t."""
        mask, own = turn.mask, turn.mask * returns
        here = _others(own, mask, axis=0)
        anywhere = _others(tf.reduce_sum(own, 1, True), tf.reduce_sum(mask, 1, True), axis=0)
        at_position = replicas.add(tf.reduce_sum(mask, axis=0)) - mask > 0
        return returns - tf.where(at_position, here, anywhere), tf.zeros([])


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class MovingMean(Baseline):
    """The exponentially weighted mean of earlier batches' mean return (d'Autume et al. 2019, ScratchGAN,
    1905.09922).

    b ← decay b + (1 - decay) mean, over all tokens of the global batch that count, so replicas agree on it.
    It moves each time advantages are taken, after that: a batch's own returns are not in its baseline. It is
    divided by 1 - decay^t, as Adam's moments are, so that it does not begin near 0; before the first batch
    it is 0.

    Args:
        decay: in [0, 1). ScratchGAN's 0.08 is nearly the last batch's mean.
        **kwargs: for the layer.

    Raises:
        ValueError: a decay out of range.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> baseline, turn = MovingMean(decay=0.5), Turn(tf.ones([1, 2], tf.int32), tf.ones([1, 2]))
    >>> [baseline.advantage(turn, tf.constant([[1.0, 3.0]]), None)[0].numpy().tolist() for _ in range(2)]
    [[[1.0, 3.0]], [[-1.0, 1.0]]]
    """

    kind = "moving_mean"

    def __init__(self, decay=0.08, **kwargs):
        super().__init__(**kwargs)
        errors.check_numbers(0, 1, decay=decay)
        if decay == 1:
            raise ValueError("decay is 1, expected a number in [0, 1)")
        self.decay = float(decay)
        # The average, and the sum of what it weighs; replicas compute the same from means over all of them.
        self.average, self.seen = (
            self.add_weight(
                name=name,
                shape=(),
                initializer="zeros",
                dtype="float32",
                autocast=False,
                trainable=False,
                aggregation="none",
            )
            for name in ("average", "seen")
        )

    def advantage(self, turn, returns, reward):
        """R_t - b."""
        average, seen = tf.identity(self.average.value), tf.identity(self.seen.value)
        total = replicas.add(tf.reduce_sum(turn.mask * returns))
        now = total / replicas.add(tf.reduce_sum(turn.mask))
        self.average.assign(self.decay * average + (1.0 - self.decay) * now)
        self.seen.assign(self.decay * seen + (1.0 - self.decay))
        return returns - tf.math.divide_no_nan(average, seen), tf.zeros([])

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "decay": self.decay}


def _others(values, weights, axis):
    """Return, for each row, the other rows' sum of values over their sum of weights; 0 of no weight."""
    total = replicas.add(tf.reduce_sum(values, axis)) - values
    return tf.math.divide_no_nan(total, replicas.add(tf.reduce_sum(weights, axis)) - weights)
