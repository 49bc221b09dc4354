"""BigGAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import biggan as networks
from tfgan_zoo.training import ConditionalGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BigGAN(ConditionalGAN):
    """BigGAN (Brock, Donahue & Simonyan 2019, arXiv 1809.11096), sized by its arguments.

    SAGAN with labels, and more of everything: latents that reach every block of the generator, one class
    embedding that all blocks share, orthogonal initial weights, two discriminator updates a step, an
    averaged generator, and batches as large as can be (2,048 in the paper). Hinge loss, and an orthogonal
    penalty of 1e-4 on the generator; Adam(2e-4) for the discriminator and Adam(5e-5) for the generator, β₁ 0,
    β₂ 0.999.

    Two things differ from the paper: the discriminator updates of a step share a real batch, with fresh
    fakes each; images of fewer than 128 pixels have fewer blocks, with channels doubled block by block, and
    a smaller width suits them.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        num_classes: number of classes; batches need a `label`.
        latent_dim: size of the latent vectors, which are split into equal parts, one for the projection and
            one for each block; None for 20 for each.
        generator_width: channels of the generator's last block; doubled block by block below, up to 16 times.
        discriminator_width: channels of the discriminator's first block; doubled block by block, up to 16
            times.
        attention_stage: attention sits where the images have been halved so many times; None for none. 1 in
            the paper, 64×64 maps of 128×128 pixels.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an image_shape that it cannot make, or sizes that do not go together.

    Example:

    >>> gan = BigGAN((16, 16, 1), num_classes=3, generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.generate(2, seed=0, label=1).shape
    (2, 16, 16, 1)
    """

    default_loss = "hinge"
    default_penalties = ({"name": "orthogonal", "player": "generator"},)
    default_discriminator_steps = 2

    def __init__(
        self,
        image_shape,
        num_classes,
        latent_dim=None,
        generator_width=96,
        discriminator_width=96,
        attention_stage=1,
        *,
        ema_decay=0.9999,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(
            1,
            num_classes=num_classes,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
        )
        if latent_dim is not None:
            errors.check_ints(1, latent_dim=latent_dim)
        dtype = kwargs.get("dtype")
        super().__init__(
            networks.generator(
                image_shape, num_classes, latent_dim, generator_width, attention_stage, seed, dtype
            ),
            networks.discriminator(
                image_shape, num_classes, discriminator_width, attention_stage, seed + 1, dtype
            ),
            num_classes,
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "num_classes": num_classes,
            "latent_dim": self.latent_shape[0],
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "attention_stage": attention_stage,
        }

    def default_optimizers(self):
        """Adam(2e-4) for the discriminator, Adam(5e-5) for the generator, β₁ 0, β₂ 0.999."""
        rates = {"discriminator": 2e-4, "generator": 5e-5}
        return {
            player: keras.optimizers.Adam(
                rate, beta_1=0.0, beta_2=0.999, epsilon=1e-8, name=f"{player}_adam"
            )
            for player, rate in rates.items()
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
