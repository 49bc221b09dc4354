import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

from tfgan_zoo.metrics import k_nearest, nearest


@pytest.fixture(params=[False, True])
def _blocks(request, monkeypatch):
    """Once with the sizes in use, once with blocks that cut these small sets in many pieces."""
    if request.param:
        monkeypatch.setattr(nearest, "_ROWS", 7)
        monkeypatch.setattr(nearest, "_POINTS", 5)


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("count", [1, 3, 40])
def test_equals_the_sorted_table_of_all_distances(count):
    random = np.random.default_rng(0)
    rows, points = random.normal(size=(33, 6)), random.normal(size=(40, 6))
    indices, distances = k_nearest(rows, tf.constant(points), count)
    table = cdist(rows, points)
    np.testing.assert_array_equal(indices, np.argsort(table, axis=1)[:, :count])
    np.testing.assert_allclose(distances, np.sort(table, axis=1)[:, :count], rtol=1e-12)


@pytest.mark.usefixtures("_blocks")
def test_among_themselves_rows_are_not_their_own_neighbours_but_duplicates_are():
    rows = np.random.default_rng(0).normal(size=(30, 6))
    rows[20] = rows[4]
    indices, distances = k_nearest(rows, count=2)
    table = cdist(rows, rows) + np.diag(np.full(30, np.inf))
    np.testing.assert_array_equal(indices, np.argsort(table, axis=1)[:, :2])
    np.testing.assert_allclose(distances, np.sort(table, axis=1)[:, :2], rtol=1e-12)
    assert indices[4, 0] == 20
    assert indices[20, 0] == 4
    assert distances[4, 0] == 0.0


def test_far_from_the_origin_digits_are_kept_and_copies_are_at_0():
    random = np.random.default_rng(0)
    points = 1e8 + random.normal(size=(50, 8))
    rows = np.concatenate([points[:10], 1e8 + random.normal(size=(10, 8))])
    indices, distances = k_nearest(rows, points)
    assert indices[:10, 0].tolist() == list(range(10))
    assert not distances[:10].any()
    np.testing.assert_allclose(distances[10:, 0], cdist(rows, points).min(axis=1)[10:], rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 3)), np.zeros((2, 4))), r"features \[2, 3\], points \[2, 4\]"),
        ((np.zeros((2, 3)), np.zeros((2, 3)), 3), "points needs at least 3 samples"),
        ((np.zeros((2, 3)), None, 2), "features needs at least 3 samples"),
        ((np.zeros((2, 3)), np.zeros((2, 3)), 0), "count is 0"),
        ((np.full((2, 3), np.nan), np.zeros((2, 3))), "features holds NaN"),
        ((np.zeros(3), np.zeros((2, 3))), "must have shape"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        k_nearest(*arguments)
