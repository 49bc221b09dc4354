import math

import numpy as np
import pytest

from tfgan_zoo.metrics import classifier_score, classifier_score_splits, confident_fraction


def test_golden_number_of_tf_gan():
    logits = np.array([[1, 2] * 500 + [4], [4, 5] * 500 + [6]])
    assert classifier_score(logits) == pytest.approx(1.0008087799, abs=1e-10)


def test_ceiling_is_the_number_of_classes():
    assert classifier_score(np.tile(1e4 * np.eye(10), (7, 1))) == pytest.approx(10.0, rel=1e-12)


def test_ceiling_of_uneven_classes_is_the_exponential_of_their_entropy():
    labels = [0] * 5 + [1] * 3 + [2] * 2
    entropy = -sum(p * math.log(p) for p in (0.5, 0.3, 0.2))
    assert classifier_score(1e4 * np.eye(3)[labels]) == pytest.approx(math.exp(entropy), rel=1e-12)


@pytest.mark.parametrize("row", [[0.0, 0.0, 0.0], [3.0, -1.0, 0.5], [1e4, 0.0, 0.0]])
def test_floor_is_one_when_all_samples_say_the_same(row):
    assert classifier_score(np.tile(row, (20, 1))) == pytest.approx(1.0, abs=1e-12)


def test_two_samples_by_hand():
    # Probabilities (.8, .2) and (.4, .6), marginal (.6, .4).
    p = np.array([[0.8, 0.2], [0.4, 0.6]])
    divergences = [
        0.8 * math.log(0.8 / 0.6) + 0.2 * math.log(0.2 / 0.4),
        0.4 * math.log(0.4 / 0.6) + 0.6 * math.log(0.6 / 0.4),
    ]
    expected = math.exp(sum(divergences) / 2)
    assert classifier_score(np.log(p)) == pytest.approx(expected, rel=1e-12)
    # Logits are defined up to a constant per sample.
    moved = np.log(p) + np.array([[50.0], [-7.0]])
    assert classifier_score(moved) == pytest.approx(expected, rel=1e-12)


def test_float32_logits_are_worked_on_in_float64():
    logits = np.random.default_rng(0).normal(size=(1000, 10)).astype("float32")
    assert classifier_score(logits) == classifier_score(logits.astype("float64"))


def test_splits_are_consecutive_parts_with_population_deviation():
    logits = np.random.default_rng(1).normal(scale=3.0, size=(11, 4))
    parts = [classifier_score(logits[:5]), classifier_score(logits[5:])]
    found = classifier_score_splits(logits, splits=2, seed=None)
    assert found["mean"] == pytest.approx(sum(parts) / 2, rel=1e-12)
    assert found["std"] == pytest.approx(abs(parts[0] - parts[1]) / 2, rel=1e-9)


def test_one_split_is_the_whole():
    logits = np.random.default_rng(1).normal(scale=3.0, size=(11, 4))
    found = classifier_score_splits(logits, splits=1)
    assert found["mean"] == pytest.approx(classifier_score(logits), rel=1e-12)
    assert found["std"] == 0.0


def test_sorted_samples_are_shuffled():
    logits = 1e4 * np.repeat(np.eye(10), 100, axis=0)  # one class a split, in this order
    assert classifier_score_splits(logits, seed=None)["mean"] == pytest.approx(1.0, abs=1e-12)
    # Shares of a hundred draws from ten classes: exp(H) is 10 − (10 − 1)/2 · 10/100 at first order.
    assert classifier_score_splits(logits)["mean"] == pytest.approx(9.55, abs=0.15)
    assert classifier_score_splits(logits, seed=3) == classifier_score_splits(logits, seed=3)
    assert classifier_score_splits(logits, seed=3) != classifier_score_splits(logits, seed=4)


@pytest.mark.parametrize(
    ("splits", "message"), [(0, "splits is 0"), (-1, "splits is -1"), (12, "1 to .* samples 11")]
)
def test_splits_out_of_range(splits, message):
    with pytest.raises(ValueError, match=message):
        classifier_score_splits(np.zeros((11, 4)), splits=splits)


@pytest.mark.parametrize(
    "function", [classifier_score, classifier_score_splits, confident_fraction]
)
@pytest.mark.parametrize("logits", [np.zeros((0, 10)), np.zeros(10), [[0.0, np.nan]]])
def test_bad_logits(function, logits):
    with pytest.raises(ValueError, match="logits"):
        function(logits)


def test_confident_fraction_counts_the_threshold_itself():
    p = np.array([[0.75, 0.25], [0.5, 0.5], [0.05, 0.95], [0.3, 0.7]])
    assert confident_fraction(np.log(p), threshold=0.8) == 0.25
    assert confident_fraction(np.log(p), threshold=0.6) == 0.75
    assert confident_fraction(np.zeros((3, 2)), threshold=0.5) == 1.0


@pytest.mark.parametrize("threshold", [0.0, -0.5, 1.1, 90])
def test_threshold_is_a_probability(threshold):
    with pytest.raises(ValueError, match="probability"):
        confident_fraction(np.zeros((3, 2)), threshold)
