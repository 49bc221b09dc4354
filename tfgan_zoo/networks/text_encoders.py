"""Readers of texts: from tokens to one vector."""

import keras
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    PositionWaves,
    TokenEmbedding,
    WordAttention,
    WordConvolution,
    WordPooling,
)
from tfgan_zoo.networks.initializers import AnySeeded

_EPSILON = 1e-5
_WAVES = 8


def transformer(
    vocabulary_size,
    length,
    width=64,
    depth=2,
    heads=4,
    pooling="mean",
    seed=0,
    dtype=None,
    name="text_encoder",
):
    """Build a transformer that reads texts (Vaswani et al. 2017, arXiv 1706.03762), norms first.

    Embeddings with waves for the positions, a convolution by which each word sees its neighbours, blocks in
    which all words see each other, a norm, and the average of the words. What is no word, padding and a
    sentence's end, changes nothing.

    The convolution is not the paper's: in the average, which word stands beside which is little beside which
    words there are, and a game's gradient is slow to make more of it, see docs/results.md.

    Args:
        vocabulary_size: V, the number of tokens, numbered as by `layers.Tokenizer`.
        length: T, the tokens of a text.
        width: of the vectors, a multiple of heads.
        depth: number of blocks.
        heads: of each block.
        pooling: `"mean"` over the words, or `"attention"` by a learned query, see `layers.WordPooling`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; vectors come out as float32.
        name: the model's.

    Returns:
        `keras.Model` from tokens, int32 `[B, T]`, to `[B, width]`.

    Raises:
        ValueError: a size that is no positive int, a width that the heads do not divide, an unknown name.

    >>> transformer(24, length=10)(keras.ops.ones([2, 10], "int32")).shape
    TensorShape([2, 64])
    """
    errors.check_ints(1, width=width, depth=depth, heads=heads)
    seeded = AnySeeded(seed)

    def dense(x, units, layer_name, activation=None):
        kernel = seeded(initializers.GlorotUniform)
        return layers.Dense(
            units, activation, kernel_initializer=kernel, name=layer_name, dtype=dtype
        )(x)

    def norm(x, layer_name):
        return layers.LayerNormalization(epsilon=_EPSILON, name=layer_name, dtype=dtype)(x)

    tokens = keras.Input([length], dtype="int32", name="tokens")
    # As large as the waves: else all texts of a length look alike at first.
    normal = seeded(initializers.RandomNormal, stddev=1.0)
    x = TokenEmbedding(vocabulary_size, width, normal, name="embedding", dtype=dtype)(tokens)
    x = PositionWaves(_WAVES, name="positions", dtype=dtype)(x)
    x = WordConvolution(
        width,
        activation="gelu",
        kernel_initializer=seeded(initializers.VarianceScaling, scale=2.0),
        name="words",
        dtype=dtype,
    )([x, tokens])
    for block in range(1, depth + 1):
        asked = seeded(initializers.GlorotUniform)
        seen = WordAttention(heads, asked, name=f"attention_{block}", dtype=dtype)(
            [norm(x, f"attention_norm_{block}"), tokens]
        )
        x = layers.Add(name=f"seen_{block}", dtype=dtype)([x, seen])
        hidden = dense(norm(x, f"norm_{block}"), 4 * width, f"hidden_{block}", "gelu")
        thought = dense(hidden, width, f"thought_{block}")
        x = layers.Add(name=f"block_{block}", dtype=dtype)([x, thought])
    vector = WordPooling(pooling, name="pooling", dtype="float32")([norm(x, "norm"), tokens])
    return keras.Model(tokens, vector, name=name)
