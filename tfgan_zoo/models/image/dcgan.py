"""DCGAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import dcgan as networks
from tfgan_zoo.training import GAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DCGAN(GAN):
    """Deep convolutional GAN (Radford, Metz & Chintala 2016, arXiv 1511.06434).

    The GAN of Goodfellow et al. with convolutional networks that follow the paper's guidelines: strided
    and fractionally strided convolutions instead of pooling, batch norm in both networks, no hidden
    dense layers, ReLU and tanh in the generator, leaky ReLU in the discriminator, N(0, 0.02²) weights,
    Adam(2e-4, β₁ 0.5) for both players, the non-saturating loss.

    Two things differ from the paper: latents are normal where the paper draws uniform ones, and images of
    up to 48 pixels have three stages where its 64 pixels have four.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator's last hidden layer; doubled stage by stage below.
        discriminator_width: channels of the discriminator's first layer; doubled stage by stage.
        kernel_size: side of all kernels.
        discriminator_norm: `"batch"`, `"layer"`, `"spectral"` or `"none"`; penalties on gradients need
            one that is not `"batch"`. None for the system's own.
        packing: how many images the discriminator judges at once. None for the system's own.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none,
            as in the paper.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`; `dtype="mixed_float16"` or `"mixed_bfloat16"` trains in mixed
            precision.

    Raises:
        ValueError: an image_shape that this architecture cannot make, or a size that is not a positive
            int.

    Example:

    >>> gan = DCGAN(image_shape=(16, 16, 1), generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> gan.generate(2, seed=0).shape
    (2, 16, 16, 1)
    """

    default_discriminator_norm = "batch"
    default_packing = 1

    def __init__(
        self,
        image_shape,
        latent_dim=100,
        generator_width=64,
        discriminator_width=64,
        kernel_size=5,
        *,
        discriminator_norm=None,
        packing=None,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(
            1,
            latent_dim=latent_dim,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
            kernel_size=kernel_size,
        )
        dtype = kwargs.get("dtype")
        discriminator_norm = discriminator_norm or self.default_discriminator_norm
        packing = self.default_packing if packing is None else packing
        errors.check_ints(1, packing=packing)
        super().__init__(
            networks.generator(
                image_shape, latent_dim, generator_width, kernel_size, seed=seed, dtype=dtype
            ),
            networks.discriminator(
                image_shape,
                discriminator_width,
                kernel_size,
                discriminator_norm,
                packing,
                seed=seed + 1,
                dtype=dtype,
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
            "kernel_size": kernel_size,
            "discriminator_norm": discriminator_norm,
            "packing": packing,
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
