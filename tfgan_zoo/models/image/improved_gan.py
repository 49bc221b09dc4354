"""Improved GAN."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.networks import dcgan as networks
from tfgan_zoo.training import GAN, batches


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ImprovedGAN(GAN):
    """Improved techniques for training GANs (Salimans et al. 2016, arXiv 1606.03498).

    The discriminator sorts images into K classes and "fake", whose logit is fixed to 0: an image is real
    with logit log Σₖ exp(lₖ). It learns the classes from the few images that have a label, and real from
    fake from all. The generator matches the mean features of fake images to those of real ones; or, with
    `minibatch_discrimination`, it plays the ordinary game against a discriminator that sees how close the
    images of a batch are to each other. The paper finds the first to be best for learning the classes from
    few labels, the second for pictures. Adam(3e-4, β₁ 0.5) for both.

    The paper's other techniques are options: `penalties=["feature_matching", "historical_averaging"]`,
    `loss={"name": "non_saturating", "label_smoothing": 0.1}`, `layers.VirtualBatchNormalization`.

    Networks differ from the paper: DCGAN's, with layer norm and dropout in the discriminator where the paper
    has weight norm, dropout and Gaussian noise.

    A batch holds `image`; with classes also `labelled_image` and `label`: `datasets.load(labelled=100)`.

    Args:
        image_shape: (H, W, C), see `DCGAN`.
        num_classes: K, or None to learn without labels.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator's last hidden layer.
        discriminator_width: channels of the discriminator's first layer.
        kernel_size: side of all kernels.
        minibatch_discrimination: see above.
        dropout: share of the discriminator's hidden numbers that is dropped while training.
        ema_decay: decay of the averaged generator; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that is not a positive int, or a generator without any loss.

    Example:

    >>> gan = ImprovedGAN((16, 16, 1), num_classes=3, generator_width=8, discriminator_width=8)
    >>> gan.compile()
    >>> [penalty.kind for penalty in gan.penalties]
    ['feature_matching']
    >>> gan.classify(tf.zeros([2, 16, 16, 1])).shape
    (2, 3)
    """

    def __init__(
        self,
        image_shape,
        num_classes=None,
        latent_dim=100,
        generator_width=64,
        discriminator_width=64,
        kernel_size=5,
        *,
        minibatch_discrimination=False,
        dropout=0.3,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        if num_classes is not None:
            errors.check_ints(2, num_classes=num_classes)
        sizes = {
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "kernel_size": kernel_size,
        }
        errors.check_ints(1, **sizes)
        dtype = kwargs.get("dtype")
        generator = networks.generator(
            image_shape, latent_dim, generator_width, kernel_size, seed=seed, dtype=dtype
        )
        discriminator = networks.discriminator(
            image_shape,
            discriminator_width,
            kernel_size,
            "layer",
            seed=seed + 1,
            dtype=dtype,
            units=num_classes or 1,
            dropout=dropout,
            minibatch_kernels=100 if minibatch_discrimination else 0,
        )
        super().__init__(generator, discriminator, ema_decay=ema_decay, seed=seed, **kwargs)
        self.num_classes = num_classes
        self.minibatch_discrimination = bool(minibatch_discrimination)
        self._arguments = {
            "image_shape": tuple(image_shape),
            "num_classes": num_classes,
            **sizes,
            "minibatch_discrimination": self.minibatch_discrimination,
            "dropout": dropout,
        }

    @property
    def default_penalties(self):
        """Feature matching, unless the ordinary game is played."""
        return () if self.minibatch_discrimination else ("feature_matching",)

    @property
    def batch_fields(self):
        """Images, and a few that have a label."""
        fields = super().batch_fields
        if self.num_classes is not None:
            fields["labelled_image"] = fields["image"]
            fields["label"] = batches.Field((), "int32", 0, self.num_classes - 1)
        return fields

    def default_optimizers(self):
        """Adam(3e-4, β₁ 0.5) for both."""
        return {
            player: keras.optimizers.Adam(3e-4, beta_1=0.5, name=f"{player}_adam")
            for player in self.players
        }

    def check_parts(self, loss, penalties, augmentations, unrolled_steps, top_k):
        """Refuse what a generator that matches features cannot do, see `GAN.check_parts`."""
        super().check_parts(loss, penalties, augmentations, unrolled_steps, top_k)
        ordinary = self.minibatch_discrimination
        taught = any(p.player == "generator" and p.generator_needs_real for p in penalties)
        if not ordinary and not taught:
            raise ValueError(
                "the generator has no loss that looks at real images: it needs the penalty "
                "'feature_matching', beside whatever else, or a model with minibatch_discrimination=True"
            )
        if not ordinary and top_k is not None:
            raise ValueError(
                "top_k chooses fakes by their logits, which a generator that matches features does not "
                "learn from: leave it out, or make the model with minibatch_discrimination=True"
            )
        if unrolled_steps and (not ordinary or self.num_classes is not None):
            raise ValueError(
                f"unrolled_steps={unrolled_steps} looks ahead at updates by the adversarial loss alone, for "
                "a generator that learns from logits; this discriminator learns classes too, or this "
                "generator matches features: leave it out, or make the model with "
                "minibatch_discrimination=True and without num_classes"
            )

    def logits_of(self, said):
        """Return the logits of being real: log Σ exp of the classes'."""
        return tf.reduce_logsumexp(said, axis=-1, keepdims=True)

    def discriminator_loss(self, batch, fakes=None, training=True):
        """Return the game's loss plus the cross-entropy of the labelled images, and what to log."""
        loss, logs = super().discriminator_loss(batch, fakes, training)
        if self.num_classes is None:
            return loss, logs
        shown, label = self.show(batch["labelled_image"], training), batch["label"]
        logits = self.discriminator(shown, training=training)
        cross_entropy, accuracy = classification(logits, label)
        logs |= {"class_loss": cross_entropy, "accuracy": accuracy}
        return loss + cross_entropy, logs

    def generator_loss(self, batch, fakes=None, training=True):
        """Return the generator's loss: of the game, or of its penalties alone."""
        if self.minibatch_discrimination or not training:
            return super().generator_loss(batch, fakes, training)
        fakes = self.fakes(batch, training) if fakes is None else fakes
        real, fake = self.show(batch["image"], training), self.show(fakes, training)
        return self._penalised("generator", 0.0, {}, batch, real, fake, None, None)

    def classify(self, images, batch_size=256):
        """Return the classes' probabilities.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            batch_size: how many at a time.

        Returns:
            float32 [N, K].

        Raises:
            ValueError: a model without classes.
        """
        if self.num_classes is None:
            raise ValueError("this model knows no classes: give num_classes")
        return tf.nn.softmax(self.said_of(images, batch_size)).numpy()

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
