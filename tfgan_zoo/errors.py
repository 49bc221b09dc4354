"""What errors say: what was given, what was expected, and the nearest valid name."""

import difflib
import math
import numbers


def unknown(kind, given, valid):
    """Return the message for a name that is not among the valid ones.

    Args:
        kind: what the name names, e.g. `"loss"`.
        given: the name that was given.
        valid: the valid names.

    >>> unknown("loss", "hingee", ["hinge", "minimax"])
    "unknown loss 'hingee' (did you mean 'hinge'?); valid names: hinge, minimax"
    >>> unknown("model", "dcgan", ["DCGAN", "WGAN"])
    "unknown model 'dcgan' (did you mean 'DCGAN'?); valid names: DCGAN, WGAN"
    """
    valid = sorted(str(v) for v in valid)
    small = {v.lower(): v for v in valid}
    near = difflib.get_close_matches(str(given).lower(), small, n=1, cutoff=0.5)
    hint = f" (did you mean {small[near[0]]!r}?)" if near else ""
    return f"unknown {kind} {given!r}{hint}; valid names: {', '.join(valid) or 'none'}"


def is_number(value):
    """Return whether a value is a finite real number, of Python or of NumPy; True and False are not.

    >>> is_number(2), is_number(float("inf")), is_number(True), is_number("2")
    (True, False, False, False)
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(value)


def check_ints(least, **values):
    """Check that arguments are ints of at least `least`; True and False are not.

    Args:
        least: the smallest int allowed.
        **values: the arguments by name.

    Raises:
        ValueError: naming the argument.

    >>> check_ints(1, every=3, keep=0)
    Traceback (most recent call last):
    ...
    ValueError: keep is 0, expected an int of at least 1
    """
    for name, value in values.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or value < least:
            raise ValueError(f"{name} is {value!r}, expected an int of at least {least}")


def check_numbers(low, high, **values):
    """Check that arguments are finite numbers in [low, high]; True and False are not.

    Args:
        low: the smallest number allowed.
        high: the largest.
        **values: the arguments by name.

    Raises:
        ValueError: naming the argument.

    >>> check_numbers(0, 1, rate=1.5)
    Traceback (most recent call last):
    ...
    ValueError: rate is 1.5, expected a number in [0, 1]
    """
    for name, value in values.items():
        if not is_number(value) or not low <= float(value) <= high:
            raise ValueError(f"{name} is {value!r}, expected a number in [{low}, {high}]")
