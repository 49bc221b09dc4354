"""The generator of residual blocks (Johnson, Alahi & Li 2016, arXiv 1603.08155), as CycleGAN has it."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D, Conv2DTranspose, LabelMaps, ReflectionPadding2D
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.networks.translation import parts

HALVINGS = 2
BORDERS = ("reflected", "zeros")


def limits(halvings=HALVINGS):
    """Return what the sides of images must be multiples of, and how long they must be at least.

    >>> limits()
    (4, 8)
    """
    multiple = 2**halvings
    return multiple, 2 * multiple  # of fewer pixels, nothing is left to be mirrored in the blocks


def resnet_generator(
    source_channels,
    target_channels,
    width=64,
    blocks=9,
    norm="instance",
    *,
    halvings=HALVINGS,
    scale_kernel=3,
    border="reflected",
    num_labels=None,
    seed=0,
    dtype=None,
    name="generator",
):
    """Build a generator that halves the sides, works on block by block, and doubles them again.

    A 7×7 convolution, strided ones, blocks of two 3×3 convolutions, as many transposed ones, a 7×7 one with
    tanh; norm and ReLU after all others, none at the end of a block. Weights from N(0, 0.02²).

    Args:
        source_channels: channels of the images that come in.
        target_channels: channels of those that go out.
        width: channels of the first convolution; with each halving twice as many.
        blocks: number of residual blocks: 6 for images of 128 pixels, 9 for 256 and more.
        norm: `"instance"`, `"batch"` or `"none"`.
        halvings: how often the sides are halved; the papers' 2 is for images of 128 pixels and more.
        scale_kernel: side of the kernels that halve and double: 3, or StarGAN's 4.
        border: what the 7×7 convolutions and those of the blocks find beyond the border: `"reflected"`, or
            StarGAN's `"zeros"`.
        num_labels: number of domains; the network then takes [images, label], see `layers.LabelMaps`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.
        name: of the network.

    Returns:
        `keras.Model` from images `[B, H, W, source_channels]`, sides as `limits` says, to images
        `[B, H, W, target_channels]` in [-1, 1].

    Raises:
        ValueError: a number out of range, or an unknown norm or border.

    >>> resnet_generator(3, 1, width=4, blocks=1)(keras.ops.zeros([2, 16, 24, 3])).shape
    TensorShape([2, 16, 24, 1])
    """
    errors.check_ints(1, width=width, halvings=halvings, scale_kernel=scale_kernel)
    errors.check_ints(0, blocks=blocks)
    if border not in BORDERS:
        raise ValueError(errors.unknown("border", border, BORDERS))
    normal = SeededNormal(0.02, seed)

    def convolution(x, kind, filters, kernel, called, strides=1, last=False, padded=True):
        if padded and border == "reflected":
            x = ReflectionPadding2D(kernel // 2, name=f"{called}_border", dtype=dtype)(x)
        else:
            padded = False
        x = kind(
            filters,
            kernel,
            strides=strides,
            padding="valid" if padded else "same",
            use_bias=last or norm == "none",
            kernel_initializer=normal(),
            name=called,
            dtype=dtype,
        )(x)
        return x if last else parts.normalised(x, norm, f"{called}_norm", dtype)

    def active(x, called):
        return parts.activated(x, f"{called}_relu", dtype)

    x = inputs = keras.Input((None, None, source_channels), name="images")
    if num_labels is not None:
        inputs = [inputs, keras.Input((), dtype="int32", name="label")]
        x = LabelMaps(num_labels, name="label_maps", dtype=dtype)(inputs)
    x = active(convolution(x, Conv2D, width, 7, "from_image"), "from_image")
    for stage in range(1, halvings + 1):
        called, filters = f"down_{stage}", width * 2**stage
        x = convolution(x, Conv2D, filters, scale_kernel, called, strides=2, padded=False)
        x = active(x, called)
    for block in range(1, blocks + 1):
        called = f"block_{block}"
        inner = active(convolution(x, Conv2D, x.shape[-1], 3, f"{called}_1"), f"{called}_1")
        inner = convolution(inner, Conv2D, x.shape[-1], 3, f"{called}_2")
        x = layers.Add(name=f"{called}_add", dtype=dtype)([x, inner])
    for stage in range(halvings, 0, -1):
        called, filters = f"up_{stage}", width * 2 ** (stage - 1)
        x = convolution(x, Conv2DTranspose, filters, scale_kernel, called, strides=2, padded=False)
        x = active(x, called)
    x = convolution(x, Conv2D, target_channels, 7, "to_image", last=True)
    images = layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(inputs, images, name=name)
