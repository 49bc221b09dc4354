"""WGAN."""

import keras

from tfgan_zoo.models.image.dcgan import DCGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WGAN(DCGAN):
    """Wasserstein GAN with weight clipping (Arjovsky, Chintala & Bottou 2017, arXiv 1701.07875).

    A critic instead of a classifier: with its weights kept in [-0.01, 0.01] it is Lipschitz, and the
    difference of its means on real and fake images estimates (up to a factor) the earth mover's distance,
    which has a gradient where the supports do not meet. Five critic updates for one of the generator,
    RMSprop(5e-5) for both: the authors found that momentum (Adam's too) makes the critic unstable.

    One thing differs from the paper: the five critic updates share a real batch, with fresh fakes each.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        **kwargs: as for `DCGAN`.

    Example:

    >>> gan = WGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.penalties[0].limit
    0.01
    """

    default_loss = "wasserstein"
    default_penalties = ("weight_clipping",)
    default_discriminator_steps = 5

    def default_optimizers(self):
        """RMSprop(5e-5) for both."""
        return {
            player: keras.optimizers.RMSprop(5e-5, name=f"{player}_rmsprop")
            for player in self.players
        }
