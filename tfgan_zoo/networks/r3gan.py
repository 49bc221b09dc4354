"""R3GAN's modernised ResNets without normalisation (Huang et al. 2024, arXiv 2501.05441)."""

import itertools
import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    ClippedImages,
    Conv2D,
    DiscriminativeBasis,
    Downsample2D,
    GenerativeBasis,
    Upsample2D,
)
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import SeededNormal

_SLOPE = 0.2
_GAIN = math.sqrt(2.0 / (1.0 + _SLOPE**2))  # keeps the variance through leaky ReLU
_LAYERS_IN_BLOCK = 3


class _Builder:
    """Makes the layers of one network; weights come from one sequence of seeds."""

    def __init__(self, stages, blocks, expansion, group_size, seed, dtype):
        errors.check_ints(1, blocks=blocks, expansion=expansion, group_size=group_size)
        self.blocks, self.expansion, self.group_size = blocks, expansion, group_size
        self.dtype = dtype
        self.normal = SeededNormal(1.0, seed)
        # Fix-up initialisation: the deeper the network, the less each block adds at first.
        self.block_gain = _GAIN * (stages * blocks) ** (-1.0 / (2 * _LAYERS_IN_BLOCK - 2))

    def conv(self, x, filters, name, *, size=1, groups=1, gain=1.0, bias=False):
        fan_in = size * size * x.shape[-1] // groups
        initializer = self.normal(gain / math.sqrt(fan_in)) if gain else "zeros"
        return Conv2D(
            filters,
            size,
            padding="same",
            groups=groups,
            use_bias=bias,
            kernel_initializer=initializer,
            name=name,
            dtype=self.dtype,
        )(x)

    def stage(self, x, name):
        """Residual blocks: inverted bottlenecks round a grouped 3×3 convolution, adding 0 at first."""
        channels = x.shape[-1]
        wide = channels * self.expansion
        if wide % min(self.group_size, wide):
            raise ValueError(
                f"{channels} channels times expansion={self.expansion} is no multiple of "
                f"group_size={self.group_size}"
            )
        groups = wide // min(self.group_size, wide)
        for block in (f"{name}_block_{i + 1}" for i in range(self.blocks)):
            y = self.conv(x, wide, f"{block}_expand", gain=self.block_gain, bias=True)
            y = layers.LeakyReLU(_SLOPE, name=f"{block}_relu_1", dtype=self.dtype)(y)
            y = self.conv(
                y, wide, f"{block}_conv", size=3, groups=groups, gain=self.block_gain, bias=True
            )
            y = layers.LeakyReLU(_SLOPE, name=f"{block}_relu_2", dtype=self.dtype)(y)
            y = self.conv(y, channels, f"{block}_reduce", gain=0.0)
            x = layers.Add(name=f"{block}_add", dtype=self.dtype)([x, y])
        return x


def widths(stages, width, max_width):
    """Return the channels of the stages, from the image down: doubled each time, up to `max_width`.

    >>> widths(4, 32, 128)
    [32, 64, 128, 128]
    """
    errors.check_ints(1, width=width, max_width=max_width)
    return [min(width * 2**stage, max(width, max_width)) for stage in range(stages)]


def generator(
    image_shape,
    latent_dim=64,
    width=64,
    max_width=256,
    blocks=2,
    expansion=2,
    group_size=16,
    seed=0,
    dtype=None,
):
    """Build the generator: learned patterns, then residual blocks and bilinear doubling; no tanh.

    Args:
        image_shape: (H, W, C), see `networks.dcgan.check_image_shape`.
        latent_dim: size of the latent vectors.
        width: channels at the images' resolution; doubled with each halving.
        max_width: the most channels.
        blocks: residual blocks of each resolution.
        expansion: how many times wider a block is inside.
        group_size: channels of a group of the 3×3 convolutions.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to images `[B, H, W, C]`, at inference in [-1, 1].

    Raises:
        ValueError: an image_shape or a size that cannot be.

    >>> generator((28, 28, 1), width=8).output_shape
    (None, 28, 28, 1)
    """
    shape = check_image_shape(image_shape, "R3GAN")
    sizes = stage_sizes(*shape[:2])[::-1]
    channels = widths(len(sizes), width, max_width)[::-1]
    build = _Builder(len(sizes), blocks, expansion, group_size, seed, dtype)
    inputs = keras.Input([latent_dim], name="latents")
    x = layers.Dense(
        channels[0],
        use_bias=False,
        kernel_initializer=build.normal(1.0 / math.sqrt(latent_dim)),
        name="project",
        dtype=dtype,
    )(inputs)
    x = GenerativeBasis(sizes[0], build.normal(), name="basis", dtype=dtype)(x)
    x = build.stage(x, "stage_1")
    for stage, (size, filters) in enumerate(zip(sizes[1:], channels[1:], strict=True), start=2):
        if filters != x.shape[-1]:
            x = build.conv(x, filters, f"narrow_{stage}")
        x = Upsample2D(size, name=f"up_{stage}", dtype=dtype)(x)
        x = build.stage(x, f"stage_{stage}")
    x = build.conv(x, shape[2], "to_image")
    images = ClippedImages(name="images", dtype="float32")(x)
    return keras.Model(inputs, images, name="generator")


def discriminator(
    image_shape,
    width=64,
    max_width=256,
    blocks=2,
    expansion=2,
    group_size=16,
    packing=1,
    seed=0,
    dtype=None,
):
    """Build the discriminator: the generator's stages the other way round, then one logit.

    Args:
        image_shape, width, max_width, blocks, expansion, group_size, seed, dtype: as for `generator`.
        packing: how many images are judged at once, one behind the other in the channels.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`.

    Raises:
        ValueError: an image_shape or a size that cannot be.

    >>> discriminator((28, 28, 1), width=8).output_shape
    (None, 1)
    """
    height, columns, colours = check_image_shape(image_shape, "R3GAN")
    stages = len(stage_sizes(height, columns))
    build = _Builder(stages, blocks, expansion, group_size, seed, dtype)
    channels = widths(stages, width, max_width)
    inputs = keras.Input((height, columns, colours * packing), name="images")
    x = build.conv(inputs, channels[0], "from_image")
    for stage, (filters, wider) in enumerate(itertools.pairwise(channels), start=1):
        x = build.stage(x, f"stage_{stage}")
        x = Downsample2D(name=f"down_{stage}", dtype=dtype)(x)
        if wider != filters:
            x = build.conv(x, wider, f"widen_{stage}")
    x = build.stage(x, f"stage_{stages}")
    pixels = x.shape[1] * x.shape[2]
    basis = DiscriminativeBasis(build.normal(1.0 / math.sqrt(pixels)), name="features", dtype=dtype)
    logits = layers.Dense(
        1,
        use_bias=False,  # only differences of logits count
        kernel_initializer=build.normal(1.0 / math.sqrt(channels[-1])),
        name="logits",
        dtype="float32",
    )(basis(x))
    return keras.Model(inputs, logits, name="discriminator")
