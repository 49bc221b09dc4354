"""Discriminators of sentences that read them word by word."""

import keras
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Dropout, PositionWaves, Recurrent
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.discriminator import embedded, judge


def recurrent_discriminator(
    vocabulary_size,
    length,
    embedding=64,
    units=128,
    cell="lstm",
    depth=1,
    dropout=0.1,
    position_waves=8,
    layer_norm=True,
    seed=0,
    dtype=None,
):
    """Build ScratchGAN's discriminator (d'Autume et al. 2019, 1905.09922): a logit after each word.

    It reads forwards, so the logit at place t judges the beginning of the sentence up to t, and no later
    token counts: what stands behind the end does not either. The vectors get waves that tell the place.
    Dropout is of the words' vectors; the authors drop numbers of the embedding, for the whole batch.

    Args:
        vocabulary_size: V, the number of tokens.
        length: T, of the sentences, padded.
        embedding: size of the tokens' vectors.
        units: of each recurrent layer; 512 in the paper.
        cell: `"lstm"` or `"gru"`.
        depth: number of recurrent layers.
        dropout: share of the vectors' numbers that is dropped while training.
        position_waves: how many waves, see `layers.PositionWaves`; 0 for none.
        layer_norm: whether the cells have layer norm, see `layers.Recurrent`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `TokenDiscriminator` from tokens `[B, T]` to logits `[B, T]`.

    Raises:
        ValueError: an unknown cell, or numbers out of range.

    >>> discriminator = recurrent_discriminator(10, 4, units=8)
    >>> discriminator(keras.ops.zeros([2, 4], "int32")).shape
    TensorShape([2, 4])
    """
    errors.check_ints(1, depth=depth)
    errors.check_ints(0, position_waves=position_waves)
    seeded = AnySeeded(seed)
    uniform = seeded(initializers.RandomUniform)
    tokens, vectors = embedded(vocabulary_size, length, embedding, uniform, dtype)
    x = vectors
    if dropout:
        x = Dropout(dropout, seed=seed, name="dropout", dtype=dtype)(x)
    if position_waves:
        x = PositionWaves(position_waves, name="position_waves", dtype=dtype)(x)
    for index in range(depth):
        name = f"{cell}_{index + 1}"
        x = _recurrent(seeded, units, cell, name, dtype, layer_norm=layer_norm)(x)
    return judge(tokens, vectors, x, _logit(seeded)(x)[:, :, 0])


def sentence_recurrent_discriminator(
    vocabulary_size,
    length,
    embedding=64,
    units=64,
    cell="gru",
    depth=2,
    dropout=0.2,
    seed=0,
    dtype=None,
):
    """Build a discriminator that reads sentences in both directions, the one of suragnair/seqGAN.

    Recurrent layers in both directions with dropout between them; what all of them know at their ends goes
    through a dense layer with tanh and dropout to one logit. The readers that go forwards end behind the
    padding, which they read as tokens like others.

    Args:
        vocabulary_size: V, the number of tokens.
        length: T, of the sentences, padded.
        embedding: size of the tokens' vectors.
        units: of each recurrent layer and direction, and of the dense layer.
        cell: `"gru"` or `"lstm"`.
        depth: number of recurrent layers.
        dropout: share of the features that is dropped while training.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `TokenDiscriminator` from tokens `[B, T]` to logits `[B]`.

    Raises:
        ValueError: an unknown cell, or numbers out of range.

    >>> discriminator = sentence_recurrent_discriminator(10, 4, units=8)
    >>> discriminator(keras.ops.zeros([2, 4], "int32")).shape
    TensorShape([2])
    """
    errors.check_ints(1, depth=depth)
    seeded = AnySeeded(seed)
    normal = seeded(initializers.RandomNormal, stddev=1.0)
    tokens, vectors = embedded(vocabulary_size, length, embedding, normal, dtype)
    x, ends = vectors, []
    for index in range(1, depth + 1):
        if index > 1 and dropout:
            x = Dropout(dropout, seed=seed + index, name=f"dropout_{index}", dtype=dtype)(x)
        forwards = _recurrent(seeded, units, cell, f"forwards_{index}", dtype)(x)
        backwards = _recurrent(seeded, units, cell, f"backwards_{index}", dtype, backwards=True)(x)
        ends += [forwards[:, -1], backwards[:, 0]]
        x = keras.ops.concatenate([forwards, backwards], axis=-1)
    x = layers.Dense(
        units,
        "tanh",
        kernel_initializer=seeded(initializers.GlorotUniform),
        name="features",
        dtype=dtype,
    )(keras.ops.concatenate(ends, axis=-1))
    if dropout:
        x = Dropout(dropout, seed=seed, name="dropout", dtype=dtype)(x)
    return judge(tokens, vectors, x, _logit(seeded)(x)[:, 0])


def _recurrent(seeded, units, cell, name, dtype, **arguments):
    return Recurrent(
        units,
        cell,
        kernel_initializer=seeded(initializers.GlorotUniform),
        recurrent_initializer=seeded(initializers.Orthogonal),
        name=name,
        dtype=dtype,
        **arguments,
    )


def _logit(seeded):
    glorot = seeded(initializers.GlorotUniform)
    return layers.Dense(1, kernel_initializer=glorot, name="logits", dtype="float32")
