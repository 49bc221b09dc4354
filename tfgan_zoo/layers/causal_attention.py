"""Transformer blocks that look back only, over whole sequences or token by token."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.attention import apart
from tfgan_zoo.layers.stochastic import Dropout

_NOWHERE = -1e9  # a score whose weight is 0
_EPSILON = 1e-5


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CausalAttention(keras.layers.Layer):
    """Multi-head attention to what came before (Vaswani et al. 2017, arXiv 1706.03762).

    `[B, T, width]` -> the same. The softmax is computed in float32. `step` goes token by token with a cache
    of keys and values, in which each row of the batch may be at a position of its own.

    Args:
        heads: number of heads, a divisor of the width.
        kernel_initializer: for both matrices; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a width that the heads do not divide.

    >>> CausalAttention(2)(tf.ones([1, 3, 8])).shape
    TensorShape([1, 3, 8])
    """

    def __init__(self, heads, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, heads=heads)
        self.heads = heads
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the dense layers."""
        self.width = width = input_shape[-1]
        self.check_width()
        self.make_dense(asked=(width, 3 * width), seen=(width, width))

    def make_dense(self, **sizes):
        """Make a dense layer of each name, from so many numbers to so many."""
        for index, (name, (taken, made)) in enumerate(sizes.items()):
            layer = keras.layers.Dense(
                made,
                kernel_initializer=apart(self.kernel_initializer, index),
                name=name,
                dtype=self.dtype_policy,
            )
            layer.build((None, taken))
            setattr(self, f"_{name}", layer)

    def check_width(self):
        """Refuse a width that the heads do not divide."""
        if self.width % self.heads:
            raise ValueError(
                f"a width of {self.width} cannot be shared among {self.heads} heads; expected a multiple"
            )

    def call(self, inputs):
        """Attend, each position to itself and those before."""
        queries, keys, values = self._in_heads(inputs)
        positions = tf.range(tf.shape(inputs)[1])
        return self._attend(queries, keys, values, positions[None] <= positions[:, None])

    def initial_cache(self, batch_size, length):
        """Return empty keys and values, `[B, heads, length, width / heads]` each."""
        shape = [batch_size, self.heads, length, self.width // self.heads]
        return tf.zeros(shape, self.compute_dtype), tf.zeros(shape, self.compute_dtype)

    def step(self, inputs, cache, position):
        """Attend from one token.

        Args:
            inputs: `[B, width]`.
            cache: (keys, values), from `initial_cache` or the last step.
            position: int32 `[B]`, where in the cache each row is.

        Returns:
            (outputs `[B, width]`, the new cache).
        """
        queries, *new = self._in_heads(inputs[:, None])
        places = tf.range(cache[0].shape[2])
        here = (places == position[:, None])[:, None, :, None]
        keys, values = (tf.where(here, one, all_) for one, all_ in zip(new, cache, strict=True))
        until = (places <= position[:, None])[:, None, None]
        return self._attend(queries, keys, values, until)[:, 0], (keys, values)

    def _in_heads(self, inputs):
        """Return queries, keys and values, `[B, heads, T, width / heads]` each."""
        return self._split(self._asked(inputs), 3)

    def _split(self, features, count):
        shape = tf.unstack(tf.shape(features))[:2]
        shape = tf.stack([*shape, count, self.heads, self.width // self.heads])
        return tf.unstack(tf.transpose(tf.reshape(features, shape), [2, 0, 3, 1, 4]))

    def _attend(self, queries, keys, values, visible):
        return self._average(tf.where(visible, self._scores(queries, keys), _NOWHERE), values)

    def _scores(self, queries, keys):
        scores = tf.cast(tf.matmul(queries, keys, transpose_b=True), tf.float32)
        return scores * (self.width // self.heads) ** -0.5

    def _average(self, scores, values):
        weights = tf.cast(tf.nn.softmax(scores), values.dtype)
        seen = tf.transpose(tf.matmul(weights, values), [0, 2, 1, 3])
        shape = tf.stack([*tf.unstack(tf.shape(seen))[:2], self.width])
        return self._seen(tf.reshape(seen, shape))

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "heads": self.heads,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CausalBlock(keras.layers.Layer):
    """A transformer block, norms first (Radford et al. 2019, GPT-2): `[B, T, width]` -> the same.

    x + attention(norm(x)), then x + dense(gelu(dense(norm(x)))) with 4 · width hidden units.

    Args:
        heads: number of heads, a divisor of the width.
        dropout: share of what is added to x that is dropped while training.
        kernel_initializer: for all matrices; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    >>> CausalBlock(2)(tf.ones([1, 3, 8])).shape
    TensorShape([1, 3, 8])
    """

    def __init__(self, heads, dropout=0.0, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        errors.check_numbers(0, 1, dropout=dropout)
        self.heads = heads
        self.dropout = dropout
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the parts."""
        width, policy = input_shape[-1], self.dtype_policy
        initial = [apart(self.kernel_initializer, 2 * index) for index in range(3)]
        self.attention_norm = keras.layers.LayerNormalization(
            epsilon=_EPSILON, name="attention_norm", dtype=policy
        )
        self.attention = CausalAttention(self.heads, initial[0], name="attention", dtype=policy)
        self.norm = keras.layers.LayerNormalization(epsilon=_EPSILON, name="norm", dtype=policy)
        self.hidden = keras.layers.Dense(
            4 * width, "gelu", kernel_initializer=initial[1], name="hidden", dtype=policy
        )
        self.output_dense = keras.layers.Dense(
            width, kernel_initializer=initial[2], name="output", dtype=policy
        )
        for layer in (self.attention_norm, self.attention, self.norm, self.hidden):
            layer.build((None, None, width))
        self.output_dense.build((None, None, 4 * width))
        # Named after the block: the step's random numbers go by the name.
        self.dropped = Dropout(self.dropout, name=f"{self.name}_dropout", dtype=policy)

    def call(self, inputs, training=False):
        """Attend and transform."""
        x = inputs + self.dropped(self.attention(self.attention_norm(inputs)), training=training)
        return x + self.dropped(self._perceptron(x), training=training)

    def step(self, inputs, cache, position):
        """Do for one token what `call` does, see `CausalAttention.step`."""
        seen, cache = self.attention.step(self.attention_norm(inputs), cache, position)
        x = inputs + seen
        return x + self._perceptron(x), cache

    def _perceptron(self, x):
        return self.output_dense(self.hidden(self.norm(x)))

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "heads": self.heads,
            "dropout": self.dropout,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
