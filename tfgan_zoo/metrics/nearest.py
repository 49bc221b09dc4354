"""Nearest neighbours among rows, by matrix products in blocks: memory for the rows, not for their pairs."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_rows, check_widths

_NUMBERS = 1 << 22  # of a block of rows: 32 MiB of float64
_ROWS, _POINTS = 1024, 2048  # a block of their distances, 16 MiB


def k_nearest(features, points=None, count=1):
    """Return the nearest of `points` for each row of `features`.

    Args:
        features: array or tensor [N, D], any real dtype; float64 inside.
        points: array or tensor [M, D]; None for the nearest of the features' other rows.
        count: k, the number of neighbours.

    Returns:
        (indices, distances): int64 and float64 [N, k], nearest first; Euclidean distances, exactly
        0 between equal rows.

    Raises:
        ValueError: for different widths D, fewer points than k (or than k other rows), NaN or infinity.

    >>> indices, distances = k_nearest([[0.0], [5.0]], [[1.0], [5.0], [7.0]], count=2)
    >>> indices.tolist(), distances.tolist()
    ([[0, 1], [1, 2]], [[1.0, 5.0], [0.0, 2.0]])
    >>> k_nearest([[0.0], [5.0], [6.0]])[1].ravel().tolist()
    [5.0, 1.0, 1.0]
    """
    check_ints(1, count=count)
    rows = as_rows(features, "features", minimum=1 if points is not None else count + 1)
    targets = rows if points is None else as_rows(points, "points", minimum=count)
    check_widths(features=rows, points=targets)
    centre = targets.mean(axis=0)  # distances between far-off rows would lose their digits
    centred = targets - centre
    found = []
    for start, stop in blocks(len(rows), rows.shape[1]):
        groups = (rows[start:stop] - centre)[:, None]
        own = start if points is None else None
        found.append(nearest_of_groups(groups, centred, count, own))
    found = np.concatenate(found)
    # Once more by differences: |a|² − 2ab + |b|² leaves about 1e-8 of |a| between equal rows.
    distances = np.stack(
        [np.linalg.norm(rows - targets[column], axis=1) for column in found.T], axis=1
    )
    order = np.argsort(distances, axis=1, kind="stable")
    return tuple(np.take_along_axis(values, order, axis=1) for values in (found, distances))


def blocks(count, width, turns=1):
    """Return the (start, stop) of blocks that keep products of bounded size.

    Args:
        count: number of rows, or of groups of `turns` rows.
        width: numbers in each row.
        turns: rows in each group.

    >>> blocks(2500, width=10), blocks(100, width=10, turns=18)
    ([(0, 1024), (1024, 2048), (2048, 2500)], [(0, 56), (56, 100)])
    """
    step = max(1, min(_ROWS, _NUMBERS // width) // turns)
    return [(start, min(start + step, count)) for start in range(0, count, step)]


def nearest_of_groups(groups, points, count, own=None):
    """Return, for each group of rows, the points that are nearest to any row of the group.

    Args:
        groups: real array [B, T, D]: T rows in each of B groups, few enough for one block.
        points: real array [M, D]. Of integers below 2¹⁶, the comparison is exact.
        count: k ≤ M.
        own: the index of the point that the first group stands for; it and the points after it, one
            for each group, are not their own neighbours. None where groups are not points.

    Returns:
        int64 [B, k], nearest first.

    >>> nearest_of_groups(np.array([[[0.0], [9.0]]]), np.array([[2.0], [5.0], [8.0]]), 2).tolist()
    [[2, 0]]
    """
    number, turns, width = groups.shape
    rows = groups.reshape(-1, width).astype(np.float64)
    # (−2a, |a|², 1) · (b, 1, |b|²) = |a − b|²: one product, and no further pass over the pairs.
    rows = np.column_stack([-2.0 * rows, np.sum(rows**2, axis=1), np.ones(len(rows))])
    best, found = np.full((number, count), np.inf), np.zeros((number, count), np.int64)
    step = max(1, min(_POINTS, _NUMBERS // width))
    for start in range(0, len(points), step):
        block = points[start : start + step].astype(np.float64)
        block = np.column_stack([block, np.ones(len(block)), np.sum(block**2, axis=1)])
        squared = (rows @ block.T).reshape(number, turns, -1).min(axis=1)
        if own is not None:
            column = own - start + np.arange(number)
            here = (column >= 0) & (column < len(block))
            squared[here, column[here]] = np.inf
        closer = squared.min(axis=1) < best[:, -1]  # few, after the first blocks
        indices = np.broadcast_to(np.arange(start, start + len(block)), squared.shape)
        best[closer], found[closer] = _smallest(
            np.concatenate([best[closer], squared[closer]], axis=1),
            np.concatenate([found[closer], indices[closer]], axis=1),
            count,
        )
    return found


def _smallest(values, indices, count):
    """Return the `count` smallest values in each row, sorted, and their indices."""
    order = np.argpartition(values, count - 1, axis=1)[:, :count]
    values, indices = (np.take_along_axis(array, order, axis=1) for array in (values, indices))
    order = np.argsort(values, axis=1, kind="stable")
    return tuple(np.take_along_axis(array, order, axis=1) for array in (values, indices))
