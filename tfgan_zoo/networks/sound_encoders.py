"""Listeners: from sounds to one vector."""

import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D, LogMel
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.networks.initializers import AnySeeded

_STAGES = 3
_SLOPE = 0.2  # of leaky ReLU


def convolutional(
    audio_length,
    sample_rate,
    size=64,
    width=16,
    normalise="none",
    seed=0,
    dtype=None,
    name="sound_encoder",
):
    """Build a small convolutional network that listens: to a log-mel spectrogram, as to a grey picture.

    Three convolutions that halve both time and pitch, with leaky ReLU of slope 0.2, then all that is heard,
    when and how high, in one dense layer and a layer norm.

    Args:
        audio_length: T, the samples of a sound.
        sample_rate: samples a second.
        size: of the vector.
        width: channels of the first stage; each further stage has twice as many.
        normalise: `"none"` or `"peak"`, see `layers.LogMel`.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; vectors come out as float32.
        name: the model's.

    Returns:
        `keras.Model` from sounds, float32 `[B, T]` in [-1, 1], to `[B, size]`.

    Raises:
        ValueError: a size that is no positive int, an unknown name, or sounds shorter than a window.

    >>> convolutional(4000, 8000, size=32)(keras.ops.zeros([2, 4000])).shape
    TensorShape([2, 32])
    """
    errors.check_ints(1, audio_length=audio_length, size=size, width=width)
    seeded = AnySeeded(seed)
    audio = keras.Input([audio_length], name="audio")
    log_mel = LogMel(sample_rate, normalise=normalise, name="log_mel", dtype="float32")
    log_mel.compute_output_shape((None, audio_length))  # raises what Keras would wrap
    heard = log_mel(audio)
    # From the floor to full scale: from -1 to 1.
    x = layers.Rescaling(-2.0 / math.log(FLOOR), 1.0, name="levels", dtype="float32")(heard)
    x = layers.Reshape([*heard.shape[1:], 1], name="picture", dtype="float32")(x)
    for stage in range(1, _STAGES + 1):
        x = Conv2D(
            width * 2 ** (stage - 1),
            3,
            strides=2,
            padding="same",
            kernel_initializer=seeded(keras.initializers.HeNormal),
            name=f"conv_{stage}",
            dtype=dtype,
        )(x)
        x = layers.LeakyReLU(_SLOPE, name=f"relu_{stage}", dtype=dtype)(x)
    x = layers.Flatten(name="heard", dtype=dtype)(x)
    kernel = seeded(keras.initializers.GlorotUniform)
    x = layers.Dense(size, kernel_initializer=kernel, name="vector", dtype="float32")(x)
    return keras.Model(audio, layers.LayerNormalization(name="norm", dtype="float32")(x), name=name)
