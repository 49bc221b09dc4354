"""Rewards of beginnings: the mean over what the generator makes of them."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.policy.rewards.base import Reward, at_every_token, sentence_logits


class ByRollOuts(Reward):
    """A sentence's score at its last token; at the others the mean score of roll-outs (Monte-Carlo search).

    Subclasses define `score(turn)`, a function from sentences `[N, T]` to float32 `[N]`.

    Args:
        count: roll-outs of each beginning.

    Raises:
        ValueError: a count that is no positive int.
    """

    needs = ("judge", "roll_out")

    def __init__(self, count=16):
        errors.check_ints(1, count=count)
        self.count = count

    def score(self, turn):
        """Return the function that scores sentences."""
        raise NotImplementedError

    def values(self, turn, tokens):
        """The sentences' scores."""
        return at_every_token(self.score(turn)(tokens), tokens)

    def returns(self, turn):
        """The mean score of each beginning's roll-outs; at the last token the sentence's own.

        A beginning that has ended has no other completion, so from its end on, the sentence's score counts.
        """
        score, tokens = self.score(turn), turn.tokens

        def value(completed):
            scores = score(tf.reshape(completed, [-1, tokens.shape[1]]))
            return tf.reduce_mean(tf.reshape(scores, [self.count, -1]), axis=0)

        # One length at a time: all of them at once would need the discriminator's memory T times.
        of_beginnings = tf.map_fn(
            value,
            turn.roll_out(self.count),
            fn_output_signature=tf.TensorSpec(tokens.shape[:1], tf.float32),
            parallel_iterations=1,
        )
        of_sentences = score(tokens)[None]
        return tf.stop_gradient(tf.transpose(tf.concat([of_beginnings, of_sentences], axis=0)))

    def get_config(self):
        """Return the constructor's arguments."""
        return {"count": self.count}


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class RollOuts(ByRollOuts):
    """How real completed beginnings look, the mean of σ(D) (Yu et al. 2017, SeqGAN, 1609.05473).

    Args:
        count: roll-outs of each beginning.

    >>> from tfgan_zoo.losses.policy import Turn
    >>> tokens, completed = tf.constant([[1, 2]]), tf.constant([[[[1, 2]], [[1, 3]]]])
    >>> turn = Turn(tokens, tf.ones([1, 2]), judge=lambda y: tf.where(y[:, 1] == 3, 100.0, 0.0),
    ...             roll_out=lambda count: completed)
    >>> RollOuts(count=2).returns(turn).numpy().tolist()  # σ is 0.5 and 1
    [[0.75, 0.5]]
    """

    kind = "roll_outs"

    def score(self, turn):
        """σ(D(y))."""
        return lambda tokens: tf.sigmoid(sentence_logits(turn.judge, tokens))
