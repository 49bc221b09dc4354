"""What every estimator asks of the arrays it is given, with errors that say what is wrong."""

import numpy as np


def as_rows(values, name, *, minimum=1):
    """Return `values` as a finite float64 matrix with one sample in each row.

    Args:
        values: array or tensor of shape [N, D], any real dtype.
        name: what the error calls it, e.g. `"real_features"`.
        minimum: the smallest N that the estimator can work with.

    Returns:
        float64 array of shape [N, D].

    Raises:
        ValueError: for another rank, no columns, fewer than `minimum` rows, or NaN or infinity.

    >>> as_rows([[1, 2]], "logits").dtype
    dtype('float64')
    """
    rows = np.asarray(values)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(f"{name} must have shape [samples, width], got {list(rows.shape)}")
    rows = rows.astype(np.float64)
    bad = np.count_nonzero(~np.isfinite(rows).all(axis=1))
    check_counts(name, len(rows), bad, minimum)
    return rows


def check_counts(name, count, bad, minimum):
    """Check that there are enough samples and that all are finite.

    Args:
        name: what the error calls them.
        count: number of samples.
        bad: how many of them hold NaN or infinity.
        minimum: the smallest count that the estimator can work with.

    Raises:
        ValueError: for fewer samples, or bad ones.

    >>> check_counts("fake_features", 1, 0, minimum=2)
    Traceback (most recent call last):
    ...
    ValueError: fake_features needs at least 2 samples (rows), got 1
    """
    if count < minimum:
        raise ValueError(f"{name} needs at least {minimum} samples (rows), got {count}")
    if bad:
        raise ValueError(f"{name} holds NaN or infinity in {bad} of {count} samples")


def as_row_pair(real_features, fake_features, *, minimum=1):
    """Return features of real and of generated samples as finite float64 matrices of one width.

    Args:
        real_features: array or tensor [N, D], any real dtype.
        fake_features: array or tensor [M, D].
        minimum: the smallest N and M that the estimator can work with.

    Returns:
        float64 arrays [N, D] and [M, D].

    Raises:
        ValueError: for different widths, or what `as_rows` refuses.

    >>> real, fake = as_row_pair([[1, 2]], [[3, 4], [5, 6]])
    >>> fake.shape
    (2, 2)
    """
    real = as_rows(real_features, "real_features", minimum=minimum)
    fake = as_rows(fake_features, "fake_features", minimum=minimum)
    check_widths(real_features=real, fake_features=fake)
    return real, fake


def check_extractor(extractor):
    """Check that an extractor is one, and not its name.

    Args:
        extractor: a callable.

    Raises:
        ValueError: it is none.

    >>> check_extractor("digits")
    Traceback (most recent call last):
    ...
    ValueError: extractor is 'digits', expected a metrics.Extractor, as metrics.extractors.get('digits') is
    """
    if not callable(extractor):
        name = extractor if isinstance(extractor, str) else "digits"
        raise ValueError(
            f"extractor is {extractor!r}, expected a metrics.Extractor, as "
            f"metrics.extractors.get({name!r}) is"
        )


def check_equal_counts(real, fake, reason):
    """Check that there are as many real samples as generated ones.

    Args:
        real: array [N, …].
        fake: array [M, …].
        reason: why the estimator needs that, as a sentence that begins with a small letter.

    Raises:
        ValueError: for N ≠ M.

    >>> check_equal_counts([1, 2], [3], "each is compared with one")
    Traceback (most recent call last):
    ...
    ValueError: got 2 real and 1 generated samples, expected as many of each: each is compared with one
    """
    if len(real) != len(fake):
        raise ValueError(
            f"got {len(real)} real and {len(fake)} generated samples, expected as many of each: "
            f"{reason}"
        )


def check_widths(**features):
    """Check that sets of features, which come from one extractor, have one width.

    Args:
        **features: matrices [N, D] by the names that the error gives them.

    Raises:
        ValueError: where the widths D differ.

    >>> check_widths(real_features=np.zeros((3, 2)), fake_features=np.zeros((1, 4)))
    Traceback (most recent call last):
    ...
    ValueError: features of one extractor have one width; got real_features [3, 2], fake_features [1, 4]
    """
    if len({rows.shape[1] for rows in features.values()}) > 1:
        shapes = ", ".join(f"{name} {list(rows.shape)}" for name, rows in features.items())
        raise ValueError(f"features of one extractor have one width; got {shapes}")
