"""StyleGAN2's networks (Karras et al. 2020, arXiv 1912.04958), for 16 to 128 pixels a side."""

import itertools
import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    ClippedImages,
    Downsample2D,
    EqualizedConv2D,
    EqualizedDense,
    LearnedConstant,
    MeanStyle,
    MinibatchStandardDeviation,
    ModulatedConv2D,
    NoiseInjection,
    PixelNormalization,
    Repeat,
    ScaledLeakyReLU,
    Unstack,
    Upsample2D,
)
from tfgan_zoo.networks.dcgan import check_image_shape, stage_sizes
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.r3gan import widths

_MAPPING_LR_MULTIPLIER = 0.01


def mapping(latent_dim=64, depth=8, seed=0):
    """Build the mapping network: normalised latents, then dense layers that learn 100 times slower.

    It computes in float32.

    Args:
        latent_dim: size of the latents z, and of the styles w.
        depth: dense layers.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from latents `[B, latent_dim]` to styles `[B, latent_dim]`.

    >>> mapping(8, depth=2).output_shape
    (None, 8)
    """
    errors.check_ints(1, latent_dim=latent_dim, mapping_depth=depth)
    normal = SeededNormal(1.0 / _MAPPING_LR_MULTIPLIER, seed)
    inputs = keras.Input([latent_dim], name="latents")
    x = PixelNormalization(name="normalise", dtype="float32")(inputs)
    for index in range(1, depth + 1):
        x = EqualizedDense(
            latent_dim,
            lr_multiplier=_MAPPING_LR_MULTIPLIER,
            kernel_initializer=normal(),
            name=f"map_{index}",
            dtype="float32",
        )(x)
        x = ScaledLeakyReLU(name=f"map_relu_{index}", dtype="float32")(x)
    return keras.Model(inputs, x, name="mapping")


def synthesis(
    image_shape,
    style_dim=64,
    width=64,
    max_width=256,
    convolutions=2,
    seed=0,
    dtype=None,
    *,
    output_activation="linear",
):
    """Build the synthesis network: a learned constant, modulated convolutions, noise, and a sum of images.

    Each stage doubles the map and convolves; a 1×1 convolution makes an image of it, which is added to the
    doubled image of the stage before ("skip" in the paper). The first stage has one convolution.

    Args:
        image_shape: (H, W, C), see `networks.dcgan.check_image_shape`.
        style_dim: size of the styles.
        width: channels at the images' resolution; doubled with each halving.
        max_width: the most channels.
        convolutions: modulated convolutions of each stage but the first; 2 in the paper.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the convolutions; styles and images are float32.
        output_activation: of the images: `"linear"`, clipped at inference, as in the paper; or `"tanh"`.

    Returns:
        `keras.Model` from styles `[B, places, style_dim]`, one for each convolution and one more for
        the last image (the other stages' images share the style of the convolution that follows), to images
        `[B, H, W, C]`, at inference in [-1, 1].

    Raises:
        ValueError: an image_shape or a size that cannot be.

    >>> network = synthesis((28, 28, 1), style_dim=8, width=4)
    >>> network.input_shape, network.output_shape
    ((None, 8, 8), (None, 28, 28, 1))
    """
    shape = check_image_shape(image_shape, "StyleGAN2")
    errors.check_ints(1, convolutions=convolutions)
    if output_activation not in ("linear", "tanh"):
        raise ValueError(errors.unknown("output_activation", output_activation, ("linear", "tanh")))
    sizes = stage_sizes(*shape[:2])[::-1]
    channels = widths(len(sizes), width, max_width)[::-1]
    normal = SeededNormal(1.0, seed)
    places = 1 + (len(sizes) - 1) * convolutions + 1
    inputs = keras.Input([places, style_dim], name="styles")
    styles = Unstack(name="unstack", dtype="float32")(inputs)

    def modulated(x, style, filters, name, *, size=3, demodulate=True):
        return ModulatedConv2D(
            filters,
            size,
            demodulate=demodulate,
            kernel_initializer=normal(),
            style_initializer=normal(),
            name=name,
            dtype=dtype,
        )([x, style])

    x = LearnedConstant((*sizes[0], channels[0]), normal(), name="constant", dtype=dtype)(styles[0])
    image, place = None, 0
    for stage, (size, filters) in enumerate(zip(sizes, channels, strict=True), start=1):
        if stage > 1:
            x = Upsample2D(size, name=f"up_{stage}", dtype=dtype)(x)
            image = Upsample2D(size, name=f"image_up_{stage}", dtype="float32")(image)
        for index in range(1, 1 + (convolutions if stage > 1 else 1)):
            name = f"{stage}_{index}"
            x = modulated(x, styles[place], filters, f"conv_{name}")
            x = NoiseInjection(name=f"noise_{name}", dtype=dtype)(x)
            x = ScaledLeakyReLU(name=f"relu_{name}", dtype=dtype)(x)
            place += 1
        seen = modulated(x, styles[place], shape[2], f"to_image_{stage}", size=1, demodulate=False)
        seen = layers.Activation("linear", name=f"image_{stage}", dtype="float32")(seen)
        image = (
            seen
            if image is None
            else layers.Add(name=f"image_sum_{stage}", dtype="float32")([image, seen])
        )
    if output_activation == "tanh":
        images = layers.Activation("tanh", name="images", dtype="float32")(image)
    else:
        images = ClippedImages(name="images", dtype="float32")(image)
    return keras.Model(inputs, images, name="synthesis")


def generator(mapping_network, synthesis_network):
    """Join both networks: one style for all places, and its moving mean beside (`layers.MeanStyle`).

    Returns:
        `keras.Model` from latents to images, with the layers `mapping`, `mean_style`, `places` and
        `synthesis`.

    >>> generator(mapping(8, depth=2), synthesis((16, 16, 1), 8, width=4)).output_shape
    (None, 16, 16, 1)
    """
    inputs = keras.Input(mapping_network.input_shape[1:], name="latents")
    styles = MeanStyle(name="mean_style", dtype="float32")(mapping_network(inputs))
    places = synthesis_network.input_shape[1]
    repeated = Repeat(places, name="places", dtype="float32")(styles)
    return keras.Model(inputs, synthesis_network(repeated), name="generator")


def discriminator(
    image_shape, width=64, max_width=256, group_size=4, packing=1, seed=0, dtype=None
):
    """Build the residual discriminator, with the minibatch standard deviation before its last layers.

    Args:
        image_shape, width, max_width: as for `synthesis`.
        group_size: samples of a group of `layers.MinibatchStandardDeviation`.
        packing: how many images are judged at once, one behind the other in the channels.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to logits `[B, 1]`; its layer `features` gives the last
        features.

    Raises:
        ValueError: an image_shape or a size that cannot be.

    >>> discriminator((28, 28, 1), width=8).output_shape
    (None, 1)
    """
    height, columns, colours = check_image_shape(image_shape, "StyleGAN2")
    channels = widths(len(stage_sizes(height, columns)), width, max_width)
    normal = SeededNormal(1.0, seed)

    def conv(x, filters, name, size=3, **kwargs):
        return EqualizedConv2D(
            filters,
            size,
            padding="same",
            kernel_initializer=normal(),
            name=name,
            dtype=dtype,
            **kwargs,
        )(x)

    def relu(x, name):
        return ScaledLeakyReLU(name=name, dtype=dtype)(x)

    inputs = keras.Input((height, columns, colours * packing), name="images")
    x = relu(conv(inputs, channels[0], "from_image", 1), "from_image_relu")
    for stage, (filters, wider) in enumerate(itertools.pairwise(channels), start=1):
        y = relu(conv(x, filters, f"conv_{stage}_1"), f"relu_{stage}_1")
        y = Downsample2D(name=f"down_{stage}", dtype=dtype)(conv(y, wider, f"conv_{stage}_2"))
        y = relu(y, f"relu_{stage}_2")
        x = Downsample2D(name=f"skip_down_{stage}", dtype=dtype)(x)
        # Both branches have variance 1, and so has their sum divided by √2.
        gain = math.sqrt(0.5)
        x = conv(x, wider, f"skip_{stage}", 1, use_bias=False, gain=gain)
        y = layers.Rescaling(gain, name=f"scale_{stage}", dtype=dtype)(y)
        x = layers.Add(name=f"add_{stage}", dtype=dtype)([x, y])
    x = MinibatchStandardDeviation(group_size, name="spread", dtype=dtype)(x)
    x = relu(conv(x, channels[-1], "last_conv"), "last_relu")
    x = layers.Flatten(name="flatten", dtype=dtype)(x)
    x = EqualizedDense(channels[-1], kernel_initializer=normal(), name="dense", dtype=dtype)(x)
    x = relu(x, "features")
    logits = EqualizedDense(1, kernel_initializer=normal(), name="logits", dtype="float32")(x)
    return keras.Model(inputs, logits, name="discriminator")
