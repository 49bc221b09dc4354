"""What errors say: what was given, what was expected, and the nearest valid name."""

import difflib


def unknown(kind, given, valid):
    """Return the message for a name that is not among the valid ones.

    Args:
        kind: what the name names, e.g. `"loss"`.
        given: the name that was given.
        valid: the valid names.

    >>> unknown("loss", "hingee", ["hinge", "minimax"])
    "unknown loss 'hingee' (did you mean 'hinge'?); valid names: hinge, minimax"
    """
    valid = sorted(str(v) for v in valid)
    near = difflib.get_close_matches(str(given), valid, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"unknown {kind} {given!r}{hint}; valid names: {', '.join(valid)}"
