"""Gradient penalties against numbers worked out by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests.losses.penalties.tiny import normal, turn
from tfgan_zoo.losses import penalties
from tfgan_zoo.losses.penalties import gradients

A = np.float32([[3.0], [4.0]])  # ‖A‖ = 5
MATRIX = np.float32([[2.0, 1.0], [1.0, 3.0]])
REAL = np.float32([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
FAKE = np.float32([[0.0, 1.0], [2.0, 0.0], [-1.0, 3.0]])


def linear(x):
    return x @ A


def quadratic(x):
    return 0.5 * tf.reduce_sum(x * (x @ MATRIX), 1, keepdims=True)


@pytest.mark.parametrize(
    ("penalty", "expected"),
    [
        (penalties.GradientPenalty(), 16.0),
        (penalties.GradientPenalty(target=5.0), 0.0),
        (penalties.GradientPenalty(target=7.0), 4.0),
        (penalties.GradientPenalty(target=7.0, one_sided=True), 0.0),
        (penalties.GradientPenalty(target=2.0, one_sided=True), 9.0),
        (penalties.ZeroCentredGradientPenalty(), 25.0),
        (penalties.R1(), 12.5),
        (penalties.R2(), 12.5),
        (penalties.DRAGAN(), 16.0),
        (penalties.DRAGAN(target=7.0, one_sided=True), 0.0),
    ],
)
def test_of_a_linear_discriminator(penalty, expected):
    got = penalty.value(turn(linear, REAL, FAKE))
    assert got.dtype == tf.float32
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)


def test_of_a_quadratic_discriminator_at_the_right_images():
    # ∇ = A x: at the reals (2, 1), (2, 6), (3, 4); at the fakes (1, 3), (4, 2), (1, 8)
    here = turn(quadratic, REAL, FAKE)
    np.testing.assert_allclose(penalties.R1().value(here), 0.5 * (5 + 40 + 25) / 3, rtol=1e-6)
    np.testing.assert_allclose(penalties.R2().value(here), 0.5 * (10 + 20 + 65) / 3, rtol=1e-6)


def test_a_norm_is_a_sample_s_not_a_pixel_s():
    images = normal(4, 3, 5, 2)

    def total(x):
        return tf.reduce_sum(x, [1, 2, 3])[:, None] * 0.5

    squares = gradients.squared_gradient_norms(total, images)
    np.testing.assert_allclose(squares, np.full(4, 30 * 0.25), rtol=1e-6)  # 30 numbers of 0.5²
    got = penalties.GradientPenalty().value(turn(total, images))
    np.testing.assert_allclose(got, (7.5**0.5 - 1) ** 2, rtol=1e-5)


def test_logits_of_several_places_are_summed():
    images = normal(4, 3, 5, 2)
    squares = gradients.squared_gradient_norms(lambda x: x[:, :, :, :1] * 2.0, images)
    np.testing.assert_allclose(squares, np.full(4, 15 * 4.0), rtol=1e-6)


def seen_by(penalty, real, fake=None, **options):
    seen = []

    def discriminate(x):
        seen.append(x.numpy())
        return tf.reduce_sum(x, [1, 2, 3])[:, None]

    penalty.value(turn(discriminate, real, fake, **options))
    return seen[-1]


@pytest.mark.parametrize("name", ["gradient_penalty", "zero_centred_gradient_penalty"])
def test_mixes_with_one_uniform_number_for_a_pair(name):
    real, fake = normal(4000, 2, 3, 1), normal(4000, 2, 3, 1, seed=1) + 9
    between = seen_by(penalties.get(name), real, fake).astype(np.float64)
    mix = ((between - real) / (fake - real)).reshape(4000, -1)
    np.testing.assert_allclose(mix, np.repeat(mix[:, :1], 6, 1), atol=1e-5)
    mix = np.sort(mix[:, 0])
    assert -1e-6 < mix[0] < 0.005
    assert 0.995 < mix[-1] < 1 + 1e-6
    # Kolmogorov and Smirnov's distance; 0.03 is exceeded with probability 0.0015
    assert np.abs(mix - (np.arange(4000) + 0.5) / 4000).max() < 0.03


def test_dragan_looks_around_the_data():
    real = normal(4000, 2, 3, 1) * 3 + 1
    around = seen_by(penalties.DRAGAN(), real).astype(np.float64)
    share = ((around - real) / (0.5 * real.std())).reshape(4000, 6)
    assert share.min() > -1e-5
    assert share.max() < 1 + 1e-5
    # A product of two uniform numbers has mean 1/4 and variance 1/9 - 1/16; two pixels of a sample share
    # one of them: covariance (1/12) / 4.
    np.testing.assert_allclose(share.mean(), 0.25, atol=0.01)
    np.testing.assert_allclose(share.var(), 1 / 9 - 1 / 16, atol=0.003)
    np.testing.assert_allclose(np.cov(share[:, 0], share[:, 1])[0, 1], 1 / 48, atol=0.003)


@pytest.mark.parametrize("name", ["gradient_penalty", "zero_centred_gradient_penalty", "dragan"])
def test_packs_are_mixed_as_one(name):
    real, fake = normal(5, 4, 4, 2), normal(5, 4, 4, 2, seed=1)
    seen = seen_by(penalties.get(name), real, fake, samples=10)  # ten samples in five packs
    assert seen.shape == real.shape
    if name != "dragan":
        mix = ((seen - real) / (fake - real)).reshape(5, -1)
        np.testing.assert_allclose(mix, np.repeat(mix[:, :1], 32, 1), atol=1e-3)
        assert len(np.unique(mix[:, 0].round(3))) == 5


@pytest.mark.parametrize("name", ["gradient_penalty", "dragan", "r1"])
def test_batches_of_any_size(name):
    penalty = penalties.get(name)
    drawn = tf.function(
        lambda real: penalty.value(turn(linear, real)),
        input_signature=[tf.TensorSpec([None, 2])],
    )
    np.testing.assert_allclose(drawn(REAL[:1]), drawn(REAL), rtol=1e-5)


@pytest.mark.parametrize("name", ["gradient_penalty", "dragan", "r1", "r2"])
def test_safe_where_the_gradient_is_zero(name):
    slope = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        got = penalties.get(name).value(turn(lambda x: slope * linear(x), REAL, FAKE))
    np.testing.assert_allclose(got, 1.0 if name in ("gradient_penalty", "dragan") else 0.0)
    np.testing.assert_allclose(tape.gradient(got, slope), 0.0)
