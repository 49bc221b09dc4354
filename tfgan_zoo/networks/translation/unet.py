"""pix2pix's generator: an encoder and a decoder with connections across (arXiv 1611.07004)."""

import keras
from keras import layers

from tfgan_zoo import errors, sizes
from tfgan_zoo.layers import Conv2D, Conv2DTranspose, NoiseDropout
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.translation import parts

MOST_STAGES, FEWEST_STAGES = 8, 2
# Decoder stages with dropout, the innermost ones.
_NOISY = 3


def stages_for(height, width):
    """Return how often images of a size can be halved, at most 8 times (the paper's 256 pixels).

    Raises:
        ValueError: not even twice; names the nearest size that works.

    >>> stages_for(256, 256), stages_for(64, 48), stages_for(28, 28)
    (8, 4, 2)
    """
    sizes.check(height, width, 2**FEWEST_STAGES)
    stages = FEWEST_STAGES
    while stages < MOST_STAGES and not (height % 2 ** (stages + 1) or width % 2 ** (stages + 1)):
        stages += 1
    return stages


def unet(
    source_channels,
    target_channels,
    stages=8,
    width=64,
    norm="instance",
    dropout=0.5,
    seed=0,
    dtype=None,
):
    """Build a U-Net (Ronneberger et al. 2015, arXiv 1505.04597) as pix2pix has it.

    The encoder halves the sides with 4×4 convolutions and leaky ReLU of slope 0.2, the decoder doubles them
    with transposed ones and ReLU; each decoder stage sees the encoder's features of its size, too. A norm
    everywhere but in the first and in the innermost stage: there it would leave nothing of an image that has
    come down to one pixel (the paper's erratum). Dropout in the three innermost decoder stages is the noise,
    see `layers.NoiseDropout`. Weights from N(0, 0.02²).

    Args:
        source_channels: channels of the images that come in.
        target_channels: channels of those that go out.
        stages: how often the sides are halved.
        width: channels of the first stage; doubled stage by stage, up to 8 times as many.
        norm: `"instance"`, which is the paper's at its batch size of 1; `"batch"` or `"none"`.
        dropout: share of the numbers dropped; 0 for a network without noise.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, source_channels]`, sides multiples of 2^stages, to images
        `[B, H, W, target_channels]` in [-1, 1].

    Raises:
        ValueError: a number out of range or an unknown norm.

    >>> unet(1, 3, stages=3, width=4)(keras.ops.zeros([2, 16, 24, 1])).shape
    TensorShape([2, 16, 24, 3])
    """
    errors.check_ints(1, stages=stages, width=width)
    errors.check_numbers(0, 0.99, dropout=dropout)
    normal = SeededNormal(0.02, seed)

    def convolution(kind, filters, name, has_norm):
        return kind(
            filters,
            4,
            strides=2,
            padding="same",
            use_bias=not has_norm,
            kernel_initializer=normal(),
            name=name,
            dtype=dtype,
        )

    x = inputs = keras.Input((None, None, source_channels), name="images")
    encoded = []
    for stage in range(1, stages + 1):
        has_norm = norm != "none" and 1 < stage < stages
        if stage > 1:
            x = parts.activated(x, f"down_leaky_relu_{stage}", dtype, 0.2)
        filters = width * min(2 ** (stage - 1), 8)
        x = convolution(Conv2D, filters, f"down_{stage}", has_norm)(x)
        x = parts.normalised(x, norm, f"down_norm_{stage}", dtype) if has_norm else x
        encoded.append(x)
    for stage in range(stages, 1, -1):
        x = parts.activated(x, f"up_relu_{stage}", dtype)
        filters = encoded[stage - 2].shape[-1]
        x = convolution(Conv2DTranspose, filters, f"up_{stage}", norm != "none")(x)
        x = parts.normalised(x, norm, f"up_norm_{stage}", dtype)
        if dropout and stages - stage < _NOISY:
            x = NoiseDropout(dropout, seed=seed, name=f"noise_{stage}", dtype=dtype)(x)
        across = layers.Concatenate(name=f"across_{stage}", dtype=dtype)
        x = across([x, encoded[stage - 2]])
    x = parts.activated(x, "up_relu_1", dtype)
    x = convolution(Conv2DTranspose, target_channels, "up_1", False)(x)
    images = layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(inputs, images, name="generator")
