"""f-GAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FGAN(DCGAN):
    """f-GAN: the generator minimises an f-divergence (Nowozin, Cseke & Tomioka 2016, arXiv 1606.00709).

    The discriminator maximises a lower bound of the divergence between data and fakes,
    E T(x) - E f*(T(G(z))), with an output activation that keeps T where the conjugate f* is defined. Each
    divergence is a loss by name, `compile(loss="f_kl")`, `"f_reverse_kl"`, `"f_pearson"`, …; the default is
    the Jensen-Shannon divergence. DCGAN's networks and optimizers.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`.

    Example:

    >>> gan = FGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile(loss="f_squared_hellinger")
    >>> gan.adversarial_loss.name
    'f_squared_hellinger'
    """

    default_loss = "f_jensen_shannon"
