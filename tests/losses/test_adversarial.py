"""Losses against hand-computed numbers, finite differences and an independent formula."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses

REAL = np.array([[2.0], [-1.0], [0.5]], np.float32)
FAKE = np.array([[-3.0], [1.5], [0.25]], np.float32)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.float64(x)))


# Written as in the papers, with D = sigmoid(logits) where D is a probability.
DISCRIMINATOR = {
    "minimax": lambda r, f: -np.mean(np.log(sigmoid(r))) - np.mean(np.log(1 - sigmoid(f))),
    "non_saturating": lambda r, f: -np.mean(np.log(sigmoid(r))) - np.mean(np.log(1 - sigmoid(f))),
    "least_squares": lambda r, f: 0.5 * np.mean((r - 1) ** 2) + 0.5 * np.mean(f**2),
}
GENERATOR = {
    "minimax": lambda f: np.mean(np.log(1 - sigmoid(f))),
    "non_saturating": lambda f: -np.mean(np.log(sigmoid(f))),
    "least_squares": lambda f: 0.5 * np.mean((f - 1) ** 2),
}


@pytest.mark.parametrize("name", losses.names())
def test_values(name):
    loss = losses.get(name)
    d, g = loss.discriminator(REAL, FAKE), loss.generator(None, FAKE)
    assert d.dtype == g.dtype == tf.float32
    assert d.shape == g.shape == ()
    np.testing.assert_allclose(d, DISCRIMINATOR[name](REAL, FAKE), atol=1e-6)
    np.testing.assert_allclose(g, GENERATOR[name](FAKE), atol=1e-6)


def test_values_by_hand():
    # softplus of -2, 1, -.5 and of -3, 1.5, .25; and of 3, -1.5, -.25
    real = (0.126928 + 1.313262 + 0.474077) / 3
    fake = (0.048587 + 1.701413 + 0.825940) / 3
    wanted = (3.048587 + 0.201413 + 0.575940) / 3
    for name in ("minimax", "non_saturating"):
        np.testing.assert_allclose(
            losses.get(name).discriminator(REAL, FAKE), real + fake, atol=2e-6
        )
    np.testing.assert_allclose(losses.get("minimax").generator(None, FAKE), -fake, atol=2e-6)
    np.testing.assert_allclose(
        losses.get("non_saturating").generator(None, FAKE), wanted, atol=2e-6
    )
    squares = losses.get("least_squares")
    # ((1)² + (-2)² + (-.5)²) / 6 + (9 + 2.25 + .0625) / 6, and (16 + .25 + .5625) / 6
    np.testing.assert_allclose(squares.discriminator(REAL, FAKE), 5.25 / 6 + 11.3125 / 6, atol=1e-6)
    np.testing.assert_allclose(squares.generator(None, FAKE), 16.8125 / 6, atol=1e-6)


@pytest.mark.parametrize("name", losses.names())
def test_gradients_by_finite_differences(name):
    loss, h = losses.get(name), 1e-3
    for side in ("real", "fake", "generator"):
        x = tf.constant(REAL if side == "real" else FAKE)

        def value(x, side=side):
            if side == "generator":
                return loss.generator(None, x)
            return loss.discriminator(*((x, FAKE) if side == "real" else (REAL, x)))

        with tf.GradientTape() as tape:
            tape.watch(x)
            y = value(x)
        gradient = tape.gradient(y, x).numpy().ravel()
        for i in range(len(gradient)):
            step = np.zeros_like(REAL)
            step[i] = h
            slope = (np.float64(value(x + step)) - np.float64(value(x - step))) / (2 * h)
            np.testing.assert_allclose(gradient[i], slope, atol=3e-4)


def test_the_saturating_generator_has_no_gradient_where_it_needs_one():
    rejected = tf.constant([[-12.0]])
    slopes = {}
    for name in ("minimax", "non_saturating"):
        with tf.GradientTape() as tape:
            tape.watch(rejected)
            loss = losses.get(name).generator(None, rejected)
        slopes[name] = float(tape.gradient(loss, rejected)[0, 0])
    # -sigmoid(-12) and -sigmoid(12)
    np.testing.assert_allclose(slopes["minimax"], -6.144e-6, rtol=1e-3)
    np.testing.assert_allclose(slopes["non_saturating"], -0.9999939, rtol=1e-6)


@pytest.mark.parametrize("name", losses.names())
def test_large_logits_and_half_precision(name):
    loss = losses.get(name)
    extreme = np.array([[150.0], [-150.0]], np.float32)
    for dtype in (tf.float32, tf.float16, tf.bfloat16):
        x = tf.cast(extreme, dtype)
        d, g = loss.discriminator(x, x), loss.generator(None, x)
        assert d.dtype == g.dtype == tf.float32
        np.testing.assert_allclose(d, loss.discriminator(extreme, extreme), rtol=1e-2)
        assert np.isfinite([d, g]).all()


def test_realness():
    np.testing.assert_allclose(
        losses.get("minimax").realness([0.0, 2.0]), [0.5, 0.8807971], atol=1e-6
    )
    np.testing.assert_allclose(losses.get("least_squares").realness([0.0, 2.0]), [0.0, 2.0])


def test_get():
    assert losses.names() == ["least_squares", "minimax", "non_saturating"]
    with pytest.raises(
        ValueError, match=r"unknown loss 'non_saturatin' .did you mean 'non_saturating'"
    ):
        losses.get("non_saturatin")
    with pytest.raises(ValueError, match="an object with methods"):
        losses.get(3)

    class Own:
        def discriminator(self, real_logits, fake_logits):
            return 0.0

        def generator(self, real_logits, fake_logits):
            return 0.0

    own = Own()
    assert losses.get(own) is own


@pytest.mark.parametrize("name", losses.names())
def test_serialization(name):
    loss = losses.get(name)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss)
