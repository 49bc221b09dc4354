"""Networks by name, for systems that are a game and not an architecture."""

import typing

from tfgan_zoo import errors
from tfgan_zoo.networks import dcgan, deep_dcgan, mlp, resnet, sndcgan

ARCHITECTURES = {
    "dcgan": dcgan,
    "deep_dcgan": deep_dcgan,
    "mlp": mlp,
    "resnet": resnet,
    "sndcgan": sndcgan,
}


class Builders(typing.NamedTuple):
    """What makes an architecture's networks.

    Attributes:
        generator: function of the number of latents.
        discriminator: function of how many channels it sees beside an image's own, 0 if it is not said.
    """

    generator: typing.Callable
    discriminator: typing.Callable


def builders(
    name,
    image_shape,
    generator_width=None,
    discriminator_width=None,
    seed=0,
    dtype=None,
    *,
    discriminator_norm=None,
):
    """Return what makes the networks of an architecture.

    Args:
        name: `"dcgan"`, `"deep_dcgan"`, `"mlp"`, `"resnet"` or `"sndcgan"`, as the modules of `networks`.
        image_shape: (H, W, C).
        generator_width: see the architecture; None for its own.
        discriminator_width: see the architecture; None for its own.
        seed: int, for the generator's initial weights; the discriminator's are of the next one.
        dtype: Keras dtype policy of the hidden layers.
        discriminator_norm: of DCGAN's discriminator, see `dcgan.NORMS`; None for the architecture's own. Only
            without batch norm can gradient penalties such as `"r1"` be used. With `"none"` the weights are
            drawn as He et al. draw them, which keeps the size of what passes.

    Returns:
        `Builders`.

    Raises:
        ValueError: an unknown name, a width that is not a positive int, or a norm for an architecture that
            has no choice of norms.

    >>> builders("mlp", (8, 8, 1), generator_width=16).generator(20).input_shape
    (None, 20)
    """
    if name not in ARCHITECTURES:
        raise ValueError(errors.unknown("architecture", name, ARCHITECTURES))
    networks = ARCHITECTURES[name]
    sizes = {}
    for player, width in (("generator", generator_width), ("discriminator", discriminator_width)):
        sizes[player] = {} if width is None else {"width": width}
        errors.check_ints(1, **{f"{player}_{what}": size for what, size in sizes[player].items()})
    if discriminator_norm is not None:
        if networks is not dcgan:
            raise ValueError(
                f"discriminator_norm is {discriminator_norm!r}, but only the architecture 'dcgan' has a "
                f"choice of norms: leave it out for {name!r}"
            )
        sizes["discriminator"] |= {"norm": discriminator_norm, "he": discriminator_norm == "none"}
    return Builders(
        lambda latent_dim: networks.generator(
            image_shape, latent_dim, seed=seed, dtype=dtype, **sizes["generator"]
        ),
        lambda beside=0: networks.discriminator(
            (*image_shape[:-1], image_shape[-1] + beside),
            seed=seed + 1,
            dtype=dtype,
            **sizes["discriminator"],
        ),
    )
