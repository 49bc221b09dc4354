"""What a reader of texts is made of: padding is no word, and nobody looks at it."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.causal_attention import CausalAttention
from tfgan_zoo.layers.tokenizer import UNK

POOLINGS = ("attention", "mean")
_NOWHERE = -1e9  # a score whose weight is 0


def are_words(tokens):
    """Return which tokens are words, known or not: neither padding, nor a sentence's beginning or end.

    >>> are_words(tf.constant([[1, 5, 3, 2, 0]])).numpy().tolist()
    [[False, True, True, False, False]]
    """
    return tokens >= UNK


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WordAttention(CausalAttention):
    """Multi-head attention to all words of a text (Vaswani et al. 2017, arXiv 1706.03762).

    [features `[B, T, width]`, tokens, ints `[B, T]`] -> `[B, T, width]`. The softmax is computed in float32.

    Args: see `CausalAttention`, which looks back only.

    >>> WordAttention(2)([tf.ones([1, 3, 8]), tf.constant([[4, 2, 0]])]).shape
    TensorShape([1, 3, 8])
    """

    def build(self, input_shape):
        """Make the dense layers."""
        super().build(input_shape[0])

    def call(self, inputs):
        """Attend, each position to all words."""
        features, tokens = inputs
        return self._attend(*self._in_heads(features), are_words(tokens)[:, None, None])

    def compute_output_shape(self, input_shape):
        """The features'."""
        return input_shape[0]


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WordConvolution(keras.layers.Layer):
    """Each word with its neighbours: [features `[B, T, C]`, tokens, ints `[B, T]`] -> `[B, T, filters]`.

    What is no word counts as nothing, as what is beyond the ends.

    Args:
        filters: channels that come out.
        kernel_size: how many words are seen at a time.
        activation: as for `keras.layers.Conv1D`.
        kernel_initializer: as for `keras.layers.Conv1D`.
        **kwargs: for `keras.layers.Layer`.

    >>> features = tf.constant([[[1.0], [2.0], [9.0]]])
    >>> sums = WordConvolution(1, 3, kernel_initializer="ones")
    >>> sums([features, tf.constant([[4, 5, 0]])]).numpy().ravel().tolist()
    [3.0, 3.0, 2.0]
    """

    def __init__(
        self,
        filters,
        kernel_size=3,
        activation=None,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.convolution = keras.layers.Conv1D(
            filters,
            kernel_size,
            padding="same",
            activation=activation,
            kernel_initializer=kernel_initializer,
            dtype=self.dtype_policy,
        )

    def build(self, input_shape):
        """Make the kernel."""
        self.convolution.build(input_shape[0])

    def call(self, inputs):
        """Convolve the words."""
        features, tokens = inputs
        return self.convolution(features * tf.cast(are_words(tokens)[..., None], features.dtype))

    def compute_output_shape(self, input_shape):
        """The features', with so many channels."""
        return (*input_shape[0][:-1], self.convolution.filters)

    def get_config(self):
        """Return the constructor's arguments."""
        own = self.convolution.get_config()
        names = ("filters", "activation", "kernel_initializer")
        config = {**super().get_config(), **{name: own[name] for name in names}}
        return {**config, "kernel_size": own["kernel_size"][0]}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WordPooling(keras.layers.Layer):
    """One vector of a text: [features `[B, T, width]`, tokens, ints `[B, T]`] -> float32 `[B, width]`.

    The words' features are averaged, equally, or with the weights that a learned query gives them by a
    softmax. The query is 0 at first, so that both start alike.

    Args:
        pooling: `"mean"` or `"attention"`.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: an unknown name.

    >>> features = tf.constant([[[1.0], [3.0], [9.0]]])
    >>> WordPooling()([features, tf.constant([[4, 5, 0]])]).numpy().tolist()
    [[2.0]]
    """

    def __init__(self, pooling="mean", **kwargs):
        super().__init__(**kwargs)
        if pooling not in POOLINGS:
            raise ValueError(errors.unknown("pooling", pooling, POOLINGS))
        self.pooling = pooling

    def build(self, input_shape):
        """Make the query."""
        self.width, self.query = input_shape[0][-1], None
        if self.pooling == "attention":
            self.query = self.add_weight(name="query", shape=(self.width,), initializer="zeros")

    def call(self, inputs):
        """Average."""
        features, tokens = inputs
        features, scores = tf.cast(features, tf.float32), tf.zeros_like(tokens, tf.float32)
        if self.query is not None:
            query = tf.cast(self.query, tf.float32) * self.width**-0.5
            scores = tf.linalg.matvec(features, query)
        weights = tf.nn.softmax(tf.where(are_words(tokens), scores, _NOWHERE))
        return tf.reduce_sum(weights[..., None] * features, axis=1)

    def compute_output_shape(self, input_shape):
        """Return the shape of one vector a text."""
        return (input_shape[0][0], input_shape[0][-1])

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "pooling": self.pooling}
