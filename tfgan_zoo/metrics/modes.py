"""Mode coverage where the modes are known: the ring and the grid of Gaussians, and stacked digits."""

import dataclasses
import itertools

import numpy as np

from tfgan_zoo.errors import check_ints


@dataclasses.dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians in the plane, the yardstick of mode collapse (Metz et al. 2017).

    Attributes:
        centres: float array [K, 2].
        stddev: standard deviation of each coordinate.
    """

    centres: np.ndarray
    stddev: float

    def sample(self, n, seed):
        """Return n points, float32 [n, 2], a function of the seed.

        >>> ring().sample(3, seed=0).shape
        (3, 2)
        """
        random = np.random.default_rng(seed)
        which = random.integers(len(self.centres), size=n)
        noise = random.normal(scale=self.stddev, size=(n, 2))
        return (self.centres[which] + noise).astype(np.float32)


def ring(modes=8, radius=1.0, stddev=0.01):
    """Return Gaussians on a circle, as in PacGAN's experiments (Lin et al. 2018, arXiv 1712.04086).

    >>> ring().centres[2].round(6).tolist()
    [0.0, 1.0]
    """
    angles = 2.0 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), stddev)


def grid(side=5, spacing=2.0, stddev=0.05):
    """Return Gaussians on a square grid around 0, as in PacGAN's experiments.

    >>> grid().centres[0].tolist()
    [-4.0, -4.0]
    """
    line = spacing * (np.arange(side) - (side - 1) / 2.0)
    return Mixture(np.array(list(itertools.product(line, line))), stddev)


def mode_coverage(points, mixture, radius=3.0):
    """Count the modes that points cover.

    A point is of high quality if it lies within `radius` standard deviations of the nearest centre; a mode is
    covered if at least one high-quality point is nearest to it. Of a perfect sample, a share of
    1 - exp(-radius² / 2) is of high quality: 98.9% at 3.

    Args:
        points: float array [N, 2], N ≥ 1.
        mixture: a `Mixture`.
        radius: in standard deviations; 3 is PacGAN's.

    Returns:
        Dict with `modes` (int), `high_quality` (share of the points) and `reverse_kl` (in nats, of the
        high-quality points' distribution over modes against the uniform one; infinite without any).

    Raises:
        ValueError: points of another shape, none, or not finite.

    >>> mode_coverage([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], ring())["modes"]
    2
    """
    points = np.asarray(points, np.float64)
    if points.ndim != 2 or points.shape[1:] != mixture.centres.shape[1:] or not len(points):
        wanted = f"(N, {mixture.centres.shape[1]})"
        raise ValueError(
            f"points have shape {points.shape}, expected {wanted} with N of at least 1"
        )
    if not np.isfinite(points).all():
        raise ValueError("points hold values that are not finite")
    distances = np.linalg.norm(points[:, None] - mixture.centres, axis=2)
    good = distances.min(axis=1) <= radius * mixture.stddev
    counts = np.bincount(distances.argmin(axis=1)[good], minlength=len(mixture.centres))
    return {**_spread(counts, len(counts)), "high_quality": float(good.mean())}


def stacked_modes(labels, classes=10):
    """Count the modes of images whose channels each show one class: stacked MNIST's protocol.

    Metz et al., "Unrolled Generative Adversarial Networks", 2017, arXiv 1611.02163. A classifier reads
    each channel; a mode is a combination of classes, and is covered if one sample hits it. Real triples of
    MNIST digits cover all 1,000 with 26,000 samples, at a reverse KL of 0.024, the floor at that N; classes
    of equal share have (1000 - 1) / 2N, 0.0192. Both depend on the classifier: an error is a
    mode hit by chance, so compare numbers of one classifier and one N.

    Args:
        labels: integers [N, C] in 0..classes - 1, of any dtype: the class of each of C channels.
        classes: K; there are K^C modes.

    Returns:
        Dict with `modes` (int) and `reverse_kl` (in nats, of the samples' distribution over modes against
        the uniform one; log K^C for a single mode).

    Raises:
        ValueError: for another shape, no samples, values that are no integers or out of range.

    >>> stacked_modes([[1, 2, 3], [1, 2, 3], [3, 2, 1], [0, 0, 0]])["modes"]
    3
    """
    check_ints(2, classes=classes)
    labels = np.asarray(labels)
    if labels.ndim != 2 or 0 in labels.shape or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            "labels must be integers of shape [samples, channels], "
            f"got {labels.dtype} of shape {list(labels.shape)}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels must be from 0 to {classes - 1}, got {labels.min()} to {labels.max()}"
        )
    _, counts = np.unique(labels, axis=0, return_counts=True)
    return _spread(counts, classes ** labels.shape[1])


def _spread(counts, modes):
    """Return how many of so many modes have samples, and KL(samples ‖ uniform)."""
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return {
        "modes": len(shares),
        "reverse_kl": float(np.sum(shares * np.log(shares * modes))) if len(shares) else np.inf,
    }
