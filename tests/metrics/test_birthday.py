import numpy as np
import pytest

from tfgan_zoo.metrics import birthday, birthday_support, duplicate_threshold, k_nearest


def drawn(n, count, seed):
    """Samples of n equally likely outputs."""
    return np.random.default_rng(seed).integers(0, n, (count, 1)).astype("float32")


@pytest.mark.parametrize("n", [50, 365, 5000])
def test_equally_likely_outputs(n):
    # The smallest s with Π (1 - i/n) ≤ 1/2, i < s: 23 of 365 birthdays. s² is about 2 log 2 · n.
    different = np.cumprod(1 - np.arange(n) / n)  # for batches of 1, 2, …
    expected = 1 + np.flatnonzero(different <= 0.5)[0]
    assert expected**2 == pytest.approx(2 * np.log(2) * n, rel=0.2)
    found = [birthday_support(drawn(n, 1500, seed), 0.5)["batch"] for seed in range(5)]
    assert np.mean(found) == pytest.approx(expected, rel=0.04)


def test_common_outputs_repeat_soon():
    random = np.random.default_rng(0)
    rows = random.normal(size=(2000, 3))
    rows[random.uniform(size=2000) < 0.1] = 0.0
    # With probability 0.9ˢ + s · 0.1 · 0.9ˢ⁻¹ a batch holds at most one of the common output.
    sizes = np.arange(1, 60)
    expected = sizes[0.9**sizes + sizes * 0.1 * 0.9 ** (sizes - 1) <= 0.5][0]
    result = birthday_support(rows, 0.0)
    assert result["batch"] == pytest.approx(expected, abs=1)
    assert result["support"] == result["batch"] ** 2


def test_the_extremes():
    assert birthday_support(np.ones((500, 3)), 0.0) == {"batch": 2.0, "support": 4.0}
    different = np.arange(500.0)[:, None]
    assert birthday_support(different, 0.99) == {"batch": np.inf, "support": np.inf}
    assert birthday_support(different, 1.0)["batch"] < 50


def test_one_pair_among_n_means_half_of_n_squared():
    rows = np.arange(1000.0)[:, None]
    rows[700] = rows[100]
    # A batch of s holds both with probability s(s − 1) / N(N − 1).
    assert birthday_support(rows, 0.0)["support"] == pytest.approx(1000**2 / 2, rel=0.1)


def test_equal_rows_are_equal_far_from_the_origin_and_others_are_not():
    rows = 1e6 + np.random.default_rng(0).normal(scale=1e-3, size=(300, 200))
    assert birthday_support(rows, 0.0)["batch"] == np.inf
    # Of 300 pairs a batch of s holds none with probability 2ˢ C(300, s) / C(600, s).
    sizes = np.arange(300)
    none = np.cumprod((600 - 2 * sizes) / (600 - sizes))
    expected = 1 + np.flatnonzero(none <= 0.5)[0]
    found = birthday_support(np.concatenate([rows, rows]), 0.0)["batch"]
    assert found == pytest.approx(expected, rel=0.05)


def test_distances_below_the_rounding_of_products_count_as_they_are():
    rows = np.random.default_rng(0).normal(size=(100, 16))
    nearly = np.concatenate([rows, rows + 1e-7])  # apart by 4e-7; its square is lost in a product
    assert birthday_support(nearly, 3e-7)["batch"] == np.inf
    assert birthday_support(nearly, 5e-7)["batch"] < 30


def test_sorted_samples_and_samples_that_are_left_out_change_nothing(monkeypatch):
    rows = np.sort(drawn(30, 1000, seed=0), axis=0)
    everything = birthday_support(rows, 0.5)["batch"]
    monkeypatch.setattr(birthday, "_ENOUGH", 1000)  # which the first 256 have
    assert birthday_support(rows, 0.5)["batch"] == pytest.approx(everything, abs=1)
    assert everything == pytest.approx(7, abs=1)  # √(2 log 2 · 30) + 0.5


def test_threshold_is_a_quantile_of_the_distances_between_real_samples():
    real = np.random.default_rng(0).normal(size=(400, 5))
    near = k_nearest(real)[1][:, 0]
    assert duplicate_threshold(real) == np.quantile(near, 0.01)
    assert np.mean(near <= duplicate_threshold(real, 0.2)) == pytest.approx(0.2, abs=0.005)


def test_errors():
    with pytest.raises(ValueError, match="features needs at least 2 samples"):
        birthday_support(np.ones((1, 3)), 0.1)
    with pytest.raises(ValueError, match="threshold is -1"):
        birthday_support(np.ones((9, 3)), -1)
    with pytest.raises(ValueError, match="features holds NaN"):
        birthday_support(np.full((9, 3), np.nan), 1.0)
    with pytest.raises(ValueError, match="real_features needs at least 100 samples"):
        duplicate_threshold(np.ones((99, 3)))
    with pytest.raises(ValueError, match=r"quantile is 0\.9"):
        duplicate_threshold(np.ones((99, 3)), quantile=0.9)
