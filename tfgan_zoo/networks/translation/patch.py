"""PatchGAN: a discriminator that judges each patch of an image by itself (arXiv 1611.07004)."""

import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.translation import parts

KERNEL = 4
_FEWEST_PLACES = 4  # of an instance norm


def kernels_for(receptive_field):
    """Return (kernel size, stride) of each layer of a discriminator whose logits see patches of this side.

    Kernels have 4 pixels and there are as many strides as it takes, which gives the paper's 16, 70 and 286;
    patches in between come from smaller kernels, in the last layers first.

    >>> kernels_for(70)
    [(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)]
    >>> kernels_for(1)
    [(1, 1), (1, 1), (1, 1)]
    >>> kernels_for(64)
    [(4, 2), (3, 2), (3, 2), (4, 1), (4, 1)]
    """
    errors.check_ints(1, receptive_field=receptive_field)
    strides = [1, 1, 1]
    while reached(strided := [(KERNEL, s) for s in strides]) < receptive_field:
        strides = [2] * (strides.count(2) + 1) + [1, 1]
    excess = reached(strided) - receptive_field
    kernels = []
    for layer in reversed(range(len(strides))):
        spacing = math.prod(strides[:layer])
        # A strided kernel must not leave pixels out.
        less = min(excess // spacing, KERNEL - strides[layer])
        excess -= less * spacing
        kernels.insert(0, (KERNEL - less, strides[layer]))
    return kernels


def reached(kernels):
    """Return the side of the patch that one logit sees.

    >>> reached([(4, 2), (4, 1), (4, 1)])
    16
    """
    side = 1
    for kernel, stride in reversed(kernels):
        side = (side - 1) * stride + kernel
    return side


def patch_discriminator(
    channels,
    condition_channels=None,
    receptive_field=70,
    width=64,
    norm="instance",
    seed=0,
    dtype=None,
    name="discriminator",
    sides=None,
):
    """Build a PatchGAN.

    Convolutions with leaky ReLU of slope 0.2, a norm after all but the first and the last, weights from
    N(0, 0.02²). Borders are filled with zeros so that a map is half as large after each stride, rounded up.

    Args:
        channels: channels of the images to judge.
        condition_channels: channels of the images that they are judged beside; None for none.
        receptive_field: side of the patch that each logit sees, in pixels: any positive int. 1 is the
            paper's PixelGAN; more than the image's side judges it as a whole.
        width: channels of the first layer; doubled layer by layer, up to 8 times as many.
        norm: `"instance"`, `"batch"` or `"none"`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.
        name: of the network.
        sides: (H, W) of the images that it trains with: an instance norm of fewer than 4 places, which would
            leave next to nothing of them, is left out then. None if they are not known.

    Returns:
        `keras.Model` from images `[B, H, W, C]` of any size (or from a list of them and of the condition's)
        to logits `[B, H', W', 1]`.

    Raises:
        ValueError: a number out of range or an unknown norm.

    >>> patch_discriminator(3, receptive_field=16, width=4)(keras.ops.zeros([2, 32, 20, 3])).shape
    TensorShape([2, 16, 10, 1])
    """
    errors.check_ints(1, width=width)
    normal = SeededNormal(0.02, seed)
    x = inputs = keras.Input((None, None, channels), name="images")
    if condition_channels is not None:
        condition = keras.Input((None, None, condition_channels), name="condition")
        x = layers.Concatenate(name="pair", dtype=dtype)([x, condition])
        inputs = [inputs, condition]
    *hidden, last = kernels_for(receptive_field)

    def convolution(filters, kernel, stride, name, dtype, use_bias=True):
        return Conv2D(
            filters,
            kernel,
            strides=stride,
            padding="same",
            use_bias=use_bias,
            kernel_initializer=normal(),
            name=name,
            dtype=dtype,
        )

    for layer, (kernel, stride) in enumerate(hidden):
        if sides is not None:
            sides = [-(-side // stride) for side in sides]
        too_few = norm == "instance" and sides is not None and math.prod(sides) < _FEWEST_PLACES
        own = "none" if layer == 0 or too_few else norm
        filters = width * min(2**layer, 8)
        x = convolution(filters, kernel, stride, f"conv_{layer + 1}", dtype, own == "none")(x)
        x = parts.normalised(x, own, f"norm_{layer + 1}", dtype)
        x = parts.activated(x, f"leaky_relu_{layer + 1}", dtype, 0.2)
    logits = convolution(1, *last, "logits", "float32")(x)
    return keras.Model(inputs, logits, name=name)
