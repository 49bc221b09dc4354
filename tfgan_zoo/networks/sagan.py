"""SAGAN's generator and discriminator (Zhang et al. 2019, arXiv 1805.08318)."""

import keras

from tfgan_zoo.networks import conditioning
from tfgan_zoo.networks.attention_stages import check_attention_stage
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import Seeded
from tfgan_zoo.networks.residual import Maker


def generator(
    image_shape,
    num_classes=None,
    latent_dim=128,
    width=64,
    attention_stage=2,
    seed=0,
    dtype=None,
):
    """Build the generator: a projection, then residual blocks that double the size, and self-attention.

    Spectral normalisation of all weights, Glorot's initial weights. With classes, batch norm's gain and bias
    are the class's own.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, 1 to 4 channels, see `dcgan.stage_sizes`.
        num_classes: number of classes, None for a generator without labels.
        latent_dim: size of the latent vectors.
        width: channels of the last block; each block further down has twice as many, at most 16 times
            the width.
        attention_stage: self-attention sits where the images have been halved so many times; None for
            none. 2 in the paper, 32×32 maps of 128×128 pixels.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]`, or [latents, labels int32 `[B]`], to images
        `[B, H, W, C]` in [-1, 1].

    Raises:
        ValueError: sizes that do not go together.

    >>> generator((32, 32, 3), width=8).output_shape
    (None, 32, 32, 3)
    """
    shape = check_image_shape(image_shape, "SAGAN")
    check_attention_stage(shape, attention_stage)
    make = Maker(_glorot(seed), dtype, spectral=True)
    bottom, *sizes = stage_sizes(*shape[:2])[::-1]
    inputs = latents = keras.Input([latent_dim], name="latents")
    condition = None
    if num_classes is not None:
        label = conditioning.label_input()
        inputs = [latents, label]
        # A linear map of it is a row of a table for each class.
        condition = conditioning.one_hot(label, num_classes)
    x = make.maps(latents, bottom, width * min(2 ** (len(sizes) - 1), 16))
    for stage, size in enumerate(sizes, start=1):
        left = len(sizes) - stage
        x = make.up_block(x, width * min(2**left, 16), size, f"block_{stage}", condition)
        if left == attention_stage:
            x = make.attention(x)
    return keras.Model(inputs, make.images(x, shape[-1]), name="generator")


def discriminator(
    image_shape,
    num_classes=None,
    width=64,
    attention_stage=2,
    seed=0,
    dtype=None,
    *,
    initializers=None,
):
    """Build the discriminator: residual blocks, the last of which keeps the size, then one logit.

    Spectral normalisation of all weights. With classes, the label comes in at the end, by projection.

    Args:
        image_shape: (H, W, C), see `generator`.
        num_classes: number of classes, None for a discriminator without labels.
        width: channels of the first block; each further block has twice as many, at most 16 times the
            width.
        attention_stage: as in the generator.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.
        initializers: function without arguments that returns the next initializer, in place of Glorot's of
            the seed.

    Returns:
        `keras.Model` from images `[B, H, W, C]`, or [images, labels int32 `[B]`], to logits `[B, 1]`.

    Raises:
        ValueError: sizes that do not go together.

    >>> discriminator((32, 32, 3), width=8).output_shape
    (None, 1)
    """
    shape = check_image_shape(image_shape, "SAGAN")
    check_attention_stage(shape, attention_stage)
    make = Maker(initializers or _glorot(seed), dtype, spectral=True)
    x = images = keras.Input(shape, name="images")
    label = None if num_classes is None else keras.Input([], dtype="int32", name="label")
    halvings = len(stage_sizes(*shape[:2])) - 1
    for stage in range(1, halvings + 2):
        filters = width * 2 ** min(stage - 1, halvings - 1, 4)
        x = make.down_block(x, filters, f"block_{stage}", down=stage <= halvings, first=stage == 1)
        if stage == attention_stage:
            x = make.attention(x)
    inputs = images if label is None else [images, label]
    return keras.Model(inputs, make.logits(x, label, num_classes), name="discriminator")


def _glorot(seed):
    return Seeded(keras.initializers.GlorotUniform, seed)
