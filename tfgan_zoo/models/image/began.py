"""BEGAN."""

import keras
import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.networks import began as networks
from tfgan_zoo.training import GAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BEGAN(GAN):
    """Boundary equilibrium GAN (Berthelot, Schumm & Metz 2017, arXiv 1703.10717).

    The discriminator is an autoencoder and its energy L the reconstruction error. It minimises
    L(x) - k L(G(z)), the generator L(G(z)); k moves so that E L(G(z)) = γ E L(x), which keeps the two in
    balance and trades diversity for sharpness. The measure of convergence, E L(x) + |γ E L(x) - E L(G(z))|,
    falls as images get better; it is logged, with k, as `discriminator_convergence` and `discriminator_k`.
    Adam(1e-4) for both.

    What differs from the paper: latents are normal where the paper draws uniform ones, the smallest maps have
    4 to 6 pixels a side where the paper's have 8, there are no skip connections, and rates do not halve by
    themselves when the measure stalls (a schedule in the config can).

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        latent_dim: size of the latent vectors, and of the autoencoder's code.
        generator_width: channels of the generator's layers.
        discriminator_width: channels of the autoencoder's first stage and of its decoder.
        packing: how many images the discriminator judges at once.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none, as in
            the paper.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`; `dtype="mixed_float16"` or `"mixed_bfloat16"` trains in mixed
            precision.

    Raises:
        ValueError: an image_shape that this architecture cannot make, or a size that is not a positive
            int.

    Example:

    >>> gan = BEGAN((16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile(loss={"name": "began", "gamma": 0.7})
    >>> gan.adversarial_loss.gamma
    0.7
    """

    default_loss = "began"

    def __init__(
        self,
        image_shape,
        latent_dim=64,
        generator_width=64,
        discriminator_width=64,
        *,
        packing=1,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        dtype = kwargs.get("dtype")
        super().__init__(
            networks.generator(image_shape, latent_dim, generator_width, seed=seed, dtype=dtype),
            networks.discriminator(
                image_shape, latent_dim, discriminator_width, packing, seed=seed + 1, dtype=dtype
            ),
            packing=packing,
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "packing": packing,
        }

    def default_optimizers(self):
        """Adam(1e-4) for both."""
        return {
            player: keras.optimizers.Adam(1e-4, name=f"{player}_adam") for player in self.players
        }

    def _judgement(self, real, fake):
        logs = super()._judgement(real, fake)
        if isinstance(self.adversarial_loss, losses.BEGAN):
            logs["convergence"] = self.adversarial_loss.convergence(real, fake)
            logs["k"] = tf.identity(self.adversarial_loss.k.value)
        return logs

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
