"""The transformer that writes tokens."""

import keras
import tensorflow as tf
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import CausalBlock, Dropout, TokenEmbedding, TokenLogits
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.generator import TokenGenerator


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TransformerGenerator(TokenGenerator):
    """Transformer language model (Vaswani et al. 2017, arXiv 1706.03762), norms first as in GPT-2.

    Embedding and learned positions, blocks that look back only, a layer norm, a dense layer to the
    vocabulary. The state is, for each row of the batch, its position and the keys and values of all
    blocks, so that a step costs as much as one token.

    Args:
        vocabulary_size: V, the number of tokens.
        length: the longest sentence.
        width: of the vectors, a multiple of heads.
        heads: of each block.
        depth: number of blocks.
        dropout: share of the features that is dropped while training, after the embedding and in the blocks.
        **kwargs: for `TokenGenerator`: `start_token`, `never_written`, `seed`, `name`, `dtype`.

    Raises:
        ValueError: numbers out of range, a width that the heads do not divide, longer sentences.

    >>> generator = TransformerGenerator(10, length=6, width=8)
    >>> generator(keras.ops.zeros([2, 5], "int32")).shape
    TensorShape([2, 5, 10])
    """

    def __init__(self, vocabulary_size, length, width=64, heads=4, depth=2, dropout=0.0, **kwargs):
        super().__init__(vocabulary_size, **kwargs)
        errors.check_ints(1, length=length, width=width, depth=depth)
        errors.check_numbers(0, 1, dropout=dropout)
        self.length = length
        self._arguments = {
            "length": length,
            "width": width,
            "heads": heads,
            "depth": depth,
            "dropout": dropout,
        }
        seeded, policy = AnySeeded(self.seed), self.dtype_policy

        def embedding(size, name):
            initial = seeded(initializers.RandomNormal, stddev=0.02)
            layer = TokenEmbedding(size, width, initial, name=name, dtype=policy)
            layer.build()
            return layer

        self.embedding = embedding(vocabulary_size, "embedding")
        self.positions = embedding(length, "positions")
        self.dropout = Dropout(dropout, seed=self.seed, name="dropout", dtype=policy)
        self.blocks = [
            CausalBlock(
                heads,
                dropout,
                seeded(initializers.GlorotUniform),
                name=f"block_{index + 1}",
                dtype=policy,
            )
            for index in range(depth)
        ]
        self.norm = layers.LayerNormalization(epsilon=1e-5, name="norm", dtype=policy)
        self.logits = TokenLogits(
            vocabulary_size,
            self.never_written,
            kernel_initializer=seeded(initializers.GlorotUniform),
            name="vocabulary",
        )
        for layer in (*self.blocks, self.norm, self.logits):
            layer.build((None, None, width))
        self.built = True

    def initial_state(self, batch_size):
        """Return (positions int32 `[B]`, then for each block its keys and its values)."""
        caches = [block.attention.initial_cache(batch_size, self.length) for block in self.blocks]
        return (tf.zeros([batch_size], tf.int32), *(part for cache in caches for part in cache))

    def step(self, tokens, state):
        """Go one token on, see `TokenGenerator.step`; the first `length` of a row are defined."""
        position, *caches = state
        x, new = self.embedding(tokens) + self.positions(position), []
        for block, *cache in zip(self.blocks, caches[::2], caches[1::2], strict=True):
            x, cache = block.step(x, cache, position)
            new.extend(cache)
        return self.logits(self.norm(x)), (position + 1, *new)

    def states(self, tokens, training=False):
        """Return the last block's outputs, see `TokenGenerator.states`."""
        x = self.embedding(self.shifted(tokens)) + self.positions(tf.range(tokens.shape[1]))
        x = self.dropout(x, training=training)
        for block in self.blocks:
            x = block(x, training=training)
        return self.norm(x)

    def logits_of(self, states):
        """Return the logits of states, see `TokenGenerator.logits_of`."""
        return self.logits(states)
