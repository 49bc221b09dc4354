"""What a reward is."""

import tensorflow as tf


class Reward:
    """What a turn's tokens are worth: for each, the return that it led to.

    Subclasses define `values`, and `returns` where that takes more than the sentences themselves.

    Attributes:
        kind: what `rewards.get` calls it.
        needs: the fields of a `Turn` that it asks for.
        dense: whether it asks for a discriminator that judges each beginning of a sentence.
    """

    kind = None
    needs = ("judge",)
    dense = False

    def check(self, judge, tokens):
        """Check that a discriminator gives the logits that this reward is made of.

        Args:
            judge: function from tokens `[N, T]` to logits.
            tokens: int32 `[N, T]`, any.

        Raises:
            ValueError: it judges whole sentences where beginnings are asked for, or the other way round.
        """
        (beginning_logits if self.dense else sentence_logits)(judge, tokens)

    def values(self, turn, tokens):
        """Return what the tokens of whole sentences are worth.

        Args:
            turn: the `Turn`.
            tokens: int32 `[N, T]`, the turn's own or others.

        Returns:
            float32 `[N, T]`; what stands after a sentence's end means nothing.
        """
        raise NotImplementedError

    def returns(self, turn):
        """Return the value of having written each of the turn's tokens, float32 `[B, T]`, a constant."""
        return tf.stop_gradient(self.values(turn, turn.tokens))

    def get_config(self):
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the reward from its config."""
        return cls(**config)


def at_every_token(scores, tokens):
    """Return scores `[N]` of sentences as what each of their tokens is worth, `[N, T]`."""
    return tf.broadcast_to(scores[:, None], tf.shape(tokens))


def sentence_logits(judge, tokens):
    """Return the discriminator's logits of whole sentences, float32 `[N]`.

    Raises:
        ValueError: it judges every beginning instead.
    """
    logits = tf.cast(judge(tokens), tf.float32)
    if len(logits.shape) > 1 and logits.shape[1:] != (1,):
        raise ValueError(
            f"this reward needs one logit a sentence, [N] or [N, 1]; the discriminator's have shape "
            f"{logits.shape}. For one that judges beginnings there is the reward 'steps'."
        )
    return tf.reshape(logits, [-1])


def beginning_logits(judge, tokens):
    """Return the discriminator's logits of sentences' beginnings, float32 `[N, T]`.

    Raises:
        ValueError: it judges whole sentences instead.
    """
    logits = tf.cast(judge(tokens), tf.float32)
    if not logits.shape.is_compatible_with(tokens.shape):
        raise ValueError(
            f"the reward 'steps' needs a logit for each token, of shape {tokens.shape}; the "
            f"discriminator's have shape {logits.shape}. For one that judges whole sentences there are "
            "'roll_outs' and 'sequence'."
        )
    return logits
