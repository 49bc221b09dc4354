"""Precision, recall, density, coverage: recorded numbers, layouts enumerated by hand, ties and copies."""

import numpy as np
import pytest

from tfgan_zoo.metrics import balls, density_coverage, precision_recall


def both(real, fake, k):
    return {**precision_recall(real, fake, k), **density_coverage(real, fake, k)}


def naive(real, fake, k):
    """The definitions, in exact arithmetic on integers."""

    def squared(x, y):
        return sum((int(a) - int(b)) ** 2 for a, b in zip(x, y, strict=True))

    def radii(rows):
        return [
            sorted(squared(x, y) for j, y in enumerate(rows) if j != i)[k - 1]
            for i, x in enumerate(rows)
        ]

    def inside(centres, points):
        return np.array(
            [
                [squared(c, p) < r or squared(c, p) == 0 for p in points]
                for c, r in zip(centres, radii(centres), strict=True)
            ]
        )

    in_real, in_fake = inside(real, fake), inside(fake, real)
    return {
        "precision": in_real.any(axis=0).mean(),
        "recall": in_fake.any(axis=0).mean(),
        "density": in_real.sum() / (k * len(fake)),
        "coverage": in_real.any(axis=1).mean(),
    }


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (3, {"precision": 0.773333, "recall": 0.735, "density": 0.725556, "coverage": 0.795}),
        (5, {"precision": 0.873333, "recall": 0.82, "density": 0.725333, "coverage": 0.905}),
    ],
)
def test_golden_numbers(k, expected):
    state = np.random.RandomState(0)
    real, fake = state.randn(200, 8), state.randn(300, 8) + 0.5
    assert both(real, fake, k) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("middle", [0.0, 1e6])
def test_golden_numbers_of_identical_sets(k, middle):
    # The k-th neighbour is on the border, and its copy outside: k of k + 1 are inside.
    rows = np.random.default_rng(0).normal(middle, size=(200, 50))
    order = np.random.default_rng(1).permutation(200)
    assert both(rows, rows[order], k) == dict.fromkeys(
        ("precision", "recall", "density", "coverage"), pytest.approx(1.0, rel=1e-12)
    )


def test_a_layout_by_hand():
    real = [[0.0], [1.0], [3.0], [7.0]]  # radii 1, 1, 2, 4: balls (-1, 1), (0, 2), (1, 5), (3, 11)
    fake = [[0.5], [1.0], [5.0], [10.0], [20.0]]
    # 0.5 is in the first two; 1, a copy, in its own only, as it ties with the others; 5 ties with the third
    # and is in the fourth; 10 is in the fourth; 20 in none. The third ball, (1, 5), is empty.
    assert density_coverage(real, fake, k=1) == pytest.approx({"density": 5 / 5, "coverage": 3 / 4})
    # Radii 0.5, 0.5, 4, 5, 10: balls (0, 1), (0.5, 1.5), (1, 9), (5, 15), (10, 30) hold 1, 3 and 7.
    assert precision_recall(real, fake, k=1) == pytest.approx({"precision": 4 / 5, "recall": 3 / 4})


@pytest.mark.parametrize("seed", range(6))
def test_integers_with_ties_and_duplicates_against_the_definitions(seed):
    random = np.random.default_rng(seed)
    real, fake = random.integers(0, 5, (40, 2)), random.integers(1, 7, (30, 2))
    k = 1 + seed % 3
    assert both(real, fake, k) == pytest.approx(naive(real, fake, k), rel=1e-12)
    assert both(real + 10**6, fake + 10**6, k) == pytest.approx(naive(real, fake, k), rel=1e-12)


def test_exact_copies_are_inside_balls_of_radius_zero():
    rows = np.repeat(np.random.default_rng(0).normal(size=(20, 30)), 4, axis=0)
    found = both(rows, rows[::4], k=3)  # each ball: 4 equal samples, radius 0
    assert found["precision"] == found["coverage"] == 1.0
    assert found["density"] == pytest.approx(4 / 3)  # each copy in 4 balls
    moved = both(rows, rows[::4] + 1e-3, k=3)
    assert moved["precision"] == moved["coverage"] == moved["density"] == 0.0


def test_disjoint_sets():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(50, 4)), random.normal(100.0, size=(60, 4))
    assert both(real, fake, 3) == dict.fromkeys(("precision", "recall", "density", "coverage"), 0)


def test_collapsed_samples_are_precise_and_recall_nothing():
    random = np.random.default_rng(0)
    real = random.normal(size=(300, 2))
    fake = random.normal(scale=1e-3, size=(200, 2))
    found = both(real, fake, 3)
    assert found["precision"] == 1.0
    assert found["recall"] < 0.02
    assert found["coverage"] < 0.15


def test_coverage_of_equal_distributions():
    # Whether one of M generated samples is nearer than the k-th of N − 1 real ones is a matter of ranks:
    # 1 − Π (N − i)/(M + N − i), i = 1 … k.
    n, m, k = 2000, 1500, 5
    random = np.random.default_rng(0)
    found = density_coverage(random.normal(size=(n, 6)), random.normal(size=(m, 6)), k)
    i = np.arange(1, k + 1)
    assert found["coverage"] == pytest.approx(1 - np.prod((n - i) / (m + n - i)), abs=0.015)
    assert found["density"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("entries", [1, 1000, 2**22])
def test_neither_blocks_nor_order_change_anything(entries, monkeypatch):
    random = np.random.default_rng(3)
    real = np.concatenate([random.normal(5, size=(60, 20)).astype("float32")] * 2)
    fake = np.concatenate([real[:30], random.normal(5, size=(40, 20)).astype("float32")])
    expected = both(real, fake, 3)
    monkeypatch.setattr(balls, "_ENTRIES", entries)
    assert both(random.permutation(real), random.permutation(fake), 3) == pytest.approx(
        expected, rel=1e-12
    )


def test_blocks_are_bounded():
    a, b = np.zeros((10_000, 1)), np.zeros((1000, 1))
    shapes = [squared.shape for _, squared, _ in balls.squared_distances(a, b)]
    assert sum(rows for rows, _ in shapes) == 10_000
    assert max(rows * columns for rows, columns in shapes) <= 2**22


def test_distances():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(6, 5)), random.normal(size=(7, 5))
    b[2] = a[3]
    [(rows, squared, rounding)] = balls.squared_distances(a, b)
    exact = ((a[:, None] - b) ** 2).sum(axis=2)
    assert (rows.start, rows.stop) == (0, 6)
    assert squared[3, 2] == 0.0
    assert (abs(squared - exact) <= rounding).all()
    assert (rounding < 1e-12).all()


@pytest.mark.parametrize("function", [precision_recall, density_coverage])
@pytest.mark.parametrize(
    ("real", "fake", "k", "message"),
    [
        (np.zeros((3, 2)), np.zeros((9, 2)), 3, "real_features needs more than k = 3 .* got 3"),
        (np.zeros((9, 2)), np.zeros((9, 3)), 3, "one width"),
        (np.zeros((9, 2)), np.full((9, 2), np.inf), 3, "fake_features holds NaN or infinity"),
        (np.zeros((9, 2)), np.zeros((0, 2)), 3, "fake_features needs at least 1"),
        (np.zeros((9, 2)), np.zeros((9, 2)), 0, "k is 0, expected an int of at least 1"),
    ],
)
def test_errors_say_what_is_wrong(function, real, fake, k, message):
    with pytest.raises(ValueError, match=message):
        function(real, fake, k)


def test_only_recall_needs_neighbours_of_generated_samples():
    with pytest.raises(ValueError, match="fake_features needs more than k = 3"):
        precision_recall(np.zeros((9, 2)), np.zeros((3, 2)))
    assert density_coverage(np.zeros((9, 2)), np.zeros((1, 2)))["coverage"] == 1.0
