"""PacGAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PacGAN(DCGAN):
    """PacGAN (Lin, Khetan, Fanti & Oh 2018, arXiv 1712.04086): here PacDCGAN.

    The discriminator judges several images at once, all real or all fake. A generator without variety is
    found out where it would pass image by image: two equal fakes are no sample of two. Any GAN packs with
    `packing=m`; this is DCGAN with packs of two.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`; `packing` is 2 by default, and the batch size must be a multiple of it
            (on each replica).

    Example:

    >>> gan = PacGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8, packing=3)
    >>> gan.discriminator.input_shape
    (None, 16, 16, 3)
    """

    default_packing = 2
