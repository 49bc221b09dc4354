"""Smoothing, noise and flips of labels: on which side, for whom, and when."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.losses.penalties import tiny
from tfgan_zoo import losses
from tfgan_zoo.losses.labels import data_to_data_cross_entropy
from tfgan_zoo.training import RandomStream

LABELLED = ["least_squares", "minimax", "non_saturating"]
every = pytest.mark.parametrize("name", LABELLED)
REAL, FAKE = tf.constant([[2.0], [-1.0]]), tf.constant([[-3.0], [0.5]])
ARGUMENTS = {"label_smoothing": 0.2, "label_noise": 0.1, "label_flipping": 0.3}


def stream(step=0, samples=2, **others):
    return RandomStream(0, tf.constant(step, tf.int64), samples, **others)


def gradients(loss, real, fake):
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        value = loss.discriminator(real, fake)
    return tape.gradient(value, [real, fake])


@every
def test_smoothing_is_one_sided(name):
    plain, smooth = losses.get(name), losses.get({"name": name, "label_smoothing": 0.2})
    _, by_fake = gradients(smooth, REAL, FAKE)
    np.testing.assert_allclose(by_fake, gradients(plain, REAL, FAKE)[1])
    # Real samples are best at the smoothed target, which a score beyond it overshoots: the square and the
    # cross-entropy know two sides.
    best = 0.8 if name == "least_squares" else math.log(0.8 / 0.2)
    at_best, _ = gradients(smooth, tf.constant([[best]]), FAKE)
    np.testing.assert_allclose(at_best, [[0.0]], atol=1e-7)
    overshot, _ = gradients(smooth, tf.constant([[best + 1.0]]), FAKE)
    assert overshot[0, 0] > 0.1
    fell_short, _ = gradients(smooth, tf.constant([[best - 1.0]]), FAKE)
    assert fell_short[0, 0] < -0.1


def test_smoothing_s_numbers():
    real, fake = tf.constant([[2.0]]), tf.constant([[-3.0]])
    smooth = losses.get({"name": "non_saturating", "label_smoothing": 0.1})
    wanted = (
        0.9 * math.log1p(math.exp(-2)) + 0.1 * math.log1p(math.exp(2)) + math.log1p(math.exp(-3))
    )
    np.testing.assert_allclose(smooth.discriminator(real, fake), wanted, rtol=1e-6)
    squares = losses.get({"name": "least_squares", "label_smoothing": 0.25, "a": -1.0})
    np.testing.assert_allclose(  # a quarter of the way from 1 to -1
        squares.discriminator(real, fake), 0.5 * (2.0 - 0.5) ** 2 + 0.5 * (-3.0 + 1.0) ** 2
    )


@every
def test_the_generator_s_loss_stays_as_it_is(name):
    changed = losses.get({"name": name, **ARGUMENTS})
    with stream().active():
        got = changed.generator(REAL, FAKE)
    assert got == losses.get(name).generator(REAL, FAKE)


@every
def test_nothing_is_drawn_outside_of_a_training_step(name):
    changed = losses.get({"name": name, **ARGUMENTS})
    smooth = losses.get({"name": name, "label_smoothing": 0.2})
    assert changed.targets(REAL, FAKE) == (0.8, 0.0)
    assert changed.discriminator(REAL, FAKE) == smooth.discriminator(REAL, FAKE)


@every
def test_flipping_all_labels_exchanges_them(name):
    flipped = losses.get({"name": name, "label_flipping": 1.0})
    with stream().active():
        got = flipped.discriminator(REAL, FAKE)
    np.testing.assert_allclose(got, losses.get(name).discriminator(FAKE, REAL), rtol=1e-6)


def drawn(samples=20000, step=0, **arguments):
    logits = tf.zeros([samples, 1])
    loss = losses.get({"name": "non_saturating", **arguments})
    with stream(step, samples).active():
        return [np.ravel(t) for t in loss.targets(logits, logits)]


def test_noise_is_uniform_around_the_targets():
    for target, got in zip((0.8, 0.0), drawn(label_smoothing=0.2, label_noise=0.1), strict=True):
        assert target - 0.1 - 1e-6 <= got.min() < target - 0.099
        assert target + 0.099 < got.max() <= target + 0.1 + 1e-6
        np.testing.assert_allclose(got.mean(), target, atol=0.002)
        np.testing.assert_allclose(got.std(), 0.2 / math.sqrt(12), atol=0.001)


def test_flips_are_as_frequent_as_asked_and_each_side_s_own():
    real, fake = drawn(label_smoothing=0.2, label_flipping=0.3)
    assert set(np.unique(real)) == set(np.unique(fake)) == {np.float32(0.8), np.float32(0.0)}
    flipped = real == 0.0, fake > 0.0
    for side in flipped:
        np.testing.assert_allclose(side.mean(), 0.3, atol=0.015)
    np.testing.assert_allclose((flipped[0] & flipped[1]).mean(), 0.09, atol=0.01)


def test_draws_are_a_function_of_the_step():
    first, again, later = (
        drawn(4, 0, **ARGUMENTS),
        drawn(4, 0, **ARGUMENTS),
        drawn(4, 1, **ARGUMENTS),
    )
    np.testing.assert_array_equal(first, again)
    assert not np.isclose(first, later).any()


def test_each_sample_has_one_target_for_all_its_patches():
    loss = losses.get({"name": "least_squares", "label_noise": 0.5})
    patches, flat = tf.zeros([3, 5, 7, 1]), tf.zeros([3])
    with stream(samples=3).active():
        real, _ = loss.targets(patches, patches)
    with stream(samples=3).active():
        same, _ = loss.targets(flat, flat)
    assert real.shape == (3, 1, 1, 1)
    assert len(np.unique(real)) == 3
    np.testing.assert_array_equal(np.ravel(real), same)
    with stream(samples=3).active():
        got = loss.discriminator(patches, patches)
    assert got.shape == ()


def test_packs_of_samples():
    loss, packs = losses.get({"name": "least_squares", "label_noise": 0.5}), tf.zeros([3, 1])
    with stream(samples=6).active():
        real, _ = loss.targets(packs, packs)
    assert len(np.unique(real)) == 3


def test_replicas_draw_their_parts_of_one_batch():
    loss = losses.get({"name": "minimax", **ARGUMENTS})
    with stream(samples=6).active():
        whole = loss.targets(tf.zeros([6, 1]), tf.zeros([6, 1]))
    with stream(samples=2, global_batch=6, offset=4).active():
        part = loss.targets(tf.zeros([2, 1]), tf.zeros([2, 1]))
    for one, other in zip(whole, part, strict=True):
        np.testing.assert_array_equal(one[4:], other)


def test_in_a_game_training_draws_and_evaluation_does_not():
    images = battery.images(8, tiny.SHAPE)
    noisy = tiny.gan(loss={"name": "non_saturating", **ARGUMENTS}, rate=0.1)
    plain = tiny.gan(loss="non_saturating", rate=0.1)
    smooth = tiny.gan(loss={"name": "non_saturating", "label_smoothing": 0.2}, rate=0.0)
    smooth.discriminator.set_weights(noisy.discriminator.get_weights())
    smooth.generator.set_weights(noisy.generator.get_weights())
    scores = [
        m.evaluate(images, batch_size=8, verbose=0, return_dict=True) for m in (noisy, smooth)
    ]
    assert scores[0] == scores[1]
    for model in (noisy, plain):
        model.fit(images, batch_size=8, verbose=0)
    moved = [
        np.concatenate([np.ravel(w) for w in m.discriminator.get_weights()]) for m in (noisy, plain)
    ]
    assert np.abs(moved[0] - moved[1]).max() > 1e-4


def test_errors():
    with pytest.raises(ValueError, match="label_smoothing"):
        losses.get({"name": "minimax", "label_smoothing": 1.5})
    with pytest.raises(ValueError, match="label_flipping"):
        losses.get({"name": "least_squares", "label_flipping": -0.1})
    with pytest.raises(ValueError, match="different targets"):
        losses.get({"name": "least_squares", "a": 1, "b": 1.0})
    for name in sorted(set(losses.names()) - set(LABELLED)):
        where = "label_noise is an argument of least_squares, minimax, non_saturating"
        with pytest.raises(ValueError, match=where) as caught:
            losses.get({"name": name, "label_noise": 0.1})
        assert f"unknown argument of {name} 'label_noise'" in str(caught.value)


def test_data_to_data_cross_entropy_is_the_papers():
    generator, labels = np.random.default_rng(0), np.int32([0, 1, 0, 2, 1, 0])
    rows, proxies = generator.normal(size=(2, 6, 3))
    proxies[0] = rows[0]  # nearer than the margin
    proxies = proxies[labels]  # one for each class

    def cosine(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    expected = []
    for i in range(6):
        near = np.exp(min(cosine(rows[i], proxies[i]) - 0.9, 0) / 0.5)
        others = [np.exp(max(cosine(rows[i], rows[j]) - 0.2, 0) / 0.5)
                  for j in range(6) if labels[j] != labels[i]]  # fmt: skip
        expected.append(-np.log(near / (near + sum(others))))
    loss = data_to_data_cross_entropy(rows, proxies, labels, 0.5, 0.9, 0.2)
    np.testing.assert_allclose(loss, np.mean(expected), rtol=1e-5)


def test_a_batch_of_one_class_teaches_no_classes():
    rows = tf.Variable(np.random.default_rng(0).normal(size=(4, 3)), dtype=tf.float32)
    with tf.GradientTape() as tape:
        loss = data_to_data_cross_entropy(rows, rows[::-1], tf.zeros([4], tf.int32))
    np.testing.assert_allclose(loss, 0.0, atol=1e-7)
    np.testing.assert_allclose(tape.gradient(loss, rows), 0.0, atol=1e-7)
