"""What networks that translate images are made of, and the sizes that they take."""

from keras import layers

from tfgan_zoo import errors, sizes
from tfgan_zoo.layers import BatchNormalization, InstanceNormalization

NORMS = ("batch", "instance", "none")


def normalised(x, norm, name, dtype):
    """Return features under a norm.

    Args:
        x: features `[B, H, W, C]`.
        norm: `"instance"`; `"batch"`, with moving statistics at inference; or `"none"`.
        name: of the layer.
        dtype: its Keras dtype policy.

    Raises:
        ValueError: another norm.
    """
    if norm not in NORMS:
        raise ValueError(errors.unknown("norm", norm, NORMS))
    if norm == "none":
        return x
    if norm == "instance":
        return InstanceNormalization(name=name, dtype=dtype)(x)
    # Keras's default momentum looks back over 100 steps, too many for a network that changes so fast.
    return BatchNormalization(
        momentum=0.9, epsilon=1e-5, synchronized=True, name=name, dtype=dtype
    )(x)


def activated(x, name, dtype, slope=0.0):
    """Return features through (leaky) ReLU."""
    layer = layers.LeakyReLU(slope, name=name, dtype=dtype) if slope else None
    return (layer or layers.ReLU(name=name, dtype=dtype))(x)


def check_shape(image_shape, multiple=1, least=1):
    """Return image_shape as a tuple of ints, if networks that halve the sides so often can take it.

    Args:
        image_shape: (H, W, C).
        multiple: what both sides must be multiples of.
        least: the smallest side.

    Raises:
        ValueError: not (H, W, C), not 1 to 4 channels, or another size; names the nearest that works.

    >>> check_shape([64, 48, 3], 16)
    (64, 48, 3)
    """
    shape = sizes.whole_shape(image_shape)
    if not 1 <= shape[2] <= 4:
        raise ValueError(f"image_shape {shape} has {shape[2]} channels, expected 1 to 4")
    sizes.check(*shape[:2], multiple, least)
    return shape
