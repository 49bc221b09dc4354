"""What every network that judges sentences of tokens can do."""

import keras

from tfgan_zoo.layers import TokenEmbedding


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TokenDiscriminator(keras.Model):
    """An embedding of tokens and a network on the vectors: a discriminator of sentences.

    Takes tokens int32 `[B, T]`, or soft tokens `[B, T, V]`, probabilities that gradients flow into. All T
    places are read: `<pad>` is a token like others, and a sentence's length is told by how many there are.

    Args:
        embedding: `TokenEmbedding`, built.
        body: `keras.Model` from vectors `[B, T, dimension]` to (features, logits).
        **kwargs: for `keras.Model`.

    Attributes:
        vocabulary_size: V.
        length: T.

    Raises:
        ValueError: sentences of another length or vocabulary.

    >>> from tfgan_zoo.networks import text
    >>> discriminator = text.text_cnn(vocabulary_size=10, length=3, filters=8)
    >>> discriminator.features(keras.ops.zeros([2, 3], "int32")).shape
    TensorShape([2, 24])
    """

    def __init__(self, embedding, body, **kwargs):
        super().__init__(**kwargs)
        self.embedding = embedding
        self.body = body
        self.vocabulary_size = embedding.vocabulary_size
        self.length = body.input_shape[1]
        self.built = True

    def call(self, tokens, training=False):
        """Return the logits, float32: `[B]` or `[B, S]` of sentences, or `[B, T]` of their beginnings."""
        return self._judge(tokens, training)[1]

    def features(self, tokens, training=False):
        """Return the features that the logits are a linear function of, `[B, …, features]`."""
        return self._judge(tokens, training)[0]

    def _judge(self, tokens, training):
        if tokens.shape[1] != self.length:
            raise ValueError(
                f"{self.name}: tokens have shape {tuple(tokens.shape)}, expected sentences of "
                f"{self.length} tokens, padded"
            )
        return self.body(self.embedding(tokens), training=training)

    def get_config(self):
        """Return the constructor's arguments."""
        parts = {"embedding": self.embedding, "body": self.body}
        serialize = keras.saving.serialize_keras_object
        return {**super().get_config(), **{k: serialize(part) for k, part in parts.items()}}

    @classmethod
    def from_config(cls, config):
        """Make the network from its config."""
        parts = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("embedding", "body")
        }
        return cls(**{**config, **parts})


def embedded(vocabulary_size, length, dimension, initializer, dtype):
    """Return a new embedding, built, and the input of a body."""
    embedding = TokenEmbedding(
        vocabulary_size, dimension, initializer, name="embedding", dtype=dtype
    )
    embedding.build()
    return embedding, keras.Input([length, dimension], name="vectors")


def judge(embedding, vectors, features, logits):
    """Return the discriminator of an embedding and of a body's input, features and logits."""
    body = keras.Model(vectors, [features, logits], name="body")
    return TokenDiscriminator(embedding, body, name="discriminator")
