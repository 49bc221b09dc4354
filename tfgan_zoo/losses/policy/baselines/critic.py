"""A learned baseline."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.policy.baselines.base import Baseline


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Critic(Baseline):
    """A value of each beginning, learned from the returns (Caccia et al. 2020, 1811.02549).

    V_t is a linear function of the features of the tokens *before* t: with token t among them it would
    know what it is subtracted from. Its loss, the mean of mask (V - R)², trains the critic alone.

    The model builds it with the features' shape (`critic.build((None, T, F))`) before its optimizer, and
    lets it play: the player `critic`.

    Args:
        **kwargs: for the layer.

    >>> critic = Critic()
    >>> critic.build((None, 2, 3))
    >>> from tfgan_zoo.losses.policy import Turn
    >>> turn = Turn(tf.ones([1, 2], tf.int32), tf.ones([1, 2]), features=lambda tokens: tf.ones([1, 2, 3]))
    >>> [x.shape.as_list() for x in critic.advantage(turn, tf.ones([1, 2]), None)]
    [[1, 2], []]
    """

    kind = "critic"
    needs = ("features",)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        # Zeros: it knows nothing at first, and needs no seed to say so.
        self.value_head = keras.layers.Dense(
            1, kernel_initializer="zeros", name="value", dtype="float32"
        )
        self.built = False

    def build(self, input_shape):
        """Make the weights for features `[B, T, F]`."""
        self.value_head.build(input_shape)
        self.built = True

    def values(self, features):
        """Return the value before each token, float32 `[B, T]`, of features `[B, T, F]`."""
        features = tf.cast(tf.stop_gradient(features), tf.float32)
        before = tf.pad(features[:, :-1], [[0, 0], [1, 0], [0, 0]])
        return self.value_head(before)[..., 0]

    def advantage(self, turn, returns, reward):
        """R_t - V_t, and the mean of mask (V - R)²."""
        values = self.values(turn.features(turn.tokens))
        loss = tf.reduce_mean(turn.mask * tf.square(values - tf.stop_gradient(returns)))
        return returns - tf.stop_gradient(values), loss
