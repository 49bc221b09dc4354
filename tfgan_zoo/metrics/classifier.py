"""Scores that need only a classifier's logits for the generated images."""

import itertools

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import as_rows


def classifier_score(logits):
    """Return exp(mean KL(p(y|x) ‖ p(y))), the Inception Score's formula, for any classifier.

    Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv 1606.03498. High when
    each image is classified with confidence and the classes are used evenly. It ranges from 1 to
    exp(entropy of the class shares), K at most, and cannot see whether a class holds one image a
    thousand times.

    Args:
        logits: array or tensor [N, K], unnormalised log-probabilities; float64 inside.

    Returns:
        float, one score over all samples; `classifier_score_splits` has the original's protocol.

    Raises:
        ValueError: for fewer than two samples, or NaN or infinity.

    >>> import numpy as np
    >>> round(classifier_score(100.0 * np.eye(10)), 6)  # certain and even: K
    10.0
    >>> classifier_score(np.zeros((50, 10)))                 # undecided everywhere
    1.0
    """
    return _score(_log_softmax(as_rows(logits, "logits", minimum=2)))


def classifier_score_splits(logits, splits=10, seed=0):
    """Return mean and spread of `classifier_score` over parts of the samples: the Inception Score's protocol.

    Salimans et al. 2016, arXiv 1606.03498. The list is cut into consecutive, nearly equal parts and each is
    scored alone, with a marginal of its own. A part's score is below that of the whole: state N and the
    splits, and compare only where both are equal. The original code does not shuffle, so that images sorted
    by class score near 1; here the order is drawn from the seed first, unless that is None.

    Args:
        logits: array or tensor [N, K], unnormalised log-probabilities; float64 inside.
        splits: number of parts, 1..N; 10 in the literature.
        seed: of the order, an int; None takes the samples in the order given, as the original.

    Returns:
        Dict of floats: `mean`, and `std`, the standard deviation over the parts, not Bessel corrected
        (ddof 0), as in the original.

    Raises:
        ValueError: for no samples, NaN or infinity, or a number of splits not in 1..N.

    >>> classifier_score_splits(100.0 * np.eye(4)[[0, 0, 1, 1]], splits=2, seed=None)  # sorted by class
    {'mean': 1.0, 'std': 0.0}
    """
    log_probabilities = _log_softmax(as_rows(logits, "logits"))
    count = len(log_probabilities)
    check_ints(1, splits=splits)
    if splits > count:
        raise ValueError(f"splits must be from 1 to the number of samples {count}, got {splits}")
    if seed is not None:
        log_probabilities = np.random.default_rng(seed).permutation(log_probabilities)
    bounds = [count * i // splits for i in range(splits + 1)]
    scores = [_score(log_probabilities[a:b]) for a, b in itertools.pairwise(bounds)]
    return {"mean": float(np.mean(scores)), "std": float(np.std(scores))}


def confident_fraction(logits, threshold=0.9):
    """Return the share of samples whose most probable class reaches `threshold`.

    A plain measure of legibility: about 98.5 % of real MNIST test digits reach 0.9 with a good
    classifier, and samples that are between two digits, or none, do not.

    Args:
        logits: array or tensor [N, K], unnormalised log-probabilities.
        threshold: probability in (0, 1]; a sample exactly at it counts.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: for no samples, NaN or infinity, or a threshold outside (0, 1].

    >>> confident_fraction([[9.0, 0.0], [0.0, 0.0], [0.0, 9.0], [1.0, 0.0]])
    0.5
    """
    rows = as_rows(logits, "logits")
    check_threshold(threshold)
    top = np.exp(_log_softmax(rows).max(axis=1))
    return float(np.mean(top >= threshold))


def score_from_sums(count, probabilities, negentropies):
    """Return `classifier_score` from sums over the samples.

    mean KL(p(y|x) ‖ p(y)) = mean Σ p(y|x) log p(y|x) − Σ p(y) log p(y).

    Args:
        count: number of samples N.
        probabilities: float64 [K], the sum of p(y|x).
        negentropies: float64, the sum of Σ p(y|x) log p(y|x).

    Returns:
        float.

    >>> round(score_from_sums(2, np.array([1.0, 1.0]), 0.0), 6)  # certain and even
    2.0
    """
    marginal = probabilities / count
    # A class that no sample uses at all underflows to 0 and adds nothing.
    used = marginal[marginal > 0]
    return float(np.exp(negentropies / count - np.sum(used * np.log(used))))


def check_threshold(threshold):
    """Check that a threshold is a probability above 0.

    Raises:
        ValueError: for one outside (0, 1].

    >>> check_threshold(1.0)
    """
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is a probability in (0, 1], got {threshold}")


def _score(log_probabilities):
    probabilities = np.exp(log_probabilities)
    return score_from_sums(
        len(probabilities), probabilities.sum(axis=0), np.sum(probabilities * log_probabilities)
    )


def _log_softmax(rows):
    shifted = rows - rows.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
