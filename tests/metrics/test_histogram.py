import math

import numpy as np
import pytest

from tfgan_zoo.metrics import class_histogram, histogram_kl


def test_shares_of_labels_and_of_logits():
    labels = [2, 0, 2, 2]
    expected = [0.25, 0.0, 0.75, 0.0]
    np.testing.assert_array_equal(class_histogram(labels, 4), expected)
    np.testing.assert_array_equal(class_histogram(5.0 * np.eye(4)[labels], 4), expected)
    assert class_histogram(labels, 4).dtype == np.float64


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0, 1, 4], "labels must be from 0 to 3, got 0 to 4"),
        ([-1, 1], "labels must be from 0 to 3, got -1 to 1"),
        ([0.5, 1.0], "integer labels"),
        ([], "integer labels"),
        (np.zeros((3, 5)), "5 columns for 4 classes"),
        (np.full((3, 4), np.nan), "NaN"),
    ],
)
def test_histogram_errors(values, message):
    with pytest.raises(ValueError, match=message):
        class_histogram(values, 4)
    with pytest.raises(ValueError, match=r"num_classes is array\(\[0, 1\]\), expected an int"):
        class_histogram([0, 1], np.array([0, 1]))


def test_kl_by_hand():
    expected = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert histogram_kl([0.5, 0.5], [0.25, 0.75]) == pytest.approx(expected, rel=1e-12)
    reverse = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    assert histogram_kl([0.25, 0.75], [0.5, 0.5]) == pytest.approx(reverse, rel=1e-12)
    assert expected != pytest.approx(reverse, rel=0.01)


def test_kl_of_counts_equals_kl_of_shares():
    assert histogram_kl([1, 3], [50, 50]) == histogram_kl([0.25, 0.75], [0.5, 0.5])


def test_zeros_follow_the_definition():
    assert histogram_kl([0.0, 1.0], [0.5, 0.5]) == pytest.approx(math.log(2), rel=1e-12)
    assert histogram_kl([0.5, 0.5], [0.0, 1.0]) == math.inf
    assert histogram_kl([0.0, 1.0], [0.0, 1.0]) == 0.0


def test_expected_kl_of_a_fair_sample():
    # E KL ≈ (K − 1) / 2N: the floor of real data, here 9/2000 = 0.0045.
    generator = np.random.default_rng(0)
    values = [
        histogram_kl(class_histogram(generator.integers(0, 10, 1000), 10), np.ones(10))
        for _ in range(400)
    ]
    assert np.mean(values) == pytest.approx(9 / 2000, rel=0.1)


@pytest.mark.parametrize(
    ("p", "q", "message"),
    [
        ([1, 1], [1, 1, 1], "one length, got 2 and 3"),
        ([1, -1], [1, 1], "p must be a list of non-negative"),
        ([1, 1], [0, 0], "q must be a list of non-negative"),
        ([1, np.nan], [1, 1], "p must be"),
        ([[1, 1]], [[1, 1]], "p must be"),
    ],
)
def test_kl_errors(p, q, message):
    with pytest.raises(ValueError, match=message):
        histogram_kl(p, q)
