"""CGAN, and what all GANs of labelled images have in common."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.networks import architectures, conditioning
from tfgan_zoo.training import ConditionalGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CGAN(ConditionalGAN):
    """Conditional generative adversarial nets (Mirza & Osindero 2014, arXiv 1411.1784).

    The generator is told the class beside its latents, the discriminator beside the image, as maps of which
    the class's own is 1: it judges whether an image is real and of its class.

    The paper's networks are multilayer perceptrons, `architecture="mlp"`; the game is that of DCGAN here.
    For networks of your own see `tfgan_zoo.ConditionalGAN`.

    Args:
        image_shape: (H, W, C); 16 to 128 pixels a side but for `"mlp"`.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        architecture: `"dcgan"`, `"deep_dcgan"`, `"mlp"`, `"resnet"` or `"sndcgan"`, see `networks`; None
            for the system's own.
        latent_dim: size of the latent vectors.
        generator_width: see the architecture; None for its own.
        discriminator_width: see the architecture; None for its own.
        generator_condition: how the generator is told the class: `"concatenate"`, `"batch_norm"` or
            `"both"`, see `networks.conditioning.told`. None for the system's own.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown name, a size that is not a positive int, or an image_shape that the
            architecture cannot make.

    Example:

    >>> gan = CGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4)
    >>> gan.compile(loss="hinge")
    >>> gan.generate(2, seed=0, label=1).shape
    (2, 16, 16, 1)
    """

    default_architecture = "dcgan"
    default_generator_condition = "concatenate"

    def __init__(
        self,
        image_shape,
        num_classes,
        architecture=None,
        latent_dim=100,
        generator_width=None,
        discriminator_width=None,
        generator_condition=None,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(1, num_classes=num_classes, latent_dim=latent_dim)
        architecture = architecture or self.default_architecture
        generator_condition = generator_condition or self.default_generator_condition
        build = architectures.builders(
            architecture,
            image_shape,
            generator_width,
            discriminator_width,
            seed,
            kwargs.get("dtype"),
        )
        label = conditioning.label_input()
        vector = conditioning.one_hot(label, num_classes)
        generator = conditioning.told(
            build.generator, latent_dim, label, vector, generator_condition, seed=seed + 2
        )
        super().__init__(
            generator,
            self.judging(build.discriminator, num_classes, seed + 3),
            num_classes,
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "image_shape": tuple(image_shape),
            "num_classes": num_classes,
            "architecture": architecture,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "generator_condition": generator_condition,
        }

    def judging(self, build, num_classes, seed):
        """Return a discriminator that deals with classes, see `networks.architectures.builders`."""
        return conditioning.judged_beside_image(build, num_classes)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
