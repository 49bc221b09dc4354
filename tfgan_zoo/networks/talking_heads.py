"""The networks of talking heads (Zakharov et al. 2019, arXiv 1905.08233), of less depth than the paper's."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    AdaptiveInstanceNormalization,
    Conv2D,
    Conv2DTranspose,
    GlobalSumPooling2D,
    SpectralConv2D,
    SpectralDense,
)
from tfgan_zoo.networks.initializers import AnySeeded, SeededNormal
from tfgan_zoo.networks.translation import parts

MOST_STAGES = 5
_SLOPE = 0.2  # of leaky ReLU
_SOUND = 64  # numbers that sound is put in


def stages_for(height, width):
    """Return how often images are halved: until the shorter side has 4 to 7 pixels, at most 5 times.

    >>> stages_for(32, 32), stages_for(16, 24), stages_for(256, 256)
    (3, 2, 5)
    """
    stages = 1
    while stages < MOST_STAGES and min(height, width) >> (stages + 1) >= 4:
        stages += 1
    return stages


def embedder(image_shape, points, embedding_dim=128, width=32, seed=0, dtype=None):
    """Build the embedder: strided convolutions without norm, a mean over all places, and a linear layer.

    Args:
        image_shape: (H, W, C).
        points: channels of the landmarks' maps.
        embedding_dim: numbers that say who somebody is.
        width: channels of the first layer; doubled stage by stage, up to 8 times as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; embeddings come out as float32.

    Returns:
        `keras.Model` from [images, maps `[B, H, W, points]`] to `[B, embedding_dim]`.

    >>> embedder((32, 32, 3), 26, width=4).output_shape
    (None, 128)
    """
    errors.check_ints(1, points=points, embedding_dim=embedding_dim, width=width)
    seeded = AnySeeded(seed)
    inputs = [
        keras.Input(image_shape, name="images"),
        keras.Input((*image_shape[:2], points), name="maps"),
    ]
    x = layers.Concatenate(name="images_and_maps", dtype=dtype)(inputs)
    for stage in range(1, stages_for(*image_shape[:2]) + 1):
        x = Conv2D(
            width * min(2 ** (stage - 1), 8),
            4,
            strides=2,
            padding="same",
            kernel_initializer=seeded(keras.initializers.HeNormal),
            name=f"down_{stage}",
            dtype=dtype,
        )(x)
        x = parts.activated(x, f"down_{stage}_relu", dtype, _SLOPE)
    x = layers.GlobalAveragePooling2D(name="mean", dtype="float32")(x)
    initializer = seeded(keras.initializers.GlorotUniform)
    dense = layers.Dense(
        embedding_dim, kernel_initializer=initializer, name="embedding", dtype="float32"
    )
    return keras.Model(inputs, dense(x), name="embedder")


def generator(
    image_shape, canvas_channels, embedding_dim=128, sound=None, width=32, seed=0, dtype=None
):
    """Build the generator: an encoder, and a decoder that an embedding tells whom to draw.

    The encoder halves a canvas with strided convolutions and instance norm; two residual blocks and the
    decoder have adaptive instance norm. Each decoder stage sees the encoder's features of its size, too,
    which the paper's does not: at the sizes of a few dozen pixels, places must be exact. The first and
    the last convolution have no norm, so that colours pass.

    Args:
        image_shape: (H, W, C) of the images to make.
        canvas_channels: channels of what it draws from.
        embedding_dim: numbers of an embedding.
        sound: (frames, bands) of the sound that it is told, too; None for none.
        width: channels of the first layer; doubled stage by stage, up to 8 times as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from [canvas `[B, H, W, canvas_channels]`, embedding, and sound] to images in [-1, 1].

    >>> generator((32, 32, 3), 26, sound=(7, 40), width=4).output_shape
    (None, 32, 32, 3)
    """
    errors.check_ints(1, embedding_dim=embedding_dim, width=width)
    seeded, stages = AnySeeded(seed), stages_for(*image_shape[:2])
    x = canvas = keras.Input((*image_shape[:2], canvas_channels), name="canvas")
    style = embedding = keras.Input((embedding_dim,), name="embedding")
    inputs = [canvas, embedding]
    if sound is not None:
        inputs.append(keras.Input(sound, name="sound"))
        code = _sound_code(inputs[-1], layers.Dense, seeded, dtype)
        style = layers.Concatenate(name="style", dtype=dtype)([embedding, code])

    def convolution(x, kind, filters, kernel, name, **kwargs):
        initializer = seeded(keras.initializers.HeNormal)
        options = {"padding": "same", "kernel_initializer": initializer, "dtype": dtype}
        return kind(filters, kernel, name=name, **options, **kwargs)(x)

    def adapted(x, name):
        initializer = seeded(keras.initializers.GlorotUniform)
        norm = AdaptiveInstanceNormalization(
            kernel_initializer=initializer, name=f"{name}_norm", dtype=dtype
        )
        return norm([x, style])

    x = parts.activated(convolution(x, Conv2D, width, 3, "from_canvas"), "from_canvas_relu", dtype)
    encoded = []
    for stage in range(1, stages + 1):
        encoded.append(x)
        x = convolution(x, Conv2D, width * min(2**stage, 8), 4, f"down_{stage}", strides=2)
        x = parts.normalised(x, "instance", f"down_{stage}_norm", dtype)
        x = parts.activated(x, f"down_{stage}_relu", dtype)
    for block in (1, 2):
        inner = convolution(x, Conv2D, x.shape[-1], 3, f"block_{block}_1")
        inner = parts.activated(adapted(inner, f"block_{block}_1"), f"block_{block}_relu", dtype)
        inner = adapted(
            convolution(inner, Conv2D, x.shape[-1], 3, f"block_{block}_2"), f"block_{block}_2"
        )
        x = layers.Add(name=f"block_{block}_add", dtype=dtype)([x, inner])
    for stage in range(stages, 0, -1):
        across, name = encoded.pop(), f"up_{stage}"
        x = convolution(x, Conv2DTranspose, across.shape[-1], 4, name, strides=2)
        x = parts.activated(adapted(x, name), f"{name}_relu", dtype)
        x = layers.Concatenate(name=f"across_{stage}", dtype=dtype)([x, across])
        x = convolution(x, Conv2D, across.shape[-1], 3, f"mixed_{stage}")
        x = parts.activated(adapted(x, f"mixed_{stage}"), f"mixed_{stage}_relu", dtype)
    x = layers.Concatenate(name="decoded_and_canvas", dtype=dtype)([x, canvas])
    x = convolution(x, Conv2D, image_shape[-1], 3, "to_image")
    images = layers.Activation("tanh", dtype="float32", name="frames")(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape, points=None, sound=None, embedding_dim=128, width=32, seed=0, dtype=None
):
    """Build the projection discriminator: how real a frame is, and how much a person's.

    Strided convolutions with spectral norm end in a sum over all places, v; the logit is vᵀ(W + w₀) + b,
    where W is a person's column. Of sound, a linear map of its code is added to W.

    Args:
        image_shape: (H, W, C).
        points: channels of the landmarks' maps that it sees beside the frame; None for none.
        sound: (frames, bands) of the sound that it hears; None for none.
        embedding_dim: numbers of a column.
        width: channels of the first layer; doubled stage by stage, up to 8 times as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from [images, maps or sound, column `[B, embedding_dim]`] to logits `[B, 1]`. The
        layers named `down_…_relu` are its stages.

    >>> discriminator((32, 32, 3), 26, width=4).output_shape
    (None, 1)
    """
    errors.check_ints(1, embedding_dim=embedding_dim, width=width)
    normal, seeded = SeededNormal(0.02, seed), AnySeeded(seed)
    x = images = keras.Input(image_shape, name="images")
    column = keras.Input((embedding_dim,), name="column")
    wanted = column
    if sound is None:
        told = keras.Input((*image_shape[:2], points), name="maps")
        x = layers.Concatenate(name="images_and_maps", dtype=dtype)([images, told])
    else:
        told = keras.Input(sound, name="sound")
        code = _sound_code(told, SpectralDense, seeded, dtype)
        heard = SpectralDense(
            embedding_dim, kernel_initializer=normal(), name="heard", dtype="float32"
        )(code)
        wanted = layers.Add(name="column_and_heard", dtype="float32")([column, heard])

    def convolution(x, filters, kernel, name, **kwargs):
        options = {"padding": "same", "kernel_initializer": normal(), "dtype": dtype}
        x = SpectralConv2D(filters, kernel, name=name, **options, **kwargs)(x)
        return parts.activated(x, f"{name}_relu", dtype, _SLOPE)

    for stage in range(1, stages_for(*image_shape[:2]) + 1):
        x = convolution(x, width * min(2 ** (stage - 1), 8), 4, f"down_{stage}", strides=2)
    x = convolution(x, embedding_dim, 3, "last")
    features = GlobalSumPooling2D(name="features", dtype="float32")(x)
    fit = layers.Dot(axes=1, name="projection", dtype="float32")([features, wanted])
    realness = SpectralDense(1, kernel_initializer=normal(), name="realness", dtype="float32")
    logits = layers.Add(name="logits", dtype="float32")([realness(features), fit])
    return keras.Model([images, told, column], logits, name="discriminator")


def stages_of(discriminator):
    """Return the model from a discriminator's inputs to a list of its stages' features, and its logits.

    >>> judge = stages_of(discriminator((32, 32, 3), 26, width=4))
    >>> [tuple(shape) for shape in judge.output_shape]
    [(None, 16, 16, 4), (None, 8, 8, 8), (None, 4, 4, 16), (None, 1)]
    """
    stages = [
        layer.output
        for layer in discriminator.layers
        if layer.name.startswith("down_") and layer.name.endswith("_relu")
    ]
    return keras.Model(discriminator.inputs, [*stages, *discriminator.outputs])


def _sound_code(sound, kind, seeded, dtype):
    """Return sound in a few numbers."""
    x = layers.Rescaling(0.25, 1.0, name="sound_scaled", dtype=dtype)(sound)  # from [log 1e-4, 0]
    x = layers.Flatten(name="sound_flat", dtype=dtype)(x)
    for layer in (1, 2):
        initializer = seeded(keras.initializers.HeNormal)
        x = kind(_SOUND, kernel_initializer=initializer, name=f"sound_{layer}", dtype=dtype)(x)
        x = parts.activated(x, f"sound_{layer}_relu", dtype, _SLOPE)
    return x
