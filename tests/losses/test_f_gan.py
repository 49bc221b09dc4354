"""f-divergences against their definitions: suprema, integrals over two Gaussians, closed forms."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.losses import DIVERGENCES, FGAN, FDivergence

every = pytest.mark.parametrize("divergence", DIVERGENCES.values(), ids=lambda d: d.name)

X, DX = np.linspace(-14.0, 14.0, 28001, retstep=True)
(M1, S1), (M2, S2) = (0.4, 0.9), (-0.3, 1.1)


def normal(mean, deviation):
    return np.exp(-0.5 * ((X - mean) / deviation) ** 2) / (deviation * math.sqrt(2 * math.pi))


P, Q = normal(M1, S1), normal(M2, S2)


def kl(m, s, n, t):
    return math.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5


def chi_square(m, s, n, t):
    """∫ p²/q - 1."""
    left = 2 * t**2 - s**2
    return t**2 / (s * math.sqrt(left)) * math.exp((m - n) ** 2 / left) - 1.0


def js():
    middle = 0.5 * (P + Q)
    return DX * np.sum(P * np.log(P / middle) + Q * np.log(Q / middle))


SQUARES = S1**2 + S2**2
EXACT = {
    "kl": kl(M1, S1, M2, S2),
    "reverse_kl": kl(M2, S2, M1, S1),
    "pearson": chi_square(M1, S1, M2, S2),
    "neyman": chi_square(M2, S2, M1, S1),
    "squared_hellinger": 2.0
    - 2.0 * math.sqrt(2 * S1 * S2 / SQUARES) * math.exp(-((M1 - M2) ** 2) / (4 * SQUARES)),
    "jensen_shannon": js(),
    "gan": js() - math.log(4.0),
    "total_variation": 0.5 * DX * np.sum(np.abs(P - Q)),
}


def bound(divergence, ratio):
    t = divergence.f_prime(tf.constant(ratio))
    return DX * float(tf.reduce_sum(P * t - Q * divergence.conjugate(t)))


@every
def test_the_best_t_reaches_the_divergence_and_no_other_does(divergence):
    exact = EXACT[divergence.name]
    np.testing.assert_allclose(bound(divergence, P / Q), exact, rtol=2e-6)
    np.testing.assert_allclose(DX * np.sum(Q * divergence.f(tf.constant(P / Q))), exact, rtol=2e-6)
    for off in (1.5, 0.7, np.exp(0.3 * np.sin(3 * X + 1.0))):
        assert bound(divergence, off * P / Q) < exact - 1e-4


def test_total_variation_of_equal_spreads_in_closed_form():
    p, q = normal(0.5, 1.0), normal(-0.5, 1.0)
    f = DIVERGENCES["total_variation"].f
    np.testing.assert_allclose(DX * np.sum(q * f(p / q)), math.erf(0.5 / math.sqrt(2)), rtol=1e-6)


@every
def test_conjugate_is_the_supremum(divergence):
    u = np.exp(np.linspace(-14.0, 14.0, 40001))  # holds 1, where total variation has its corner
    f = divergence.f(tf.constant(u)).numpy()
    v = np.linspace(-1.9, 3.0, 15)  # below -2, Pearson's is that of the whole line
    t = divergence.activation(tf.constant(v)).numpy()
    supremum = np.max(u * t[:, None] - f, axis=1)
    got = divergence.conjugate(tf.constant(t))
    np.testing.assert_allclose(got, supremum, rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(divergence.conjugate_of_activation(tf.constant(v)), got, rtol=1e-9)


@every
def test_f_prime_is_the_slope_and_rises(divergence):
    u, h = np.array([0.2, 0.7, 1.3, 4.0]), 1e-5
    slope = (divergence.f(u + h) - divergence.f(u - h)) / (2 * h)
    np.testing.assert_allclose(divergence.f_prime(tf.constant(u)), slope, rtol=1e-6, atol=1e-8)
    assert (np.diff(slope) > (-1e-9 if divergence.name == "total_variation" else 0.01)).all()


@every
def test_threshold(divergence):
    one = tf.constant(1.0, tf.float64)
    np.testing.assert_allclose(divergence.f_prime(one), divergence.f_prime_at_1, rtol=1e-9)
    at_one = -math.log(4.0) if divergence.name == "gan" else 0.0
    np.testing.assert_allclose(divergence.f(one), at_one, atol=1e-12)
    v = 1.0 if divergence.name == "kl" else 0.0
    np.testing.assert_allclose(divergence.activation(v), divergence.f_prime_at_1, rtol=1e-6)
    np.testing.assert_allclose(FGAN(divergence).realness([v]), [0.5], atol=1e-7)


@pytest.mark.parametrize("name", sorted(DIVERGENCES.keys() - {"total_variation"}))
def test_realness_is_the_posterior_of_an_optimal_output(name):
    divergence, v = DIVERGENCES[name], tf.constant(np.linspace(-1.9, 3.0, 15))
    real = divergence.posterior(v)
    best = divergence.f_prime(real / (1.0 - real))
    np.testing.assert_allclose(best, divergence.activation(v), rtol=1e-7, atol=1e-9)


def test_total_variation_s_t_stays_where_its_conjugate_is_finite():
    t = DIVERGENCES["total_variation"].activation(np.linspace(-50, 50, 101))
    assert np.abs(t).max() <= 0.5


V = -3.0
PUSH = {  # divergence -> by how much the generator pushes up a fake at V: by default, at the saddle
    "kl": (1.0, math.exp(V - 1.0)),
    "reverse_kl": (math.exp(-V), 1.0),
    "pearson": (1.0, -0.5),
    "neyman": (math.exp(-V), math.exp(-V / 2)),
    "squared_hellinger": (math.exp(-V), math.exp(V)),
    "jensen_shannon": (1.0 / (1.0 + math.exp(V)), 1.0 / (1.0 + math.exp(-V))),
    "gan": (1.0 / (1.0 + math.exp(V)), 1.0 / (1.0 + math.exp(-V))),
    "total_variation": (0.5 / math.cosh(V) ** 2, 0.5 / math.cosh(V) ** 2),
}


@every
@pytest.mark.parametrize("saddle", [False, True])
def test_how_hard_a_rejected_fake_is_pushed(divergence, saddle):
    loss, fake = FGAN(divergence.name, saddle=saddle), tf.constant([[V]])
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = loss.generator(None, fake)
    np.testing.assert_allclose(
        -tape.gradient(value, fake)[0, 0], PUSH[divergence.name][saddle], 1e-4
    )
    if saddle:  # what the generator minimises is the part of the bound that it can change
        t = divergence.activation(tf.constant(V, tf.float64))
        np.testing.assert_allclose(value, -divergence.conjugate(t), rtol=1e-5)


def test_the_gan_divergence_is_the_first_gan():
    real, fake = tf.constant([[2.0], [-1.0]]), tf.constant([[-3.0], [0.5]])
    game = losses.get("minimax")
    for saddle, generator in ((False, losses.get("non_saturating")), (True, game)):
        loss = FGAN("gan", saddle=saddle)
        np.testing.assert_allclose(loss.discriminator(real, fake), game.discriminator(real, fake))
        np.testing.assert_allclose(loss.generator(real, fake), generator.generator(real, fake))


LARGE = {  # divergence -> T and f*(T) of -1e4, then of 1e4; inf where they are larger than a float32
    "kl": (-1e4, 0.0, 1e4, np.inf),
    "reverse_kl": (-np.inf, -10001.0, 0.0, 9999.0),
    "pearson": (-1e4, 24990000.0, 1e4, 25010000.0),
    "neyman": (-np.inf, -np.inf, 1.0, 2.0),
    "squared_hellinger": (-np.inf, -1.0, 1.0, np.inf),
    "jensen_shannon": (-9999.3066, -0.6931472, 0.6931472, 9999.3066),
    "gan": (-1e4, 0.0, 0.0, 1e4),
    "total_variation": (-0.5, -0.5, 0.5, 0.5),
}


@every
def test_large_outputs(divergence):
    got = []
    for size in (-1e4, 1e4):
        v = tf.constant(size)
        for function in (divergence.activation, divergence.conjugate_of_activation):
            with tf.GradientTape() as tape:
                tape.watch(v)
                value = function(v)
            got.append(value)
            assert not np.isfinite(value) or np.isfinite(tape.gradient(value, v))
    np.testing.assert_allclose(got, LARGE[divergence.name], rtol=1e-6)


def test_errors():
    with pytest.raises(ValueError, match="did you mean 'pearson'"):
        FGAN("pearsen")
    with pytest.raises(ValueError, match="saddle is 1, expected True or False"):
        FGAN("kl", saddle=1)
    with pytest.raises(
        ValueError, match=r"unknown argument of f_kl 'sadle' .did you mean 'saddle'"
    ):
        losses.get({"name": "f_kl", "sadle": True})


def test_a_divergence_of_one_s_own():
    kl = DIVERGENCES["kl"]
    own = FDivergence(**{**vars(kl), "name": "mine"})
    loss = FGAN(own)
    assert loss.name == "f_mine"
    assert loss.get_config() == {"divergence": own, "saddle": False}
    assert keras.saving.get_registered_name(FGAN) == "tfgan_zoo.losses>FGAN"
