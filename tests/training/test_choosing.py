"""Choosing a token: against numbers worked out by hand, and at the edges of rounding."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests import tabular
from tfgan_zoo.training import decoding

# --- one token ------------------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", [1, 5, 64, 65, 97, 5000, 5003])
def test_categorical_inverts_the_distribution_function(vocabulary):
    random = np.random.default_rng(vocabulary)
    weights = random.integers(0, 9, size=(3, vocabulary))
    weights[:, random.integers(vocabulary)] += 1
    total = weights.sum(1)
    logits = np.log(np.maximum(weights, 1e-30)) - 1e9 * (weights == 0)
    # In the middle of each of the distribution function's steps' units: exact in spite of rounding.
    grid = np.stack([(np.linspace(0, t - 1, 4096).astype(int) + 0.5) / t for t in total])
    expected = [
        np.searchsorted(w.cumsum(), g * t, side="right")
        for w, g, t in zip(weights, grid, total, strict=True)
    ]
    found = decoding.categorical(tf.constant(logits, tf.float32), tf.constant(grid, tf.float32))
    np.testing.assert_array_equal(found, expected)
    one = decoding.categorical(
        tf.constant(logits, tf.float32), tf.constant(grid[:, 99], tf.float32)
    )
    np.testing.assert_array_equal(one, np.array(expected)[:, 99])
    assert one.dtype == tf.int32


def test_a_border_belongs_to_the_token_after_it():
    borders = tf.constant([[0.0, 0.25, 0.5, 0.75]])
    np.testing.assert_array_equal(decoding.categorical(tf.zeros([1, 4]), borders), [[0, 1, 2, 3]])
    below = borders[:, 1:] - 2.0**-23
    np.testing.assert_array_equal(decoding.categorical(tf.zeros([1, 4]), below), [[0, 1, 2]])


@pytest.mark.parametrize("vocabulary", [4, 100, 5000, 5003])
@pytest.mark.parametrize("never", [-math.inf, -1e9, -200.0])
def test_no_token_of_probability_0_at_the_edges(vocabulary, never):
    random = np.random.default_rng(0)
    logits = random.normal(size=(64, vocabulary)).astype(np.float32)
    possible = random.random((64, vocabulary)) < 4 / vocabulary
    possible[:, 1] |= ~possible.any(1)
    possible[:, [0, -1]] = False
    logits[~possible] = never
    below = np.nextafter(np.float32(1), np.float32(0))
    edges = np.float32(
        [0.0, 2.0**-23, 0.5, 1 - 2.0**-23, below, 1.0]
    )  # 1 is out of range, but harmless
    found = decoding.categorical(logits, tf.tile(edges[None], [64, 1])).numpy()
    assert np.take_along_axis(possible, found, axis=1).all()
    first, last = possible.argmax(1), vocabulary - 1 - possible[:, ::-1].argmax(1)
    np.testing.assert_array_equal(found[:, 0], first)
    for edge in (-2, -1):
        np.testing.assert_array_equal(found[:, edge], last)


def test_tokens_stay_in_range_whatever_comes():
    for logits in (
        np.full([2, 5000], np.nan),
        np.full([2, 5000], -np.inf),
        np.full([2, 7], np.inf),
    ):
        found = decoding.categorical(
            tf.constant(logits, tf.float32), tf.constant([0.3, 0.9])
        ).numpy()
        assert ((found >= 0) & (found < logits.shape[1])).all()


def test_a_large_vocabulary_is_drawn_as_it_should_be():
    logits = tf.constant(np.random.default_rng(0).normal(size=(1, 5000)) * 2, tf.float32)
    exact = tf.nn.softmax(tf.cast(logits, tf.float64))[0].numpy()
    drawn = decoding.categorical(logits, tabular.uniforms(1, 100_000)).numpy()
    found = np.bincount(drawn[0], minlength=5000) / 100_000
    likely = exact > 2e-4
    assert likely.sum() > 500
    tabular.assert_within(found[likely], exact[likely], 100_000, errors=4.5)


# --- filters --------------------------------------------------------------------------------------

PROBABILITIES = [0.1, 0.3, 0.05, 0.3, 0.25]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        ({"top_k": 2}, [0, 0.5, 0, 0.5, 0]),
        ({"top_k": 1}, [0, 1, 0, 0, 0]),
        ({"top_k": 3}, [0, 0.3 / 0.85, 0, 0.3 / 0.85, 0.25 / 0.85]),
        ({"top_k": 5}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        ({"top_p": 0.29}, [0, 1, 0, 0, 0]),
        ({"top_p": 0.31}, [0, 0.5, 0, 0.5, 0]),
        ({"top_p": 0.84}, [0, 0.3 / 0.85, 0, 0.3 / 0.85, 0.25 / 0.85]),
        ({"top_p": 0.86}, [0.1 / 0.95, 0.3 / 0.95, 0, 0.3 / 0.95, 0.25 / 0.95]),
        ({"top_p": 1.0}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        # of what top_k leaves (a half each): one is enough for 0.49, not for 0.51
        ({"top_k": 2, "top_p": 0.49}, [0, 1, 0, 0, 0]),
        ({"top_k": 2, "top_p": 0.51}, [0, 0.5, 0, 0.5, 0]),
        # p^(1/2) and p^2, normalised
        ({"temperature": 2.0}, np.sqrt(PROBABILITIES) / np.sqrt(PROBABILITIES).sum()),
        ({"temperature": 0.5}, np.square(PROBABILITIES) / np.square(PROBABILITIES).sum()),
        # at temperature 1/2 the best has .09 of .255: before the filter, not after
        ({"temperature": 0.5, "top_p": 0.35}, [0, 1, 0, 0, 0]),
        ({"temperature": 0.5, "top_p": 0.36}, [0, 0.5, 0, 0.5, 0]),
    ],
)
def test_filtered(arguments, expected):
    logits = tf.math.log([[PROBABILITIES, PROBABILITIES[::-1]]]) + 3.0
    if "temperature" in arguments:
        tensor = {**arguments, "temperature": tf.constant(arguments["temperature"])}
        found = tf.nn.softmax(decoding.filtered(logits, **tensor))
        np.testing.assert_allclose(found[0, 0], expected, atol=1e-6)
    found = tf.nn.softmax(decoding.filtered(logits, **arguments)).numpy()
    np.testing.assert_allclose(found[0, 0], expected, atol=1e-6)
    if "top_k" not in arguments and "top_p" not in arguments:
        np.testing.assert_allclose(found[0, 1], expected[::-1], atol=1e-6)


def test_a_temperature_that_is_computed_is_checked_when_it_is_there():
    with pytest.raises(tf.errors.InvalidArgumentError, match="temperature must be above 0"):
        tabular.compiled(decoding.filtered, tf.zeros([1, 3]), tf.constant(0.0))
