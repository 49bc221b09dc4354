"""The PRD curve: layouts of clusters whose histograms, and so whose curves, are known."""

import numpy as np
import pytest

from tfgan_zoo.metrics import precision_recall_curve


def layout(counts, seed=0):
    """Tight clusters far from each other, with so many samples each."""
    random = np.random.default_rng(seed)
    centres = 50.0 * np.eye(len(counts))
    labels = random.permutation(np.repeat(np.arange(len(counts)), counts))
    return centres[labels] + random.normal(scale=0.1, size=(len(labels), len(counts)))


def curve(real, fake, clusters, **kwargs):
    return precision_recall_curve(
        layout(real), layout(fake, seed=1), clusters=clusters, runs=2, **kwargs
    )


def slopes(angles=1001):
    return np.tan(np.linspace(1e-10, np.pi / 2 - 1e-10, angles))


def test_two_of_three_clusters_each_with_one_in_common():
    found = curve([100, 100, 0], [0, 100, 100], clusters=3)
    # Half of the samples can be had from the common cluster: α = min(λ, 1)/2, β = min(1, 1/λ)/2.
    np.testing.assert_allclose(found["precision"], np.minimum(slopes(), 1) / 2, rtol=1e-9)
    np.testing.assert_allclose(found["recall"], np.minimum(1, 1 / slopes()) / 2, rtol=1e-9)
    # Both ½ at λ = 1, where every F_β is ½, too.
    assert found["f_8"] == pytest.approx(0.5, rel=1e-9)
    assert found["f_1_8"] == pytest.approx(0.5, rel=1e-9)


def test_dropped_modes_cost_recall():
    found = curve([50, 50, 50, 50], [100, 100, 0, 0], clusters=4)
    # α = Σ min(λ/4, ½) over two clusters: λ/2 up to 1.
    np.testing.assert_allclose(found["precision"], np.minimum(slopes() / 2, 1), rtol=1e-9)
    np.testing.assert_allclose(found["recall"], np.minimum(0.5, 1 / slopes()), rtol=1e-9)
    # The best point is (1, ½), but for the grid of angles: F_β = (1 + β²)/2 / (β² + ½).
    assert found["f_8"] == pytest.approx(65 / 2 / 64.5, rel=2e-3)
    assert found["f_1_8"] == pytest.approx((1 + 1 / 64) / 2 / (1 / 64 + 0.5), rel=2e-3)


def test_invented_modes_cost_precision():
    found = curve([100, 100, 0, 0], [50, 50, 50, 50], clusters=4)
    np.testing.assert_allclose(found["precision"], np.minimum(slopes(), 0.5), rtol=1e-9)
    np.testing.assert_allclose(found["recall"], np.minimum(1, 0.5 / slopes()), rtol=1e-9)
    assert found["f_1_8"] < 0.51 < 0.98 < found["f_8"]


def test_uneven_shares():
    found = curve([20, 60, 120], [100, 80, 20], clusters=3, angles=101)
    real, fake = np.array([0.1, 0.3, 0.6]), np.array([0.5, 0.4, 0.1])
    expected = [sum(min(slope * q, p) for q, p in zip(real, fake)) for slope in slopes(101)]  # noqa: B905
    np.testing.assert_allclose(found["precision"], expected, rtol=1e-9)
    np.testing.assert_allclose(found["recall"], expected / slopes(101), rtol=1e-9)
    # At λ = 1 both are what the histograms have in common.
    assert found["precision"][50] == pytest.approx(0.1 + 0.3 + 0.1, rel=1e-9)


def test_equal_and_disjoint_sets():
    rows = np.random.default_rng(0).normal(size=(300, 4))
    same = precision_recall_curve(rows, rows, runs=1)
    np.testing.assert_allclose(same["precision"], np.minimum(slopes(), 1), rtol=1e-9)
    assert same["f_8"] == same["f_1_8"] == pytest.approx(1.0, rel=1e-9)
    apart = precision_recall_curve(rows, rows + 1000.0, runs=1)
    assert not apart["precision"].any()
    assert apart["f_8"] == apart["f_1_8"] == 0.0


def test_runs_are_averaged_and_seeded():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(200, 3)), random.normal(0.3, size=(200, 3))

    def run(**kwargs):
        return precision_recall_curve(real, fake, clusters=10, **kwargs)["precision"]

    one, two, both = run(runs=1, seed=4), run(runs=1, seed=5), run(runs=2, seed=4)
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(run(runs=2, seed=4), both)
    # Of the mean of two runs, the first is the run by itself: the other one is a curve, too.
    other = 2 * both - one
    assert not np.allclose(other, one)
    assert (np.diff(other) >= -1e-12).all()
    assert other[-1] <= 1 + 1e-9


@pytest.mark.parametrize(
    ("real", "fake", "kwargs", "message"),
    [
        (
            np.zeros((9, 3)),
            np.zeros((8, 3)),
            {},
            "9 real and 8 generated samples, expected as many",
        ),
        (np.zeros((9, 3)), np.zeros((9, 3)), {}, "clusters is 20, expected at most .* 18"),
        (np.zeros((9, 3)), np.zeros((9, 2)), {}, "one width"),
        (np.zeros((9, 3)), np.full((9, 3), np.nan), {}, "fake_features holds NaN"),
        (np.zeros((9, 3)), np.zeros((9, 3)), {"angles": 2}, "angles is 2, expected .* at least 3"),
        (np.zeros((9, 3)), np.zeros((9, 3)), {"runs": 0}, "runs is 0, expected .* at least 1"),
    ],
)
def test_errors_say_what_is_wrong(real, fake, kwargs, message):
    with pytest.raises(ValueError, match=message):
        precision_recall_curve(real, fake, **kwargs)
