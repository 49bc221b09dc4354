"""Where in a network attention can sit."""

from tfgan_zoo.networks.dcgan import stage_sizes
from tfgan_zoo.sizes import whole_shape


def check_attention_stage(image_shape, attention_stage):
    """Check that there are hidden feature maps at which the image has been halved so many times.

    Raises:
        ValueError: not None and not one of them, with the sizes that there are; or an image_shape that is
            none.

    >>> check_attention_stage((28, 28, 1), 3)
    Traceback (most recent call last):
    ...
    ValueError: attention_stage is 3, expected None, 1 (14×14 maps) or 2 (7×7 maps)
    """
    sizes = stage_sizes(*whole_shape(image_shape)[:2])[1:-1]
    whole = isinstance(attention_stage, int) and not isinstance(attention_stage, bool)
    if attention_stage is None or (whole and 1 <= attention_stage <= len(sizes)):
        return
    named = [f"{stage} ({h}×{w} maps)" for stage, (h, w) in enumerate(sizes, start=1)]
    raise ValueError(
        f"attention_stage is {attention_stage!r}, expected None, {', '.join(named[:-1])} or {named[-1]}"
    )


def attention_size(image_shape, attention_stage):
    """Return (H, W) of the maps at which the image has been halved so many times; None for None.

    Raises:
        ValueError: no such maps, or an image_shape that is none.

    >>> attention_size((28, 28, 1), 2)
    (7, 7)
    """
    if attention_stage is None:
        return None
    check_attention_stage(image_shape, attention_stage)
    return stage_sizes(*image_shape[:2])[attention_stage]
