"""An LSTM or GRU that reads whole sequences, or goes step by step, with the same weights."""

import keras
import tensorflow as tf

from tfgan_zoo import errors

CELLS = {"lstm": 4, "gru": 3}  # and how many gates, candidates included, each has
_EPSILON = 1e-5


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Recurrent(keras.layers.Layer):
    """`keras.layers.LSTM` or `GRU`: `[B, T, features]` -> `[B, T, units]`, and step by step.

    Keras's equations, weights and order of gates. T must be known: the loop is unrolled, with the
    inputs' part of all steps in one matrix product, which for the length of a sentence is faster than
    Keras's loop. The state is kept, and gates are computed, in float32.

    With layer norm (Ba et al. 2016, arXiv 1607.06450) an LSTM's sums of inputs' and state's parts are
    normalised, as in Sonnet, before the biases are added; of a GRU, whose reset gate comes between
    the two parts, each part by itself.

    Args:
        units: size of the outputs.
        cell: `"lstm"` or `"gru"`.
        layer_norm: whether to normalise.
        backwards: whether to read from the end; outputs stay in the inputs' order.
        kernel_initializer: for the inputs' matrix.
        recurrent_initializer: for the state's matrix.
        bias_initializer: for the biases.
        unit_forget_bias: whether the biases of an LSTM's forget gates start at 1.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: an unknown cell, or a sequence of unknown length.

    >>> layer = Recurrent(5, "gru")
    >>> read = layer(tf.ones([2, 3, 4]))
    >>> output, state = layer.step(tf.ones([2, 4]), layer.initial_state(2))
    >>> bool(tf.reduce_all(tf.abs(read[:, 0] - output) < 1e-6))
    True
    """

    def __init__(
        self,
        units,
        cell="lstm",
        layer_norm=False,
        backwards=False,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        errors.check_ints(1, units=units)
        if cell not in CELLS:
            raise ValueError(errors.unknown("cell", cell, CELLS))
        self.units = units
        self.cell = cell
        self.layer_norm = bool(layer_norm)
        self.backwards = bool(backwards)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.unit_forget_bias = bool(unit_forget_bias)

    def build(self, input_shape):
        """Make the weights: of the gates i, f, candidate, o; or z, r, candidate."""
        wide = CELLS[self.cell] * self.units
        lstm = self.cell == "lstm"

        def weight(name, shape, initializer):
            # Cast where they are used: `step` is not within Keras's casting.
            return self.add_weight(name=name, shape=shape, initializer=initializer, autocast=False)

        self.kernel = weight("kernel", (input_shape[-1], wide), self.kernel_initializer)
        self.recurrent_kernel = weight(
            "recurrent_kernel", (self.units, wide), self.recurrent_initializer
        )
        self.bias = weight("bias", (wide,) if lstm else (2, wide), self._biases)
        if self.layer_norm:
            self.scale = weight("scale", (wide,) if lstm else (2, wide), "ones")

    def _biases(self, shape, dtype=None):
        drawn = self.bias_initializer(shape, dtype=dtype)
        if self.cell == "gru" or not self.unit_forget_bias:
            return drawn
        before, _, after = tf.split(drawn, [self.units, self.units, 2 * self.units])
        return tf.concat([before, tf.ones_like(before), after], axis=0)

    # --- step by step -------------------------------------------------------------------------

    def initial_state(self, batch_size):
        """Return the state to start from, float32 zeros: (output, memory) of an LSTM, (output,) of a GRU."""
        zeros = tf.zeros([batch_size, self.units])
        return (zeros, zeros) if self.cell == "lstm" else (zeros,)

    def step(self, inputs, state):
        """Go one step.

        Args:
            inputs: `[B, features]`.
            state: tuple of float32 `[B, units]`, from `initial_state` or the last step.

        Returns:
            (outputs `[B, units]`, the new state).
        """
        return self._step(self._inputs_part(inputs), state)

    def _inputs_part(self, inputs):
        """Return what the inputs add to the gates, float32, for one step or for all."""
        part = tf.matmul(tf.cast(inputs, self.compute_dtype), self._cast(self.kernel))
        part = tf.cast(part, tf.float32)
        if self.cell == "gru":
            return self._finished(part, 0)
        return part if self.layer_norm else part + self.bias

    def _finished(self, part, row=None):
        """Return the gates with their biases, normalised before if they should be."""
        bias = tf.convert_to_tensor(self.bias)
        bias = bias if row is None else bias[row]
        if not self.layer_norm:
            return part + bias
        scale = tf.convert_to_tensor(self.scale)
        scale = scale if row is None else scale[row]
        mean, variance = tf.nn.moments(part, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(part, mean, variance, bias, scale, _EPSILON)

    def _step(self, inputs_part, state):
        own = tf.matmul(tf.cast(state[0], self.compute_dtype), self._cast(self.recurrent_kernel))
        own = tf.cast(own, tf.float32)
        if self.cell == "lstm":
            gates = inputs_part + own
            gates = self._finished(gates) if self.layer_norm else gates
            i, f, candidate, o = tf.split(gates, 4, axis=-1)
            memory = tf.sigmoid(f) * state[1] + tf.sigmoid(i) * tf.tanh(candidate)
            output = tf.sigmoid(o) * tf.tanh(memory)
            return tf.cast(output, self.compute_dtype), (output, memory)
        z, r, candidate = tf.split(inputs_part, 3, axis=-1)
        own_z, own_r, own_candidate = tf.split(self._finished(own, 1), 3, axis=-1)
        z = tf.sigmoid(z + own_z)
        candidate = tf.tanh(candidate + tf.sigmoid(r + own_r) * own_candidate)
        output = z * state[0] + (1.0 - z) * candidate
        return tf.cast(output, self.compute_dtype), (output,)

    def _cast(self, weight):
        return tf.cast(weight, self.compute_dtype)

    # --- whole sequences ----------------------------------------------------------------------

    def call(self, inputs):
        """Read sequences."""
        if inputs.shape[1] is None:
            raise ValueError(
                f"{self.name}: sequences of unknown length; expected (batch, T, features)"
            )
        flat = self._inputs_part(tf.reshape(inputs, [-1, inputs.shape[-1]]))
        parts = tf.unstack(tf.reshape(flat, [-1, inputs.shape[1], flat.shape[-1]]), axis=1)
        state, outputs = self.initial_state(tf.shape(inputs)[0]), []
        for part in reversed(parts) if self.backwards else parts:
            output, state = self._step(part, state)
            outputs.append(output)
        return tf.stack(outputs[::-1] if self.backwards else outputs, axis=1)

    def compute_output_shape(self, input_shape):
        """Return `[B, T, units]`."""
        return (*input_shape[:-1], self.units)

    def get_config(self):
        """Return the constructor's arguments."""
        initializers = {
            name: keras.initializers.serialize(getattr(self, name))
            for name in ("kernel_initializer", "recurrent_initializer", "bias_initializer")
        }
        return {
            **super().get_config(),
            "units": self.units,
            "cell": self.cell,
            "layer_norm": self.layer_norm,
            "backwards": self.backwards,
            "unit_forget_bias": self.unit_forget_bias,
            **initializers,
        }
