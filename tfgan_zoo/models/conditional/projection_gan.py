"""cGAN with projection discriminator."""

import keras

from tfgan_zoo.models.conditional.cgan import CGAN
from tfgan_zoo.networks import conditioning


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ProjectionGAN(CGAN):
    """cGANs with projection discriminator (Miyato & Koyama 2018, arXiv 1802.05637).

    The inner product of an image's last features and its class's embedding is added to the logit: so does the
    optimal discriminator's logit look where classes are log-linear in the features. The generator is told the
    class by conditional batch norm. Hinge loss; spectral normalisation of the discriminator's weights in the
    architectures that have it.

    The paper's networks are `"resnet"`, trained with five discriminator updates in each step and Adam(2e-4,
    β₁ 0, β₂ 0.9); here both are small by default: SNGAN's convolutional networks, with one, and the rates of
    DCGAN.

    Args, Raises: see `CGAN`.

    Example:

    >>> gan = ProjectionGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> gan.generate(2, seed=0, label=1).shape
    (2, 16, 16, 1)
    """

    default_architecture = "sndcgan"
    default_generator_condition = "batch_norm"
    default_loss = "hinge"

    def judging(self, build, num_classes, seed):
        """Return a discriminator that deals with classes, see `networks.architectures.builders`."""
        label = conditioning.label_input()
        vector = conditioning.one_hot(label, num_classes)
        return conditioning.projected(build(), label, vector, seed=seed)
