"""Mode coverage against counts by hand and closed forms."""

import itertools

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


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_stacked_digits_cover_a_thousand_modes(dtype):
    # As uint8, 100 a + 10 b + c wraps: 256 modes, a published slip.
    labels = np.array(list(itertools.product(range(10), repeat=3)), dtype)
    assert modes.stacked_modes(labels) == {"modes": 1000, "reverse_kl": pytest.approx(0, abs=1e-12)}
    result = modes.stacked_modes(labels[:500])
    assert result == {"modes": 500, "reverse_kl": pytest.approx(np.log(2), rel=1e-12)}


def test_stacked_modes_by_hand():
    labels = [[0, 1], [1, 0], [1, 0], [1, 0]]  # the order of the channels matters
    expected = 0.25 * np.log(0.25 * 4) + 0.75 * np.log(0.75 * 4)
    result = modes.stacked_modes(labels, classes=2)
    assert result == {"modes": 2, "reverse_kl": pytest.approx(expected, rel=1e-12)}
    one = modes.stacked_modes([[7, 7, 7]] * 5)
    assert one == {"modes": 1, "reverse_kl": pytest.approx(np.log(1000), rel=1e-12)}


def test_stacked_modes_of_a_fair_sample_have_the_known_floor():
    random = np.random.default_rng(0)
    results = [modes.stacked_modes(random.integers(0, 10, (26_000, 3))) for _ in range(5)]
    assert {result["modes"] for result in results} == {1000}
    floor = np.mean([result["reverse_kl"] for result in results])
    assert floor == pytest.approx(999 / 52_000, rel=0.05)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([[0, 10, 1]], "from 0 to 9, got 0 to 10"),
        ([[-1, 1, 1]], "from 0 to 9, got -1 to 1"),
        ([[0.0, 1.0, 2.0]], "integers of shape"),
        ([1, 2, 3], "integers of shape"),
        (np.zeros((0, 3), int), "integers of shape"),
    ],
)
def test_stacked_modes_errors(labels, message):
    with pytest.raises(ValueError, match=message):
        modes.stacked_modes(labels)
