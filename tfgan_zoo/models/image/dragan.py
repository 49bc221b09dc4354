"""DRAGAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DRAGAN(DCGAN):
    """Deep regret analytic GAN (Kodali et al. 2017, arXiv 1705.07215).

    The vanilla game with a gradient penalty around the data: collapse comes with sharp gradients of the
    discriminator at real images, which the penalty (λ 10, norm 1) smooths. DCGAN's networks, without the
    discriminator's batch norm; Adam(2e-4, β₁ 0.5).

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`.

    Example:

    >>> gan = DRAGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.penalties[0].kind
    'dragan'
    """

    default_penalties = ("dragan",)
    default_discriminator_norm = "none"
