"""The two-player GAN: a generator of images from latents, and a discriminator."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors, losses
from tfgan_zoo.training import averaging, batches, export, randomness
from tfgan_zoo.training.adversarial import AdversarialModel


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GAN(AdversarialModel):
    """Generative adversarial network of any two networks (Goodfellow et al. 2014, arXiv 1406.2661).

    Args:
        generator: `keras.Model` from latents `[B, …]` to images `[B, H, W, C]` in [-1, 1].
        discriminator: `keras.Model` from images to logits `[B, …]`.
        ema_decay: decay of the averaged generator that `generate` and `export` use, in [0, 1), or
            None for none.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: the discriminator does not take what the generator makes.

    Example:

    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(16),
    ...                               keras.layers.Reshape((4, 4, 1))])
    >>> discriminator = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(),
    ...                                   keras.layers.Dense(1)])
    >>> gan = GAN(generator, discriminator)
    >>> gan.compile(loss="least_squares")
    >>> history = gan.fit(tf.zeros([8, 4, 4, 1]), batch_size=4, verbose=0)
    >>> gan.generate(3, seed=1).shape
    (3, 4, 4, 1)
    """

    default_loss = "non_saturating"

    def __init__(self, generator, discriminator, *, ema_decay=None, seed=0, **kwargs):
        super().__init__(seed=seed, **kwargs)
        made, taken = generator.output_shape[1:], discriminator.input_shape[1:]
        if made != taken:
            raise ValueError(
                f"the generator makes images of shape {made}, the discriminator takes {taken}"
            )
        is_number = isinstance(ema_decay, (int, float))
        if ema_decay is not None and not (is_number and 0.0 <= ema_decay < 1.0):
            raise ValueError(f"ema_decay is {ema_decay!r}, expected None or a number in [0, 1)")
        self.generator = generator
        self.discriminator = discriminator
        self.ema_decay = ema_decay
        self.averaged_generator = None if ema_decay is None else averaging.averaged_copy(generator)
        self._sampler = None
        self.built = True

    @property
    def players(self):
        """The discriminator and the generator, in the order of their turns."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    @property
    def batch_fields(self):
        """Images of the generator's shape, in [-1, 1]."""
        return {"image": batches.image_field(self.image_shape)}

    @property
    def image_shape(self):
        """Shape (H, W, C) of the images."""
        return tuple(self.generator.output_shape[1:])

    @property
    def latent_shape(self):
        """Shape of one latent."""
        return tuple(self.generator.input_shape[1:])

    @property
    def averages(self):
        """The averaged generator, if there is one."""
        if self.averaged_generator is None:
            return []
        return [(self.averaged_generator, self.generator, self.ema_decay)]

    def default_optimizers(self):
        """Adam(2e-4, β₁ 0.5) for both, the choice of Radford et al. 2016 that most systems kept."""
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5, name=f"{player}_adam")
            for player in self.players
        }

    def compile(
        self,
        optimizers=None,
        loss=None,
        discriminator_steps=1,
        share_fakes=False,
        on_non_finite="raise",
        **kwargs,
    ):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            loss: name or object, see `losses.get`. `"non_saturating"` and `"minimax"` make the
                discriminator a classifier, `"least_squares"` makes it a regression.
            discriminator_steps: discriminator updates for each generator update, all on the same
                real batch with fresh latents.
            share_fakes: make the fakes of the discriminator's last turn serve in the generator's turn too,
                as PyTorch's DCGAN example does. Saves one forward pass of the generator in each step; the
                generator is then judged on images that the discriminator has just been trained on, instead
                of fresh ones.
            on_non_finite: `"raise"` or `"roll_back"`, see `AdversarialModel.compile`.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        Raises:
            ValueError: an unknown name, or a discriminator_steps that is not a positive int.
        """
        errors.check_ints(1, discriminator_steps=discriminator_steps)
        self.adversarial_loss = losses.get(self.default_loss if loss is None else loss)
        self.discriminator_steps = discriminator_steps
        self.share_fakes = bool(share_fakes)
        super().compile(optimizers=optimizers, on_non_finite=on_non_finite, **kwargs)
        self._compile_arguments_given |= {
            "loss": self.adversarial_loss,
            "discriminator_steps": discriminator_steps,
            "share_fakes": self.share_fakes,
        }

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """One round: `discriminator_steps` turns of the discriminator, one of the generator."""
        batch = self.unpack(data)
        for _ in range(self.discriminator_steps - 1):
            self.update("discriminator", lambda: self.discriminator_loss(batch))
        fakes = self.begin("generator", self.fakes) if self.share_fakes else None
        d = self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))
        g = self.update("generator", lambda: self.generator_loss(batch, fakes))
        return self.log(discriminator=d, generator=g)

    def discriminator_loss(self, batch, fakes=None, training=True):
        """Return the discriminator's loss and what to log of it; fakes are new ones if None."""
        fakes = tf.stop_gradient(self.fakes(training) if fakes is None else fakes)
        # Two passes: in one, batch norm would mix the statistics of real and fake images.
        real = self.discriminator(batch["image"], training=training)
        fake = self.discriminator(fakes, training=training)
        return self.adversarial_loss.discriminator(real, fake), self._judgement(real, fake)

    def generator_loss(self, batch, fakes=None, training=True):
        """Return the generator's loss; fakes are new ones if None."""
        fakes = self.fakes(training) if fakes is None else fakes
        fake = self.discriminator(fakes, training=training)
        real = None
        if getattr(self.adversarial_loss, "generator_needs_real", True):
            real = self.discriminator(batch["image"], training=training)
        return self.adversarial_loss.generator(real, fake)

    def fakes(self, training=True):
        """Return the generator's images for as many fresh latents as the open step has samples."""
        return self.generator(self.random.normal(self.latent_shape, "latents"), training=training)

    def _judgement(self, real, fake):
        realness = getattr(self.adversarial_loss, "realness", tf.sigmoid)
        real, fake = realness(real), realness(fake)
        return {
            "real": tf.reduce_mean(real),
            "fake": tf.reduce_mean(fake),
            "real_accuracy": tf.reduce_mean(tf.cast(real > 0.5, tf.float32)),
            "fake_accuracy": tf.reduce_mean(tf.cast(fake < 0.5, tf.float32)),
        }

    def test_step(self, data):
        """Both losses on held-out images, in inference mode: a discriminator that has memorised its
        training images tells here.
        """
        batch = self.unpack(data)
        d, judgement = self.discriminator_loss(batch, training=False)
        g = self.generator_loss(batch, training=False)
        return self._readable({"discriminator": {"loss": d, **judgement}, "generator": {"loss": g}})

    # --- sampling -----------------------------------------------------------------------------

    @property
    def sampling_generator(self):
        """The averaged generator where there is one, else the generator."""
        return self.generator if self.averaged_generator is None else self.averaged_generator

    def call(self, inputs, training=False):
        """Map latents to images with the sampling generator."""
        return self.sampling_generator(inputs, training=training)

    def generate(self, n, seed=None, batch_size=64):
        """Make images.

        Args:
            n: how many.
            seed: int; the same seed gives the same images, and fewer images are the first of more.
                None draws a new seed.
            batch_size: how many to make at a time, which bounds the memory.

        Returns:
            float32 array `[n, H, W, C]` in [-1, 1].

        Raises:
            ValueError: n or batch_size is not a positive int.
        """
        errors.check_ints(1, n=n, batch_size=batch_size)
        if seed is None:
            seed = int(np.random.default_rng().integers(2**31))
        return self.decode(randomness.latents(n, self.latent_shape, seed).numpy(), batch_size)

    def decode(self, latents, batch_size=64):
        """Map an array of latents to an array of images, a batch at a time.

        Args:
            latents: float32 array `[n, *latent_shape]`.
            batch_size: how many to map at a time.

        Returns:
            float32 array `[n, H, W, C]` in [-1, 1].
        """
        if self._sampler is None:
            self._sampler = tf.function(
                lambda z: tf.cast(self(z, training=False), tf.float32),
                input_signature=[tf.TensorSpec([None, *self.latent_shape], tf.float32)],
            )
        latents = np.asarray(latents, np.float32)
        images = np.empty([len(latents), *self.image_shape], np.float32)
        for first in range(0, len(latents), batch_size):
            rows = slice(first, first + batch_size)
            images[rows] = self._sampler(latents[rows]).numpy()
        return images

    def export(self, filepath):
        """Write the sampling generator as a SavedModel that serves without this package.

        Signatures, see `training.export`: `serving_default` (latents to images in [-1, 1]),
        `serving_uint8` (latents to images in 0…255) and `sample` (n and seed to images). The images
        of a few fixed latents are stored beside it, for `export/check_savedmodel.py`.

        Args:
            filepath: the SavedModel's folder; an older SavedModel there is replaced as a whole.

        Raises:
            FileExistsError: there is something at filepath that is not a SavedModel.
        """
        export.export_generator(self, filepath)

    # --- configuration ------------------------------------------------------------------------

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            **self.common_config(),
        }

    def common_config(self):
        """Return the arguments that every subclass shares."""
        return {
            "ema_decay": self.ema_decay,
            "seed": self.seed,
            "name": self.name,
            "dtype": self.dtype_policy.name,
        }

    @classmethod
    def from_config(cls, config):
        """Make the model from its config."""
        config = {
            key: keras.saving.deserialize_keras_object(value) if isinstance(value, dict) else value
            for key, value in config.items()
        }
        return cls(**config)
