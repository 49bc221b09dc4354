"""From frames to the next one, and who judges it."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2DTranspose
from tfgan_zoo.networks.initializers import Seeded
from tfgan_zoo.networks.residual import Maker
from tfgan_zoo.networks.translation import parts
from tfgan_zoo.networks.translation.unet import stages_for

_MOST_STAGES = 3
_SLOPE = 0.2  # of leaky ReLU


def generator(image_shape, past_frames, latent_dim=16, width=32, seed=0, dtype=None):
    """Build a small U-Net (Ronneberger et al. 2015, arXiv 1505.04597) from past frames to the next.

    The frames come in as channels of one image. Its sides are halved up to three times; there the latents
    join, in as many maps as the innermost stage has, so that they can decide what happens anywhere. Each
    stage of the way back sees the features of its size, too. Batch norm, and Glorot's weights, but
    for the latents': their maps begin as large as the frames' (LeCun's); Glorot's are a third of that.

    Args:
        image_shape: (H, W, C); sides multiples of 4.
        past_frames: P, how many frames come in.
        latent_dim: size of the latent vectors.
        width: channels of the first stage; doubled stage by stage.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; images come out as float32.

    Returns:
        `keras.Model` from [latents `[B, latent_dim]`, past `[B, P, H, W, C]`] to images `[B, H, W, C]` in
        [-1, 1].

    Raises:
        ValueError: a size that cannot be halved twice, or a number that is no positive int.

    >>> [tuple(i.shape) for i in generator((32, 32, 1), 3, width=4).inputs]
    [(None, 16), (None, 3, 32, 32, 1)]
    """
    shape, stages = _checked(image_shape, past_frames, width)
    errors.check_ints(1, latent_dim=latent_dim)
    glorot = Seeded(keras.initializers.GlorotNormal, seed)
    make = Maker(glorot, dtype)
    latents = keras.Input([latent_dim], name="latents")
    past = keras.Input([past_frames, *shape], name="past")
    x = frames = _as_channels(past, dtype)
    encoded = []
    for stage in range(1, stages + 1):
        x = make.conv(x, width * 2 ** (stage - 1), 4, f"down_{stage}", strides=2)
        x = make.norm(x, f"down_norm_{stage}") if stage > 1 else x
        x = parts.activated(x, f"down_relu_{stage}", dtype, _SLOPE)
        encoded.append(x)
    loud = Maker(Seeded(keras.initializers.LecunNormal, seed + 1), dtype)
    maps = loud.maps(latents, x.shape[1:3], x.shape[-1])
    x = layers.Concatenate(name="seen_and_latents", dtype=dtype)([x, maps])
    x = make.relu(
        make.norm(make.conv(x, maps.shape[-1], 3, "middle"), "middle_norm"), "middle_relu"
    )
    for stage in range(stages, 0, -1):
        x = Conv2DTranspose(
            width * 2 ** max(stage - 2, 0),
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=glorot(),
            name=f"up_{stage}",
            dtype=dtype,
        )(x)
        x = make.relu(make.norm(x, f"up_norm_{stage}"), f"up_relu_{stage}")
        across = encoded[stage - 2] if stage > 1 else frames
        x = layers.Concatenate(name=f"across_{stage}", dtype=dtype)([x, across])
    x = make.conv(x, shape[2], 3, "last_conv")
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model([latents, past], images, name="generator")


def discriminator(image_shape, past_frames, width=32, seed=0, dtype=None):
    """Build a discriminator that sees a frame and those before it.

    All of them are channels of one image; convolutions that keep and that halve the size in turns, as SNGAN's
    (Miyato et al. 2018, arXiv 1802.05957), but without norms, for R1, and with He's weights; one logit.

    Args: see `generator`.

    Returns:
        `keras.Model` from [images `[B, H, W, C]`, past `[B, P, H, W, C]`] to logits `[B, 1]`.

    Raises:
        ValueError: as `generator`.

    >>> discriminator((32, 32, 1), 3, width=4).output_shape
    (None, 1)
    """
    shape, stages = _checked(image_shape, past_frames, width)
    make = Maker(Seeded(keras.initializers.HeNormal, seed), dtype)
    image = keras.Input(shape, name="image")
    past = keras.Input([past_frames, *shape], name="past")
    x = layers.Concatenate(name="film", dtype=dtype)([_as_channels(past, dtype), image])
    for stage in range(1, stages + 1):
        filters = width * 2 ** (stage - 1)
        x = make.conv(x, filters, 3, f"keep_{stage}")
        x = parts.activated(x, f"keep_relu_{stage}", dtype, _SLOPE)
        x = make.conv(x, filters, 4, f"down_{stage}", strides=2)
        x = parts.activated(x, f"down_relu_{stage}", dtype, _SLOPE)
    features = layers.Flatten(name="features", dtype=dtype)(x)
    logits = make.dense(features, 1, "logits", "float32")
    return keras.Model([image, past], logits, name="discriminator")


def _checked(image_shape, past_frames, width):
    shape = parts.check_shape(image_shape, 4)
    errors.check_ints(1, past_frames=past_frames, width=width)
    return shape, min(stages_for(*shape[:2]), _MOST_STAGES)


def _as_channels(past, dtype):
    """Return frames `[B, P, H, W, C]` as one image `[B, H, W, P C]`."""
    frames, height, width, channels = past.shape[1:]
    x = layers.Permute((2, 3, 1, 4), name="along_time", dtype=dtype)(past)
    return layers.Reshape([height, width, frames * channels], name="frames", dtype=dtype)(x)
