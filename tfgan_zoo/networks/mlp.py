"""The multilayer perceptrons of the first GAN (Goodfellow et al. 2014, arXiv 1406.2661)."""

import math

import keras
from keras import layers

from tfgan_zoo.layers import Dropout, Maxout
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.sizes import whole_shape


def check_image_shape(image_shape):
    """Return image_shape as a tuple of ints.

    Raises:
        ValueError: not (H, W, C) with positive ints.
    """
    shape = whole_shape(image_shape)
    if min(shape) < 1:
        raise ValueError(f"image_shape is {image_shape!r}, expected (height, width, channels)")
    return shape


def generator(image_shape, latent_dim=100, width=1200, depth=2, seed=0, dtype=None):
    """Build the generator: dense layers with ReLU, then tanh.

    Args:
        image_shape: (H, W, C), any size.
        latent_dim: size of the latent vectors.
        width: units of each hidden layer.
        depth: number of hidden layers.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]` in [-1, 1].

    >>> generator((8, 8, 1), width=16).output_shape
    (None, 8, 8, 1)
    """
    shape = check_image_shape(image_shape)
    normal = SeededNormal(0.05, seed)
    x = inputs = keras.Input([latent_dim], name="latents")
    for layer in range(1, depth + 1):
        x = layers.Dense(
            width,
            "relu",
            kernel_initializer=normal(),
            name=f"hidden_{layer}",
            dtype=dtype,
        )(x)
    x = layers.Dense(math.prod(shape), kernel_initializer=normal(), name="pixels", dtype=dtype)(x)
    x = layers.Reshape(shape, name="reshape", dtype=dtype)(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(image_shape, width=240, depth=2, pieces=5, dropout=0.5, seed=0, dtype=None):
    """Build the discriminator: maxout layers with dropout, then one logit.

    Args:
        image_shape: (H, W, C), any size.
        width: maxout units of each hidden layer.
        depth: number of hidden layers.
        pieces: features that compete in each maxout unit.
        dropout: share of each hidden layer's outputs dropped while training, in [0, 1).
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`.

    >>> discriminator((8, 8, 1), width=16).output_shape
    (None, 1)
    """
    shape = check_image_shape(image_shape)
    normal = SeededNormal(0.02, seed)
    inputs = keras.Input(shape, name="images")
    x = layers.Flatten(name="flatten", dtype=dtype)(inputs)
    for layer in range(1, depth + 1):
        x = layers.Dense(
            width * pieces, kernel_initializer=normal(), name=f"hidden_{layer}", dtype=dtype
        )(x)
        x = Maxout(pieces, name=f"maxout_{layer}", dtype=dtype)(x)
        x = Dropout(dropout, seed=seed + layer, name=f"dropout_{layer}", dtype=dtype)(x)
    logits = layers.Dense(1, kernel_initializer=normal(), name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="discriminator")
