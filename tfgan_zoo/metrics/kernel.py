"""The kernel distance between two sets of features, with the two error bars that are in use."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_row_pair

_ROWS = 256  # of a kernel matrix at a time


def kernel_distance(real_features, fake_features):
    """Return the unbiased squared maximum mean discrepancy under the cubic kernel, KID's formula.

    k(x, y) = (xᵀy / D + 1)³; the mean of k over pairs of different real samples, plus that over pairs of
    different generated ones, minus twice that over pairs of both. Bińkowski et al., "Demystifying MMD GANs",
    2018, arXiv 1801.01401. With the features of the Inception network this is the KID of the literature.

    Its expectation does not depend on the sample counts, so that values for different N may be compared. It
    has no bias, so equal distributions give values around 0, many of them below. It takes all pairs and has
    no error bar: the two of the literature are `kernel_distance_subsets` and `kernel_distance_blocks`.

    Args:
        real_features: array or tensor [N, D], N ≥ 2, any real dtype; float64 inside.
        fake_features: array or tensor [M, D], M ≥ 2, which may differ from N.

    Returns:
        float, in no particular unit: the kernel changes with the scale of the features.

    Raises:
        ValueError: for fewer than two samples, different widths D, or NaN or infinity.

    >>> kernel_distance([[0.0], [0.0]], [[1.0], [1.0]])  # 1³ + 2³ - 2 · 1³
    7.0
    """
    return _unbiased(*as_row_pair(real_features, fake_features, minimum=2))


def kernel_distance_subsets(real_features, fake_features, subsets=100, subset_size=1000, seed=0):
    """Return the mean of `kernel_distance` over random subsets, and their standard deviation.

    The protocol of torch-fidelity, torchmetrics and most tables: each subset is drawn without replacement
    from each set, anew for every subset. `std` is that of one subset's value: it depends on their size, does
    not shrink with N, and is no error of the mean; see `kernel_distance_blocks`.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [M, D].
        subsets: how many are drawn.
        subset_size: samples of each set in a subset, from 2 to the smaller of N and M.
        seed: of the drawing, an int.

    Returns:
        Dict of floats: `mean`, and `std` over the subsets, not Bessel corrected (ddof 0).

    Raises:
        ValueError: for subsets larger than the sets, different widths D, or NaN or infinity.

    >>> real, fake = np.zeros((20, 3)), np.ones((30, 3))
    >>> kernel_distance_subsets(real, fake, subset_size=10)
    {'mean': 7.0, 'std': 0.0}
    """
    check_ints(1, subsets=subsets)
    check_ints(2, subset_size=subset_size)
    real, fake = as_row_pair(real_features, fake_features)
    if subset_size > min(len(real), len(fake)):
        raise ValueError(
            f"subset_size is {subset_size}, expected at most the smaller count of "
            f"{len(real)} real and {len(fake)} generated samples"
        )
    random = np.random.default_rng(seed)
    values = [
        _unbiased(
            random.choice(real, subset_size, replace=False),
            random.choice(fake, subset_size, replace=False),
        )
        for _ in range(subsets)
    ]
    return {"mean": float(np.mean(values)), "std": float(np.std(values))}


def kernel_distance_blocks(real_features, fake_features, block_size=1024, seed=0):
    """Return the mean of `kernel_distance` over disjoint blocks of all samples, and its standard error.

    TF-GAN's protocol, after Zaremba et al., "B-tests", 2013, arXiv 1307.1954: as many blocks as the larger
    set needs, each with the same share of either set, one sample more or less. The error is that of the mean
    and shrinks as more blocks come in; it is not comparable to the deviation of `kernel_distance_subsets`.
    Blocks of sorted samples (by class, say) are biased: the order is drawn from the seed first, unless that
    is None.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [M, D], which may differ from N.
        block_size: the most samples of either set in a block.
        seed: of the order, an int; None takes the samples in the order given, as TF-GAN does.

    Returns:
        Dict of floats: `mean`, and `standard_error`, the blocks' Bessel-corrected standard deviation divided
        by the root of their number; NaN for one block, which says nothing about its error.

    Raises:
        ValueError: for a set too small to give every block two samples, different widths D, or NaN or
            infinity.

    >>> kernel_distance_blocks(np.zeros((20, 3)), np.ones((30, 3)), block_size=10)
    {'mean': 7.0, 'standard_error': 0.0}
    """
    check_ints(2, block_size=block_size)
    real, fake = as_row_pair(real_features, fake_features)
    blocks = -(-max(len(real), len(fake)) // block_size)
    if min(len(real), len(fake)) < 2 * blocks:
        raise ValueError(
            f"{len(real)} real and {len(fake)} generated samples in blocks of at most {block_size} make "
            f"{blocks} blocks, and each needs 2 samples of either set"
        )
    if seed is not None:
        random = np.random.default_rng(seed)
        real, fake = random.permutation(real), random.permutation(fake)
    # `array_split` has the longer parts first, TF-GAN last: hence backwards.
    parts = zip(np.array_split(real[::-1], blocks), np.array_split(fake[::-1], blocks), strict=True)
    values = [_unbiased(*part) for part in parts]
    error = np.std(values, ddof=1) / np.sqrt(blocks) if blocks > 1 else np.nan
    return {"mean": float(np.mean(values)), "standard_error": float(error)}


def _unbiased(real, fake):
    n, m = len(real), len(fake)
    within_real = (_kernel_sum(real, real) - _own_sum(real)) / (n * (n - 1))
    within_fake = (_kernel_sum(fake, fake) - _own_sum(fake)) / (m * (m - 1))
    return float(within_real + within_fake - 2.0 * _kernel_sum(real, fake) / (n * m))


def _kernel_sum(x, y):
    starts = range(0, len(x), _ROWS)
    return sum(np.sum(_cubic(x[start : start + _ROWS] @ y.T, x.shape[1])) for start in starts)


def _own_sum(x):
    return np.sum(_cubic(np.einsum("nd,nd->n", x, x), x.shape[1]))


def _cubic(products, width):
    base = products / width + 1.0
    return base * base * base  # much faster than base**3
