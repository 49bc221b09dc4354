"""SNGAN."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import resnet, sndcgan
from tfgan_zoo.training import GAN

# Networks, the paper's widths of generator and discriminator for 32 pixels, and its training.
ARCHITECTURES = {
    "cnn": {"networks": sndcgan, "widths": (64, 64), "loss": "non_saturating", "steps": 1},
    "resnet": {"networks": resnet, "widths": (256, 128), "loss": "hinge", "steps": 5},
}
ADAM = {"cnn": {"beta_1": 0.5, "beta_2": 0.999}, "resnet": {"beta_1": 0.0, "beta_2": 0.9}}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SNGAN(GAN):
    """Spectral normalisation for GANs (Miyato et al. 2018, arXiv 1802.05957).

    Every weight matrix of the discriminator is divided by its largest singular value, so that the
    discriminator is Lipschitz whatever it learns, at the price of one power iteration a step.

    Two architectures, each with the training that the paper gives it: `"cnn"`, its table 3, with the
    non-saturating loss, Adam(2e-4, β₁ 0.5, β₂ 0.999) and one discriminator update (setting C of its table 2);
    and `"resnet"`, its table 4, with hinge loss, Adam(2e-4, β₁ 0, β₂ 0.9) and five.

    Three things differ from the paper: the learning rate stays where the paper lets the ResNet's fall to 0
    (give `compile` an optimizer with a schedule), the discriminator updates of a step share a real batch,
    with fresh fakes each, and sizes other than 32 pixels have more or fewer stages, as `networks.dcgan` says.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        architecture: `"cnn"` or `"resnet"`.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator's last hidden stage, doubled stage by stage below
            (`"cnn"`; None for 64), or of all its blocks (`"resnet"`; None for 256).
        discriminator_width: channels of the discriminator's first stage, doubled stage by stage
            (`"cnn"`; None for 64), or of all its blocks (`"resnet"`; None for 128).
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none, as in the
            paper.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown architecture, an image_shape that it cannot make, or a size that is not a
            positive int.

    Example:

    >>> gan = SNGAN((16, 16, 1), generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> gan.generate(2, seed=0).shape
    (2, 16, 16, 1)
    """

    def __init__(
        self,
        image_shape,
        architecture="cnn",
        latent_dim=128,
        generator_width=None,
        discriminator_width=None,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        if architecture not in ARCHITECTURES:
            raise ValueError(errors.unknown("architecture", architecture, ARCHITECTURES))
        chosen = ARCHITECTURES[architecture]
        widths = chosen["widths"]
        generator_width = widths[0] if generator_width is None else generator_width
        discriminator_width = widths[1] if discriminator_width is None else discriminator_width
        errors.check_ints(
            1,
            latent_dim=latent_dim,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
        )
        networks, dtype = chosen["networks"], kwargs.get("dtype")
        super().__init__(
            networks.generator(image_shape, latent_dim, generator_width, seed, dtype),
            networks.discriminator(image_shape, discriminator_width, seed + 1, dtype),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self.default_loss = chosen["loss"]
        self.default_discriminator_steps = chosen["steps"]
        self._arguments = {
            "image_shape": tuple(image_shape),
            "architecture": architecture,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
        }

    def default_optimizers(self):
        """Adam(2e-4) for both, with the architecture's β₁ and β₂."""
        betas = ADAM[self._arguments["architecture"]]
        return {
            player: keras.optimizers.Adam(2e-4, **betas, name=f"{player}_adam")
            for player in self.players
        }

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
