"""Which classes a set of images uses, and how far that is from the data."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_rows


def class_histogram(logits_or_labels, num_classes):
    """Return the share of each class among the samples.

    Args:
        logits_or_labels: logits [N, K] (the largest one is the class), or integer labels [N].
        num_classes: K.

    Returns:
        float64 array [K] that sums to 1; a class that no sample has is there with 0.

    Raises:
        ValueError: for no samples, labels that are not integers in 0..K−1, logits of another
            width, or NaN or infinity.

    >>> class_histogram([0, 1, 1, 3], num_classes=4)
    array([0.25, 0.5 , 0.  , 0.25])
    """
    check_ints(1, num_classes=num_classes)
    values = np.asarray(logits_or_labels)
    if values.ndim == 2:
        rows = as_rows(values, "logits")
        if rows.shape[1] != num_classes:
            raise ValueError(f"logits have {rows.shape[1]} columns for {num_classes} classes")
        labels = rows.argmax(axis=1)
    else:
        labels = _as_labels(values, num_classes)
    return np.bincount(labels, minlength=num_classes) / len(labels)


def histogram_kl(p, q):
    """Return KL(p ‖ q) = Σ p log(p/q) in nats between two class histograms.

    For mode coverage p is the generated histogram and q the data's, as in the mode-counting
    protocols (Srivastava et al., VEEGAN, 2017, arXiv 1705.07761; Lin et al., PacGAN, 2018,
    arXiv 1712.04086).

    Zeros follow the definition: a class with p = 0 adds nothing (a dropped class shows in the
    excess of the others), and a class with p > 0 and q = 0 makes the divergence infinite. Nothing
    is smoothed here; a caller that wants a finite value decides what an unseen class is worth.

    Args:
        p: non-negative shares or counts [K]; normalised here.
        q: likewise, of the same length.

    Returns:
        float ≥ 0, possibly infinite; 0 for equal histograms, log K for one class against a
        uniform q.

    Raises:
        ValueError: for different lengths, negative or non-finite entries, or a sum of 0.

    >>> round(histogram_kl([1, 0, 0, 0], [1, 1, 1, 1]), 6)         # one mode of four: log 4
    1.386294
    """
    p = _as_shares(p, "p")
    q = _as_shares(q, "q")
    if len(p) != len(q):
        raise ValueError(f"histograms must have one length, got {len(p)} and {len(q)}")
    used = p > 0
    if np.any(q[used] == 0):
        return float("inf")
    return max(float(np.sum(p[used] * np.log(p[used] / q[used]))), 0.0)


def _as_labels(values, num_classes):
    if values.ndim != 1 or not np.issubdtype(values.dtype, np.integer) or len(values) == 0:
        raise ValueError(
            "expected logits of shape [samples, classes] or integer labels of shape [samples], "
            f"got {values.dtype} of shape {list(values.shape)}"
        )
    if values.min() < 0 or values.max() >= num_classes:
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1}, got {values.min()} to {values.max()}"
        )
    return values


def _as_shares(values, name):
    shares = np.asarray(values, dtype=np.float64)
    if shares.ndim != 1 or not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise ValueError(
            f"{name} must be a list of non-negative, finite shares with a positive sum, "
            f"got {np.array2string(shares, threshold=12)}"
        )
    return shares / shares.sum()
