"""Sounds as pictures: log-mel spectrograms."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors

NORMALISATIONS = ("none", "peak")
FLOOR = 1e-4  # magnitudes below it, of a full scale of 1, count as it: -80 dB
_QUIETEST = 1e-5  # peak of what is not made any louder
_WINDOW, _HOP = 0.032, 0.012  # seconds
_LOWEST = 60.0  # Hz


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LogMel(keras.layers.Layer):
    """Log-mel spectrograms, by TensorFlow's own signal operations.

    Windows of 32 ms every 12 ms (Hann), the magnitudes of their Fourier transforms, triangles that are as
    wide for the ear (Davis & Mermelstein 1980), and the natural logarithm: a sound that is twice as loud is
    log 2 more, everywhere above the floor of -80 dB. A sine of amplitude 1 has magnitude 1.

    Sounds float32 `[B, T]` in [-1, 1] -> float32 `[B, frames, bands]`.

    Args:
        sample_rate: samples a second.
        bands: number of triangles, from 60 Hz to half the sample rate.
        normalise: `"none"`, where loudness says something; `"peak"` divides each sound by its largest
            absolute value first, where it says how far the microphone was.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: an unknown name, a number that is no positive int, more bands than there are frequencies
            to tell apart, or sounds shorter than a window.

    >>> LogMel(8000)(tf.zeros([2, 4000])).shape
    TensorShape([2, 40, 40])
    """

    def __init__(self, sample_rate, bands=40, normalise="none", **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, sample_rate=sample_rate, bands=bands)
        if normalise not in NORMALISATIONS:
            raise ValueError(errors.unknown("normalise", normalise, NORMALISATIONS))
        self.sample_rate, self.bands, self.normalise = sample_rate, bands, normalise
        self.window, self.hop = round(_WINDOW * sample_rate), max(round(_HOP * sample_rate), 1)
        # Twice what the window needs, so that the lowest triangles have a frequency each.
        self._size = 2 ** (int(np.ceil(np.log2(max(self.window, 2)))) + 1)
        if sample_rate <= 2 * _LOWEST:
            raise ValueError(f"sample_rate is {sample_rate}, expected more than {2 * _LOWEST:g}")
        self._triangles = tf.signal.linear_to_mel_weight_matrix(
            bands, self._size // 2 + 1, sample_rate, _LOWEST, sample_rate / 2
        ).numpy()
        empty = np.flatnonzero(~self._triangles.any(axis=0))
        if empty.size:
            raise ValueError(
                f"bands is {bands}: at {sample_rate} Hz band {empty[0]} lies between two frequencies; choose "
                "fewer"
            )

    def call(self, inputs):
        """Transform."""
        sounds = tf.cast(inputs, tf.float32)
        if self.normalise == "peak":
            loudest = tf.reduce_max(tf.abs(sounds), axis=1, keepdims=True)
            sounds = sounds / tf.maximum(loudest, _QUIETEST)
        waves = tf.signal.stft(sounds, self.window, self.hop, self._size)
        magnitudes = tf.abs(waves) * (2.0 / tf.reduce_sum(tf.signal.hann_window(self.window)))
        return tf.math.log(tf.maximum(tf.matmul(magnitudes, self._triangles), FLOOR))

    def compute_output_shape(self, input_shape):
        """Return (B, frames, bands).

        Raises:
            ValueError: sounds shorter than a window.
        """
        length = input_shape[1]
        if length < self.window:
            raise ValueError(
                f"sounds of {length} samples are shorter than a window of {self.window} at "
                f"{self.sample_rate} Hz"
            )
        return (input_shape[0], 1 + (length - self.window) // self.hop, self.bands)

    def get_config(self):
        """Return the constructor's arguments."""
        own = {
            "sample_rate": self.sample_rate,
            "bands": self.bands,
            "normalise": self.normalise,
        }
        return {**super().get_config(), **own}
