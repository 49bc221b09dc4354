"""Log-mel spectrograms, against what the mel scale says of sines."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import LogMel
from tfgan_zoo.layers.log_mel import FLOOR

RATE, BANDS = 8000, 40


def mel(hertz):
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)


# The middle of each triangle, evenly spaced in mel, between the ends of the first and of the last.
CENTRES = np.linspace(mel(60.0), mel(RATE / 2), BANDS + 2)[1:-1]


def sine(hertz, loud=0.5, count=4000):
    return (loud * np.sin(2 * np.pi * hertz * np.arange(count) / RATE)).astype(np.float32)


def heard(*sounds, **arguments):
    return LogMel(RATE, **arguments)(tf.constant(np.stack(sounds))).numpy()


def test_a_sine_is_loudest_in_its_own_band():
    pitches = np.geomspace(200, 3500, 25)
    levels = heard(*[sine(pitch) for pitch in pitches])
    assert levels.shape == (25, 1 + (4000 - 256) // 96, BANDS)
    expected = abs(mel(pitches)[:, None] - CENTRES).argmin(axis=1)
    found = levels.argmax(axis=2)
    assert abs(found - expected[:, None]).max() <= 1  # a pitch between two bands is both's
    assert (found == expected[:, None]).mean() > 0.9
    assert len(set(expected)) > 18


def test_the_spectrogram_is_the_formula():
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 1000).astype(np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(256) / 256)
    frames = np.stack([sound[at : at + 256] for at in range(0, 1000 - 255, 96)])
    magnitudes = abs(np.fft.rfft(frames * window, 512)) * 2 / window.sum()
    pitches = mel(np.arange(257) * RATE / 512)[:, None]
    step = CENTRES[1] - CENTRES[0]
    triangles = np.maximum(0, 1 - abs(pitches - CENTRES) / step)
    expected = np.log(np.maximum(magnitudes @ triangles, FLOOR))
    np.testing.assert_allclose(heard(sound)[0], expected, atol=2e-4)


def test_twice_as_loud_is_log_2_more_down_to_the_floor():
    soft, loud = heard(sine(700, 0.25), sine(700, 0.5))
    audible = soft > np.log(FLOOR) + 1e-3
    assert 0.2 < audible.mean() < 1
    np.testing.assert_allclose((loud - soft)[audible], np.log(2.0), atol=1e-3)
    np.testing.assert_allclose(heard(np.zeros(4000, np.float32)), np.log(FLOOR), rtol=1e-6)


def test_by_the_peak_loudness_says_nothing():
    sound = np.random.default_rng(1).normal(0, 0.1, 4000).astype(np.float32)
    soft, loud = heard(0.02 * sound, sound, normalise="peak")
    np.testing.assert_allclose(soft, loud, atol=1e-4)
    np.testing.assert_allclose(loud, heard(sound / abs(sound).max())[0], atol=1e-4)
    assert np.isfinite(heard(np.zeros(4000, np.float32), normalise="peak")).all()


def test_it_is_saved_and_knows_its_shape():
    layer = LogMel(RATE, bands=30, normalise="peak")
    same = LogMel.from_config(layer.get_config())
    assert (same.sample_rate, same.bands, same.normalise) == (RATE, 30, "peak")
    assert layer(keras.Input([1000])).shape == (None, 8, 30)
    assert layer(tf.zeros([2, 1000])).shape == (2, 8, 30)


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"unknown normalise 'peek' .did you mean 'peak'"):
        LogMel(RATE, normalise="peek")
    with pytest.raises(ValueError, match=r"bands is 200: at 8000 Hz band 7 lies between two"):
        LogMel(RATE, bands=200)
    with pytest.raises(ValueError, match=r"sample_rate is 100, expected more than 120"):
        LogMel(100)
    with pytest.raises(ValueError, match=r"sounds of 200 samples are shorter than a window of 256"):
        LogMel(RATE).compute_output_shape((None, 200))
