"""Unrolled GAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class UnrolledGAN(DCGAN):
    """Unrolled GAN (Metz, Poole, Pfau & Sohl-Dickstein 2017, arXiv 1611.02163).

    The generator minimises its loss against the discriminator as it will be some updates later, and its
    gradient flows through these updates: running to one mode does not pay if the discriminator follows. The
    discriminator itself learns as usual. DCGAN's networks and optimizers; five updates ahead, going on from
    the state of the discriminator's own Adam.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`; `compile(unrolled_steps=…)` sets how far ahead.

    Example:

    >>> gan = UnrolledGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile(unrolled_steps=3)
    >>> gan.unrolled_steps
    3
    """

    default_unrolled_steps = 5
