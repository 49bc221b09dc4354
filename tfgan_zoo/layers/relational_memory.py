"""Memory whose slots attend to each other: the relational memory core."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.attention import apart

_EPSILON = 1e-5
_FORGET_BIAS, _INPUT_BIAS = 1.0, 0.0


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RelationalMemory(keras.layers.Layer):
    """Relational memory core (Santoro et al. 2018, arXiv 1806.01822): `[B, T, features]` -> `[B, T, size]`.

    The memory has `slots` rows of heads · head_size numbers. In a step each row attends, with several heads,
    to all rows and to the input as one more row; layer norm, a perceptron of two layers and another layer
    norm follow, each around a residual connection. A forget and an input gate a row, "memory" gates,
    mix what comes out, through tanh, with the old row. Outputs are the rows side by side,
    slots · heads · head_size numbers.

    Queries, keys and values are normalised row by row, as in the authors' code; RelGAN's copy takes one mean
    over all rows. Scores are divided by √head_size, as in the paper. The memory is kept in float32. T
    must be known: the loop is unrolled, with what depends on inputs alone computed for all steps at once.

    Args:
        head_size: numbers of each head's queries, keys and values.
        heads: number of heads.
        slots: rows of the memory.
        kernel_initializer: for all matrices; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a size that is no positive int.

    >>> layer = RelationalMemory(head_size=4, heads=2, slots=3)
    >>> layer(tf.ones([2, 5, 6])).shape
    TensorShape([2, 5, 24])
    """

    def __init__(self, head_size, heads=2, slots=1, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, head_size=head_size, heads=heads, slots=slots)
        self.head_size = head_size
        self.heads = heads
        self.slots = slots
        self.size = heads * head_size
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the dense layers and the norms."""
        dense = {  # features in and out, biases
            "input": (input_shape[-1], self.size, True),
            "attention": (self.size, 3 * self.size, False),
            "hidden": (self.size, self.size, True),
            "mixed": (self.size, self.size, True),
            "input_gates": (self.size, 2, False),
            "memory_gates": (self.size, 2, False),
        }
        for index, (name, (taken, made, biased)) in enumerate(dense.items()):
            layer = keras.layers.Dense(
                made,
                "relu" if name == "hidden" else None,
                use_bias=biased,
                kernel_initializer=apart(self.kernel_initializer, index),
                name=name,
                dtype=self.dtype_policy,
            )
            layer.build((None, taken))
            setattr(self, f"_{name}", layer)
        norms = {"attention_norm": 3 * self.size, "first_norm": self.size, "second_norm": self.size}
        for name, features in norms.items():
            layer = keras.layers.LayerNormalization(
                epsilon=_EPSILON, name=name, dtype=self.dtype_policy
            )
            layer.build((None, features))
            setattr(self, f"_{name}", layer)

    # --- step by step -------------------------------------------------------------------------

    def initial_state(self, batch_size):
        """Return the first memory, float32 `[B, slots, size]`: rows of the identity, all different."""
        rows = tf.eye(self.slots, self.size)
        return tf.ones([batch_size, 1, 1]) * rows

    def step(self, inputs, memory):
        """Go one step.

        Args:
            inputs: `[B, features]`.
            memory: float32 `[B, slots, size]`, from `initial_state` or the last step.

        Returns:
            (outputs `[B, slots · size]`, the new memory).
        """
        return self._step(self._inputs_part(inputs), memory)

    def _inputs_part(self, inputs):
        """Return the input's key and value `[…, size]` and its part of the gates `[…, 2]`."""
        row = self._input(inputs)
        _, key, value = tf.split(self._attention_norm(self._attention(row)), 3, axis=-1)
        return key, value, self._input_gates(row)

    def _step(self, inputs_part, memory):
        key, value, input_gates = inputs_part
        rows = tf.cast(memory, self.compute_dtype)
        own = tf.split(self._attention_norm(self._attention(rows)), 3, axis=-1)
        queries, keys, values = (self._in_heads(x) for x in own)
        keys = tf.concat([keys, self._in_heads(key[:, None])], axis=2)
        values = tf.concat([values, self._in_heads(value[:, None])], axis=2)
        scores = tf.cast(tf.matmul(queries, keys, transpose_b=True), tf.float32)
        weights = tf.cast(tf.nn.softmax(scores * self.head_size**-0.5), values.dtype)
        seen = tf.transpose(tf.matmul(weights, values), [0, 2, 1, 3])
        mixed = self._first_norm(rows + tf.reshape(seen, tf.shape(rows)))
        mixed = self._second_norm(mixed + self._mixed(self._hidden(mixed)))
        gates = input_gates[:, None] + self._memory_gates(tf.tanh(rows))
        into, kept = tf.split(tf.cast(gates, tf.float32), 2, axis=-1)
        memory = tf.sigmoid(kept + _FORGET_BIAS) * memory
        memory += tf.sigmoid(into + _INPUT_BIAS) * tf.tanh(tf.cast(mixed, tf.float32))
        outputs = tf.reshape(memory, [-1, self.slots * self.size])
        return tf.cast(outputs, self.compute_dtype), memory

    def _in_heads(self, rows):
        """`[B, rows, size]` -> `[B, heads, rows, head size]`."""
        split = tf.reshape(rows, [-1, rows.shape[1], self.heads, self.head_size])
        return tf.transpose(split, [0, 2, 1, 3])

    # --- whole sequences ----------------------------------------------------------------------

    def call(self, inputs):
        """Read sequences."""
        if inputs.shape[1] is None:
            raise ValueError(
                f"{self.name}: sequences of unknown length; expected (batch, T, features)"
            )
        parts = zip(*(tf.unstack(x, axis=1) for x in self._inputs_part(inputs)), strict=True)
        memory, outputs = self.initial_state(tf.shape(inputs)[0]), []
        for part in parts:
            output, memory = self._step(part, memory)
            outputs.append(output)
        return tf.stack(outputs, axis=1)

    def compute_output_shape(self, input_shape):
        """Return `[B, T, slots · size]`."""
        return (*input_shape[:-1], self.slots * self.size)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "head_size": self.head_size,
            "heads": self.heads,
            "slots": self.slots,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
