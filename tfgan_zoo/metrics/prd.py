"""Precision and recall as a curve: how much of one distribution can be had for how much of the other."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_row_pair, check_equal_counts

_BETA = 8
_EPSILON = 1e-10  # from the slopes 0 and infinity


def precision_recall_curve(real_features, fake_features, clusters=20, angles=1001, runs=10, seed=0):
    """Return the PRD curve between two sets of features, and its two summaries F_8 and F_1/8.

    Sajjadi et al., "Assessing Generative Models via Precision and Recall", 2018, arXiv 1806.00035. The union
    of both sets is clustered, which leaves a histogram over clusters of either, p of the generated and q of
    the real samples. For slopes λ = tan(angle), precision α = Σ min(λq, p) and recall β = α/λ: the most
    that the two can have in common, for every exchange rate between them. Several runs of mini-batch k-means,
    as in the authors' code, are averaged.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [N, D], as many: the larger set would get the clusters.
        clusters: K of k-means, 2N at most; 20 in the paper.
        angles: number of angles from 0 to π/2, at least 3.
        runs: number of clusterings.
        seed: an int, of the clusterings.

    Returns:
        Dict with float64 arrays [angles] in [0, 1], `precision`, rising, and `recall`, falling; and the
        floats `f_8` and `f_1_8`, the largest F_β over the curve for β = 8, which weighs recall, and for
        β = 1/8, which weighs precision.

    Raises:
        ValueError: for unequal counts, fewer samples than clusters, different widths D, or NaN or infinity.

    >>> real, fake = np.repeat([[0.0], [1.0]], 50, axis=0), np.repeat([[1.0], [2.0]], 50, axis=0)
    >>> curve = precision_recall_curve(real, fake, clusters=3, angles=3)
    >>> curve["precision"].round(6).tolist(), curve["recall"].round(6).tolist()  # half in common
    ([0.0, 0.5, 0.5], [0.5, 0.5, 0.0])
    """
    check_ints(1, clusters=clusters, runs=runs)
    check_ints(3, angles=angles)
    real, fake = as_row_pair(real_features, fake_features)
    check_equal_counts(real, fake, "the clusters would follow the larger set")
    if clusters > 2 * len(real):
        raise ValueError(
            f"clusters is {clusters}, expected at most the number of samples, {2 * len(real)}"
        )
    slopes = np.tan(np.linspace(_EPSILON, np.pi / 2 - _EPSILON, angles))
    precision = np.mean(
        [
            np.minimum(slopes[:, None] * q, p).sum(axis=1)
            for q, p in (_histograms(real, fake, clusters, [seed, run]) for run in range(runs))
        ],
        axis=0,
    )
    recall = precision / slopes
    # Sums of shares may exceed 1 by rounding.
    precision, recall = np.minimum(precision, 1.0), np.minimum(recall, 1.0)
    return {
        "precision": precision,
        "recall": recall,
        "f_8": _largest_f(precision, recall, _BETA),
        "f_1_8": _largest_f(precision, recall, 1 / _BETA),
    }


def _histograms(real, fake, clusters, seed):
    """Return the shares of each cluster of the union, [clusters] each."""
    from sklearn.cluster import MiniBatchKMeans  # takes a second: only who wants the curve pays
    from threadpoolctl import threadpool_limits  # scikit-learn brings it

    state = int(np.random.default_rng(seed).integers(2**31))
    means = MiniBatchKMeans(clusters, n_init=10, random_state=state)
    # Mini-batches are too small for threads: several spend most of their time waiting for each other.
    with threadpool_limits(1):
        labels = means.fit_predict(np.concatenate([real, fake]))
    return (
        np.bincount(part, minlength=clusters) / len(part)
        for part in (labels[: len(real)], labels[len(real) :])
    )


def _largest_f(precision, recall, beta):
    below = beta**2 * precision + recall
    f = (1 + beta**2) * precision * recall / np.where(below > 0, below, 1.0)
    return float(f.max())
