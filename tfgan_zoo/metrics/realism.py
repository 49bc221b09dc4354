"""How realistic each single sample is."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.balls import squared_distances, squared_radii
from tfgan_zoo.metrics.checks import as_row_pair


def realism(real_features, fake_features, k=3):
    """Return the realism score of each generated sample.

    Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019, arXiv
    1904.06991, section 5: the largest ratio, over the real samples, of the distance to their own k-th
    nearest neighbour to their distance to the generated one. At 1 and above it lies within the balls that
    `precision_recall` takes for the data's support. As in the paper, the half of the real samples with the
    larger balls is left out: outliers would make everything realistic.

    Args:
        real_features: array or tensor [N, D], N > k, any real dtype; float64 inside.
        fake_features: array or tensor [M, D].
        k: 3 in the paper.

    Returns:
        float64 [M], ≥ 0; infinite for copies of a real sample.

    Raises:
        ValueError: for k or fewer real samples, different widths D, or NaN or infinity.

    >>> realism([[0.0], [1.0], [3.0], [9.0]], [[0.5], [5.0], [1.0]], k=1).tolist()
    [2.0, 0.25, inf]
    """
    check_ints(1, k=k)
    real, fake = as_row_pair(real_features, fake_features)
    if len(real) <= k:
        raise ValueError(f"real_features needs more than k={k} samples, got {len(real)}")
    middle = real.mean(axis=0)
    real, fake = real - middle, fake - middle
    squared = squared_radii(real, k)
    small = np.argsort(squared, kind="stable")[: (len(real) + 1) // 2]
    found = np.empty(len(fake))
    for rows, distances, _ in squared_distances(fake, real[small]):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(distances > 0, squared[small] / distances, np.inf)
        found[rows] = np.sqrt(ratios.max(axis=1))
    return found
