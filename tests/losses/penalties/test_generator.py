"""The generator's penalties against numbers worked out by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests.losses.penalties import tiny
from tfgan_zoo.losses import penalties
from tfgan_zoo.losses.penalties.features import mean_squared_cosine


class Nobody:
    """A model that asks for nothing."""

    players = {"generator": []}
    image_shape = (6, 4, 2)


def with_features(real, fake, features=lambda x: x):
    return tiny.turn(lambda x: x, real, fake, features=features)


def test_feature_matching_compares_means():
    real = np.float32([[1.0, 2.0], [3.0, 0.0]])  # mean (2, 1)
    fake = np.float32([[5.0, 1.0], [5.0, -1.0], [2.0, 9.0]])  # mean (4, 3)
    got = penalties.FeatureMatching().value(with_features(real, fake))
    np.testing.assert_allclose(got, 4.0 + 4.0, rtol=1e-6)


def test_feature_matching_takes_features_of_any_rank_and_pulls_the_fakes():
    real, fake = tiny.normal(3, 2, 2, 5), tf.constant(tiny.normal(3, 2, 2, 5, seed=1))
    with tf.GradientTape() as tape:
        tape.watch(fake)
        got = penalties.FeatureMatching().value(with_features(real, fake))
    difference = fake.numpy().mean(0) - real.mean(0)
    np.testing.assert_allclose(got, (difference**2).sum(), rtol=1e-5)
    np.testing.assert_allclose(tape.gradient(got, fake)[1], 2 * difference / 3, rtol=1e-4)


def test_pull_away_of_known_angles():
    # 0° with 60°: 1/4; 0° with 90°: 0; 60° with 90°: 3/4
    rows = [[2.0, 0.0], [0.5, 0.75**0.5], [0.0, 7.0]]
    got = penalties.PullAway().value(with_features(rows, rows))
    np.testing.assert_allclose(got, (0.25 + 0.0 + 0.75) / 3, rtol=1e-5)
    assert penalties.PullAway().weight == 0.1


def test_pull_away_leaves_out_an_image_with_itself():
    assert float(mean_squared_cosine(tf.eye(4) * 3.0)) == 0.0
    np.testing.assert_allclose(mean_squared_cosine(tf.ones([5, 2])), 1.0, rtol=1e-6)
    assert float(mean_squared_cosine(tf.ones([1, 2]))) == 0.0


@pytest.mark.parametrize("zero", ["one", "all"])
def test_pull_away_is_safe_at_zero_features(zero):
    rows = tf.zeros([3, 2]) if zero == "all" else tf.constant([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch(rows)
        got = mean_squared_cosine(rows)
    np.testing.assert_allclose(got, 0.0 if zero == "all" else 1 / 3, rtol=1e-6)
    assert np.isfinite(tape.gradient(got, rows)).all()


# --- path length ----------------------------------------------------------------------------------

JACOBIAN = tiny.normal(3, 6 * 4 * 2)  # of images of 6 × 4 pixels, 2 channels, by three latents


def path_turn(samples=5, step=0, per_layer=False):
    def synthesis(w):
        w = tf.reduce_sum(w, 1) if per_layer else w
        return tf.reshape(w @ JACOBIAN, [-1, 6, 4, 2])

    def mapping(z):
        w = 2.0 * z
        return tf.stack([w, w, 0.0 * w], 1) if per_layer else w

    images = np.zeros([samples, 6, 4, 2])
    latents = tiny.normal(samples, 3)
    return tiny.turn(
        lambda x: x,
        images,
        step=step,
        latents=lambda: tf.constant(latents),
        mapping=mapping,
        synthesis=synthesis,
    )


def lengths(samples=5, step=0):
    """‖J y‖ with the turn's own noise: the Jacobian by w, not by z."""
    noise = path_turn(samples, step).random.normal((6, 4, 2), "path_length").numpy()
    return np.linalg.norm(noise.reshape(samples, -1) / 24**0.5 @ JACOBIAN.T, axis=1)


@pytest.mark.parametrize("per_layer", [False, True])
def test_path_length_by_hand(per_layer):
    penalty = penalties.PathLength(decay=0.9)
    penalty.start(Nobody)
    average = 0.0
    for step in range(3):
        mine = lengths(step=step)
        average += 0.1 * (mine.mean() - average)
        got = penalty.value(path_turn(step=step, per_layer=per_layer))
        np.testing.assert_allclose(got, ((mine - average) ** 2).mean(), rtol=1e-4)
        np.testing.assert_allclose(penalty.average.numpy(), average, rtol=1e-4)


def test_path_length_s_noise_has_the_images_size():
    # E ‖J y‖² = ‖J‖² / (H·W), channels not counted
    squares = penalties.PathLength().squared_lengths(path_turn(20000)).numpy()
    np.testing.assert_allclose(squares.mean(), (JACOBIAN**2).sum() / 24, rtol=0.03)


def test_path_length_of_a_generator_that_stands_still():
    scale = tf.Variable(0.0)
    penalty = penalties.PathLength()
    penalty.start(Nobody)
    here = path_turn()
    synthesis = here.synthesis
    here.synthesis = lambda w: scale * synthesis(w)
    with tf.GradientTape() as tape:
        got = penalty.value(here)
    assert float(got) == 0.0
    assert np.isfinite(tape.gradient(got, scale))


def mode_seeking(synthesis):
    """Return the penalty of a generator, and the two latents that it draws."""
    drawn = [tiny.normal(3, 2, seed=seed) for seed in (1, 2)]
    given = iter(drawn)
    turn = tiny.turn(lambda x: x, np.zeros([3, 1]), latents=lambda: tf.constant(next(given)))
    turn.synthesis = lambda mapped: synthesis(mapped, turn.random)
    return penalties.ModeSeeking().value(turn), drawn


def mixed(mapped, random):
    """Return 2 (z₁ + 3 z₂), and noise of the image's own."""
    return random.normal((1,), "noise") + 2.0 * tf.stack([mapped[:, 0] + 3.0 * mapped[:, 1]], 1)


def test_mode_seeking_is_the_distance_of_latents_over_that_of_images():
    got, (one, other) = mode_seeking(mixed)
    step = one - other
    images = np.abs(2 * (step[:, 0] + 3 * step[:, 1])).mean()
    np.testing.assert_allclose(got, np.abs(step).mean() / images, rtol=1e-4)


@pytest.mark.parametrize(("step", "share"), [(0, 1.0), (30, 0.25), (40, 0.0), (50, 0.0)])
def test_mode_seeking_falls(step, share):
    plain, _ = mode_seeking(mixed)
    drawn = iter([tiny.normal(3, 2, seed=seed) for seed in (1, 2)])
    turn = tiny.turn(
        lambda x: x, np.zeros([3, 1]), step=step, latents=lambda: tf.constant(next(drawn))
    )
    turn.synthesis = lambda mapped: mixed(mapped, turn.random)
    penalty = penalties.ModeSeeking(weight=2.0, decay_steps=40)
    np.testing.assert_allclose(penalty.weighted(turn), 2.0 * share * plain, rtol=1e-4)


@pytest.mark.parametrize(("step", "images"), [(39, 2), (40, 0)])
def test_mode_seeking_makes_no_images_once_its_weight_is_gone(step, images):
    made = tf.Variable(0)

    def counted(mapped):
        made.assign_add(1)
        return mapped

    @tf.function
    def weighted():
        turn = tiny.turn(lambda x: x, tf.zeros([3, 1]), step=step, latents=lambda: tf.zeros([3, 2]))
        turn.synthesis = counted
        return penalties.ModeSeeking(decay_steps=40).weighted(turn)

    weighted()
    assert int(made) == images


def test_mode_seeking_stays_finite_where_latents_mean_nothing():
    got, _ = mode_seeking(lambda mapped, _: 0.0 * mapped)
    np.testing.assert_allclose(got, 1e5, rtol=1e-4)
