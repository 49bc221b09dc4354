"""Spectrograms stretched to one length and varied, against what NumPy makes of them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    LogMel,
    SpectrogramLevels,
    SpectrogramMasks,
    SpectrogramWarps,
    StretchedSpectrograms,
)
from tfgan_zoo.layers.log_mel import FLOOR
from tfgan_zoo.training.randomness import RandomStream

RATE = 8000
SILENCE = np.float32(np.log(FLOOR))
LOUD = np.random.default_rng(0).uniform(-5, 0, [3, 20, 6]).astype(np.float32)


def test_what_is_heard_is_stretched_linearly():
    heard, lengths = LOUD.copy(), (20, 9, 2)
    for row, length in enumerate(lengths):
        heard[row, length:] = SILENCE
        heard[row, : length - 1, :3] = SILENCE  # one band is enough to be heard in
    heard[1, 4:6] = SILENCE  # and a pause within a word is of it
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
    with pytest.raises(ValueError, match="of one frame cannot be stretched"):
        StretchedSpectrograms(4)(silent[:, :1])
    with pytest.raises(ValueError, match=r"frames is 1, expected an int of at least 2"):
        StretchedSpectrograms(1)


def in_step(layer, heard, step=0, training=True):
    with RandomStream(0, tf.constant(step, tf.int64), len(heard)).active():
        return layer(tf.constant(heard), training=training).numpy()


def drawn(count, rows, use):
    """Return what a layer of that name draws in step 0."""
    stream = RandomStream(0, tf.constant(0, tf.int64), rows)
    return np.float64(stream.uniform([count], use=use)).T


def masked(layer, step=0, rows=4000, training=True):
    return in_step(layer, np.zeros([rows, 10, 8], np.float32), step, training)


def test_masks_are_a_stretch_of_time_and_a_range_of_pitches():
    made = masked(SpectrogramMasks(0.5, 0.25, name="masks"))
    silent = made == SILENCE
    np.testing.assert_array_equal(made[~silent], 0)
    wide, at, wide_pitch, at_pitch = drawn(4, 4000, "masks")
    for part, count, width, place in (
        (silent.all(axis=2), 10, 5 * wide, at),
        (silent.all(axis=1), 8, 2 * wide_pitch, at_pitch),
    ):
        middles, first = np.arange(count) + 0.5, ((count - width) * place)[:, None]
        inside = (middles >= first) & (middles < first + width[:, None])
        assert (part == inside).mean() > 0.9999  # but for a middle at an edge, in float32
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


def test_warps_move_and_stretch_time_and_pitch():
    heard = np.random.default_rng(2).normal(size=[50, 12, 9]).astype(np.float32)
    made = in_step(SpectrogramWarps(0.3, 0.2, 0.1, 0.15, name="warps"), heard)
    time, pitch, later, higher = 2 * drawn(4, 50, "warps") - 1
    rows, columns = np.arange(12) - 5.5, np.arange(9) - 4.0
    seen = 0
    for each in range(50):
        # What is at t came from where it was before it was stretched and moved.
        y = rows * np.exp(-0.3 * time[each]) - 12 * 0.1 * later[each] + 5.5
        x = columns * np.exp(-0.2 * pitch[each]) - 9 * 0.15 * higher[each] + 4.0
        inside_y, inside_x = (y >= 0) & (y <= 11), (x >= 0) & (x <= 8)
        part = np.stack([np.interp(x, np.arange(9), row) for row in heard[each]])
        whole = np.stack([np.interp(y, np.arange(12), column) for column in part.T], axis=1)
        inside = inside_y[:, None] & inside_x
        np.testing.assert_allclose(made[each][inside], whole[inside], atol=1e-4)
        seen += inside.sum()
    assert seen > 0.7 * made.size
    later = in_step(
        SpectrogramWarps(0, 0, 0.5, 0, name="warps"), np.eye(12)[None].astype(np.float32)
    )
    assert abs(later[0].argmax(axis=0) - np.arange(12)).max() <= 6


def test_levels_are_gain_colour_and_floor():
    heard = np.random.default_rng(3).uniform(SILENCE, 0, [40, 7, 10]).astype(np.float32)
    made = in_step(SpectrogramLevels(10, 5, 30, name="levels"), heard)
    floor, gain, *knots = drawn(6, 40, "levels")
    nepers = np.log(10) / 20  # a decibel
    colour = np.stack(
        [np.interp(np.linspace(0, 3, 10), range(4), each) for each in np.array(knots).T]
    )
    fade = np.clip((heard - SILENCE) / (10 * nepers), 0, 1)
    expected = heard + fade * 5 * nepers * (2 * colour[:, None] - 1)
    expected = np.maximum(expected, SILENCE + 30 * nepers * floor[:, None, None])
    expected += 10 * nepers * (2 * gain[:, None, None] - 1)
    np.testing.assert_allclose(made, expected, atol=1e-4)
    assert abs(made - heard).max() > 2


@pytest.mark.parametrize("kind", [SpectrogramWarps, SpectrogramMasks, SpectrogramLevels])
def test_draws_are_anew_in_each_step_and_in_training_alone(kind):
    layer = kind(name="varied")
    first = in_step(layer, LOUD)
    np.testing.assert_array_equal(first, in_step(layer, LOUD))
    assert (first != in_step(layer, LOUD, step=1)).any()
    np.testing.assert_array_equal(in_step(layer, LOUD, training=False), LOUD)
    np.testing.assert_array_equal(layer(LOUD, training=True), LOUD)  # no stream
    same = kind.from_config(layer.get_config())
    np.testing.assert_array_equal(first, in_step(same, LOUD))
    bounds = layer.get_config().keys() - keras.layers.Layer().get_config().keys()
    still = kind(name="varied", **dict.fromkeys(bounds, 0))
    np.testing.assert_allclose(in_step(still, LOUD), LOUD, atol=1e-6)
    with pytest.raises(ValueError, match=r"is -1, expected a number"):
        kind(**dict.fromkeys(bounds, -1))
    with pytest.raises(ValueError, match=r"is 80.5, expected a number"):
        kind(**dict.fromkeys(bounds, 80.5))


def test_half_precision_is_heard_in_full():
    sound = np.random.default_rng(4).uniform(-1, 1, [2, 1000]).astype(np.float32)
    heard = tf.cast(LogMel(RATE)(sound), tf.float16)
    for layer in (
        StretchedSpectrograms(8, dtype="mixed_float16"),
        SpectrogramWarps(name="warps", dtype="mixed_float16"),
        SpectrogramLevels(name="levels", dtype="mixed_bfloat16"),
        SpectrogramMasks(name="masks", dtype="mixed_float16"),
    ):
        made = in_step(layer, heard)
        assert np.isfinite(made.astype(np.float32)).all()
