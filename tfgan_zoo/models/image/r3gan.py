"""R3GAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import r3gan as networks
from tfgan_zoo.training import GAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R3GAN(GAN):
    """The modern baseline without tricks (Huang, Gokaslan, Kuleshov & Tompkin 2024, arXiv 2501.05441).

    Each real image is judged against one fake (the relativistic paired loss), which leaves no place for a
    generator that drops modes; zero-centred gradient penalties at real images and fakes (R1 and R2, γ/2 each)
    make the game converge. With that, no normalisation, no style mixing, no minibatch statistics, no path
    length are needed: both networks are plain ResNets with grouped convolutions, inverted bottlenecks,
    fix-up initialisation and bilinear resampling. Adam(2e-4, β₁ 0, β₂ 0.99) for both, an averaged generator.

    What differs from the paper: sizes are a small machine's (the paper has 768 channels or so at nearly every
    resolution), γ is constant (the paper lets γ, rates, β₂ and augmentation follow cosine schedules;
    rates can have theirs in the config), and nothing is augmented unless `compile` is told.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator at the images' resolution; doubled with each halving.
        discriminator_width: the same of the discriminator.
        max_width: the most channels of both.
        blocks: residual blocks of each resolution.
        expansion: how many times wider a block is inside.
        group_size: channels of a group of the 3×3 convolutions.
        packing: how many images the discriminator judges at once.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`; `dtype="mixed_float16"` or `"mixed_bfloat16"` trains in mixed
            precision.

    Raises:
        ValueError: an image_shape that this architecture cannot make, or a size that is not a positive
            int or no multiple of the group.

    Example:

    >>> gan = R3GAN((16, 16, 1), generator_width=8, discriminator_width=8, blocks=1)
    >>> gan.compile()
    >>> [penalty.kind for penalty in gan.penalties]
    ['r1', 'r2']
    """

    default_loss = "relativistic_paired"
    default_penalties = ({"name": "r1", "weight": 1.0}, {"name": "r2", "weight": 1.0})

    def __init__(
        self,
        image_shape,
        latent_dim=64,
        generator_width=64,
        discriminator_width=64,
        max_width=256,
        blocks=2,
        expansion=2,
        group_size=16,
        *,
        packing=1,
        ema_decay=0.999,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(
            1,
            latent_dim=latent_dim,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
            packing=packing,
        )
        shared = {
            "max_width": max_width,
            "blocks": blocks,
            "expansion": expansion,
            "group_size": group_size,
        }
        dtype = kwargs.get("dtype")
        super().__init__(
            networks.generator(
                image_shape, latent_dim, generator_width, **shared, seed=seed, dtype=dtype
            ),
            networks.discriminator(
                image_shape,
                discriminator_width,
                **shared,
                packing=packing,
                seed=seed + 1,
                dtype=dtype,
            ),
            packing=packing,
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            **shared,
            "packing": packing,
        }

    def default_optimizers(self):
        """Adam(2e-4, β₁ 0, β₂ 0.99) for both."""
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.99, name=f"{player}_adam")
            for player in self.players
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
