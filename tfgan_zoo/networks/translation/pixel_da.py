"""PixelDA's generator and discriminator (Bousmalis et al. 2017, arXiv 1612.05424)."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D, Dropout, GaussianNoise
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.translation import parts

# The discriminator halves the sides until the shorter one has no more pixels than this.
SMALLEST_MAP = 4


def _convolution(x, filters, normal, name, dtype, *, kernel=3, strides=1, use_bias=False):
    return Conv2D(
        filters,
        kernel,
        strides=strides,
        padding="same",
        use_bias=use_bias,
        kernel_initializer=normal(),
        name=name,
        dtype=dtype,
    )(x)


def noisy_generator(image_shape, noise_dim=10, width=64, blocks=6, seed=0, dtype=None):
    """Build the generator: residual blocks at the image's own size, with noise as one more channel.

    The noise becomes a channel by a dense layer with batch norm and ReLU; a 3×3 convolution with ReLU; blocks
    of two, with batch norm; a 1×1 convolution with tanh. Weights from N(0, 0.02²).

    Args:
        image_shape: (H, W, C).
        noise_dim: size of the noise vectors.
        width: channels of all hidden layers.
        blocks: number of residual blocks.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from [images `[B, H, W, C]`, noise `[B, noise_dim]`] to images `[B, H, W, C]` in
        [-1, 1].

    Raises:
        ValueError: a number out of range.

    >>> noisy_generator((16, 16, 3), width=4, blocks=1).output_shape
    (None, 16, 16, 3)
    """
    errors.check_ints(1, noise_dim=noise_dim, width=width)
    errors.check_ints(0, blocks=blocks)
    height, columns, channels = image_shape
    normal = SeededNormal(0.02, seed)
    images = keras.Input(image_shape, name="images")
    noise = keras.Input((noise_dim,), name="noise")
    project = layers.Dense(
        height * columns,
        use_bias=False,
        kernel_initializer=normal(),
        name="project",
        dtype=dtype,
    )
    x = parts.normalised(project(noise), "batch", "project_norm", dtype)
    x = parts.activated(x, "project_relu", dtype)
    x = layers.Reshape((height, columns, 1), name="noise_channel", dtype=dtype)(x)
    x = layers.Concatenate(name="with_noise", dtype=dtype)([images, x])
    x = _convolution(x, width, normal, "from_image", dtype, use_bias=True)
    x = parts.activated(x, "from_image_relu", dtype)
    for block in range(1, blocks + 1):
        name = f"block_{block}"
        inner = _convolution(x, width, normal, f"{name}_1", dtype)
        inner = parts.normalised(inner, "batch", f"{name}_1_norm", dtype)
        inner = parts.activated(inner, f"{name}_1_relu", dtype)
        inner = _convolution(inner, width, normal, f"{name}_2", dtype)
        inner = parts.normalised(inner, "batch", f"{name}_2_norm", dtype)
        x = layers.Add(name=f"{name}_add", dtype=dtype)([x, inner])
    x = _convolution(x, channels, normal, "to_image", dtype, kernel=1, use_bias=True)
    made = layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model([images, noise], made, name="generator")


def noisy_discriminator(
    image_shape, width=64, norm="batch", dropout=0.1, noise=0.2, seed=0, dtype=None
):
    """Build the discriminator: 3×3 convolutions with leaky ReLU of slope 0.2, dropout and noise after each.

    The first has no stride and no norm; the others halve the sides and double the channels until at most 4
    pixels are left; then one logit. Weights from N(0, 0.02²).

    Args:
        image_shape: (H, W, C).
        width: channels of the first layer.
        norm: `"batch"`, `"instance"` or `"none"`.
        dropout: share of the numbers dropped while training.
        noise: standard deviation of the noise added while training.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`.

    Raises:
        ValueError: a number out of range or an unknown norm.

    >>> noisy_discriminator((16, 16, 3), width=4).output_shape
    (None, 1)
    """
    errors.check_ints(1, width=width)
    errors.check_numbers(0, 0.99, dropout=dropout)
    errors.check_numbers(0, 1e3, noise=noise)
    normal = SeededNormal(0.02, seed)
    x = inputs = keras.Input(image_shape, name="images")
    stage = 0
    while stage == 0 or min(x.shape[1:3]) > SMALLEST_MAP:
        name, first = f"conv_{stage + 1}", stage == 0
        x = _convolution(
            x,
            width * 2**stage,
            normal,
            name,
            dtype,
            strides=1 if first else 2,
            use_bias=first or norm == "none",
        )
        x = x if first else parts.normalised(x, norm, f"{name}_norm", dtype)
        x = parts.activated(x, f"{name}_leaky_relu", dtype, 0.2)
        x = Dropout(dropout, seed=seed, name=f"{name}_dropout", dtype=dtype)(x)
        x = GaussianNoise(noise, seed=seed, name=f"{name}_noise", dtype=dtype)(x)
        stage += 1
    x = layers.Flatten(name="features", dtype=dtype)(x)
    logits = layers.Dense(1, kernel_initializer=normal(), name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="discriminator")
