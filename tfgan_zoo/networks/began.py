"""BEGAN's encoder and decoder (Berthelot, Schumm & Metz 2017, arXiv 1703.10717)."""

import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import ClippedImages, Conv2D, ReconstructionError
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import SeededNormal

# ELU leaves 0.645 of the mean square of a standard normal; without this, what the latents say fades from
# layer to layer (at 16×16, the first images differ by 0.08 from latents to latents, and by 0.32 with it).
ELU_GAIN = 1.245


def _conv(x, filters, normal, name, dtype, *, strides=1, activation="elu"):
    return Conv2D(
        filters,
        3,
        strides=strides,
        padding="same",
        activation=activation,
        kernel_initializer=normal(ELU_GAIN / math.sqrt(9 * x.shape[-1])),
        name=name,
        dtype=dtype,
    )(x)


def _dense(x, units, normal, name, dtype):
    initializer = normal(1.0 / math.sqrt(x.shape[-1]))
    return layers.Dense(units, kernel_initializer=initializer, name=name, dtype=dtype)(x)


def _decoder(x, image_shape, width, normal, dtype):
    sizes = stage_sizes(*image_shape[:2])[::-1]
    rows, columns = sizes[0]
    x = _dense(x, rows * columns * width, normal, "project", dtype)
    x = layers.Reshape([rows, columns, width], name="reshape", dtype=dtype)(x)
    for stage, (rows, columns) in enumerate(sizes, start=1):
        if stage > 1:
            x = layers.UpSampling2D(name=f"up_{stage}", dtype=dtype)(x)
            odd = ((0, x.shape[1] - rows), (0, x.shape[2] - columns))
            if odd != ((0, 0), (0, 0)):
                x = layers.Cropping2D(odd, name=f"crop_{stage}", dtype=dtype)(x)
        x = _conv(x, width, normal, f"decode_{stage}_1", dtype)
        x = _conv(x, width, normal, f"decode_{stage}_2", dtype)
    return _conv(x, image_shape[2], normal, "to_image", dtype, activation=None)


def generator(image_shape, latent_dim=64, width=64, seed=0, dtype=None):
    """Build the generator: the decoder, with weights of its own.

    A dense layer, then two 3×3 convolutions with ELU at each resolution and doubling by repetition.

    Args:
        image_shape: (H, W, C), see `networks.dcgan.check_image_shape`.
        latent_dim: size of the latent vectors.
        width: channels of all layers.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]`, at inference in [-1, 1].

    >>> generator((28, 28, 1), width=8).output_shape
    (None, 28, 28, 1)
    """
    shape = check_image_shape(image_shape, "BEGAN")
    errors.check_ints(1, latent_dim=latent_dim, width=width)
    inputs = keras.Input([latent_dim], name="latents")
    x = _decoder(inputs, shape, width, SeededNormal(1.0, seed), dtype)
    return keras.Model(inputs, ClippedImages(name="images", dtype="float32")(x), name="generator")


def discriminator(image_shape, code_dim=64, width=64, packing=1, seed=0, dtype=None):
    """Build the discriminator: an autoencoder that says how badly it knows an image.

    At each resolution two 3×3 convolutions with ELU, the channels growing by `width` from one resolution to
    the next, halved by stride; a code without activation (the `features`); the decoder.

    Args:
        image_shape, seed, dtype: as for `generator`.
        code_dim: size of the code.
        width: channels of the first stage and of the decoder.
        packing: how many images are judged at once, one behind the other in the channels.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to energies `[B, 1]`, the mean absolute error.

    >>> discriminator((28, 28, 1), width=8).output_shape
    (None, 1)
    """
    height, columns, channels = check_image_shape(image_shape, "BEGAN")
    errors.check_ints(1, code_dim=code_dim, width=width, packing=packing)
    normal = SeededNormal(1.0, seed)
    shape = (height, columns, channels * packing)
    inputs = keras.Input(shape, name="images")
    x = _conv(inputs, width, normal, "from_image", dtype)
    stages = len(stage_sizes(height, columns))
    for stage in range(1, stages + 1):
        x = _conv(x, width * stage, normal, f"encode_{stage}_1", dtype)
        x = _conv(x, width * stage, normal, f"encode_{stage}_2", dtype)
        if stage < stages:
            x = _conv(x, width * (stage + 1), normal, f"down_{stage}", dtype, strides=2)
    x = layers.Flatten(name="flatten", dtype=dtype)(x)
    code = _dense(x, code_dim, normal, "features", dtype)
    reconstructions = _decoder(code, shape, width, normal, dtype)
    energies = ReconstructionError(name="energies", dtype="float32")([inputs, reconstructions])
    return keras.Model(inputs, energies, name="discriminator")
