"""What helps to hear words whoever says them: log-mel spectrograms of one length, varied while training.

What is drawn comes from the step's stream, see `layers.Dropout`: outside of training nothing changes.
"""

import math

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.augmentations import warping
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.training import randomness

_SILENCE = math.log(FLOOR)
_DECIBELS = 20.0 / math.log(10.0)  # for 1 of a log-mel spectrogram
_KNOTS = 4
_ONE_FRAME = "a spectrogram of one frame cannot be stretched: the sounds are too short"


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
        if inputs.shape[1] == 1:
            raise ValueError(_ONE_FRAME)
        inputs = tf.cast(inputs, tf.float32)
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
            raise ValueError(_ONE_FRAME)
        return (input_shape[0], self.frames, input_shape[2])

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "frames": self.frames}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectrogramMasks(keras.layers.Layer):
    """Silence a stretch of time and a range of pitches of each sound (SpecAugment, Park et al. 2019).

    See arXiv 1904.08779. Each mask is as wide as a uniform draw from 0 to its share of all frames or bands,
    and lies anywhere.

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
        draws = _draws(4, self.name, training)
        if draws is None:
            return inputs
        frames = _masked(inputs.shape[1], self.time, *draws[:2])[:, :, None]
        bands = _masked(inputs.shape[2], self.pitch, *draws[2:])[:, None, :]
        return tf.where(frames | bands, tf.constant(_SILENCE, inputs.dtype), inputs)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "time": self.time, "pitch": self.pitch}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectrogramWarps(keras.layers.Layer):
    """Say each sound faster or slower, sooner or later, higher or lower, by a longer or shorter throat.

    An affine map of time and pitch, uniform within its bounds; what comes in at the borders is mirrored. (As
    in vocal tract length perturbation, Jaitly & Hinton 2013.)

    float32 `[B, T, bands]`, of `LogMel` -> the same shape.

    Args:
        time: largest logarithm of the factor that time is stretched by, about the middle.
        pitch: the same of the bands.
        later: largest share of the frames to move by, either way.
        higher: largest share of the bands to move by, either way.
        **kwargs: for `keras.layers.Layer`; give it a name.

    Raises:
        ValueError: a number outside [0, 1].

    >>> SpectrogramWarps()(tf.ones([1, 2, 2]))[0].numpy().tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, time=0.15, pitch=0.12, later=0.04, higher=0.06, **kwargs):
        super().__init__(**kwargs)
        self._bounds = {"time": time, "pitch": pitch, "later": later, "higher": higher}
        errors.check_numbers(0, 1, **self._bounds)

    def call(self, inputs, training=False):
        """Warp while training."""
        draws = _draws(4, self.name, training)
        if draws is None:
            return inputs
        inputs = tf.cast(inputs, tf.float32)
        frames, bands = inputs.shape[1:]
        time, pitch, later, higher = (
            bound * (2 * draw - 1) for bound, draw in zip(self._bounds.values(), draws, strict=True)
        )
        # Where each place comes from.
        inverse = warping.matrix(
            [
                [tf.exp(-pitch), 0.0, -bands * higher],
                [0.0, tf.exp(-time), -frames * later],
                [0.0, 0.0, 1.0],
            ]
        )
        return warping.warp(inputs[..., None], inverse)[..., 0]

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), **self._bounds}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectrogramLevels(keras.layers.Layer):
    """Record each sound by another microphone: louder or softer, in each range of pitches, over more noise.

    All are uniform within their bounds. The colour is drawn at four pitches, from the lowest band to the
    highest, and linear in between; it fades towards silence, over the last 10 dB.

    float32 `[B, T, bands]`, of `LogMel` -> the same shape.

    Args:
        gain: largest change of all, in dB.
        colour: largest change of a range of pitches, in dB.
        floor: largest rise of the floor below which nothing is heard, in dB.
        **kwargs: for `keras.layers.Layer`; give it a name.

    Raises:
        ValueError: a number outside [0, 80].

    >>> SpectrogramLevels()(tf.ones([1, 2, 2]))[0].numpy().tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, gain=6.0, colour=6.0, floor=24.0, **kwargs):
        super().__init__(**kwargs)
        self._bounds = {"gain": gain, "colour": colour, "floor": floor}
        errors.check_numbers(0, 80, **self._bounds)

    def call(self, inputs, training=False):
        """Change levels while training."""
        draws = _draws(2 + _KNOTS, self.name, training)
        if draws is None:
            return inputs
        inputs = tf.cast(inputs, tf.float32)
        gain, colour, floor = (bound / _DECIBELS for bound in self._bounds.values())
        at = tf.linspace(0.0, _KNOTS - 1.0, inputs.shape[2])
        near = tf.maximum(0.0, 1.0 - tf.abs(at - tf.range(_KNOTS, dtype=tf.float32)[:, None]))
        shape = colour * (2.0 * tf.stack(draws[2:], axis=1) - 1.0)
        shape = tf.reduce_sum(shape[:, :, None] * near, axis=1)[:, None]
        audible = tf.clip_by_value((inputs - _SILENCE) * (_DECIBELS / 10.0), 0.0, 1.0)
        x = inputs + audible * shape
        x = tf.maximum(x, _SILENCE + floor * draws[0][:, None, None])
        return x + gain * (2.0 * draws[1][:, None, None] - 1.0)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), **self._bounds}


def _draws(count, use, training):
    """Return so many draws from [0, 1) for each sound of a training step, `[B]` each; None outside of one."""
    stream = randomness.active_stream()
    return tf.unstack(stream.uniform([count], use=use), axis=1) if training and stream else None


def _masked(count, share, wide, at):
    """Return which of `count` have their middle in a mask, bool [B, count], of two draws from [0, 1)."""
    wide = (count * share * wide)[:, None]
    first = (count - wide) * at[:, None]
    middle = tf.range(count, dtype=tf.float32) + 0.5
    return (middle >= first) & (middle < first + wide)
