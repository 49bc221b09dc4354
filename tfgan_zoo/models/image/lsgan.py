"""LSGAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LSGAN(DCGAN):
    """Least squares GAN (Mao et al. 2017, arXiv 1611.04076).

    The discriminator is a regression to 1 for real and 0 for fake images, the generator pulls its fakes
    towards 1: samples far from the border get a gradient however sure the discriminator is. Adam(1e-3,
    β₁ 0.5) for both players as in the paper's LSUN runs; DCGAN's networks stand in for its similar ones.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`.

    Example:

    >>> gan = LSGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.adversarial_loss.name
    'least_squares'
    """

    default_loss = "least_squares"

    def default_optimizers(self):
        """Adam(1e-3, β₁ 0.5) for both."""
        return {
            player: keras.optimizers.Adam(1e-3, beta_1=0.5, name=f"{player}_adam")
            for player in self.players
        }
