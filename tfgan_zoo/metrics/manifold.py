"""Fidelity and diversity apart: whether samples lie where the data lies, and the data where samples do."""

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.balls import count_inside
from tfgan_zoo.metrics.checks import as_row_pair


def precision_recall(real_features, fake_features, k=3):
    """Return the improved precision and recall of generated samples.

    Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019, arXiv
    1904.06991. The balls around all samples of a set that reach to their k-th nearest neighbours of that set
    stand for its support. Precision is the share of generated samples in the support of the real ones;
    recall that of real samples in the support of the generated ones.

    A sample is inside a ball if it is nearer to the centre than the radius (`<`, as in prdc; the original
    has `≤`, which differs only where distances tie), or if it equals the centre, so that an exact copy is
    inside even of a ball of radius 0, which duplicates make. Both numbers rise as N falls or k grows:
    compare only at equal N, M and k. An outlier's large ball takes in much; `density_coverage` mends that.

    Args:
        real_features: array or tensor [N, D], N > k, any real dtype; float64 inside.
        fake_features: array or tensor [M, D], M > k.
        k: 3 in the paper.

    Returns:
        Dict of floats in [0, 1]: `precision`, `recall`. Memory is bounded: distances are taken in blocks.

    Raises:
        ValueError: for k or fewer samples, different widths D, or NaN or infinity.

    >>> precision_recall([[0.0], [1.0], [2.0]], [[0.5], [1.5], [9.0]], k=1)
    {'precision': 0.6666666666666666, 'recall': 1.0}
    """
    check_ints(1, k=k)
    real, fake = as_row_pair(real_features, fake_features)
    _check_more_than(k, "real_features", real)
    _check_more_than(k, "fake_features", fake)
    _, real_balls = count_inside(real, fake, k)
    _, fake_balls = count_inside(fake, real, k)
    return {"precision": float((real_balls > 0).mean()), "recall": float((fake_balls > 0).mean())}


def density_coverage(real_features, fake_features, k=5):
    """Return the density and the coverage of generated samples.

    Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models", 2020, arXiv 2002.09797.
    Density is the number of real samples' balls that a generated sample lies in, on average, divided by k:
    about 1 for samples from the data's distribution, more where they crowd in its densest places. Coverage
    is the share of real samples' balls that hold a generated sample. Only real samples have balls, so that
    a few generated outliers do no harm. For equal distributions and N = M the expected coverage is nearly
    1 − 2⁻ᵏ. What is inside a ball: see `precision_recall`.

    Args:
        real_features: array or tensor [N, D], N > k, any real dtype; float64 inside.
        fake_features: array or tensor [M, D], M ≥ 1.
        k: 5 in the paper's code.

    Returns:
        Dict of floats: `density`, ≥ 0; `coverage`, in [0, 1]. Memory is bounded: distances are taken in
        blocks.

    Raises:
        ValueError: for k or fewer real samples, none generated, different widths D, or NaN or infinity.

    >>> density_coverage([[0.0], [1.0], [3.0], [6.0]], [[0.5], [0.75], [9.0]], k=1)
    {'density': 1.3333333333333333, 'coverage': 0.5}
    """
    check_ints(1, k=k)
    real, fake = as_row_pair(real_features, fake_features)
    _check_more_than(k, "real_features", real)
    inside_ball, balls = count_inside(real, fake, k)
    return {"density": float(balls.mean() / k), "coverage": float((inside_ball > 0).mean())}


def _check_more_than(k, name, rows):
    if len(rows) <= k:
        raise ValueError(
            f"{name} needs more than k = {k} samples, so that each has a k-th nearest neighbour; "
            f"got {len(rows)}"
        )
