"""StarGAN's discriminator: patches by realness, the whole image by domain (arXiv 1711.09020)."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D
from tfgan_zoo.networks.initializers import Seeded, SeededNormal
from tfgan_zoo.networks.translation import parts

MOST_STAGES = 6


def stages_for(height, width):
    """Return how often an image is halved: until its shorter side has 2 or 3 pixels, at most 6 times.

    >>> stages_for(128, 128), stages_for(32, 48), stages_for(8, 8)
    (6, 4, 2)
    """
    stages = 1
    while stages < MOST_STAGES and min(height, width) >> (stages + 1) >= 2:
        stages += 1
    return stages


def domain_discriminator(image_shape, num_labels, width=64, seed=0, dtype=None, stages=None):
    """Build the discriminator.

    Strided 4×4 convolutions with leaky ReLU of slope 0.01, twice as many channels each, without norm; then a
    3×3 convolution to logits of realness, and one of the map's own size to logits of the domains, both
    without bias. Weights as He et al. draw them (2015, arXiv 1502.01852), those of the logits N(0, 0.02²).

    Args:
        image_shape: (H, W, C).
        num_labels: number of domains.
        width: channels of the first layer.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.
        stages: how often the image is halved; None for what `stages_for` says. With fewer, there are more
            logits of realness, each of a smaller patch.

    Returns:
        `keras.Model` from images `[B, H, W, C]` to [logits of realness `[B, H', W', 1]`, logits of domains
        `[B, num_labels]`].

    Raises:
        ValueError: a number that is not a positive int, or more stages than the image has halves.

    >>> [o.shape for o in domain_discriminator((32, 32, 3), 5, width=4)(keras.ops.zeros([1, 32, 32, 3]))]
    [TensorShape([1, 2, 2, 1]), TensorShape([1, 5])]
    """
    most = stages_for(*image_shape[:2])
    stages = most if stages is None else stages
    errors.check_ints(1, num_labels=num_labels, width=width, stages=stages)
    if stages > most:
        raise ValueError(
            f"stages is {stages}; {image_shape[0]}×{image_shape[1]} pixels can be halved {most} times at most"
        )
    he, normal = Seeded(keras.initializers.HeNormal, seed), SeededNormal(0.02, seed + 1)
    x = inputs = keras.Input(image_shape, name="images")
    for stage in range(1, stages + 1):
        x = Conv2D(
            width * 2 ** (stage - 1),
            4,
            strides=2,
            padding="same",
            kernel_initializer=he(),
            name=f"down_{stage}",
            dtype=dtype,
        )(x)
        x = parts.activated(x, f"leaky_relu_{stage}", dtype, 0.01)

    def read(filters, kernel, padding, name):
        return Conv2D(
            filters,
            kernel,
            padding=padding,
            use_bias=False,
            kernel_initializer=normal(),
            name=name,
            dtype="float32",
        )(x)

    logits = read(1, 3, "same", "logits")
    domains = read(num_labels, x.shape[1:3], "valid", "domains")
    domains = layers.Reshape([num_labels], name="label", dtype="float32")(domains)
    return keras.Model(inputs, [logits, domains], name="discriminator")
