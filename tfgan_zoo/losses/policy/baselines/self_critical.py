"""What the generator's best guess would have earned."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.policy.baselines.base import Baseline


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class SelfCritical(Baseline):
    """The value of the greedily written sentence (Rennie et al. 2017, 1612.00563).

    A sentence gains by being better than what the generator writes at its surest. Of a reward by roll-outs
    the greedy sentence's own score is taken, at every position.

    >>> from tfgan_zoo.losses.policy import Turn, rewards
    >>> words = tf.ones([1, 2], tf.int32)
    >>> turn, reward = Turn(words, tf.ones([1, 2]), greedy=lambda: words), rewards.Constant(2.0)
    >>> SelfCritical().advantage(turn, tf.constant([[3.0, 4.0]]), reward)[0].numpy().tolist()
    [[1.0, 2.0]]
    """

    kind = "self_critical"
    needs = ("greedy",)

    def advantage(self, turn, returns, reward):
        """R_t - R_t of the greedy sentence."""
        greedy = reward.values(turn, turn.greedy())
        return returns - tf.stop_gradient(greedy), tf.zeros([])
