"""From states to logits over a vocabulary, some tokens of which are never written."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors

NEVER = -1e9  # large, but finite: masked places times 0 are 0


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TokenLogits(keras.layers.Layer):
    """A dense layer to the vocabulary, in float32: `[…, features]` -> `[…, vocabulary_size]`.

    Tokens that are never written get -1e9 for their bias, which is where their probability ends: it costs
    nothing, and their logits stay finite.

    Args:
        vocabulary_size: the number of tokens.
        never_written: ids of the tokens that are never written.
        tied: whether the matrix is not the layer's own, but an embedding's, which is given at call.
        kernel_initializer: for the matrix, unless tied.
        bias_initializer: for the biases.
        **kwargs: for `keras.layers.Layer`.

    Call arguments:
        states: `[…, features]`.
        embeddings: `[vocabulary_size, features]`, where tied.

    >>> layer = TokenLogits(4, never_written=(0, 1), kernel_initializer="ones")
    >>> layer(tf.ones([1, 3])).numpy().tolist()
    [[-1000000000.0, -1000000000.0, 3.0, 3.0]]
    """

    def __init__(
        self,
        vocabulary_size,
        never_written=(),
        tied=False,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**{"dtype": "float32", **kwargs})
        errors.check_ints(1, vocabulary_size=vocabulary_size)
        self.vocabulary_size = vocabulary_size
        self.never_written = tuple(never_written)
        self.tied = bool(tied)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self._never = np.isin(np.arange(vocabulary_size), self.never_written)

    def build(self, input_shape):
        """Make the matrix, unless it is an embedding's, and the biases."""
        if not self.tied:
            self.kernel = self.add_weight(
                name="kernel",
                shape=(input_shape[-1], self.vocabulary_size),
                initializer=self.kernel_initializer,
            )
        self.bias = self.add_weight(
            name="bias", shape=(self.vocabulary_size,), initializer=self.bias_initializer
        )

    def call(self, states, embeddings=None):
        """Multiply, and add the biases."""
        rows = tf.reshape(states, [-1, states.shape[-1]])  # one matrix product, however many axes
        matrix = tf.convert_to_tensor(embeddings if self.tied else self.kernel)
        bias = tf.where(self._never, NEVER, tf.convert_to_tensor(self.bias))
        logits = tf.nn.bias_add(tf.matmul(rows, matrix, transpose_b=self.tied), bias)
        shape = tf.concat([tf.shape(states)[:-1], [self.vocabulary_size]], axis=0)
        logits = tf.reshape(logits, shape)
        logits.set_shape([*states.shape[:-1], self.vocabulary_size])
        return logits

    def compute_output_shape(self, input_shape):
        """Return the states' shape with the vocabulary's size at its end."""
        return (*input_shape[:-1], self.vocabulary_size)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "never_written": self.never_written,
            "tied": self.tied,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
