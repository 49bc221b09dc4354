"""Rewards from a discriminator that judges every beginning."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.policy.rewards.base import Reward, beginning_logits
from tfgan_zoo.sentences import mask_of

_SCALES = {
    "signed": lambda logits: 2.0 * tf.sigmoid(logits) - 1.0,
    "log": tf.math.log_sigmoid,
}


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Steps(Reward):
    """A reward at each token from a dense discriminator, discounted (d'Autume et al. 2019, ScratchGAN,
    1905.09922).

    R_t = Σ_{s ≥ t} γ^(s - t) r_s with r_s = 2 σ(D(y_≤s)) - 1, or log σ(D(y_≤s)) as in Caccia et al. 2020
    (1811.02549, with γ = 0.95).

    The end is absorbing: its reward goes on to the last position. Otherwise sentences would gain by being
    long where rewards are positive, and by ending where they are negative, whatever they say.

    Args:
        discount: γ, in [0, 1].
        scale: `"signed"`, rewards in (-1, 1), or `"log"`, below 0.

    Raises:
        ValueError: a discount out of range or an unknown scale.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> words, odds = tf.ones([1, 3], tf.int32), [[3.0, 1.0, 1 / 3]]
    >>> turn = Turn(words, tf.ones([1, 3]), judge=lambda tokens: tf.math.log(odds))
    >>> Steps(discount=0.5).returns(turn).numpy().tolist()  # r is 1/2, 0, -1/2
    [[0.375, -0.25, -0.5]]
    """

    kind = "steps"
    dense = True

    def __init__(self, discount=0.23, scale="signed"):
        errors.check_numbers(0, 1, discount=discount)
        if scale not in _SCALES:
            raise ValueError(errors.unknown("scale", scale, _SCALES))
        self.discount = float(discount)
        self.scale = scale

    def values(self, turn, tokens):
        """Σ_{s ≥ t} γ^(s - t) r_s."""
        rewards = _SCALES[self.scale](beginning_logits(turn.judge, tokens))
        mask = mask_of(tokens, turn.end_token)
        last = mask - tf.pad(mask[:, 1:], [[0, 0], [0, 1]])
        at_end = tf.reduce_sum(last * rewards, axis=1, keepdims=True)
        rewards = tf.where(mask > 0, rewards, at_end)
        ahead = np.arange(tokens.shape[1]) - np.arange(tokens.shape[1])[:, None]
        weights = np.where(ahead >= 0, self.discount ** np.maximum(ahead, 0), 0.0)
        return tf.reduce_sum(rewards[:, None] * weights.astype(np.float32), axis=2)

    def get_config(self):
        """Return the constructor's arguments."""
        return {"discount": self.discount, "scale": self.scale}
