"""How many different outputs a generator has, by the birthday paradox."""

import numpy as np

from tfgan_zoo.errors import check_numbers
from tfgan_zoo.metrics.checks import as_rows
from tfgan_zoo.metrics.nearest import k_nearest

_ORDERS = 1000
_ENOUGH = 20_000  # pairs of duplicates, after which no further samples are looked at
_BLOCK = 128


def duplicate_threshold(real_features, quantile=0.01):
    """Return the distance below which samples are nearer to each other than real ones are.

    Args:
        real_features: array or tensor [M, D] of real samples, different ones: as many as there will be
            generated ones, as a larger set has nearer neighbours.
        quantile: the share of real samples that may have a neighbour as near.

    Returns:
        float: that quantile of the real samples' distances to their nearest neighbours.

    Raises:
        ValueError: for fewer than 2 or 1/quantile samples, NaN or infinity, or a quantile out of (0, 0.5].

    >>> duplicate_threshold(np.arange(100.0)[:, None])
    1.0
    """
    check_numbers(1e-6, 0.5, quantile=quantile)
    real = as_rows(real_features, "real_features", minimum=max(2, int(np.ceil(1 / quantile))))
    return float(np.quantile(k_nearest(real)[1][:, 0], quantile))


def birthday_support(features, threshold, seed=0):
    """Estimate how many different outputs a generator has from how soon they repeat.

    Arora & Zhang, "Do GANs Actually Learn the Distribution? An Empirical Study", 2017, arXiv 1706.08224:
    if a batch of s samples holds two of the same with probability 1/2, the support has about s² members.
    (Of n equally likely ones s² is 2 log 2 · n, of unequal ones less: common outputs repeat soon.)
    The smallest such s is taken over random orders of the samples.

    Known failures: the number depends on what counts as a duplicate. Published numbers looked at the
    nearest pairs by eye; a threshold of `duplicate_threshold` makes it a number to compare with what
    real data has at the same N, and features that are blind to a difference make duplicates.
    N samples without duplicates say only that the support is above about N²/2; with a handful, s is
    uncertain. Outputs that stay different, but few in kind, are not duplicates: see `class_histogram`.

    Args:
        features: array or tensor [N, D] of generated samples, or their pixels in rows.
        threshold: the largest distance of duplicates, ≥ 0; 0 counts only equal rows.
        seed: of the orders.

    Returns:
        Dict of floats: `batch`, s, and `support`, s²; both infinite where no two are duplicates.

    Raises:
        ValueError: for fewer than two samples, NaN or infinity, or a negative threshold.

    >>> birthdays = np.random.default_rng(0).integers(0, 365, (1000, 1))
    >>> birthday_support(birthdays, threshold=0.5)["batch"]
    23.0
    """
    rows = as_rows(features, "features", minimum=2)
    check_numbers(0, np.finfo(np.float64).max, threshold=threshold)
    random = np.random.default_rng(seed)
    first, second, count = _duplicates(rows[random.permutation(len(rows))], threshold)
    if not len(first):
        return {"batch": float("inf"), "support": float("inf")}
    sizes = []
    for _ in range(_ORDERS):
        place = random.permutation(count)
        sizes.append(1 + np.maximum(place[first], place[second]).min())
    batch = float(np.quantile(sizes, 0.5, method="inverted_cdf"))
    return {"batch": batch, "support": batch**2}


def _duplicates(rows, threshold):
    """Return the pairs of duplicates among the first rows, as two arrays, and how many rows those are."""
    rows = rows - rows.mean(axis=0)
    lengths = np.sum(rows**2, axis=1)
    pairs, number, stop = [], 0, 0
    while stop < len(rows) and number < _ENOUGH:
        start, stop = stop, min(stop + _BLOCK, len(rows))
        total = lengths[start:stop, None] + lengths[:stop]
        squared = total - 2.0 * rows[start:stop] @ rows[:stop].T
        first, second = np.nonzero(squared <= threshold**2 + 1e-9 * total)
        first, second = first[first + start > second] + start, second[first + start > second]
        # Those within rounding of the threshold are measured again.
        near = np.linalg.norm(rows[first] - rows[second], axis=1) <= threshold
        pairs.append((first[near], second[near]))
        number += np.count_nonzero(near)
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return first, second, stop
