"""FD∞: the line over 1/N, its slope in closed form, and which samples it takes."""

import numpy as np
import pytest

from tfgan_zoo.metrics import frechet_distance, frechet_infinity


def test_slope_and_intercept_of_one_distribution():
    # For N(0, I) the mean's error adds D/N and the covariance's E|√S − I|² = D(D + 1)/4N, at first order; the
    # intercept keeps the same bias of the real samples.
    random = np.random.default_rng(0)
    width, count = 16, 20_000
    bias = width + width * (width + 1) / 4
    found = [
        frechet_infinity(
            random.normal(size=(count, width)), random.normal(size=(8_000, width)), seed=seed
        )
        for seed in range(5)
    ]
    assert np.mean([one["slope"] for one in found]) == pytest.approx(bias, rel=0.15)
    assert np.mean([one["intercept"] for one in found]) == pytest.approx(bias / count, abs=0.003)
    assert all(one["r_squared"] > 0.9 for one in found)


@pytest.mark.parametrize(
    ("count", "sizes"),
    # From a tenth to all of the generated samples; from 5,000 where a tenth would be more.
    [(400, [40, 130, 220, 310, 400]), (60_000, [5_000, 18_750, 32_500, 46_250, 60_000])],
)
def test_samples_of_these_sizes_against_all_real_ones(count, sizes):
    random = np.random.default_rng(1)
    real, fake = random.normal(size=(300, 3)), random.normal(size=(count, 3)) ** 3
    draws = np.random.default_rng(7)
    distances = [frechet_distance(real, draws.choice(fake, n, replace=False)) for n in sizes]
    # Least squares by its normal equations.
    x, y = 1 / np.array(sizes), np.array(distances)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    found = frechet_infinity(real, fake, points=5, seed=7)
    assert found["slope"] == pytest.approx(slope, rel=1e-9)
    assert found["intercept"] == pytest.approx(y.mean() - slope * x.mean(), rel=1e-9)
    assert found["r_squared"] == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2, rel=1e-6)
    assert frechet_infinity(real, fake, points=5, seed=8) != found


def test_constant_samples_lie_on_a_flat_line():
    # Every distance is 2, the real variance.
    assert frechet_infinity([[-1.0], [1.0]], np.zeros((90, 1)), points=3) == {
        "intercept": pytest.approx(2.0, rel=1e-12),
        "slope": pytest.approx(0.0, abs=1e-9),
        "r_squared": 1.0,
    }


@pytest.mark.parametrize(
    ("real", "fake", "points", "message"),
    [
        (np.zeros((9, 3)), np.zeros((29, 3)), 15, "at least 30 samples for 15 points, got 29"),
        (np.zeros((1, 3)), np.zeros((50, 3)), 15, "real_features needs at least 2 samples"),
        (np.zeros((9, 3)), np.zeros((50, 4)), 15, "one width"),
        (np.zeros((9, 3)), np.zeros((50, 3)), 2, "points is 2, expected an int of at least 3"),
    ],
)
def test_errors_say_what_is_wrong(real, fake, points, message):
    with pytest.raises(ValueError, match=message):
        frechet_infinity(real, fake, points=points)
