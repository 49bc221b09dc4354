"""ReACGAN."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.labels import classification, data_to_data_cross_entropy
from tfgan_zoo.losses.penalties.features import directions
from tfgan_zoo.models.conditional.acgan import ACGAN
from tfgan_zoo.networks import conditioning


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ReACGAN(ACGAN):
    """Rebooted AC-GAN (Kang, Shim, Cho & Park 2021, arXiv 2111.01118).

    Instead of the classes' logits the discriminator gives each image a direction, and each class has one, its
    proxy. The data-to-data cross-entropy asks that an image be nearer to its class's proxy than to images of
    other classes in the batch. It looks at pairs of images, and what is easy enough teaches nothing any more,
    so that AC-GAN's early collapse does not come about. Hinge loss.

    Args, Raises: see `CGAN`; besides, `embedding_dim` is how many numbers a direction has.

    Example:

    >>> gan = ReACGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4, embedding_dim=8)
    >>> gan.compile(temperature=0.25)
    >>> gan.classify(gan.generate(2, seed=0, label=1)).shape
    (2, 3)
    """

    default_loss = "hinge"
    learns_classes_of_fakes = False
    temperature, positive_margin = 0.5, 0.98

    def __init__(
        self,
        image_shape,
        num_classes,
        architecture=None,
        latent_dim=100,
        generator_width=None,
        discriminator_width=None,
        generator_condition=None,
        embedding_dim=512,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(1, embedding_dim=embedding_dim)
        self._embedding_dim = embedding_dim
        super().__init__(
            image_shape,
            num_classes,
            architecture,
            latent_dim,
            generator_width,
            discriminator_width,
            generator_condition,
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self._arguments["embedding_dim"] = embedding_dim
        self.proxies = conditioning.proxies(self.num_classes, embedding_dim, seed + 4)

    @property
    def players(self):
        """The discriminator with the classes' proxies, and the generator."""
        return {**super().players, "discriminator": [self.discriminator, self.proxies]}

    def judging(self, build, num_classes, seed):
        """Return a discriminator that deals with classes, see `networks.architectures.builders`."""
        return conditioning.with_head(build(), self._embedding_dim, seed=seed)

    def compile(self, optimizers=None, *, temperature=0.5, positive_margin=0.98, **kwargs):
        """Choose optimizers, objective and tricks; with no argument, the authors'.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            temperature: of the cross-entropy, above 0.
            positive_margin: cosine with its proxy from which on an image teaches nothing, in [-1, 1]; the
                cosine with an image of another class up to which neither does is 1 minus it.
            **kwargs: see `ACGAN.compile`: `class_weight`, ….

        Raises:
            ValueError: what `ACGAN.compile` raises, or a number out of range.
        """
        errors.check_numbers(1e-6, 1e6, temperature=temperature)
        errors.check_numbers(-1, 1, positive_margin=positive_margin)
        with self.choosing(temperature=float(temperature), positive_margin=float(positive_margin)):
            super().compile(optimizers, **kwargs)

    def class_loss(self, said, label):
        """Return the data-to-data cross-entropy of what is said of images, and the accuracy."""
        loss = data_to_data_cross_entropy(
            said[:, 1:],
            self.proxies(label),
            label,
            self.temperature,
            self.positive_margin,
            1.0 - self.positive_margin,
        )
        return loss, classification(self.class_logits(said), label)[1]

    def class_logits(self, said):
        """Return the cosines with all proxies, divided by the temperature."""
        proxies = self.proxies(tf.range(self.num_classes))
        cosines = tf.matmul(directions(said[:, 1:]), directions(proxies), transpose_b=True)
        return cosines / self.temperature
