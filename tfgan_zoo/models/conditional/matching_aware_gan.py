"""Matching-aware GAN."""

import keras

from tfgan_zoo.models.conditional.cgan import CGAN
from tfgan_zoo.networks import conditioning
from tfgan_zoo.training import MatchingAware


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MatchingAwareGAN(MatchingAware, CGAN):
    """GAN with a matching-aware discriminator (Reed et al. 2016, GAN-CLS, arXiv 1605.05396), of labels.

    A real image with the label of another class counts as fake, as do the generator's: so the discriminator
    must look at the label, and not at the image alone. `compile(wrong_pairs=False)` turns that off. As in the
    paper it is told the condition late: beside its last features, of which a hidden layer makes the logit.

    Args, Raises: see `CGAN`.

    Example:

    >>> gan = MatchingAwareGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> gan.generate(2, seed=0, label=1).shape
    (2, 16, 16, 1)
    """

    def judging(self, build, num_classes, seed):
        """Return a discriminator that deals with classes, see `networks.architectures.builders`."""
        label = conditioning.label_input()
        vector = conditioning.one_hot(label, num_classes)
        return conditioning.judged_beside_features(build(), label, vector, seed=seed)
