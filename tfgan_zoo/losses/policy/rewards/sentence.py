"""Rewards that are one number a sentence, earned by each of its tokens."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.policy.rewards.base import Reward, at_every_token, sentence_logits


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Sequence(Reward):
    """How real the discriminator finds the sentence, σ(D(y)), at every token.

    The simplest policy gradient of a text GAN: SeqGAN without its roll-outs (Yu et al. 2017, 1609.05473).

    >>> from tfgan_zoo.losses.policy import Turn
    >>> turn = Turn(tf.ones([2, 3], tf.int32), tf.ones([2, 3]), judge=lambda tokens: tf.zeros([2, 1]))
    >>> Sequence().returns(turn).numpy().tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    """

    kind = "sequence"

    def values(self, turn, tokens):
        """σ(D(y))."""
        return at_every_token(tf.sigmoid(sentence_logits(turn.judge, tokens)), tokens)


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class DensityRatio(Reward):
    """How much more often data holds the sentence than the generator writes it (MaliGAN, Che et al. 2017,
    1702.07983).

    The ratio is D/(1 - D) = exp(logit) by an optimal discriminator, and has mean 1 over the generator's
    sentences; so it is divided by its mean over the global batch. The policy gradient is then that of maximum
    likelihood. The division makes it biased in small batches, as importance weights are.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> odds = tf.math.log([[3.0], [1.0]])
    >>> turn = Turn(tf.ones([2, 1], tf.int32), tf.ones([2, 1]), judge=lambda tokens: odds)
    >>> DensityRatio().returns(turn).numpy().tolist()
    [[1.5], [0.5]]
    """

    kind = "density_ratio"

    def values(self, turn, tokens):
        """exp(D(y)), divided by the mean over the turn's sentences."""
        own = sentence_logits(turn.judge, turn.tokens)
        logits = own if tokens is turn.tokens else sentence_logits(turn.judge, tokens)
        everybody = replicas.gather(own)
        count = tf.cast(tf.size(everybody), tf.float32)
        log_mean = tf.reduce_logsumexp(everybody) - tf.math.log(count)
        return at_every_token(tf.exp(logits - log_mean), tokens)


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class Constant(Reward):
    """The same for every token: what sampling and REINFORCE do without a discriminator, a control.

    Its expected gradient is 0. What it does to a generator comes from finite samples: each sentence that is
    drawn becomes more probable.

    Args:
        value: the reward.

    Raises:
        ValueError: a value that is no number.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> Constant(2.0).returns(Turn(tf.ones([1, 2], tf.int32), tf.ones([1, 2]))).numpy().tolist()
    [[2.0, 2.0]]
    """

    kind = "constant"
    needs = ()

    def __init__(self, value=1.0):
        errors.check_numbers(-1e6, 1e6, value=value)
        self.value = float(value)

    def values(self, turn, tokens):
        """The value."""
        return tf.fill(tf.shape(tokens), self.value)

    def get_config(self):
        """Return the constructor's arguments."""
        return {"value": self.value}
