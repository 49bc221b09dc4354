"""Sizes of images that networks can take."""

import collections.abc


def whole_shape(image_shape):
    """Return image_shape as a tuple of ints.

    Raises:
        ValueError: not (H, W, C).

    >>> whole_shape([28, 28, 1])
    (28, 28, 1)
    >>> whole_shape(None)
    Traceback (most recent call last):
    ...
    ValueError: image_shape is None, expected (height, width, channels)
    """
    shape = tuple(image_shape) if isinstance(image_shape, collections.abc.Iterable) else ()
    ints = all(isinstance(side, int) and not isinstance(side, bool) for side in shape)
    if len(shape) != 3 or not ints:
        raise ValueError(f"image_shape is {image_shape!r}, expected (height, width, channels)")
    return shape


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
