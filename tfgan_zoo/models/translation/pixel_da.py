"""PixelDA."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.labels import classification
from tfgan_zoo.networks.translation import adaptation, noisy_discriminator, noisy_generator, parts
from tfgan_zoo.training import Adaptation, active_stream
from tfgan_zoo.training.translating import Route


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PixelDA(Adaptation):
    """Adaptation of pixels (Bousmalis, Silberman, Dohan, Erhan & Krishnan 2017, arXiv 1612.05424).

    A generator makes images of the target domain of labelled source images and noise; a discriminator tells
    them from target images; a task classifier learns the labels of source images and of what is made of
    them. The generator is judged by both: it must keep what the label is told by. Discriminator, classifier
    and generator take turns, the last against the first two as they have just become.

    Adam(1e-3, β₁ 0.5) for each, the rate 0.95 times as high every 20 000 steps, at a batch size of 32 of each
    domain. The weights in the generator's loss are those of MNIST → MNIST-M in published code. Weight decay
    and the clipping of gradients are left out.

    A batch holds `source`, `label` and `target`; one to `evaluate` on, `target` and `target_label`.

    Args:
        image_shape: (H, W, C) of both domains' images, sides of at least 16 pixels.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        noise_dim: size of the generator's noise vectors, uniform in [-1, 1).
        blocks: residual blocks of the generator.
        generator_width: channels of the generator.
        discriminator_width: channels of the discriminator's first layer.
        discriminator_norm: `"batch"`, `"instance"` or `"none"`; penalties on gradients need one that is not
            `"batch"`.
        classifier_width: channels of the classifier's first convolution, which is DANN's.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: images that are too small, or a number out of range.

    Example:

    >>> model = PixelDA((16, 16, 3), blocks=1, generator_width=4, discriminator_width=4)
    >>> model.compile(task_weight=1.0)
    >>> images = tf.zeros([2, 16, 16, 3])
    >>> model.translate(images, seed=1).shape, model.classify(images).shape
    ((2, 16, 16, 3), (2, 10))
    """

    has_noise = True
    adversarial_weight, task_weight = 0.011, 0.01

    def __init__(
        self,
        image_shape,
        num_classes=10,
        noise_dim=10,
        blocks=6,
        generator_width=64,
        discriminator_width=64,
        discriminator_norm="batch",
        classifier_width=32,
        *,
        seed=0,
        **kwargs,
    ):
        shape = parts.check_shape(image_shape, 1, adaptation.SMALLEST)
        super().__init__(shape, num_classes, seed=seed, **kwargs)
        dtype = kwargs.get("dtype")
        self.generator = noisy_generator(shape, noise_dim, generator_width, blocks, seed, dtype)
        self.discriminator = noisy_discriminator(
            shape, discriminator_width, discriminator_norm, seed=seed + 1, dtype=dtype
        )
        self.feature_extractor = adaptation.feature_extractor(
            shape, classifier_width, seed + 2, dtype
        )
        self.label_predictor = adaptation.dense_classifier(
            self.feature_extractor.output_shape[1],
            num_classes,
            (100, 100),
            "label_predictor",
            seed + 3,
            dtype,
        )
        self._arguments = {
            "image_shape": shape,
            "num_classes": num_classes,
            "noise_dim": noise_dim,
            "blocks": blocks,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "discriminator_norm": discriminator_norm,
            "classifier_width": classifier_width,
        }
        self.built = True

    @property
    def players(self):
        """Discriminator, task classifier and generator, in the order of their turns."""
        return {
            "discriminator": [self.discriminator],
            "classifier": [self.feature_extractor, self.label_predictor],
            "generator": [self.generator],
        }

    @property
    def routes(self):
        """From source images to the target domain; from images to the classes' probabilities."""
        channels = self.image_shape[2]
        translate = Route(lambda x: self.made_of(x, training=False), channels)
        return {"translate": translate, **super().routes}

    def default_optimizers(self):
        """Adam(1e-3, β₁ 0.5) with a decaying rate for each."""
        return {
            player: keras.optimizers.Adam(
                keras.optimizers.schedules.ExponentialDecay(1e-3, 20000, 0.95, staircase=True),
                beta_1=0.5,
                name=f"{player}_adam",
            )
            for player in self.players
        }

    def compile(self, optimizers=None, *, adversarial_weight=0.011, task_weight=0.01, **kwargs):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"`, `"classifier"` and/or `"generator"`.
            adversarial_weight: of the game in the generator's loss.
            task_weight: of the classifier's loss on what it makes, in the generator's loss.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, `discriminator_steps`, …

        Raises:
            ValueError: what `Translation.compile` raises, or both weights are 0.
        """
        weights = self.weights(
            adversarial_weight=adversarial_weight,
            task_weight=task_weight,
        )
        with self.choosing(**weights):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """Turns of the discriminator, one of the classifier, one of the generator, on the same fakes."""
        batch = self.unpack(data)
        fakes = self.begin("generator", lambda: self.fakes(batch))
        for _ in range(self.discriminator_steps):
            d = self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))
        c = self.update("classifier", lambda: self.classifier_loss(batch, fakes))
        g = self.update("generator", lambda: self.generator_loss(batch, fakes))
        return self.log(discriminator=d, classifier=c, generator=g)

    def made_of(self, images, training=True):
        """Return what the generator makes of images, with noise from the stream that is active."""
        shape, stream = (self._arguments["noise_dim"],), active_stream()
        if stream is None:
            noise = tf.zeros([tf.shape(images)[0], *shape])
        else:
            noise = 2.0 * stream.uniform(shape, "noise") - 1.0
        return self.generator([images, noise], training=training)

    def fakes(self, batch, training=True):
        """Return the target images that the generator makes of a batch's sources."""
        return self.made_of(batch["source"], training)

    def discriminator_loss(self, batch, fakes, training=True):
        """Return the discriminator's loss and what to log of it."""
        (adversary,) = self.adversaries
        return adversary.discriminator_loss(batch["target"], fakes, training=training)

    def classifier_loss(self, batch, fakes):
        """Return the classifier's loss on source images and on what is made of them, and what to log."""
        of_source, source_accuracy = self._task(batch["source"], batch["label"])
        of_fakes, fake_accuracy = self._task(tf.stop_gradient(fakes), batch["label"])
        logs = {"source_accuracy": source_accuracy, "fake_accuracy": fake_accuracy}
        return of_source + of_fakes, logs

    def generator_loss(self, batch, fakes, training=True):
        """Return the game's loss plus the classifier's on the fakes, weighted, and each to log."""
        (adversary,) = self.adversaries
        game, logs = adversary.generator_loss(
            batch["target"], fakes, training=training, scale=self.adversarial_weight
        )
        task, _ = self._task(fakes, batch["label"])
        return game + self.task_weight * task, {"task": task, **logs}

    def _task(self, images, labels):
        return classification(self.classifier_logits(images, training=True), labels)

    # --- in use -------------------------------------------------------------------------------

    def classifier_logits(self, images, training=False):
        """Return the classes' logits `[B, num_classes]`."""
        features = self.feature_extractor(images, training=training)
        return self.label_predictor(features, training=training)

    def translate(self, images, batch_size=64, seed=0):
        """Translate source images to the target domain.

        Args:
            images: float array `[N, H, W, C]` in [-1, 1], of the training's size.
            batch_size: how many at a time, which bounds the memory.
            seed: int, for the noise; that of an image depends on it and on its place among the images.

        Returns:
            float32 array `[N, H, W, C]` in [-1, 1].

        Raises:
            ValueError: images of another rank, size, range or number of channels.
        """
        return self.through("translate", images, batch_size, seed)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
