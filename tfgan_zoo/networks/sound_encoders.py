"""Listeners: from sounds to one vector."""

import math

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import (
    Conv2D,
    Dropout,
    LogMel,
    SpectrogramLevels,
    SpectrogramMasks,
    SpectrogramWarps,
    StretchedSpectrograms,
)
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.networks.initializers import AnySeeded

_STAGES = 3
_SLOPE = 0.2  # of leaky ReLU
_FRAMES = 48  # of a stretched word
_DROPPED = 0.2


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
    audio, heard = _heard(audio_length, sample_rate, size, width, normalise)
    seeded = AnySeeded(seed)
    x = _convolved(heard, width, seeded, dtype)
    return keras.Model(audio, _vector(x, size, seeded, dtype), name=name)


def words(
    audio_length,
    sample_rate,
    size=64,
    width=16,
    normalise="peak",
    seed=0,
    dtype=None,
    name="sound_encoder",
):
    """Build a network that listens to words, for speakers it never heard: `convolutional`, and four things.

    Words are stretched to 48 frames; while training, they are said in other voices and recorded otherwise
    (see `layers.SpectrogramWarps`, `layers.SpectrogramMasks` and `layers.SpectrogramLevels`), and dropout of
    0.2 is before the dense layer; and what is heard is averaged over each third of a word. What that is worth
    is in docs/results.md.

    Args:
        audio_length: T, the samples of a sound.
        sample_rate: samples a second.
        size: of the vector.
        width: channels of the first stage; each further stage has twice as many.
        normalise: `"none"` or `"peak"`, see `layers.LogMel`.
        seed: int, for the initial weights, and for dropout outside of a training step of this package.
        dtype: Keras dtype policy of the hidden layers; vectors come out as float32.
        name: the model's.

    Returns:
        `keras.Model` from sounds, float32 `[B, T]` in [-1, 1], to `[B, size]`.

    Raises:
        ValueError: a size that is no positive int, an unknown name, or sounds shorter than a window and a
            step to the next.

    >>> words(4000, 8000, size=32)(keras.ops.zeros([2, 4000])).shape
    TensorShape([2, 32])
    """
    audio, heard = _heard(audio_length, sample_rate, size, width, normalise, least_frames=2)
    seeded = AnySeeded(seed)
    x = StretchedSpectrograms(_FRAMES, name="stretched", dtype="float32")(heard)
    x = SpectrogramWarps(name="warps", dtype="float32")(x)
    x = SpectrogramMasks(name="masks", dtype="float32")(x)
    x = SpectrogramLevels(name="voice_levels", dtype="float32")(x)
    x = _convolved(x, width, seeded, dtype)
    x = layers.AveragePooling2D((2, 1), name="thirds", dtype=dtype)(x)
    x = Dropout(_DROPPED, seed=seed, name="dropout", dtype=dtype)(x)
    return keras.Model(audio, _vector(x, size, seeded, dtype), name=name)


def _heard(audio_length, sample_rate, size, width, normalise, least_frames=1):
    """Return an input for sounds, and their spectrograms."""
    errors.check_ints(1, audio_length=audio_length, size=size, width=width)
    audio = keras.Input([audio_length], name="audio")
    log_mel = LogMel(sample_rate, normalise=normalise, name="log_mel", dtype="float32")
    # Raises what Keras would wrap.
    _, frames, _ = log_mel.compute_output_shape((None, audio_length))
    if frames < least_frames:
        least = log_mel.window + (least_frames - 1) * log_mel.hop
        raise ValueError(
            f"sounds of {audio_length} samples are too short for words: expected {least} or more at "
            f"{sample_rate} Hz"
        )
    return audio, log_mel(audio)


def _convolved(heard, width, seeded, dtype):
    """Return what convolutions make of spectrograms."""
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
    return x


def _vector(x, size, seeded, dtype):
    """Return all of a map in one vector."""
    x = layers.Flatten(name="heard", dtype=dtype)(x)
    kernel = seeded(keras.initializers.GlorotUniform)
    x = layers.Dense(size, kernel_initializer=kernel, name="vector", dtype="float32")(x)
    return layers.LayerNormalization(name="norm", dtype="float32")(x)


BUILDERS = {"convolutional": convolutional, "words": words}
