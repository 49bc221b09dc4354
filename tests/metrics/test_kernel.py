"""The kernel distance: recorded numbers, closed forms, and both error bars."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics import (
    kernel,
    kernel_distance,
    kernel_distance_blocks,
    kernel_distance_subsets,
)


def golden_pair(n, m):
    """The float32 sets that the golden numbers were recorded from (legacy NumPy stream)."""
    state = np.random.RandomState(0)
    real, fake = state.randn(n, 256).astype("float32"), state.randn(m, 256).astype("float32")
    return real, fake * 1.1 + 0.05


def naive(real, fake):
    def mean(pairs):
        return np.mean([(x @ y / len(x) + 1) ** 3 for x, y in pairs])

    within = [
        mean((x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j)
        for rows in (real, fake)
    ]
    return sum(within) - 2 * mean((x, y) for x in real for y in fake)


def test_golden_number_of_one_block():
    assert kernel_distance(*golden_pair(512, 512)) == pytest.approx(0.00838861, rel=1e-6)


@pytest.mark.parametrize(
    ("block_size", "mean", "error"),
    [(50, 0.01103429, 0.00546636), (512, 0.00764687, 0.00162024), (1000, 0.00826697, np.nan)],
)
def test_golden_numbers_of_blocks(block_size, mean, error):
    found = kernel_distance_blocks(*golden_pair(512, 768), block_size=block_size, seed=None)
    assert found["mean"] == pytest.approx(mean, rel=1e-6)
    assert found["standard_error"] == pytest.approx(error, rel=1e-6, nan_ok=True)


def test_it_is_the_mean_over_all_pairs():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(7, 3)), random.normal(1.0, size=(5, 3))
    assert kernel_distance(real, fake) == pytest.approx(naive(real, fake), rel=1e-10)
    assert kernel_distance(fake, real) == pytest.approx(naive(real, fake), rel=1e-10)


def test_constant_sets():
    # k is (a² + 1)³ within, (ab + 1)³ across.
    real, fake = np.full((4, 6), 2.0), np.full((9, 6), -1.0)
    assert kernel_distance(real, fake) == pytest.approx(5**3 + 2**3 - 2 * (-1) ** 3, rel=1e-12)
    assert kernel_distance(real, real[:3]) == pytest.approx(0.0, abs=1e-12)


def test_equal_distributions_have_values_around_zero():
    random = np.random.default_rng(1)
    values = [
        kernel_distance(random.normal(size=(50, 4)), random.normal(size=(80, 4)))
        for _ in range(200)
    ]
    assert np.mean(values) == pytest.approx(0.0, abs=3 * np.std(values) / np.sqrt(200))
    assert 60 < np.count_nonzero(np.array(values) < 0) < 150


def test_the_order_of_samples_and_the_size_of_blocks_change_nothing(monkeypatch):
    real, fake = golden_pair(100, 150)
    expected = kernel_distance(real, fake)
    random = np.random.default_rng(2)
    assert kernel_distance(random.permutation(real), random.permutation(fake)) == pytest.approx(
        expected, rel=1e-9
    )
    monkeypatch.setattr(kernel, "_ROWS", 7)
    assert kernel_distance(tf.constant(real), fake) == pytest.approx(expected, rel=1e-9)


def test_subsets_are_drawn_without_replacement():
    real, fake = golden_pair(30, 40)
    # All of the real samples are in every subset, so that only the generated ones differ.
    whole = kernel_distance_subsets(real, fake[:30], subsets=3, subset_size=30)
    assert whole["mean"] == pytest.approx(kernel_distance(real, fake[:30]), rel=1e-9)
    assert whole["std"] == pytest.approx(0.0, abs=1e-12)


def test_deviation_over_subsets():
    real, fake = golden_pair(60, 80)
    draws = np.random.default_rng(5)
    values = [
        naive(
            real[draws.permutation(60)[:20]].astype(float),
            fake[draws.permutation(80)[:20]].astype(float),
        )
        for _ in range(60)
    ]
    found = kernel_distance_subsets(real, fake, subsets=400, subset_size=20, seed=1)
    assert found["mean"] == pytest.approx(np.mean(values), abs=4 * np.std(values) / np.sqrt(60))
    assert found["std"] == pytest.approx(np.std(values), rel=0.35)
    assert kernel_distance_subsets(real, fake, subset_size=20, seed=2) != kernel_distance_subsets(
        real, fake, subset_size=20, seed=3
    )
    # By hand: of two values the deviation (ddof 0) is half their difference.
    draws = np.random.default_rng(9)
    two = []
    for _ in range(2):
        two.append(
            kernel_distance(
                draws.choice(real, 20, replace=False), draws.choice(fake, 20, replace=False)
            )
        )
    found = kernel_distance_subsets(real, fake, subsets=2, subset_size=20, seed=9)
    assert found["std"] == pytest.approx(abs(two[0] - two[1]) / 2, rel=1e-9)


def test_blocks_cover_all_samples_and_the_longer_ones_come_last():
    random = np.random.default_rng(3)
    real, fake = random.normal(size=(11, 2)), random.normal(size=(7, 2))
    # Three blocks: 3 + 4 + 4 real and 2 + 2 + 3 generated samples.
    values = [
        naive(real[:3], fake[:2]),
        naive(real[3:7], fake[2:4]),
        naive(real[7:], fake[4:]),
    ]
    found = kernel_distance_blocks(real, fake, block_size=4, seed=None)
    assert found["mean"] == pytest.approx(np.mean(values), rel=1e-9)
    error = np.std(values, ddof=1) / np.sqrt(3)
    assert found["standard_error"] == pytest.approx(error, rel=1e-9)


def test_blocks_of_sorted_samples_are_shuffled():
    ordered = np.repeat(np.linspace(-3, 3, 20), 20)[:, None]
    in_order = kernel_distance_blocks(ordered, ordered[::-1], block_size=40, seed=None)
    shuffled = kernel_distance_blocks(ordered, ordered[::-1], block_size=40)
    assert in_order["mean"] > 100  # each block of one end against the other end
    assert abs(shuffled["mean"]) < 5 * shuffled["standard_error"] < 100
    assert shuffled == kernel_distance_blocks(ordered, ordered[::-1], block_size=40, seed=0)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (kernel_distance, (np.zeros((1, 3)), np.zeros((5, 3))), "real_features needs at least 2"),
        (kernel_distance, (np.zeros((5, 3)), np.zeros((5, 4))), "one width"),
        (kernel_distance, (np.zeros((5, 3)), np.full((5, 3), np.nan)), "fake_features holds NaN"),
        (
            kernel_distance_subsets,
            (np.zeros((2000, 3)), np.zeros((500, 3))),
            "subset_size is 1000, expected at most .* 2000 real and 500 generated",
        ),
        (
            kernel_distance_subsets,
            (np.zeros((9, 3)), np.zeros((9, 3)), 5, 1),
            "subset_size is 1, expected an int of at least 2",
        ),
        (
            kernel_distance_blocks,
            (np.zeros((3000, 3)), np.zeros((5, 3))),
            "3000 real and 5 generated samples in blocks of at most 1024 make 3 blocks",
        ),
    ],
)
def test_errors_say_what_is_wrong(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
