"""What rewards and baselines may look at."""

import collections.abc
import dataclasses

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Turn:
    """A generator's turn, as rewards and baselines see it.

    A reward or baseline says in its `needs` which of the fields it asks for; others may be None. The
    functions are asked only when they are needed, and in inference mode: dropout does not belong in a reward.

    Attributes:
        tokens: int32 `[B, T]`, the sentences that the generator wrote.
        mask: float32 `[B, T]`, 1 up to and with the end of a sentence.
        end_token: int, or None where sentences have no end.
        judge: function from tokens `[N, T]` to the discriminator's logits: `[N]` or `[N, 1]` for whole
            sentences, `[N, T]` for their beginnings (position t judges the tokens up to and with t).
        real: int32 `[B, T]`, this replica's real sentences.
        roll_out: function from a number of roll-outs to the completed beginnings, int32
            `[T - 1, number, B, T]`, see `training.decoding.roll_out`.
        greedy: function without arguments to the greedily written sentences, int32 `[B, T]`.
        features: function from tokens `[B, T]` to states `[B, T, F]`, without gradient; the state at t
            knows no token after t.
        embed: function from tokens `[N, T]` to embeddings of whole sentences, `[N, F]`.
        random: the step's `RandomStream`, for rewards that draw numbers.
        step: int64 scalar, the step counter.
    """

    tokens: tf.Tensor
    mask: tf.Tensor
    end_token: int | None = None
    judge: collections.abc.Callable | None = None
    real: tf.Tensor | None = None
    roll_out: collections.abc.Callable | None = None
    greedy: collections.abc.Callable | None = None
    features: collections.abc.Callable | None = None
    embed: collections.abc.Callable | None = None
    random: object = None
    step: tf.Tensor | None = None
