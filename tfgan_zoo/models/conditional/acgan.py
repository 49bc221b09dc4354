"""AC-GAN."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.models.conditional.cgan import CGAN
from tfgan_zoo.networks import conditioning


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ACGAN(CGAN):
    """Auxiliary classifier GAN (Odena, Olah & Shlens 2017, arXiv 1610.09585).

    The discriminator is not told the class: it names it, of real and of fake images, besides the game. Both
    players want it to be right. So fakes are easy to classify; known to cost variety within a class, since
    what is hard to classify is not made.

    Args, Raises: see `CGAN`.

    Example:

    >>> gan = ACGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4)
    >>> gan.compile(class_weight=0.5)
    >>> gan.classify(gan.generate(2, seed=0, label=1)).shape
    (2, 3)
    """

    discriminator_is_told = False
    learns_beside_the_game = True
    learns_classes_of_fakes = True
    class_weight = 1.0

    def judging(self, build, num_classes, seed):
        """Return a discriminator that deals with classes, see `networks.architectures.builders`."""
        return conditioning.with_head(build(), num_classes, seed=seed)

    def compile(self, optimizers=None, *, class_weight=1.0, **kwargs):
        """Choose optimizers, objective and tricks; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            class_weight: of the class loss in both players' losses; 0 for the game alone.
            **kwargs: see `GAN.compile`.

        Raises:
            ValueError: what `GAN.compile` raises, or a weight below 0.
        """
        errors.check_numbers(0, 1e6, class_weight=class_weight)
        with self.choosing(class_weight=float(class_weight)):
            super().compile(optimizers, **kwargs)

    def logits_of(self, said):
        """Return the logits of being real: the first of what the discriminator says."""
        return said[:, :1]

    def class_logits(self, said):
        """Return the classes' logits: the rest."""
        return said[:, 1:]

    def class_loss(self, said, label):
        """Return the cross-entropy of what the discriminator says of images, and the accuracy."""
        return classification(self.class_logits(said), label)

    def discriminator_lesson(self, batch, said_real, said_fake):
        """Return the class loss of real images, and of fakes, and what to log."""
        loss, accuracy = self.class_loss(said_real, batch["label"])
        if self.learns_classes_of_fakes:
            loss += self.class_loss(said_fake, batch["label"])[0]
        return self.class_weight * loss, {"class_loss": loss, "accuracy": accuracy}

    def generator_lesson(self, batch, said_fake):
        """Return the class loss of the fakes, and what to log."""
        loss, accuracy = self.class_loss(said_fake, batch["label"])
        return self.class_weight * loss, {"class_loss": loss, "accuracy": accuracy}

    def classify(self, images, batch_size=256):
        """Return the probabilities of the classes, as the discriminator sees them.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            batch_size: how many at a time.

        Returns:
            float32 [N, num_classes].
        """
        said = self.said_of(images, batch_size)
        return tf.nn.softmax(self.class_logits(said)).numpy()
