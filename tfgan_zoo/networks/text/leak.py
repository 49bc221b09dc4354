"""The generator that a discriminator's features leak to: a manager sets goals, and a worker writes."""

import keras
import tensorflow as tf
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Recurrent, TokenEmbedding, TokenLogits
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.generator import TokenGenerator


class Manager(keras.layers.Layer):
    """LSTM from features `[B, T, F]` to goals `[B, T, F]`, float32 of length 1; and step by step."""

    def __init__(self, features, units, seeded, **kwargs):
        super().__init__(**kwargs)
        self.cell = _lstm(units, features, seeded, self.dtype_policy)
        glorot = seeded(initializers.GlorotUniform)
        self.direction = layers.Dense(
            features, kernel_initializer=glorot, name="direction", dtype=self.dtype_policy
        )
        self.direction.build((None, units))
        self.built = True

    def call(self, features):
        """Set a goal at each place."""
        return self._goals(self.cell(features))

    def step(self, features, state):
        """Return (the goal `[B, F]` at features `[B, F]`, the new state)."""
        output, state = self.cell.step(features, state)
        return self._goals(output), state

    def _goals(self, outputs):
        return tf.math.l2_normalize(tf.cast(self.direction(outputs), tf.float32), axis=-1)


class Worker(keras.layers.Layer):
    """LSTM on tokens, whose states and goals' embeddings together say how likely each next token is."""

    def __init__(self, generator, embedding, units, features, goal_size, seeded, **kwargs):
        super().__init__(**kwargs)
        uniform, glorot = initializers.RandomUniform, initializers.GlorotUniform
        self.embedding = TokenEmbedding(
            generator.vocabulary_size,
            embedding,
            seeded(uniform),
            name="embedding",
            dtype=self.dtype_policy,
        )
        self.embedding.build()
        self.cell = _lstm(units, embedding, seeded, self.dtype_policy)
        # A goal has length 1, and so has its embedding, about.
        normal = seeded(initializers.RandomNormal, stddev=goal_size**-0.5)
        self.goal_embedding = layers.Dense(
            goal_size, use_bias=False, kernel_initializer=normal, name="goal", dtype="float32"
        )
        self.goal_embedding.build((None, features))
        self.logits = TokenLogits(
            generator.vocabulary_size,
            generator.never_written,
            kernel_initializer=seeded(glorot),
            name="logits",
        )
        self.logits.build((None, (units + 1) * goal_size))
        self.built = True

    def embed(self, goals):
        """Return embeddings `[…, goal_size]` of goals, whose gradient, the manager's, stops here."""
        return self.goal_embedding(tf.stop_gradient(goals))

    def together(self, outputs, wanted):
        """Return states: outputs `[…, units]` of the LSTM and sums of goals' embeddings, side by side."""
        return tf.concat([tf.cast(outputs, tf.float32), wanted], axis=-1)

    def logits_of(self, states):
        """Return O w, with O `[V, goal_size]` a linear function of the LSTM's output, w the wanted.

        All products of a number of the one and a number of the other are as many features, and O the
        matrix that multiplies them: the same sum, without V · goal_size numbers a token in memory.
        """
        units = self.cell.units
        outputs, wanted = states[..., :units], states[..., units:]
        outputs = tf.concat([outputs, tf.ones_like(outputs[..., :1])], axis=-1)  # O's bias
        products = outputs[..., :, None] * wanted[..., None, :]
        count = outputs.shape[-1] * wanted.shape[-1]
        products = tf.reshape(products, tf.concat([tf.shape(states)[:-1], [count]], axis=0))
        return self.logits(tf.ensure_shape(products, [*states.shape[:-1], count]))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeakGenerator(TokenGenerator):
    """The generator of LeakGAN (Guo et al. 2018, arXiv 1709.08624).

        f_t = the discriminator's features of the first t tokens, padded
        manager:  LSTM on f_t; goal g_t of length 1 in the space of the features
        worker:   LSTM on the tokens, which gives a matrix O_t [V, goal_size]
        logits of token t:  O_t w_t,  w_t = ψ (g_t + … + g_{t-c+1}), ψ linear

    w_t holds the goal of its own step, as in FuN (Vezhnevets et al. 2017, 1703.01161), where the paper's
    index ends one step before: so the c goals that a token is rewarded for are those that the worker was
    told, and the first token has one. Each token has a bias, which the paper does not speak of.

    The features are another network's: after the generator is made, or loaded,

    ```python
    generator.leak = discriminator.features
    ```

    connects it, as `models.LeakGAN` does. No gradient goes there, and the weights are not the generator's.
    To read T tokens at once, all their beginnings are one batch for the discriminator.

    Args:
        vocabulary_size: V, the number of tokens.
        length: T, the discriminator's length of sentences.
        features: F, how many features leak.
        embedding: size of the tokens' vectors.
        units: of the worker's LSTM.
        manager_units: of the manager's LSTM; None for as many as the worker's.
        goal_size: of the goals' embeddings; 16 in the authors' code.
        horizon: c, for how many tokens a goal is set; 4 in the authors' code.
        **kwargs: for `TokenGenerator`: `start_token`, `never_written`, `seed`, `name`, `dtype`.

    Attributes:
        leak: function from tokens int32 `[N, T]` to features `[N, F]`.
        manager: `keras.layers.Layer`, the manager's weights.
        worker: `keras.layers.Layer`, the worker's.

    Raises:
        ValueError: numbers out of range, longer sentences, no leak, or one of another number of features.

    >>> from tfgan_zoo.networks import text
    >>> discriminator = text.text_cnn(10, 6, widths=[2, 3], filters=8)
    >>> generator = LeakGenerator(10, length=6, features=16, units=8)
    >>> generator.leak = discriminator.features
    >>> generator(keras.ops.zeros([2, 5], "int32")).shape
    TensorShape([2, 5, 10])
    """

    leak = None

    def __init__(
        self,
        vocabulary_size,
        length,
        features,
        embedding=32,
        units=32,
        manager_units=None,
        goal_size=16,
        horizon=4,
        **kwargs,
    ):
        super().__init__(vocabulary_size, **kwargs)
        manager_units = units if manager_units is None else manager_units
        self._arguments = {
            "length": length,
            "features": features,
            "embedding": embedding,
            "units": units,
            "manager_units": manager_units,
            "goal_size": goal_size,
            "horizon": horizon,
        }
        errors.check_ints(1, **self._arguments)
        self.length, self.horizon = length, horizon
        self._features, self._goal_size = features, goal_size
        seeded, policy = AnySeeded(self.seed), self.dtype_policy
        self.worker = Worker(
            self, embedding, units, features, goal_size, seeded, name="worker", dtype=policy
        )
        self.manager = Manager(features, manager_units, seeded, name="manager", dtype=policy)
        self.built = True

    # --- step by step -------------------------------------------------------------------------

    def initial_state(self, batch_size):
        """Return the state before the first token.

        Returns:
            (positions int32 `[B]`; the tokens so far int32 `[B, T]`; output and memory of the worker, then of
            the manager, float32 `[B, units]`; the last c goals' embeddings float32 `[B, c, goal_size]`).
        """
        return (
            tf.zeros([batch_size], tf.int32),
            tf.zeros([batch_size, self.length], tf.int32),
            *self.worker.cell.initial_state(batch_size),
            *self.manager.cell.initial_state(batch_size),
            tf.zeros([batch_size, self.horizon, self._goal_size]),
        )

    def step(self, tokens, state):
        """Go one token on, see `TokenGenerator.step`; the first `length` of a row are defined."""
        position, written, *memories, recent = state
        # The start token, at position 0, is none of the sentence's.
        here = tf.equal(tf.range(self.length), position[:, None] - 1)
        written = tf.where(here, tokens[:, None], written)
        goal, managers = self.manager.step(self._leaked(written), memories[2:])
        output, workers = self.worker.cell.step(self.worker.embedding(tokens), memories[:2])
        recent = tf.concat([recent[:, 1:], self.worker.embed(goal)[:, None]], axis=1)
        states = self.worker.together(output, tf.reduce_sum(recent, axis=1))
        return self.logits_of(states), (position + 1, written, *workers, *managers, recent)

    # --- whole sentences ----------------------------------------------------------------------

    def plan(self, tokens):
        """Return what sentences' features are from token to token, and the goals that are set on the way.

        Args:
            tokens: int32 `[B, T]`.

        Returns:
            (features float32 `[B, T + 1, F]` of the first 0, 1, … T tokens, constants;
            goals float32 `[B, T, F]` of length 1, with a gradient by the manager's weights).
        """
        features = self._of_beginnings(tokens, tokens.shape[1] + 1)
        return features, self.manager(features[:, :-1])

    def states(self, tokens, training=False):
        """Return the worker's outputs beside the wanted, see `TokenGenerator.states`; there is no dropout."""
        inputs = self.worker.embedding(self.shifted(tokens))
        embedded = self.worker.embed(self.manager(self._of_beginnings(tokens, tokens.shape[1])))
        recent = (
            tf.pad(embedded, [[0, 0], [back, 0], [0, 0]])[:, : tokens.shape[1]]
            for back in range(self.horizon)
        )
        return self.worker.together(self.worker.cell(inputs), sum(recent))

    def logits_of(self, states):
        """Return the logits of states, see `TokenGenerator.logits_of`."""
        return self.worker.logits_of(states)

    def _of_beginnings(self, tokens, count):
        """Return the features `[B, count, F]` of the first 0, 1, … count - 1 tokens."""
        kept = tf.sequence_mask(tf.range(count), tokens.shape[1])
        beginnings = tf.where(kept, tokens[:, None], 0)
        missing = self.length - tokens.shape[1]
        beginnings = tf.pad(beginnings, [[0, 0], [0, 0], [0, missing]])
        features = self._leaked(tf.reshape(beginnings, [-1, self.length]))
        return tf.reshape(features, [-1, count, self._features])

    def _leaked(self, tokens):
        if self.leak is None:
            raise ValueError(
                f"{self.name}: nothing leaks to it; set `generator.leak = discriminator.features`"
            )
        features = self.leak(tokens)
        if features.shape[1:] != (self._features,):
            raise ValueError(
                f"{self.name}: features of shape {tuple(features.shape)} leak to it, expected "
                f"{self._features} a sentence"
            )
        return tf.stop_gradient(tf.cast(features, tf.float32))


def _lstm(units, inputs, seeded, policy):
    cell = Recurrent(
        units,
        kernel_initializer=seeded(initializers.GlorotUniform),
        recurrent_initializer=seeded(initializers.Orthogonal),
        name="lstm",
        dtype=policy,
    )
    cell.build((None, None, inputs))
    return cell
