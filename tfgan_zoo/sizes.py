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
        at_least = f", at least {smallest * multiple}" if smallest > 1 else ""
        raise ValueError(
            f"images of {height}×{width} pixels: both sides must be multiples of {multiple}{at_least}; the "
            f"nearest that works is {nearest[0]}×{nearest[1]}"
        )
