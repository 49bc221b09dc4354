"""The generator of residual blocks (Johnson, Alahi & Li 2016, arXiv 1603.08155), as CycleGAN has it."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import ChangedImages, Conv2D, Conv2DTranspose, LabelMaps, ReflectionPadding2D
from tfgan_zoo.networks.initializers import Seeded, SeededNormal
from tfgan_zoo.networks.translation import parts

# How often the sides are halved, and what they must be multiples of.
HALVINGS = 2
MULTIPLE = 2**HALVINGS
# Of fewer pixels, nothing would be left to be mirrored in the blocks.
SMALLEST = 2 * MULTIPLE
BORDERS = ("reflected", "zeros")


def resnet_generator(
    source_channels,
    target_channels,
    width=64,
    blocks=9,
    norm="instance",
    *,
    scale_kernel=3,
    border="reflected",
    num_labels=None,
    skips=False,
    residual=False,
    seed=0,
    dtype=None,
    name="generator",
):
    """Build a generator that halves the sides twice, works on block by block, and doubles them.

    A 7×7 convolution, two strided ones, blocks of two 3×3 convolutions, two transposed ones, a 7×7 one with
    tanh; norm and ReLU after all others, none at the end of a block. Weights from N(0, 0.02²); without a
    norm, which makes up for any scale, as He et al. draw them (2015, arXiv 1502.01852).

    Args:
        source_channels: channels of the images that come in.
        target_channels: channels of those that go out.
        width: channels of the first convolution; twice and four times as many further in.
        blocks: number of residual blocks: 6 for images of 128 pixels, 9 for 256 and more.
        norm: `"instance"`, `"batch"` or `"none"`.
        scale_kernel: side of the kernels that halve and double: 3, or StarGAN's 4.
        border: what the 7×7 convolutions and those of the blocks find beyond the border: `"reflected"`, or
            StarGAN's `"zeros"`.
        num_labels: number of domains; the network then takes [images, label], see `layers.LabelMaps`.
        skips: whether what each size was halved from is seen again where that size comes back, as in a U-Net
            (Ronneberger, Fischer & Brox 2015, arXiv 1505.04597).
        residual: whether the last convolution says what changes, see `layers.ChangedImages`, instead of all
            that there is; its weights are then from N(0, 0.02²) in any case, so that little changes at first.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.
        name: of the network.

    Returns:
        `keras.Model` from images `[B, H, W, source_channels]`, sides multiples of 4 and at least 8, to images
        `[B, H, W, target_channels]` in [-1, 1].

    Raises:
        ValueError: a number out of range, an unknown norm or border, or a residual of images that have other
            channels.

    >>> resnet_generator(3, 1, width=4, blocks=1)(keras.ops.zeros([2, 16, 24, 3])).shape
    TensorShape([2, 16, 24, 1])
    """
    errors.check_ints(1, width=width, scale_kernel=scale_kernel)
    errors.check_ints(0, blocks=blocks)
    if border not in BORDERS:
        raise ValueError(errors.unknown("border", border, BORDERS))
    if residual and source_channels != target_channels:
        raise ValueError(
            f"residual=True changes images of {source_channels} channels, which cannot become images of "
            f"{target_channels}: leave residual False or make the numbers equal"
        )
    he = Seeded(keras.initializers.HeNormal, seed)
    normal = he if norm == "none" else SeededNormal(0.02, seed)

    def convolution(
        x, kind, filters, kernel, called, strides=1, last=False, padded=True, draw=normal
    ):
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
            kernel_initializer=draw(),
            name=called,
            dtype=dtype,
        )(x)
        return x if last else parts.normalised(x, norm, f"{called}_norm", dtype)

    def active(x, called):
        return parts.activated(x, f"{called}_relu", dtype)

    x = inputs = images = keras.Input((None, None, source_channels), name="images")
    if num_labels is not None:
        inputs = [images, keras.Input((), dtype="int32", name="label")]
        x = LabelMaps(num_labels, name="label_maps", dtype=dtype)(inputs)
    x = active(convolution(x, Conv2D, width, 7, "from_image"), "from_image")
    halved = []
    for stage in range(1, HALVINGS + 1):
        halved.append(x)
        called, filters = f"down_{stage}", width * 2**stage
        x = convolution(x, Conv2D, filters, scale_kernel, called, strides=2, padded=False)
        x = active(x, called)
    for block in range(1, blocks + 1):
        called = f"block_{block}"
        inner = active(convolution(x, Conv2D, x.shape[-1], 3, f"{called}_1"), f"{called}_1")
        inner = convolution(inner, Conv2D, x.shape[-1], 3, f"{called}_2")
        x = layers.Add(name=f"{called}_add", dtype=dtype)([x, inner])
    for stage in range(HALVINGS, 0, -1):
        called, filters = f"up_{stage}", width * 2 ** (stage - 1)
        x = convolution(x, Conv2DTranspose, filters, scale_kernel, called, strides=2, padded=False)
        x = active(x, called)
        if skips:
            x = layers.Concatenate(name=f"{called}_joined", dtype=dtype)([x, halved[stage - 1]])
    draw = SeededNormal(0.02, seed + 1) if residual else normal
    x = convolution(x, Conv2D, target_channels, 7, "to_image", last=True, draw=draw)
    if residual:
        translated = ChangedImages(name="translated", dtype="float32")([x, images])
    else:
        translated = layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(inputs, translated, name=name)
