"""Listeners, by what they tell apart."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.networks import sound_encoders
from tfgan_zoo.training.randomness import RandomStream


def sweep(first, last, count):
    pitches = np.linspace(first, last, count)
    sound = np.sin(2 * np.pi * np.cumsum(pitches) / 8000).astype(np.float32)
    return np.pad(sound, (0, 8000 - count))


# A word, the same spoken slowly, the same more softly, and one whose pitch falls where it rose.
WORD, SLOW, OTHER = sweep(300, 2000, 2500), sweep(300, 2000, 5000), sweep(2000, 300, 2500)
SOUNDS = np.stack([WORD, SLOW, 0.2 * WORD, OTHER])


def distances(hear):
    made = hear(SOUNDS).numpy()
    return np.linalg.norm(made[1:] - made[0], axis=1)


def test_words_are_the_same_fast_and_slow_and_loud_and_soft():
    slow, soft, other = distances(sound_encoders.words(8000, 8000, seed=1))
    assert slow < 0.5 * other
    assert soft < 1e-3 * other
    slow, soft, other = distances(sound_encoders.convolutional(8000, 8000, seed=1))
    assert slow > 0.5 * other
    assert soft > 0.05 * other


def test_words_are_heard_differently_in_each_step_of_training():
    hear = sound_encoders.words(8000, 8000)
    made = []
    for step in (0, 0, 1):
        with RandomStream(0, tf.constant(step, tf.int64), 4).active():
            made.append(hear(SOUNDS, training=True).numpy())
    np.testing.assert_array_equal(made[0], made[1])
    assert abs(made[0] - made[2]).max() > 0.05
    np.testing.assert_array_equal(hear(SOUNDS), hear(SOUNDS, training=False))


@pytest.mark.parametrize("kind", ["warps", "masks", "voice_levels", "dropout"])
def test_words_vary_in_each_of_these_ways(kind, monkeypatch):
    hear = sound_encoders.words(8000, 8000)
    varied = {"warps", "masks", "voice_levels", "dropout"}
    for other in varied - {kind}:
        monkeypatch.setattr(hear.get_layer(other), "call", lambda x, **_: x)
    with RandomStream(0, tf.constant(0, tf.int64), 4).active():
        made = hear(SOUNDS, training=True).numpy()
    assert abs(made - hear(SOUNDS).numpy()).max() > 0.05
    assert hear.get_layer("dropout").rate == 0.2


def test_words_are_averaged_over_thirds_of_time():
    hear = sound_encoders.words(8000, 8000, width=2)
    thirds = hear.get_layer("thirds")
    before, after = (
        keras.Model(hear.inputs[0], tensor)(SOUNDS).numpy()
        for tensor in (thirds.input, thirds.output)
    )
    assert before.shape == (4, 6, 5, 8)
    expected = before.reshape(4, 3, 2, 5, 8).mean(axis=2)
    np.testing.assert_allclose(after, expected, atol=1e-5)
    assert hear.get_layer("heard").input.shape == (None, 3, 5, 8)


def test_words_need_two_windows():
    sound_encoders.words(352, 8000)
    with pytest.raises(ValueError, match=r"^sounds of 351 samples are too short .* 352 or more"):
        sound_encoders.words(351, 8000)
