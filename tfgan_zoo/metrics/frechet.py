"""The Fréchet distance between two sets of features."""

import numpy as np

from tfgan_zoo.metrics.checks import as_rows


def frechet_distance(real_features, fake_features):
    """Return the Fréchet distance between Gaussians fitted to two sets of features.

    |m₁ − m₂|² + tr S₁ + tr S₂ − 2 tr (S₁S₂)^½, with means m and covariances S (divided by N − 1).
    Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
    Equilibrium", 2017, arXiv 1706.08500. With the features of the Inception network this is the
    FID of the literature; with any other extractor it is not, and should not be called so.

    The trace of the root is taken in its symmetric form, Σ √eig(S₁^½ S₂ S₁^½). That stays real
    and exact where the covariances are singular (fewer samples than features, dead features),
    where a general matrix square root returns imaginary parts or fails.

    The estimate is biased upwards by about c/N: compare values only at equal sample counts, and
    never average it over batches.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [M, D]; M may differ from N.

    Returns:
        float, ≥ 0 (rounding below zero is cut off), in squared units of the features. The
        distance is symmetric in its arguments.

    Raises:
        ValueError: for fewer than two samples, different widths D, or NaN or infinity.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(500, 8))
    >>> round(frechet_distance(x, x + 2.0), 6)      # equal covariances: |Δm|² = 8 · 2²
    32.0
    """
    real = as_rows(real_features, "real_features", minimum=2)
    fake = as_rows(fake_features, "fake_features", minimum=2)
    if real.shape[1] != fake.shape[1]:
        raise ValueError(
            f"features of one extractor have one width; got real_features {list(real.shape)} "
            f"and fake_features {list(fake.shape)}"
        )
    real_mean, real_centred = _centred(real)
    fake_mean, fake_centred = _centred(fake)
    difference = real_mean - fake_mean
    distance = (
        difference @ difference
        + np.sum(real_centred**2)  # tr S₁
        + np.sum(fake_centred**2)  # tr S₂
        - 2.0 * _trace_of_root(real_centred, fake_centred)
    )
    return max(float(distance), 0.0)


def _centred(rows):
    """Return the mean, and X with XᵀX the covariance."""
    mean = rows.mean(axis=0)
    return mean, (rows - mean) / np.sqrt(len(rows) - 1)


def _trace_of_root(x, y):
    width = x.shape[1]
    if max(len(x), len(y)) < width:
        # S₁S₂ = XᵀX YᵀY has the non-zero eigenvalues of (XYᵀ)(XYᵀ)ᵀ: the same number from a small
        # matrix, and without the roots of the many eigenvalues that are zero up to rounding.
        return np.linalg.norm(x @ y.T, ord="nuc")
    eigenvalues, vectors = np.linalg.eigh(x.T @ x)
    root = (vectors * np.sqrt(np.maximum(eigenvalues, 0.0))) @ vectors.T
    # Eigenvalues that are zero in exact arithmetic come out as ±1e-16: negative ones are rounding.
    eigenvalues = np.linalg.eigvalsh(root @ (y.T @ y) @ root)
    return np.sqrt(np.maximum(eigenvalues, 0.0)).sum()
