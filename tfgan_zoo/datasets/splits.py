"""Split names and slices of them, as TensorFlow Datasets writes them."""

import re

from tfgan_zoo.errors import unknown

_PART = re.compile(r"(?P<base>\w+)(\[(?P<start>-?\d+%?)?:(?P<stop>-?\d+%?)?\])?")


def resolve(split, sizes):
    """Turn `"train[10%:]"` into numbers.

    Args:
        split: a split name, a slice of one (`"train[:500]"`, `"test[90%:]"`), or several joined
            by `+`. Percentages are rounded to the nearest example; a negative number counts from
            the end.
        sizes: a dict from split name to its number of examples.

    Returns:
        A list of (split name, start, stop), one for each part.

    Raises:
        ValueError: not a split, not a slice, or no example in it.

    >>> resolve("train[10%:]+test", {"train": 50, "test": 20})
    [('train', 5, 50), ('test', 0, 20)]
    """
    parts = []
    for text in str(split).split("+"):
        match = _PART.fullmatch(text.strip())
        base = match["base"] if match else re.split(r"\W", text.strip())[0]
        if base not in sizes:
            raise ValueError(unknown("split", base, sizes))
        if not match:
            raise ValueError(
                f"split {split!r} is not understood; write e.g. {base!r}, '{base}[:500]', "
                f"'{base}[10%:]' or '{base}[-1000:]'"
            )
        size = sizes[base]
        start = 0 if match["start"] is None else _position(match["start"], size)
        stop = size if match["stop"] is None else _position(match["stop"], size)
        if start < stop:
            parts.append((base, start, stop))
    if not parts:
        has = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise ValueError(f"split {split!r} holds no example ({has})")
    return parts


def _position(text, size):
    number = int(text.rstrip("%"))
    if text.endswith("%"):
        if abs(number) > 100:
            raise ValueError(f"{text} is not a percentage of a split; give at most 100%")
        number = round(number * size / 100)
    return min(max(number + size if number < 0 else number, 0), size)
