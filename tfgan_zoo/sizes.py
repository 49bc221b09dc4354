"""Sizes of images that networks can take."""


def check(height, width, multiple):
    """Check that images of a size can be translated.

    Args:
        height: rows of pixels.
        width: columns of pixels.
        multiple: what both must be multiples of.

    Raises:
        ValueError: names the nearest size that works.

    >>> check(30, 64, 4)
    Traceback (most recent call last):
    ...
    ValueError: images of 30×64 pixels: both sides must be multiples of 4; the nearest that works is 32×64
    """
    nearest = [max(1, (side + multiple // 2) // multiple) * multiple for side in (height, width)]
    if [height, width] != nearest:
        raise ValueError(
            f"images of {height}×{width} pixels: both sides must be multiples of {multiple}; the nearest "
            f"that works is {nearest[0]}×{nearest[1]}"
        )
