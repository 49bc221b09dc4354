"""Sizes of images that networks can take."""


def check(height, width, multiple, least=1):
    """Check that images of a size can be translated.

    Args:
        height: rows of pixels.
        width: columns of pixels.
        multiple: what both must be multiples of.
        least: the smallest side.

    Raises:
        ValueError: names the nearest size that works.

    >>> check(30, 64, 4)
    Traceback (most recent call last):
    ...
    ValueError: images of 30×64 pixels: both sides must be multiples of 4; the nearest that works is 32×64
    """
    smallest = -(-least // multiple)
    nearest = [
        max(smallest, (side + multiple // 2) // multiple) * multiple for side in (height, width)
    ]
    if [height, width] != nearest:
        rules = [f"multiples of {multiple}"] * (multiple > 1)
        rules += [f"at least {smallest * multiple}"] * (smallest > 1 or multiple == 1)
        raise ValueError(
            f"images of {height}×{width} pixels: both sides must be {', '.join(rules)}; the nearest that "
            f"works is {nearest[0]}×{nearest[1]}"
        )
