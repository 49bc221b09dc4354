"""Diversity of samples that share a condition."""

import numpy as np

from tfgan_zoo.metrics.checks import as_rows, check_widths


def conditional_diversity(features, conditions, real_features, real_conditions):
    """Compare how different samples of one condition are with how different real ones are.

    For each condition, the root mean squared distance between two of its generated samples over that
    between two of its real ones: 1 for real data, 0 where the condition alone decides the output (the
    latents are ignored), above 1 for samples with too much variation or noise.

    Known failures: a spread is no count. Two outputs far apart for one condition spread like many (see
    `birthday_support` within a condition), and noise spreads without meaning; samples of a wrong
    class spread most of all (see the accuracy of the classes first).

    Args:
        features: array or tensor [N, D] of generated samples, any real dtype; float64 inside.
        conditions: [N], what each was generated for: integers, or any values that can be sorted.
        real_features: [M, D].
        real_conditions: [M].

    Returns:
        Dict with `ratio`, the mean over the conditions, and `by_condition`, a dict of each one's ratio.

    Raises:
        ValueError: for different widths D, NaN or infinity, conditions of another length, a generated
            condition with a single sample or with fewer than two different real ones.

    >>> real = [[0.0], [2.0], [10.0], [14.0]]
    >>> conditional_diversity([[1.0], [1.5], [9.0], [13.0]], [0, 0, 1, 1], real, [0, 0, 1, 1])
    {'ratio': 0.625, 'by_condition': {0: 0.25, 1: 1.0}}
    """
    fake, real = as_rows(features, "features"), as_rows(real_features, "real_features")
    check_widths(features=fake, real_features=real)
    conditions = _as_conditions(conditions, fake, "conditions")
    real_conditions = _as_conditions(real_conditions, real, "real_conditions")
    ratios = {}
    for condition in np.unique(conditions).tolist():
        spread = _spread(fake[conditions == condition], "generated", condition)
        real_spread = _spread(real[real_conditions == condition], "real", condition)
        if real_spread == 0:
            raise ValueError(f"the real samples of condition {condition!r} are all the same")
        ratios[condition] = spread / real_spread
    return {"ratio": float(np.mean(list(ratios.values()))), "by_condition": ratios}


def _spread(rows, kind, condition):
    if len(rows) < 2:
        raise ValueError(
            f"condition {condition!r} needs at least 2 {kind} samples to compare, got {len(rows)}"
        )
    # The mean squared distance over all pairs is twice the trace of the covariance.
    return float(np.sqrt(2.0 * np.var(rows, axis=0, ddof=1).sum()))


def _as_conditions(values, rows, name):
    values = np.asarray(values)
    if values.shape != rows.shape[:1]:
        raise ValueError(
            f"{name} must have shape [{len(rows)}], one for each sample, got {list(values.shape)}"
        )
    return values
