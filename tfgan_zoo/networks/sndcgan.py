"""SNGAN's convolutional generator and discriminator (Miyato et al. 2018, arXiv 1802.05957, table 3)."""

import itertools

import keras
from keras import layers

from tfgan_zoo.layers import Conv2DTranspose
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.residual import Maker

SLOPE = 0.1  # of the leaky ReLU


def generator(image_shape, latent_dim=128, width=64, seed=0, dtype=None):
    """Build the generator: a projection, fractionally strided convolutions, and one that keeps the size.

    Batch norm and ReLU between them, tanh at the end; weights drawn from N(0, 0.02²), as in the authors'
    code.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, 1 to 4 channels, see `dcgan.stage_sizes`.
        latent_dim: size of the latent vectors.
        width: channels of the last hidden layer; each stage further down has twice as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]` in [-1, 1].

    Raises:
        ValueError: an image_shape that it cannot make.

    >>> generator((32, 32, 3), width=8).output_shape
    (None, 32, 32, 3)
    """
    height, width_px, channels = check_image_shape(image_shape, "SNGAN")
    normal = SeededNormal(0.02, seed)
    make = Maker(normal, dtype)
    sizes = stage_sizes(height, width_px)[::-1]
    filters = width * 2 ** (len(sizes) - 1)
    latents = keras.Input([latent_dim], name="latents")
    x = make.maps(latents, sizes[0], filters)
    for stage, ((rows, columns), (taller, wider)) in enumerate(itertools.pairwise(sizes), start=1):
        filters //= 2
        x = make.relu(make.norm(x, f"norm_{stage}"), f"relu_{stage}")
        x = Conv2DTranspose(
            filters,
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=normal(),
            name=f"up_{stage}",
            dtype=dtype,
        )(x)
        if (taller, wider) != (2 * rows, 2 * columns):
            odd = ((0, 2 * rows - taller), (0, 2 * columns - wider))
            x = layers.Cropping2D(odd, name=f"crop_{stage}", dtype=dtype)(x)
    return keras.Model(latents, make.images(x, channels), name="generator")


def discriminator(image_shape, width=64, seed=0, dtype=None):
    """Build the discriminator: convolutions that keep and that halve the size in turns, then one logit.

    Leaky ReLU of slope 0.1, no norm but spectral normalisation of all weights.

    Args:
        image_shape: (H, W, C), see `generator`.
        width: channels of the first stage; each further stage has twice as many.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`.

    Raises:
        ValueError: an image_shape that it cannot take.

    >>> discriminator((32, 32, 3), width=8).output_shape
    (None, 1)
    """
    shape = check_image_shape(image_shape, "SNGAN", most_channels=None)
    make = Maker(SeededNormal(0.02, seed), dtype, spectral=True)
    x = images = keras.Input(shape, name="images")
    stages = len(stage_sizes(*shape[:2])) - 1
    for stage in range(1, stages + 1):
        filters = width * 2 ** (stage - 1)
        x = _leaky(make.conv(x, filters, 3, f"keep_{stage}"), f"keep_{stage}_relu", dtype)
        x = make.conv(x, filters, 4, f"down_{stage}", strides=2)
        x = _leaky(x, f"down_{stage}_relu", dtype)
    x = _leaky(make.conv(x, width * 2**stages, 3, "last_conv"), "last_relu", dtype)
    features = layers.Flatten(name="features", dtype=dtype)(x)
    logits = make.dense(features, 1, "logits", "float32")
    return keras.Model(images, logits, name="discriminator")


def _leaky(x, name, dtype):
    return layers.LeakyReLU(SLOPE, name=name, dtype=dtype)(x)
