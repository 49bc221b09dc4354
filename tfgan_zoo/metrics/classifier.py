"""Scores that need only a classifier's logits for the generated images."""

import itertools

import numpy as np

from tfgan_zoo.metrics.checks import as_rows


def classifier_score(logits, splits=1):
    """Return exp(mean KL(p(y|x) ‖ p(y))), the Inception Score's formula, for any classifier.

    Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv 1606.03498. High when
    each image is classified with confidence and the classes are used evenly. It ranges from 1 to
    exp(entropy of the class shares), K at most, and cannot see whether a class holds one image a
    thousand times.

    Args:
        logits: array or tensor [N, K], unnormalised log-probabilities; float64 inside.
        splits: 1 for one score over all samples (the default), or the number of consecutive,
            nearly equal parts of the list, in the order given, as in the original code (10
            there). Each part's score is smaller than that of the whole: state both counts.

    Returns:
        float for `splits=1`; otherwise (mean, standard deviation over the splits, not Bessel
        corrected).

    Raises:
        ValueError: for no samples, NaN or infinity, or a number of splits not in 1..N.

    >>> import numpy as np
    >>> round(classifier_score(100.0 * np.eye(10)), 6)  # certain and even: K
    10.0
    >>> classifier_score(np.zeros((50, 10)))                 # undecided everywhere
    1.0
    """
    rows = as_rows(logits, "logits")
    if not 1 <= splits <= len(rows):
        raise ValueError(
            f"splits must be from 1 to the number of samples {len(rows)}, got {splits}"
        )
    log_probabilities = _log_softmax(rows)
    bounds = [len(rows) * i // splits for i in range(splits + 1)]
    scores = [_score(log_probabilities[a:b]) for a, b in itertools.pairwise(bounds)]
    if splits == 1:
        return scores[0]
    return float(np.mean(scores)), float(np.std(scores))


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
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is a probability in (0, 1], got {threshold}")
    top = np.exp(_log_softmax(rows).max(axis=1))
    return float(np.mean(top >= threshold))


def _score(log_probabilities):
    probabilities = np.exp(log_probabilities)
    # The marginal from probabilities, not log-probabilities: a class that no sample uses at all
    # underflows to 0, and its logarithm must meet only the factor 0 below.
    marginal = probabilities.mean(axis=0)
    used = marginal > 0
    ratio = log_probabilities[:, used] - np.log(marginal[used])
    divergences = (probabilities[:, used] * ratio).sum(axis=1)
    return float(np.exp(divergences.mean()))


def _log_softmax(rows):
    shifted = rows - rows.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
