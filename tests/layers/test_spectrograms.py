"""Spectrograms stretched to one length and masked, against what NumPy makes of them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import LogMel, SpectrogramMasks, StretchedSpectrograms
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.training.randomness import RandomStream

SILENCE = np.float32(np.log(FLOOR))
LOUD = np.random.default_rng(0).uniform(-5, 0, [3, 20, 6]).astype(np.float32)


def test_what_is_heard_is_stretched_linearly():
    heard, lengths = LOUD.copy(), (20, 9, 2)
    for row, length in enumerate(lengths):
        heard[row, length:] = SILENCE
        heard[row, : length - 1, :3] = SILENCE  # one band is enough to be heard in
    made = StretchedSpectrograms(13)(heard).numpy()
    for row, length in enumerate(lengths):
        at = np.linspace(0, length - 1, 13)
        for band in range(6):
            expected = np.interp(at, np.arange(length), heard[row, :length, band])
            np.testing.assert_allclose(made[row, :, band], expected, atol=1e-4)


def test_a_word_said_slowly_looks_the_same():
    rise = [
        np.sin(2 * np.pi * np.cumsum(np.linspace(300, 2000, count)) / 8000).astype(np.float32)
        for count in (2500, 5000)
    ]
    sounds = np.stack([np.pad(each, (0, 8000 - len(each))) for each in rise])
    plain = LogMel(8000)(sounds).numpy()
    fast, slow = StretchedSpectrograms(48)(plain).numpy()
    assert abs(fast.argmax(axis=1) - slow.argmax(axis=1)).max() <= 1
    assert abs(plain[0].argmax(axis=1) - plain[1].argmax(axis=1)).max() > 10


def test_silence_and_single_frames():
    silent = np.full([1, 5, 2], SILENCE)
    np.testing.assert_allclose(StretchedSpectrograms(4)(silent), silent[:, :4])
    assert StretchedSpectrograms(4)(keras.Input([9, 2])).shape == (None, 4, 2)
    with pytest.raises(ValueError, match="of one frame cannot be stretched"):
        StretchedSpectrograms(4).compute_output_shape((None, 1, 2))
    with pytest.raises(ValueError, match=r"frames is 1, expected an int of at least 2"):
        StretchedSpectrograms(1)


def masked(layer, step=0, rows=4000, training=True):
    loud = tf.zeros([rows, 10, 8])
    with RandomStream(0, tf.constant(step, tf.int64), rows).active():
        return layer(loud, training=training).numpy()


def test_masks_are_a_stretch_of_time_and_a_range_of_pitches():
    made = masked(SpectrogramMasks(0.5, 0.25, name="masks"))
    silent = made == SILENCE
    np.testing.assert_array_equal(made[~silent], 0)
    frames, bands = silent.all(axis=2), silent.all(axis=1)
    np.testing.assert_array_equal(silent, frames[:, :, None] | bands[:, None, :])
    for part in (frames, bands):  # each without a gap
        begins = (np.diff(np.pad(part, [(0, 0), (1, 0)]).astype(int), axis=1) == 1).sum(axis=1)
        assert begins.max() == 1
    # A mask over [first, first + width) holds the middles that lie in it.
    wide, at = np.random.default_rng(1).uniform(size=[2, 200_000])
    for part, count, share in ((frames, 10, 0.5), (bands, 8, 0.25)):
        first = (count - count * share * wide) * at
        last = first + count * share * wide
        middles = np.arange(count)[:, None] + 0.5
        expected = (middles >= first) & (middles < last)
        np.testing.assert_allclose(part.mean(axis=0), expected.mean(axis=1), atol=0.03)
        widths = np.bincount(expected.sum(axis=0), minlength=count + 1) / len(at)
        found = np.bincount(part.sum(axis=1), minlength=count + 1) / len(part)
        np.testing.assert_allclose(found, widths, atol=0.03)


def test_masks_are_drawn_anew_in_each_step_and_in_training_alone():
    layer = SpectrogramMasks(name="masks")
    first = masked(layer, 0, 50)
    np.testing.assert_array_equal(first, masked(layer, 0, 50))
    assert (first != masked(layer, 1, 50)).any()
    assert (masked(layer, 0, 50, training=False) == 0).all()
    assert (layer(tf.zeros([50, 10, 8]), training=True).numpy() == 0).all()  # no stream, no masks
    assert (masked(SpectrogramMasks(0, 0, name="masks"), 0, 50) == 0).all()


def test_masks_that_are_no_shares():
    with pytest.raises(ValueError, match=r"time is 1\.5"):
        SpectrogramMasks(time=1.5)
    same = SpectrogramMasks.from_config(SpectrogramMasks(0.1, 0.4).get_config())
    assert (same.time, same.pitch) == (0.1, 0.4)
