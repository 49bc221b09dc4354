"""Distances between all samples of two sets, block by block, and the balls around nearest neighbours."""

import numpy as np

_ENTRIES = 2**22  # of a block of distances, 32 MB


def squared_distances(a, b):
    """Yield the squared Euclidean distances of all rows of `a` to all rows of `b`, some rows at a time.

    |x|² + |y|² − 2xᵀy, by matrix products, which are far faster than differences, but cannot tell distances
    apart that differ by less than the rounding. How much that is comes along, so that a caller can call
    such distances equal: what it decides then depends neither on the size of the blocks nor on the order
    of the rows.

    Args:
        a: float64 array [N, D]; rounding is least where it is centred.
        b: float64 array [M, D].

    Yields:
        (slice of the rows of `a`, squared distances [rows, M], their rounding [rows, M]). No distance is
        negative, and those below their rounding are exactly 0. Memory does not grow with N.

    >>> [(rows, squared, _)] = squared_distances(np.array([[0.0], [1.0]]), np.array([[3.0]]))
    >>> rows, squared.tolist()
    (slice(0, 2, None), [[9.0], [4.0]])
    """
    a_norms, b_norms = (np.einsum("nd,nd->n", x, x) for x in (a, b))
    epsilon = (a.shape[1] + 8) * np.finfo(np.float64).eps  # a sum of D products, in the worst case
    step = max(_ENTRIES // len(b), 1)
    for start in range(0, len(a), step):
        rows = slice(start, min(start + step, len(a)))
        rounding = a_norms[rows, None] + b_norms
        squared = rounding - 2.0 * (a[rows] @ b.T)
        rounding *= epsilon
        squared[squared <= rounding] = 0.0
        yield rows, squared, rounding


def squared_radii(centres, k):
    """Return the squared distance of each row to the k-th nearest of the others.

    Args:
        centres: float64 array [N, D], N > k; rounding is least where it is centred.
        k: which neighbour, from 1.

    >>> squared_radii(np.array([[0.0], [2.0], [5.0]]), 1).tolist()
    [4.0, 4.0, 9.0]
    """
    pairs = squared_distances(centres, centres)
    return np.concatenate([_kth_smallest(rows, squared, k) for rows, squared, _ in pairs])


def count_inside(centres, points, k):
    """Count which points lie in which balls around `centres` that reach to their k-th nearest neighbours.

    A ball's radius is the distance of its centre to the k-th nearest of the other centres. A point is inside
    if it is nearer to the centre than that, or if it is a copy of the centre: where k copies of a centre make
    its radius 0, a point that is one more copy is inside, too. Equal means equal up to the rounding of the
    distances.

    Args:
        centres: float64 array [N, D], N > k.
        points: float64 array [M, D].
        k: which neighbour, from 1.

    Returns:
        int arrays (points inside each ball [N], balls around each point [M]).

    >>> inside, around = count_inside(np.array([[0.0], [2.0]]), np.array([[1.0], [3.0], [4.0]]), 1)
    >>> inside.tolist(), around.tolist()
    ([1, 2], [2, 1, 0])
    """
    middle = centres.mean(axis=0)
    centres, points = centres - middle, points - middle
    radii = squared_radii(centres, k)
    inside_ball, around_point = np.empty(len(centres), int), np.zeros(len(points), int)
    for rows, squared, rounding in squared_distances(centres, points):
        inside = (squared < radii[rows, None] - rounding) | (squared == 0.0)
        inside_ball[rows] = inside.sum(axis=1)
        around_point += inside.sum(axis=0)
    return inside_ball, around_point


def _kth_smallest(rows, squared, k):
    squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf  # to itself
    return np.partition(squared, k - 1, axis=1)[:, k - 1]
