"""SNGAN's residual generator and discriminator (Miyato et al. 2018, arXiv 1802.05957, table 4)."""

import keras

from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import Seeded
from tfgan_zoo.networks.residual import Maker


def glorot(seed):
    """Return the authors' initializers: Glorot's uniform with twice the variance."""
    return Seeded(
        keras.initializers.VarianceScaling, seed, scale=2.0, mode="fan_avg", distribution="uniform"
    )


def generator(image_shape, latent_dim=128, width=256, seed=0, dtype=None):
    """Build the generator: a projection, then residual blocks that double the size.

    Batch norm and ReLU before each convolution, nearest-neighbour upsampling, tanh at the end.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, 1 to 4 channels. The paper's 32 pixels are three
            blocks, as `dcgan.stage_sizes` says.
        latent_dim: size of the latent vectors.
        width: channels of all blocks.
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
    make = Maker(glorot(seed), dtype)
    bottom, *sizes = stage_sizes(height, width_px)[::-1]
    latents = keras.Input([latent_dim], name="latents")
    x = make.maps(latents, bottom, width)
    for stage, size in enumerate(sizes, start=1):
        x = make.up_block(x, width, size, f"block_{stage}")
    return keras.Model(latents, make.images(x, channels), name="generator")


def discriminator(image_shape, width=128, seed=0, dtype=None):
    """Build the discriminator: residual blocks, the last two of one size, then one logit.

    No norm but spectral normalisation of all weights; average pooling; the last features are summed over
    their positions.

    Args:
        image_shape: (H, W, C), see `generator`.
        width: channels of all blocks.
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
    make = Maker(glorot(seed), dtype, spectral=True)
    halvings = len(stage_sizes(*shape[:2])) - 2  # the paper's two for 32 pixels
    x = images = keras.Input(shape, name="images")
    for stage in range(1, halvings + 3):
        x = make.down_block(x, width, f"block_{stage}", down=stage <= halvings, first=stage == 1)
    return keras.Model(images, make.logits(x), name="discriminator")
