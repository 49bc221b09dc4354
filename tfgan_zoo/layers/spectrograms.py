"""What helps to hear words whoever says them: log-mel spectrograms stretched to one length, and masked."""

import math

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.training import randomness

_SILENCE = math.log(FLOOR)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class StretchedSpectrograms(keras.layers.Layer):
    """Stretch what is heard of each sound to one length, linearly: fast and slow speakers look alike.

    What is heard ends with the last frame that is above the floor of `LogMel` in any band.

    float32 `[B, T, bands]`, of `LogMel` -> float32 `[B, frames, bands]`.

    Args:
        frames: of all that is made, 2 or more.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: frames that are no int of 2 or more, or a spectrogram of one frame.

    >>> heard = tf.constant([[[-1.0], [-3.0], [-20.0]]])  # then silence
    >>> StretchedSpectrograms(5)(heard)[0, :, 0].numpy().tolist()
    [-1.0, -1.5, -2.0, -2.5, -3.0]
    """

    def __init__(self, frames, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(2, frames=frames)
        self.frames = frames

    def call(self, inputs):
        """Stretch."""
        audible = tf.reduce_max(inputs, axis=2) > _SILENCE + 1e-3
        numbers = tf.range(1, tf.shape(inputs)[1] + 1)
        length = tf.maximum(tf.reduce_max(tf.where(audible, numbers, 0), axis=1), 2)
        last = tf.cast(length - 1, tf.float32)[:, None]
        at = last * tf.linspace(0.0, 1.0, self.frames)
        before = tf.minimum(tf.cast(at, tf.int32), length[:, None] - 2)
        share = (at - tf.cast(before, tf.float32))[:, :, None]
        left = tf.gather(inputs, before, batch_dims=1)
        right = tf.gather(inputs, before + 1, batch_dims=1)
        return left + share * (right - left)

    def compute_output_shape(self, input_shape):
        """Return (B, frames, bands)."""
        if input_shape[1] == 1:
            raise ValueError(
                "a spectrogram of one frame cannot be stretched: the sounds are too short"
            )
        return (input_shape[0], self.frames, input_shape[2])

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "frames": self.frames}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectrogramMasks(keras.layers.Layer):
    """Silence a stretch of time and a range of pitches of each sound (SpecAugment, Park et al. 2019).

    See arXiv 1904.08779. Each mask is as wide as a uniform draw from 0 to its share of all frames or bands,
    and lies anywhere. Masks are drawn from the training step's stream, see `layers.Dropout`; outside of
    training nothing is masked.

    float32 `[B, T, bands]`, of `LogMel` -> the same shape.

    Args:
        time: largest share of the frames, in [0, 1].
        pitch: largest share of the bands, in [0, 1].
        **kwargs: for `keras.layers.Layer`; give it a name.

    Raises:
        ValueError: a share outside [0, 1].

    >>> SpectrogramMasks()(tf.ones([1, 2, 2]))[0].numpy().tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, time=0.3, pitch=0.2, **kwargs):
        super().__init__(**kwargs)
        errors.check_numbers(0, 1, time=time, pitch=pitch)
        self.time, self.pitch = time, pitch

    def call(self, inputs, training=False):
        """Mask while training."""
        stream = randomness.active_stream()
        if not training or stream is None:
            return inputs
        draws = tf.unstack(stream.uniform([4], use=self.name), axis=1)
        frames = _masked(inputs.shape[1], self.time, *draws[:2])[:, :, None]
        bands = _masked(inputs.shape[2], self.pitch, *draws[2:])[:, None, :]
        return tf.where(frames | bands, tf.constant(_SILENCE, inputs.dtype), inputs)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "time": self.time, "pitch": self.pitch}


def _masked(count, share, wide, at):
    """Return which of `count` have their middle in a mask, bool [B, count], of two draws from [0, 1)."""
    wide = (count * share * wide)[:, None]
    first = (count - wide) * at[:, None]
    middle = tf.range(count, dtype=tf.float32) + 0.5
    return (middle >= first) & (middle < first + wide)
