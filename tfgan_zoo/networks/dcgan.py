"""The deep convolutional generator and discriminator (Radford et al. 2016, arXiv 1511.06434)."""

import itertools

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dropout,
    MinibatchDiscrimination,
    SpectralConv2D,
    SpectralDense,
)
from tfgan_zoo.networks.initializers import Seeded, SeededNormal
from tfgan_zoo.sizes import whole_shape

NORMS = ("batch", "layer", "none", "spectral")
SMALLEST, LARGEST = 16, 128
FEWEST_STAGES = 3


def check_image_shape(image_shape, maker="DCGAN", most_channels=4):
    """Return image_shape as a tuple of ints if networks with these stages can make it.

    Args:
        image_shape: (H, W, C).
        maker: what errors call the networks.
        most_channels: of what is made; None for a discriminator, which may see more than images.

    Raises:
        ValueError: not (H, W, C), a side outside 16…128 pixels, or not 1 to `most_channels`.

    >>> check_image_shape([28, 28, 1])
    (28, 28, 1)
    """
    shape = whole_shape(image_shape)
    for side, size in zip(("height", "width"), shape[:2], strict=True):
        if not SMALLEST <= size <= LARGEST:
            nearest = SMALLEST if size < SMALLEST else LARGEST
            raise ValueError(
                f"image_shape {shape}: {maker} makes images from {SMALLEST} to {LARGEST} pixels a "
                f"side; {side} is {size}, the nearest it can make is {nearest} (give the data set "
                f"image_size={nearest})"
            )
    if shape[2] < 1 or (most_channels and shape[2] > most_channels):
        fit = f"1 to {most_channels}" if most_channels else "1 or more"
        raise ValueError(f"image_shape {shape}: {maker} makes {fit} channels, not {shape[2]}")
    return shape


def stage_sizes(height, width):
    """Return the sizes of the feature maps, from the image down to the last map.

    Each stage halves the sides, rounding up, until the shorter one is 4 to 6, as in the paper. The smallest
    images go on until there are three stages: with two, the discriminator's last features see a part of
    the image each, and nothing judges the whole.

    >>> stage_sizes(64, 64)
    [(64, 64), (32, 32), (16, 16), (8, 8), (4, 4)]
    >>> stage_sizes(28, 28)
    [(28, 28), (14, 14), (7, 7), (4, 4)]
    """
    sizes = [(height, width)]
    while min(sizes[-1]) >= 7 or (len(sizes) <= FEWEST_STAGES and min(sizes[-1]) >= 3):
        sizes.append(tuple((side + 1) // 2 for side in sizes[-1]))
    return sizes


def _batch_norm(name, dtype):
    # Statistics over the global batch, so that replicas equal one machine. The moving statistics look
    # back over about 10 steps, as in the authors' code; Keras's default of 100 lags a young GAN.
    return BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=True, name=name, dtype=dtype)


def _normalised(x, norm, name, dtype):
    if norm == "batch":
        return _batch_norm(name, dtype)(x)
    if norm == "layer":
        # Over all of a sample's numbers, as in WGAN-GP's code; Keras's default is each pixel by itself.
        return layers.LayerNormalization(axis=[1, 2, 3], name=name, dtype=dtype)(x)
    return x


def generator(
    image_shape, latent_dim=100, width=64, kernel_size=5, seed=0, dtype=None, *, refine=False
):
    """Build the generator: a projection, then fractionally strided convolutions.

    Batch norm and ReLU after all but the last layer, tanh at the end, no hidden dense layer; weights
    drawn from N(0, 0.02²).

    Args:
        image_shape: (H, W, C), see `check_image_shape`.
        latent_dim: size of the latent vectors.
        width: channels of the last hidden layer; each stage further down has twice as many.
        kernel_size: side of the kernels.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.
        refine: whether a 3×3 convolution of He's weights, batch norm and ReLU follow each hidden map that was
            enlarged, which the paper has not.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]` in [-1, 1].

    >>> generator((28, 28, 1)).output_shape
    (None, 28, 28, 1)
    """
    height, width_px, channels = check_image_shape(image_shape)
    sizes = stage_sizes(height, width_px)[::-1]
    normal, he = SeededNormal(0.02, seed), Seeded(keras.initializers.HeNormal, seed)
    inputs = keras.Input([latent_dim], name="latents")
    rows, columns = sizes[0]
    filters = width * 2 ** (len(sizes) - 2)
    x = layers.Dense(
        rows * columns * filters,
        use_bias=False,
        kernel_initializer=normal(),
        name="project",
        dtype=dtype,
    )(inputs)
    x = layers.Reshape([rows, columns, filters], name="reshape", dtype=dtype)(x)
    for stage, ((rows, columns), (taller, wider)) in enumerate(itertools.pairwise(sizes), start=1):
        x = _batch_norm(f"norm_{stage}", dtype)(x)
        x = layers.ReLU(name=f"relu_{stage}", dtype=dtype)(x)
        if refine and stage > 1:
            x = Conv2D(
                filters,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer=he(),
                name=f"refine_{stage}",
                dtype=dtype,
            )(x)
            x = _batch_norm(f"refine_norm_{stage}", dtype)(x)
            x = layers.ReLU(name=f"refine_relu_{stage}", dtype=dtype)(x)
        last = stage == len(sizes) - 1
        filters //= 2
        x = Conv2DTranspose(
            channels if last else filters,
            kernel_size,
            strides=2,
            padding="same",
            use_bias=last,
            kernel_initializer=normal(),
            name=f"up_{stage}",
            dtype=dtype,
        )(x)
        if (taller, wider) != (2 * rows, 2 * columns):
            odd = ((0, 2 * rows - taller), (0, 2 * columns - wider))
            x = layers.Cropping2D(odd, name=f"crop_{stage}", dtype=dtype)(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape,
    width=64,
    kernel_size=5,
    norm="batch",
    packing=1,
    seed=0,
    dtype=None,
    *,
    units=1,
    dropout=0.0,
    minibatch_kernels=0,
    he=False,
    refine=False,
):
    """Build the discriminator: strided convolutions, then one logit.

    Leaky ReLU of slope 0.2, a norm after all but the first layer, no pooling, no hidden dense layer;
    weights drawn from N(0, 0.02²).

    Args:
        image_shape: (H, W, C), see `check_image_shape`, with any number of channels.
        width: channels of the first layer; each further stage has twice as many.
        kernel_size: side of the kernels.
        norm: `"batch"` as in the paper, `"layer"` or `"none"` where samples must not see each other, or
            `"spectral"`, which divides every layer's weights by their largest singular value.
        packing: how many images are judged at once, one behind the other in the channels.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.
        units: how many logits.
        dropout: share of each stage's numbers that is dropped while training.
        minibatch_kernels: how many numbers minibatch discrimination adds to the last features.
        he: whether the convolutions' weights are drawn as He et al. draw them (2015, arXiv 1502.01852), which
            keeps the size of what passes where there is no norm to do so.
        refine: whether a 3×3 convolution, the norm and leaky ReLU follow each stage but the last, which the
            paper has not.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, units]`.

    >>> discriminator((28, 28, 1)).output_shape
    (None, 1)
    """
    if norm not in NORMS:
        raise ValueError(errors.unknown("norm", norm, NORMS))
    height, width_px, channels = check_image_shape(image_shape, most_channels=None)
    normal = SeededNormal(0.02, seed)
    kernels = Seeded(keras.initializers.HeNormal, seed) if he else normal
    spectral = norm == "spectral"
    convolution, dense = (SpectralConv2D, SpectralDense) if spectral else (Conv2D, layers.Dense)
    x = inputs = keras.Input((height, width_px, channels * packing), name="images")
    stages = len(stage_sizes(height, width_px)) - 1

    def convolved(x, stage, refines=False):
        prefix, bare = "refine_" if refines else "", stage == 1 and not refines
        x = convolution(
            width * 2 ** (stage - 1),
            3 if refines else kernel_size,
            strides=1 if refines else 2,
            padding="same",
            use_bias=bare or norm not in ("batch", "layer"),
            kernel_initializer=kernels(),
            name=f"{prefix or 'down_'}{stage}",
            dtype=dtype,
        )(x)
        if not bare:
            x = _normalised(x, norm, f"{prefix}norm_{stage}", dtype)
        return layers.LeakyReLU(0.2, name=f"{prefix}leaky_relu_{stage}", dtype=dtype)(x)

    for stage in range(1, stages + 1):
        x = convolved(x, stage)
        if refine and stage < stages:
            x = convolved(x, stage, refines=True)
        if dropout:
            x = Dropout(dropout, seed=seed, name=f"dropout_{stage}", dtype=dtype)(x)
    x = layers.Flatten(name="features", dtype=dtype)(x)
    if minibatch_kernels:
        minibatch = MinibatchDiscrimination(minibatch_kernels, name="minibatch", dtype=dtype)
        x = minibatch(x)
    logits = dense(units, kernel_initializer=normal(), name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="discriminator")
