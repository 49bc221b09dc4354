"""LeakGAN's goals against numbers worked out by hand, and gradients against finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo.losses import policy
from tfgan_zoo.losses.policy import goals

ROOT = np.sqrt(0.5)
# One sentence of three tokens: to the right, up, up; and one that ends after its first token.
FEATURES = np.float32(
    [[[1, 1], [2, 1], [2, 2], [2, 3]], [[0, 0], [0, 4], [0, 4], [0, 4]]],
)
# Lengths must not matter.
GOALS = np.float32([[[2, 0], [1, 1], [0, -3]], [[0, 1], [5, 0], [1, 1]]])


@pytest.mark.parametrize(
    ("horizon", "first", "second"),
    [
        # changes (1, 0), (0, 1), (0, 1); and (0, 4), 0, 0
        (1, [1, ROOT, -1], [1, 0, 0]),
        # changes (1, 1), (0, 2), (0, 1)
        (2, [ROOT, ROOT, -1], [1, 0, 0]),
        # changes (1, 2), (0, 2), (0, 1), all to the end
        (3, [np.sqrt(0.2), ROOT, -1], [1, 0, 0]),
        (9, [np.sqrt(0.2), ROOT, -1], [1, 0, 0]),
    ],
)
def test_cosines_of_where_a_sentence_goes(horizon, first, second):
    found = goals.cosines(FEATURES, GOALS, horizon)
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found, [first, second], atol=1e-6)


@pytest.mark.parametrize(
    ("horizon", "first", "second"),
    [
        (1, [1, ROOT, -1], [1, 0, 0]),
        # token 1: g_1 by (0, 1), g_0 by (1, 1); token 2: g_2 by (0, 1), g_1 by (0, 2)
        (2, [1, (ROOT + ROOT) / 2, (-1 + ROOT) / 2], [1, 1 / 2, 0]),
        # token 2: g_0 by (1, 2), too
        (3, [1, ROOT, (-1 + ROOT + np.sqrt(0.2)) / 3], [1, 1 / 2, 1 / 3]),
        (9, [1, ROOT, (-1 + ROOT + np.sqrt(0.2)) / 3], [1, 1 / 2, 1 / 3]),
    ],
)
def test_intrinsic_rewards(horizon, first, second):
    found = goals.intrinsic_rewards(FEATURES, GOALS, horizon)
    np.testing.assert_allclose(found, [first, second], atol=1e-6)


def test_goals_earn_what_they_led_to():
    values = tf.constant([[1.0, 2.0, 3.0, 4.0]])
    for horizon, expected in ((1, [1, 2, 3, 4]), (2, [2, 3, 4, 4]), (7, [4, 4, 4, 4])):
        np.testing.assert_array_equal(goals.ahead(values, horizon), [expected])


def test_the_manager_s_loss_and_its_gradient():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2, 5, 3)).astype(np.float32)
    values = np.float32([[0.1, 0.7, 0.4, 0.9], [0.3, 0.2, 0.8, 0.6]])
    mask = np.float32([[1, 1, 1, 1], [1, 1, 0, 0]])

    def loss(goals_):
        return policy.loss(goals.cosines(features, goals_, 2), values, mask)

    set_ = tf.constant(rng.normal(size=(2, 4, 3)).astype(np.float32))
    by_hand = 0.0
    for b, t in [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]:
        change = features[b, min(t + 2, 4)] - features[b, t]
        goal = set_[b, t].numpy()
        cosine = change @ goal / np.linalg.norm(change) / np.linalg.norm(goal)
        by_hand -= values[b, t] * cosine / 2
    np.testing.assert_allclose(loss(set_), by_hand, rtol=1e-5)
    with tf.GradientTape() as tape:
        tape.watch(set_)
        value = loss(set_)
    gradient = tape.gradient(value, set_).numpy()
    assert np.abs(gradient[0]).min() > 1e-4
    np.testing.assert_array_equal(gradient[1, 2:], 0.0)
    for index in np.ndindex(2, 2, 3):
        step = np.zeros(set_.shape, np.float32)
        step[index] = 1e-2
        slope = (loss(set_ + step) - loss(set_ - step)) / 2e-2
        np.testing.assert_allclose(gradient[index], slope, atol=2e-4)


def test_what_is_a_constant_has_no_gradient():
    features, set_ = tf.constant(FEATURES), tf.constant(GOALS)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([features, set_])
        rewards = goals.intrinsic_rewards(features, set_, 2)
        ranks = goals.rank_rescaled(set_[:, :, 0])
    assert tape.gradient(rewards, [features, set_]) == [None, None]
    assert tape.gradient(ranks, set_) is None


def sigmoid(x):
    return 1 / (1 + np.exp(-np.float64(x)))


def test_ranks_are_taken_among_the_sentences_at_each_position():
    values = np.float32([[0.3, 1e-9], [0.1, 3e-9], [0.9, 2e-9], [0.2, 4e-9]])
    ranks = np.array([[2, 4], [4, 2], [1, 3], [3, 1]])
    for delta in (1.0, 16.0):
        expected = sigmoid(delta * (0.5 - ranks / 4))
        np.testing.assert_allclose(goals.rank_rescaled(values, delta), expected, rtol=1e-5)
    # only the order counts
    np.testing.assert_array_equal(goals.rank_rescaled(values**3), goals.rank_rescaled(values))


def test_equal_values_share_the_mean_of_their_ranks():
    values = np.float32([[0.5], [0.7], [0.5], [0.5], [0.1]])
    expected = sigmoid(4.0 * (0.5 - np.array([[3], [1], [3], [3], [5]]) / 5))
    np.testing.assert_allclose(goals.rank_rescaled(values, 4.0), expected, rtol=1e-5)
    alike = goals.rank_rescaled(np.zeros([4, 1], np.float32), 4.0)
    np.testing.assert_allclose(alike, sigmoid(4.0 * (0.5 - 2.5 / 4)) * np.ones([4, 1]), rtol=1e-5)


def test_ranks_are_those_of_the_global_batch():
    values = np.random.default_rng(1).normal(size=(6, 3)).astype(np.float32)
    strategy = battery.two_replicas()

    @tf.function
    def run(parts):
        return strategy.run(goals.rank_rescaled, args=(parts,))

    parts = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(np.split(values, 2)[context.replica_id_in_sync_group])
    )
    found = strategy.experimental_local_results(run(parts))
    np.testing.assert_allclose(tf.concat(found, axis=0), goals.rank_rescaled(values), rtol=1e-6)
