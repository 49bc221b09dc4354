"""Embeddings of tokens, which come as ids or as probabilities."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TokenEmbedding(keras.layers.Layer):
    """Vectors of tokens: ids `[…]` or soft tokens `[…, V]` -> `[…, dimension]`.

    Ids are looked up. Soft tokens, a distribution over the vocabulary for each place (Gumbel-softmax), are
    multiplied by the same matrix, so that gradients flow into them; one-hot ones give what their ids
    give, in mixed precision, too.

    The matrix's gradient is dense, for ids as well: the norm of a sparse one, which TensorFlow takes
    without adding up the rows of a token that occurs twice, would be wrong.

    Args:
        vocabulary_size: V, the number of tokens.
        dimension: of the vectors.
        embeddings_initializer: for the matrix `[V, dimension]`.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a size that is no positive int, or soft tokens of another vocabulary.

    >>> layer = TokenEmbedding(5, 3)
    >>> ids = tf.constant([[4, 0], [1, 1]])
    >>> bool(tf.reduce_all(layer(ids) == layer(tf.one_hot(ids, 5))))
    True
    """

    def __init__(self, vocabulary_size, dimension, embeddings_initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, vocabulary_size=vocabulary_size, dimension=dimension)
        self.vocabulary_size = vocabulary_size
        self.dimension = dimension
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    def build(self, input_shape=None):
        """Make the matrix."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.vocabulary_size, self.dimension),
            initializer=self.embeddings_initializer,
            autocast=False,  # cast below: gradients of a token's places are added up in float32
        )

    def call(self, tokens):
        """Look up or multiply."""
        table = tf.convert_to_tensor(self.embeddings)
        if tokens.dtype.is_integer:
            # A reshape's gradient is dense.
            found = tf.gather(tf.reshape(table, table.shape), tokens)
            return tf.cast(found, self.compute_dtype)
        if tokens.shape[-1] != self.vocabulary_size:
            raise ValueError(
                f"{self.name}: soft tokens have shape {tuple(tokens.shape)}, expected "
                f"(…, {self.vocabulary_size}), a probability for each token of the vocabulary"
            )
        rows = tf.reshape(tokens, [-1, self.vocabulary_size])
        vectors = tf.matmul(rows, tf.cast(table, tokens.dtype))
        return tf.reshape(vectors, tf.concat([tf.shape(tokens)[:-1], [self.dimension]], axis=0))

    def compute_output_shape(self, input_shape):
        """Return ids' shape with the dimension behind it."""
        return (*input_shape, self.dimension)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "dimension": self.dimension,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
        }
