"""SAGAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import sagan as networks
from tfgan_zoo.training import GAN, ConditionalGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SAGAN(ConditionalGAN):
    """Self-attention GAN (Zhang et al. 2019, arXiv 1805.08318).

    In both networks each position of some feature maps attends to all others, so that distant parts of an
    image can agree. Spectral normalisation in both networks, hinge loss, and learning rates of their own:
    Adam(1e-4) for the generator, Adam(4e-4) for the discriminator, β₁ 0 and β₂ 0.9.

    With `num_classes` it is class-conditional, as in the paper: conditional batch norm in the generator,
    projection in the discriminator, and batches need a `label`. Without, there are no labels anywhere.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        num_classes: number of classes, None for a GAN without labels.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator's last block; doubled block by block below, up to 16 times.
        discriminator_width: channels of the discriminator's first block; doubled block by block, up to 16
            times.
        attention_stage: attention sits where the images have been halved so many times; None for none. 2 in
            the paper, 32×32 maps of 128×128 pixels.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none, as in
            the paper.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an image_shape that it cannot make, or sizes that do not go together.

    Example:

    >>> gan = SAGAN((16, 16, 1), num_classes=3, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> gan.generate(2, seed=0, label=1).shape
    (2, 16, 16, 1)
    """

    default_loss = "hinge"

    def __init__(
        self,
        image_shape,
        num_classes=None,
        latent_dim=128,
        generator_width=64,
        discriminator_width=64,
        attention_stage=2,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(
            1,
            latent_dim=latent_dim,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
        )
        if num_classes is not None:
            errors.check_ints(1, num_classes=num_classes)
        generator = networks.generator(
            image_shape,
            num_classes,
            latent_dim,
            generator_width,
            attention_stage,
            seed,
            kwargs.get("dtype"),
        )
        discriminator = networks.discriminator(
            image_shape,
            num_classes,
            discriminator_width,
            attention_stage,
            seed + 1,
            kwargs.get("dtype"),
        )
        if num_classes is None:
            GAN.__init__(self, generator, discriminator, ema_decay=ema_decay, seed=seed, **kwargs)
            self.num_classes = None
        else:
            super().__init__(
                generator, discriminator, num_classes, ema_decay=ema_decay, seed=seed, **kwargs
            )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "num_classes": num_classes,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "attention_stage": attention_stage,
        }

    @property
    def _base(self):
        """What stands above this class: the GAN with labels, or the one without."""
        return super(ConditionalGAN if self.num_classes is None else SAGAN, self)

    @property
    def batch_fields(self):
        """Images, and the label of each if there are classes."""
        return self._base.batch_fields

    def conditions(self, batch):
        """Return the labels, if there are classes."""
        return self._base.conditions(batch)

    @property
    def sampling_inputs(self):
        """Latents, and labels if there are classes."""
        return self._base.sampling_inputs

    @property
    def condition_count(self):
        """As many as there are classes."""
        return self._base.condition_count

    def sampling_conditions(self, n, **given):
        """Return the labels of n samples, see `ConditionalGAN`; nothing without classes."""
        return self._base.sampling_conditions(n, **given)

    def default_optimizers(self):
        """Adam(4e-4) for the discriminator, Adam(1e-4) for the generator, β₁ 0, β₂ 0.9."""
        rates = {"discriminator": 4e-4, "generator": 1e-4}
        return {
            player: keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9, name=f"{player}_adam")
            for player, rate in rates.items()
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
