"""The Fréchet distance between two sets of features, and where it goes with ever more samples."""

import functools

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_row_pair, as_rows, check_widths


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
    real, fake = as_row_pair(real_features, fake_features, minimum=2)
    return _distance(_Gaussian.fitted(real), _Gaussian.fitted(fake))


def frechet_from_moments(real_mean, real_covariance, fake_mean, fake_covariance):
    """Return the Fréchet distance between Gaussians that are given by their moments.

    `frechet_distance` where the samples are gone, or too many to keep: `streaming.FrechetDistance`
    gathers the moments, and published statistics of a data set hold nothing else.

    Args:
        real_mean: array or tensor [D]; float64 inside.
        real_covariance: array or tensor [D, D], symmetric, divided by N − 1; may be singular.
        fake_mean: array or tensor [D].
        fake_covariance: array or tensor [D, D].

    Returns:
        float, ≥ 0.

    Raises:
        ValueError: for other shapes, a matrix that is not symmetric, or NaN or infinity.

    >>> frechet_from_moments([0.0, 0.0], np.eye(2), [3.0, 4.0], 4.0 * np.eye(2))  # 3² + 4² + 2 · (2 − 1)²
    27.0
    """
    real = _Gaussian.of_moments("real", real_mean, real_covariance)
    fake = _Gaussian.of_moments("fake", fake_mean, fake_covariance)
    check_widths(real_mean=real.mean[None], fake_mean=fake.mean[None])
    return _distance(real, fake)


def frechet_infinity(real_features, fake_features, points=15, seed=0):
    """Return the Fréchet distance extrapolated to infinitely many generated samples, FD∞.

    Chong & Forsyth, "Effectively Unbiased FID and Inception Score and Where to Find Them", 2020,
    arXiv 1911.07023, by the protocol of Stein et al. 2023, arXiv 2306.04675 (dgm-eval): the
    distance of all real samples to N of the generated ones, drawn without replacement, for
    `points` values of N, evenly spaced from M/10 (5,000 at most) to M; a straight line through
    these distances over 1/N, by least squares; its value at 1/N = 0.

    It removes the bias that comes with few generated samples, not that of few real ones, which
    must be the same wherever values are compared. The straight line holds for N well above the
    width D: `r_squared` says how well it fits, and where that is low, the intercept says little.
    It may be a little below 0, where a distance may not.

    Args:
        real_features: array or tensor [N, D], any real dtype; float64 inside.
        fake_features: array or tensor [M, D], M of at least 2 · `points`.
        points: number of values of N, at least 3.
        seed: an int; which of the generated samples are drawn for each N.

    Returns:
        Dict of floats: `intercept`, FD∞ itself; `slope`, c in FD_N ≈ FD∞ + c/N; `r_squared`, the
        share of the distances' variance that the line explains.

    Raises:
        ValueError: for fewer samples, different widths D, NaN or infinity.

    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> real, fake = random.normal(size=(20_000, 2)), random.normal(3.0, size=(5_000, 2))
    >>> round(frechet_infinity(real, fake)["intercept"])  # |Δm|² = 2 · 3²
    18
    """
    check_ints(3, points=points)
    real, fake = as_row_pair(real_features, fake_features, minimum=2)
    if len(fake) < 2 * points:
        raise ValueError(
            f"fake_features needs at least {2 * points} samples for {points} points, got {len(fake)}"
        )
    random = np.random.default_rng(seed)
    sizes = np.linspace(min(5000, max(len(fake) // 10, 2)), len(fake), points).astype(int)
    gaussian = _Gaussian.fitted(real)
    distances = [
        _distance(gaussian, _Gaussian.fitted(random.choice(fake, size, replace=False)))
        for size in sizes
    ]
    slope, intercept = np.polyfit(1.0 / sizes, distances, 1)
    residuals = distances - (slope / sizes + intercept)
    variance = np.var(distances)
    return {
        "intercept": float(intercept),
        "slope": float(slope),
        "r_squared": float(1.0 - np.mean(residuals**2) / variance) if variance else 1.0,
    }


class _Gaussian:
    """A mean, and an X for which XᵀX is the covariance."""

    def __init__(self, mean, centred):
        self.mean = mean
        self.centred = centred

    @classmethod
    def fitted(cls, rows):
        """Return mean and covariance (divided by N − 1) of some rows."""
        mean = rows.mean(axis=0)
        return cls(mean, (rows - mean) / np.sqrt(len(rows) - 1))

    @classmethod
    def of_moments(cls, side, mean, covariance):
        """Return the Gaussian with these moments; X has as many rows as the covariance has ranks."""
        covariance = as_rows(covariance, f"{side}_covariance")
        mean = as_rows(np.asarray(mean)[None], f"{side}_mean")[0]
        if covariance.shape != (len(mean), len(mean)):
            raise ValueError(
                f"{side}_covariance must have shape {[len(mean)] * 2} for a mean of {len(mean)} "
                f"features, got {list(covariance.shape)}"
            )
        if not np.allclose(covariance, covariance.T, atol=1e-6 * np.abs(covariance).max()):
            raise ValueError(f"{side}_covariance is not symmetric, as a covariance is")
        eigenvalues, vectors = np.linalg.eigh(covariance)
        # What is zero in exact arithmetic comes out as ±ε; its root would be far above ε.
        kept = eigenvalues > len(mean) * np.finfo(np.float64).eps * eigenvalues[-1]
        halves = vectors[:, kept] * np.sqrt(eigenvalues[kept])
        gaussian = cls(mean, halves.T)
        gaussian.root = halves @ vectors[:, kept].T
        return gaussian

    @functools.cached_property
    def root(self):
        """Return the symmetric root of the covariance."""
        eigenvalues, vectors = np.linalg.eigh(self.centred.T @ self.centred)
        # Eigenvalues that are zero in exact arithmetic come out as ±1e-16: negative ones are rounding.
        return (vectors * np.sqrt(np.maximum(eigenvalues, 0.0))) @ vectors.T


def _distance(real, fake):
    difference = real.mean - fake.mean
    distance = (
        difference @ difference
        + np.sum(real.centred**2)  # tr S₁
        + np.sum(fake.centred**2)  # tr S₂
        - 2.0 * _trace_of_root(real, fake)
    )
    return max(float(distance), 0.0)


def _trace_of_root(real, fake):
    x, y = real.centred, fake.centred
    if max(len(x), len(y)) < x.shape[1]:
        # S₁S₂ = XᵀX YᵀY has the non-zero eigenvalues of (XYᵀ)(XYᵀ)ᵀ: the same number from a small
        # matrix, and without the roots of the many eigenvalues that are zero up to rounding.
        return np.linalg.norm(x @ y.T, ord="nuc")
    eigenvalues = np.linalg.eigvalsh(real.root @ (y.T @ y) @ real.root)
    return np.sqrt(np.maximum(eigenvalues, 0.0)).sum()
