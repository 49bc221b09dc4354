"""What a baseline is."""

import keras
import tensorflow as tf


class Baseline(keras.layers.Layer):
    """What is subtracted from returns. A layer, so that its state is saved and resumed with the model.

    A baseline must not know the token whose return it is subtracted from, nor what came of it: then the
    expected gradient stays what it is, and only its variance falls (Williams 1992).

    Subclasses define `advantage`.

    Attributes:
        kind: what `baselines.get` calls it.
        needs: the fields of a `Turn` that it asks for.
    """

    kind = None
    needs = ()

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.built = True

    def advantage(self, turn, returns, reward):
        """Return what to weigh log-probabilities with, and a loss of the baseline's own.

        Args:
            turn: the `Turn`.
            returns: float32 `[B, T]`, of the turn's tokens.
            reward: the `Reward` that gave them, to ask for the value of other sentences.

        Returns:
            `(advantages, loss)`: float32 `[B, T]`, and a float32 scalar that trains the baseline and nothing
            else, in a turn of its own; 0 where there is nothing to train.
        """
        raise NotImplementedError


@keras.saving.register_keras_serializable(package="tfgan_zoo.policy")
class NoBaseline(Baseline):
    """Nothing is subtracted, as in SeqGAN's code (Yu et al. 2017, 1609.05473).

    >>> NoBaseline().advantage(None, tf.constant([[3.0]]), None)[0].numpy().tolist()
    [[3.0]]
    """

    kind = "none"

    def advantage(self, turn, returns, reward):
        """The returns."""
        return returns, tf.zeros([])
