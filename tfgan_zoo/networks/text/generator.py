"""What every network that writes tokens can do."""

import abc

import keras
import tensorflow as tf

from tfgan_zoo import errors


class TokenGenerator(keras.Model, abc.ABC):
    """A network that writes tokens one after the other: the base class of all of them.

    It gives the next token's logits, given `start_token` and the tokens so far: step by step (`step`), which
    is how sentences are sampled, or for all places of known sentences at once (`read`), which is how they
    are scored. Both agree to 1e-5. Logits are float32, also in mixed precision. Nothing here ends: what
    an end token is, and what comes after it, is the sampler's business.

    A subclass makes and builds its layers in the constructor, sets `_arguments` to what it adds to the
    config, and defines `initial_state`, `step`, `states` and `logits_of`.

    Args:
        vocabulary_size: V, the number of tokens, which count from 0.
        start_token: what the network is fed first.
        never_written: ids of tokens that are never written: their logits are about -1e9. By default
            `<pad>` and `<bos>`.
        seed: int, for the initial weights.
        **kwargs: for `keras.Model` (`name`, `dtype`).

    Attributes:
        length: the longest sentence that it can write; None: any.

    Raises:
        ValueError: sizes or tokens that do not go together.

    >>> from tfgan_zoo.networks import text
    >>> generator = text.token_generator("lstm", vocabulary_size=10)
    >>> sentences = tf.constant([[5, 4, 2], [7, 2, 0]])
    >>> read, state = generator.read(sentences), generator.initial_state(2)
    >>> first, state = generator.step(tf.constant([1, 1]), state)
    >>> second, state = generator.step(sentences[:, 0], state)
    >>> bool(tf.reduce_all(abs(tf.stack([first, second], axis=1) - read[:, :2]) < 1e-5))
    True
    """

    length = None

    def __init__(self, vocabulary_size, *, start_token=1, never_written=(0, 1), seed=0, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, vocabulary_size=vocabulary_size)
        self.vocabulary_size = vocabulary_size
        self.start_token = start_token
        self.never_written = tuple(never_written)
        self.seed = int(seed)
        for token in (start_token, *self.never_written):
            errors.check_ints(0, token=token)
            if token >= vocabulary_size:
                raise ValueError(
                    f"token {token} is not among the {vocabulary_size} of the vocabulary; see start_token "
                    "and never_written"
                )
        if len(set(self.never_written)) == vocabulary_size:
            raise ValueError(f"never_written names all {vocabulary_size} tokens; one must be left")
        self._arguments = {}

    # --- what a subclass says -----------------------------------------------------------------

    @abc.abstractmethod
    def initial_state(self, batch_size):
        """Return the state before the first token: a tuple of tensors `[B, …]`, rows of the batch first."""

    @abc.abstractmethod
    def step(self, tokens, state):
        """Go one token on.

        Args:
            tokens: int32 `[B]`, what was written last; `start_token` at first.
            state: from `initial_state` or the last step; rows may be gathered, tiled and put together.

        Returns:
            (logits float32 `[B, V]` of the next token, the new state).
        """

    @abc.abstractmethod
    def states(self, tokens, training=False):
        """Read sentences, as far as the last layer.

        Args:
            tokens: int32 `[B, T]`.
            training: whether dropout, where there is any, is on.

        Returns:
            `[B, T, F]`: at place t what the network knows before the token there.
        """

    @abc.abstractmethod
    def logits_of(self, states):
        """Return the logits float32 `[…, V]` of states `[…, F]`."""

    def read(self, tokens, training=False):
        """Read sentences.

        Args:
            tokens: int32 `[B, T]`.
            training: whether dropout, where there is any, is on.

        Returns:
            Logits float32 `[B, T, V]`: at place t those of the token there, given what comes before it.
        """
        return self.logits_of(self.states(tokens, training=training))

    # --- the rest -----------------------------------------------------------------------------

    def call(self, tokens, training=False):
        """`read`."""
        return self.read(tokens, training=training)

    def shifted(self, tokens):
        """Return what the network is fed to give the logits of tokens `[B, T]`: one place later."""
        length = tokens.shape[1]
        if length is None or (self.length is not None and length > self.length):
            least = "of known length" if self.length is None else f"of 1 to {self.length} tokens"
            raise ValueError(
                f"{self.name}: tokens have shape {tuple(tokens.shape)}, expected sentences {least}"
            )
        start = tf.fill([tf.shape(tokens)[0], 1], tf.constant(self.start_token, tokens.dtype))
        return tf.concat([start, tokens[:, :-1]], axis=1)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "start_token": self.start_token,
            "never_written": self.never_written,
            "seed": self.seed,
            **self._arguments,
        }
