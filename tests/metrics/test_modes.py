"""Mode coverage against counts by hand and closed forms."""

import numpy as np
import pytest

from tfgan_zoo.metrics import modes


def test_counts_by_hand():
    mixture = modes.Mixture(np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]]), 1.0)
    points = [[0, 2.9], [0.5, 0], [-1, 0], [10, 0], [13.1, 0], [5, 5.1]]
    result = modes.mode_coverage(points, mixture)
    assert result["modes"] == 2
    assert result["high_quality"] == pytest.approx(4 / 6, abs=1e-12)
    # Shares 3/4 and 1/4 of four modes.
    expected = 0.75 * np.log(3.0) + 0.25 * np.log(1.0)
    assert result["reverse_kl"] == pytest.approx(expected, abs=1e-12)
    assert modes.mode_coverage(points, mixture, radius=2.0)["high_quality"] == pytest.approx(0.5)


@pytest.mark.parametrize(("mixture", "count"), [(modes.ring(), 8), (modes.grid(), 25)])
def test_perfect_samples_reach_the_ceiling(mixture, count):
    result = modes.mode_coverage(mixture.sample(40000, seed=1), mixture)
    assert result["modes"] == count == len(mixture.centres)
    share = 1 - np.exp(-4.5)  # a round Gaussian's mass within three standard deviations
    assert abs(result["high_quality"] - share) < 4 * np.sqrt(share * (1 - share) / 40000)
    assert 0 <= result["reverse_kl"] < 0.002


def test_one_mode_is_as_far_from_uniform_as_can_be():
    result = modes.mode_coverage(np.tile([[1.0, 0.0]], [7, 1]), modes.ring())
    assert result == {"modes": 1, "high_quality": 1.0, "reverse_kl": pytest.approx(np.log(8))}
    nothing = modes.mode_coverage([[0.0, 0.0]], modes.ring())
    assert nothing == {"modes": 0, "high_quality": 0.0, "reverse_kl": np.inf}


def test_the_protocol_s_mixtures():
    assert np.allclose(np.linalg.norm(modes.ring().centres, axis=1), 1.0)
    assert modes.ring().stddev == 0.01
    assert modes.grid().stddev == 0.05
    assert sorted(set(modes.grid().centres[:, 0])) == [-4.0, -2.0, 0.0, 2.0, 4.0]
    np.testing.assert_array_equal(modes.ring().sample(5, 3), modes.ring().sample(5, 3))


@pytest.mark.parametrize("points", [np.zeros([0, 2]), np.zeros([3, 3]), np.zeros(2)])
def test_wrong_shapes(points):
    with pytest.raises(ValueError, match=r"expected \(N, 2\)"):
        modes.mode_coverage(points, modes.ring())


def test_values_that_are_not_finite():
    with pytest.raises(ValueError, match="not finite"):
        modes.mode_coverage([[np.nan, 0.0]], modes.ring())
