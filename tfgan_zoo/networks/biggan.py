"""BigGAN's class-conditional generator and discriminator (Brock et al. 2019, arXiv 1809.11096)."""

import keras
from keras import layers

from tfgan_zoo.networks import sagan
from tfgan_zoo.networks.attention_stages import check_attention_stage
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import Seeded
from tfgan_zoo.networks.residual import Maker

SHARED_DIM = 128  # size of the classes' shared embedding, in the paper and in all of its code


def latent_parts(image_shape):
    """Return how many parts the latents are split into: one for the projection, one for each block.

    >>> latent_parts((128, 128, 3))
    6
    """
    return len(stage_sizes(*image_shape[:2]))


def check_latent_dim(image_shape, latent_dim):
    """Return latent_dim, 20 for each part if it is None.

    Raises:
        ValueError: a latent_dim that cannot be split into equal parts.

    >>> check_latent_dim((128, 128, 3), None)
    120
    """
    parts = latent_parts(image_shape)
    if latent_dim is None:
        return 20 * parts
    if latent_dim % parts:
        down, up = latent_dim // parts * parts, -(-latent_dim // parts) * parts
        near = f"{down} or {up}" if down else str(up)
        pixels = "×".join(str(side) for side in image_shape[:2])
        raise ValueError(
            f"latent_dim is {latent_dim}; for images of {pixels} pixels BigGAN splits its latents into "
            f"{parts} equal parts, for which {near} would do"
        )
    return latent_dim


def generator(
    image_shape, num_classes, latent_dim=None, width=96, attention_stage=1, seed=0, dtype=None
):
    """Build the generator: a projection, then residual blocks that double the size.

    The latents are split: the first part is projected to the first feature maps; the others go to a block
    each, where part and embedded class, side by side, modulate batch norm. All blocks share one embedding.
    Spectral normalisation in all but the embedding; orthogonal initial weights.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, 1 to 4 channels, see `dcgan.stage_sizes`.
        num_classes: number of classes.
        latent_dim: size of the latent vectors; None for 20 for each part, as in the paper.
        width: channels of the last block; each block further down has twice as many, at most 16 times
            the width. 96 in the paper.
        attention_stage: self-attention sits where the images have been halved so many times; None for none.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from [latents `[B, latent_dim]`, labels int32 `[B]`] to images `[B, H, W, C]` in
        [-1, 1].

    Raises:
        ValueError: sizes that do not go together.

    >>> generator((32, 32, 3), num_classes=10, width=8).output_shape
    (None, 32, 32, 3)
    """
    shape = check_image_shape(image_shape, "BigGAN")
    latent_dim = check_latent_dim(shape, latent_dim)
    parts = latent_parts(shape)
    check_attention_stage(shape, attention_stage)
    orthogonal = Seeded(keras.initializers.Orthogonal, seed)
    make = Maker(orthogonal, dtype, spectral=True)
    bottom, *sizes = stage_sizes(*shape[:2])[::-1]
    latents = keras.Input([latent_dim], name="latents")
    label = keras.Input([], dtype="int32", name="label")
    embedded = layers.Embedding(
        num_classes,
        SHARED_DIM,
        embeddings_initializer=orthogonal(),
        name="shared_class",
        dtype=dtype,
    )(label)
    part = keras.ops.split(latents, parts, axis=1)
    x = make.maps(part[0], bottom, width * min(2 ** (len(sizes) - 1), 16))
    for stage, size in enumerate(sizes, start=1):
        left = len(sizes) - stage
        condition = layers.Concatenate(name=f"condition_{stage}", dtype=dtype)(
            [embedded, part[stage]]
        )
        x = make.up_block(x, width * min(2**left, 16), size, f"block_{stage}", condition)
        if left == attention_stage:
            x = make.attention(x)
    return keras.Model([latents, label], make.images(x, shape[-1]), name="generator")


def discriminator(image_shape, num_classes, width=96, attention_stage=1, seed=0, dtype=None):
    """Build the discriminator: SAGAN's with labels, with orthogonal initial weights.

    Args:
        image_shape: (H, W, C), see `generator`.
        num_classes: number of classes.
        width: channels of the first block; each further block has twice as many, at most 16 times the
            width. 96 in the paper.
        attention_stage: as in the generator.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from [images `[B, H, W, C]`, labels int32 `[B]`] to logits `[B, 1]`.

    Raises:
        ValueError: sizes that do not go together.

    >>> discriminator((32, 32, 3), num_classes=10, width=8).output_shape
    (None, 1)
    """
    shape = check_image_shape(image_shape, "BigGAN")
    return sagan.discriminator(
        shape,
        num_classes,
        width,
        attention_stage,
        dtype=dtype,
        initializers=Seeded(keras.initializers.Orthogonal, seed),
    )
