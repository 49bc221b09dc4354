"""The test for data copying that compares distances to the training set."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_rows, check_widths
from tfgan_zoo.metrics.clusters import k_means
from tfgan_zoo.metrics.nearest import k_nearest

_COMPONENTS = 64  # what wider features are reduced to, as in published uses
_FEW = 20  # a cell counts with more generated samples than this


def data_copying(train_features, test_features, fake_features, cells=3, seed=0):
    """Test whether generated samples are nearer to the training set than real ones are.

    Meehan et al., "A Non-Parametric Test to Detect Data-Copying in Generative Models", 2020, arXiv
    2004.05675. L is the distance to the nearest training sample, and U the number of pairs with L of the
    generated sample > L of the test sample; Z_U is U in standard deviations from its mean under equal
    distributions. C_T is the mean of Z_U within each of k-means' cells, weighted by the cells' share of
    the test set. Far below 0: copying. Far above 0: samples are further off than real ones (underfitting).
    Features wider than 64 are reduced to their first 64 principal components on the training set.

    Ties count half, and the standard deviation is not reduced for them, as in the published code: with
    many ties the values are, if anything, too near to 0. A cell where no test sample falls has no
    weight, and one with 20 generated samples or fewer is left out; both have the `z_u` None.

    Known failures: noise hides copying (on MNIST, copies with noise of half a standard deviation have scored
    +60), and so do samples that are far off: copies and a Gaussian fit, half and half, score -2. Mirror
    images are far off, too, to features that tell left from right. Z grows with the number of samples,
    so compare at equal ones. Real data itself scores -4 where test and training set are not exchangeable,
    as halves of MNIST's published test split have: shuffle them together, and see what held-out data scores,
    before calling |Z| > 2 anything.

    Args:
        train_features: array or tensor [T, D], T ≥ 2, any real dtype; float64 inside.
        test_features: array or tensor [P, D], P ≥ 2, real and exchangeable with the training set.
        fake_features: array or tensor [Q, D], Q > 20.
        cells: number of k-means' cells; more see copying of a part of the data, with fewer samples each.
        seed: of the k-means.

    Returns:
        Dict with the floats `c_t` and `z_u` (of all samples at once), and `cells`, a list of dicts with the
        numbers of `train`, `test` and `fake` samples, and `z_u`, a float or None.

    Raises:
        ValueError: for fewer samples, different widths D, NaN or infinity, more cells than different
            training samples, or where no cell holds enough samples.

    >>> random = np.random.default_rng(0)
    >>> train, test = random.normal(size=(2, 300, 4))
    >>> round(data_copying(train, test, train)["z_u"], 1)
    -21.2
    """
    check_ints(1, cells=cells)
    train = as_rows(train_features, "train_features", minimum=2)
    test = as_rows(test_features, "test_features", minimum=2)
    fake = as_rows(fake_features, "fake_features", minimum=_FEW + 1)
    check_widths(train_features=train, test_features=test, fake_features=fake)
    different = len(np.unique(train, axis=0))
    if cells > different:
        raise ValueError(f"cells is {cells}, expected at most one for each of {different} samples")
    train, test, fake = _principal(train, test, fake)
    centres = k_means(train, cells, seed).cluster_centers_
    members = [k_nearest(rows, centres)[0][:, 0] for rows in (train, test, fake)]
    found = []
    for cell in range(cells):
        parts = [
            rows[which == cell] for rows, which in zip((train, test, fake), members, strict=True)
        ]
        counts = dict(zip(("train", "test", "fake"), map(len, parts), strict=True))
        enough = counts["test"] > 0 and counts["fake"] > _FEW
        found.append({**counts, "z_u": _z_u(*parts) if enough else None})
    used = [cell for cell in found if cell["z_u"] is not None]
    if not used:
        raise ValueError(
            f"none of {cells} cells holds test samples and more than {_FEW} generated ones: use "
            "fewer cells or more samples"
        )
    c_t = np.average([c["z_u"] for c in used], weights=[c["test"] for c in used])
    return {"c_t": float(c_t), "z_u": _z_u(train, test, fake), "cells": found}


def _principal(train, *others):
    if train.shape[1] <= _COMPONENTS:
        return train, *others
    mean = train.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(train, rowvar=False))
    return tuple((rows - mean) @ vectors[:, -_COMPONENTS:] for rows in (train, *others))


def _z_u(train, test, fake):
    test = np.sort(k_nearest(test, train)[1][:, 0])
    fake = k_nearest(fake, train)[1][:, 0]
    n, m = len(test), len(fake)
    u = sum(np.searchsorted(test, fake, side).sum() for side in ("left", "right")) / 2
    return float((u - (m * n / 2 - 0.5)) / np.sqrt(m * n * (m + n + 1) / 12))
