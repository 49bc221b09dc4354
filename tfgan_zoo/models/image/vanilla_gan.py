"""The first GAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import mlp
from tfgan_zoo.training import GAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class VanillaGAN(GAN):
    """Generative adversarial nets (Goodfellow et al. 2014, arXiv 1406.2661).

    Multilayer perceptrons: ReLU in the generator, maxout with dropout in the discriminator, as in the
    paper's MNIST experiment. The loss is the non-saturating one that the paper trains with; its minimax
    game is `compile(loss="minimax")`. The optimizers are Adam's rather than the paper's SGD with
    growing momentum.

    Args:
        image_shape: (H, W, C), any size.
        latent_dim: size of the latent vectors.
        generator_width: units of each of the generator's two hidden layers.
        discriminator_width: maxout units of each of the discriminator's two hidden layers.
        pieces: features that compete in each maxout unit.
        dropout: share of the discriminator's hidden units dropped while training, in [0, 1).
        ema_decay: decay of the averaged generator that `generate` and `export` use, or None.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that is not a positive int.

    Example:

    >>> gan = VanillaGAN(image_shape=(8, 8, 1), generator_width=32, discriminator_width=16)
    >>> gan.compile(loss="minimax")
    >>> gan.generate(2, seed=0).shape
    (2, 8, 8, 1)
    """

    def __init__(
        self,
        image_shape,
        latent_dim=100,
        generator_width=1200,
        discriminator_width=240,
        pieces=5,
        dropout=0.5,
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
            pieces=pieces,
        )
        dtype = kwargs.get("dtype")
        super().__init__(
            mlp.generator(image_shape, latent_dim, generator_width, seed=seed, dtype=dtype),
            mlp.discriminator(
                image_shape,
                discriminator_width,
                pieces=pieces,
                dropout=dropout,
                seed=seed + 1,
                dtype=dtype,
            ),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "pieces": pieces,
            "dropout": dropout,
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
