"""WGAN-GP."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WGANGP(DCGAN):
    """Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028).

    Instead of clipping its weights, the critic pays for every gradient norm that is not 1, measured for each
    sample between a real and a fake image; λ is 10. Layer norm in the critic, since batch norm would make a
    sample's gradient depend on the others. Five critic updates for one of the generator, Adam(1e-4, β₁ 0,
    β₂ 0.9) for both.

    Two things differ from the paper: DCGAN's networks stand in for its own, and the five critic updates
    share a real batch, with fresh fakes each.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`.

    Example:

    >>> gan = WGANGP(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.penalties[0].weight
    10.0
    """

    default_loss = "wasserstein"
    default_penalties = ("gradient_penalty",)
    default_discriminator_steps = 5
    default_discriminator_norm = "layer"

    def default_optimizers(self):
        """Adam(1e-4, β₁ 0, β₂ 0.9) for both."""
        return {
            player: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9, name=f"{player}_adam")
            for player in self.players
        }
