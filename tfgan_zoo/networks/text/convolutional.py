"""Discriminators of sentences that look for phrases: convolutions, and the maximum over all places."""

import keras
from keras import initializers, layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D, Dropout, Highway
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.networks.text.discriminator import embedded, judge

# SeqGAN's: how many filters look at so many words.
SEQGAN_FILTERS = {
    **{1: 100, 2: 200, 3: 200, 4: 200, 5: 200, 6: 100, 7: 100, 8: 100, 9: 100, 10: 100},
    **{15: 160, 20: 160},
}


def check_filters(widths, filters, length):
    """Return dict of width -> filters.

    Args:
        widths: words that filters look at, a list; None for SeqGAN's, as far as sentences are as long.
        filters: how many of each width, a list; or an int, so many of each; None for SeqGAN's.
        length: of the sentences.

    Raises:
        ValueError: lists that do not go together, or a width beyond the length.

    >>> check_filters(None, None, 3)
    {1: 100, 2: 200, 3: 200}
    >>> check_filters([2, 5], 30, 8)
    {2: 30, 5: 30}
    """
    if widths is None:
        widths = [width for width in SEQGAN_FILTERS if width <= length]
    for width in widths:
        errors.check_ints(1, width=width)
        if width > length:
            raise ValueError(f"a width of {width} words; sentences have {length} at most")
    if filters is None:
        filters = [SEQGAN_FILTERS.get(width, 100) for width in widths]
    if isinstance(filters, int):
        filters = [filters] * len(widths)
    if len(filters) != len(widths) or not widths or len(set(widths)) < len(widths):
        raise ValueError(
            f"widths {list(widths)} and filters {list(filters)}: expected as many filters as widths, all "
            "widths different"
        )
    for count in filters:
        errors.check_ints(1, filters=count)
    return dict(zip(widths, filters, strict=True))


def text_cnn(
    vocabulary_size,
    length,
    embedding=64,
    widths=None,
    filters=None,
    dropout=0.25,
    highway=True,
    seed=0,
    dtype=None,
):
    """Build SeqGAN's discriminator (Yu et al. 2017, arXiv 1609.05473): a CNN after Kim 2014 (1408.5882).

    Convolutions of several widths, ReLU, the maximum over time, a highway layer, dropout and one logit, where
    the authors' code has a softmax over two. Initial weights as there. With the authors' sizes, which
    are the default, and sentences of 20 words it has 1,720 features.

    The authors' L2 penalty, 0.2 · (‖w‖² + b²) / 2 for each of their two classes' outputs, is not part of
    the network; of one logit, the difference of the two, the same penalty is 0.05 · (‖w‖² + b²) at
    its least, on the weights of `body.get_layer("logits")`.

    Args:
        vocabulary_size: V, the number of tokens.
        length: T, of the sentences, padded.
        embedding: size of the tokens' vectors.
        widths: words that filters look at, a list; None for SeqGAN's, as far as sentences are as long.
        filters: how many of each width, a list or one int; None for SeqGAN's.
        dropout: share of the features that is dropped while training.
        highway: whether there is a highway layer.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `TokenDiscriminator` from tokens `[B, T]` to logits `[B]`.

    Raises:
        ValueError: sizes that do not go together.

    >>> discriminator = text_cnn(10, 4, filters=8)
    >>> discriminator(keras.ops.zeros([2, 4], "int32")).shape
    TensorShape([2])
    """
    seeded = AnySeeded(seed)
    uniform = seeded(initializers.RandomUniform, minval=-1.0, maxval=1.0)
    tokens, vectors = embedded(vocabulary_size, length, embedding, uniform, dtype)
    pooled = []
    for width, count in check_filters(widths, filters, length).items():
        phrases = layers.Conv1D(
            count,
            width,
            kernel_initializer=seeded(initializers.TruncatedNormal, stddev=0.1),
            bias_initializer=initializers.Constant(0.1),
            name=f"phrases_{width}",
            dtype=dtype,
        )(vectors)
        pooled.append(keras.ops.max(phrases, axis=1))
    x = keras.ops.concatenate(pooled, axis=-1)
    x = layers.ReLU(name="relu", dtype=dtype)(x)  # after the maximum: the same, and faster
    if highway:
        x = Highway(seeded(initializers.GlorotUniform), name="highway", dtype=dtype)(x)
    if dropout:
        x = Dropout(dropout, seed=seed, name="dropout", dtype=dtype)(x)
    logits = layers.Dense(
        1,
        kernel_initializer=seeded(initializers.TruncatedNormal, stddev=0.1),
        bias_initializer=initializers.Constant(0.1),
        name="logits",
        dtype="float32",
    )(x)
    return judge(tokens, vectors, x, logits[:, 0])


def representation_discriminator(
    vocabulary_size,
    length,
    embedding=64,
    representations=64,
    widths=(2, 3, 4, 5),
    filters=300,
    units=100,
    dropout=0.25,
    seed=0,
    dtype=None,
):
    """Build RelGAN's discriminator (Nie et al. 2019, ICLR): several embedded representations of a sentence.

    Tokens' vectors are cut into S parts, each a representation of the sentence with embedding / S numbers a
    word. The same convolutions, maximum over time, highway layer, dense layer and logit judge each of
    them: S logits, whose losses are averaged. At the authors' sizes, the default, that is 24 GFLOP for the
    highway layer of 64 sentences alone: on a CPU, take fewer filters or representations.

    Args:
        vocabulary_size: V, the number of tokens.
        length: T, of the sentences, padded.
        embedding: size of the tokens' vectors, a multiple of representations.
        representations: S.
        widths: words that filters look at, a list; those beyond the length are left out.
        filters: how many of each width.
        units: of the dense layer.
        dropout: share of the features that is dropped while training; in the authors' code always.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `TokenDiscriminator` from tokens `[B, T]` to logits `[B, S]`.

    Raises:
        ValueError: sizes that do not go together.

    >>> discriminator = representation_discriminator(10, 4, representations=8, filters=5)
    >>> discriminator(keras.ops.zeros([2, 4], "int32")).shape
    TensorShape([2, 8])
    """
    errors.check_ints(1, embedding=embedding, representations=representations, units=units)
    size, rest = divmod(embedding, representations)
    if rest:
        raise ValueError(
            f"an embedding of {embedding} cannot be cut into {representations} representations; expected "
            "a multiple"
        )
    seeded = AnySeeded(seed)
    normal = seeded(initializers.RandomNormal, stddev=vocabulary_size**-0.5)
    tokens, vectors = embedded(vocabulary_size, length, embedding, normal, dtype)
    x = layers.Reshape([length, embedding, 1], name="reshape", dtype=dtype)(vectors)
    pooled = []
    kept = [width for width in widths if width <= length]
    for width, count in check_filters(kept, filters, length).items():
        phrases = Conv2D(
            count,
            (width, size),
            strides=(1, size),
            kernel_initializer=seeded(initializers.HeNormal),
            name=f"phrases_{width}",
            dtype=dtype,
        )(x)
        pooled.append(keras.ops.max(phrases, axis=1))  # [B, S, filters]
    x = keras.ops.concatenate(pooled, axis=-1)
    x = layers.ReLU(name="relu", dtype=dtype)(x)
    x = Highway(seeded(initializers.GlorotUniform), name="highway", dtype=dtype)(x)
    if dropout:
        x = Dropout(dropout, seed=seed, name="dropout", dtype=dtype)(x)
    glorot = initializers.GlorotUniform
    x = layers.Dense(units, kernel_initializer=seeded(glorot), name="features", dtype=dtype)(x)
    logits = layers.Dense(1, kernel_initializer=seeded(glorot), name="logits", dtype="float32")(x)
    return judge(tokens, vectors, x, logits[:, :, 0])
