"""Images from sounds."""

import os

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors, sounds
from tfgan_zoo.layers import StopGradient
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.networks import architectures, conditioning, sound_encoders
from tfgan_zoo.training import GAN, MatchingAware, batches, walking
from tfgan_zoo.training.told import Told, rows_of

_EXAMPLES = 5  # tones, where no other examples are given


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SoundToImageGAN(MatchingAware, Told, GAN):
    """Sound to image: a conditional GAN that listens (Wan, Chuang & Lee 2019, arXiv 1808.04108).

    Each player hears the sound by a convolutional network of its own, on a log-mel spectrogram. The generator
    is told by conditional batch norm, the discriminator by projection (Miyato & Koyama 2018, arXiv
    1802.05637). It is also shown real images with the sounds of others, which it has to call fake (Reed et
    al. 2016, arXiv 1605.05396): sounds of another class, since two recordings of one word are different
    waves, and right for each other. `compile(wrong_pairs=False)` turns that off. Hinge loss, SNGAN's
    networks.

    With `num_classes` the generator's listener learns to name the classes of sounds, and the game teaches it
    nothing. So it understands voices that it never heard as a classifier does; in the game it may learn by
    heart which recording goes with which images. What is not the class, such as volume, it need not hear.

    A batch holds `image`, `audio` (float32 [B, T] in [-1, 1]) and, for wrong pairs and for naming, `label`
    (int32 [B]), which no player is told.

    Args:
        image_shape: (H, W, C); 16 to 128 pixels a side but for `"mlp"`.
        audio_length: T, the samples of a sound.
        sample_rate: samples a second.
        normalise: `"none"`, where loudness says something; `"peak"`, where it does not, see `layers.LogMel`.
        trim: whether the silence at the ends of what `generate` is given is left out, as in some data sets.
            Batches are taken as they are.
        architecture: `"dcgan"`, `"deep_dcgan"`, `"mlp"`, `"resnet"` or `"sndcgan"`, see `networks`.
        latent_dim: size of the latent vectors.
        generator_width: see the architecture; None for its own.
        discriminator_width: see the architecture; None for its own.
        discriminator_norm: of `"dcgan"`: `"batch"`, `"layer"`, `"none"` or `"spectral"`; None for the
            architecture's own. Only without batch norm can gradient penalties such as `"r1"` be used.
        generator_condition: how the generator is told the sound: `"batch_norm"`, `"both"` or `"concatenate"`,
            see `networks.conditioning.told`.
        encoder: `"convolutional"`, to hear when and how high; `"words"`, where it does not matter who speaks;
            see `networks.sound_encoders`.
        encoder_size: size of the vectors that the sound becomes.
        encoder_width: channels of the listeners' first stage.
        num_classes: how many classes there are for the generator's listener to name; None: it learns by the
            game.
        example_audio: sounds, float32 [E, T], which are taken one after the other where none is given: in
            sample grids, in scores; such as `load("tones").info.example_audio`. None for a scale of tones.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown name, a size that is not a positive int, sounds shorter than 32 ms (44 ms for
            `"words"`), or an image_shape that the architecture cannot make.

    Example:

    >>> gan = SoundToImageGAN((16, 16, 1), 4000, 8000, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> sound = 0.5 * np.sin(np.arange(4000))
    >>> gan.generate(2, seed=0, audio=sound).shape
    (2, 16, 16, 1)
    """

    default_loss = "hinge"
    condition = "audio"

    def __init__(
        self,
        image_shape,
        audio_length,
        sample_rate,
        normalise="none",
        trim=False,
        architecture="sndcgan",
        latent_dim=64,
        generator_width=None,
        discriminator_width=None,
        discriminator_norm=None,
        generator_condition="batch_norm",
        encoder="convolutional",
        encoder_size=64,
        encoder_width=16,
        num_classes=None,
        example_audio=None,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(1, latent_dim=latent_dim, encoder_size=encoder_size)
        if not isinstance(encoder, str) or encoder not in sound_encoders.BUILDERS:
            raise ValueError(errors.unknown("encoder", encoder, list(sound_encoders.BUILDERS)))
        if num_classes is not None:
            errors.check_ints(2, num_classes=num_classes)
        dtype = kwargs.get("dtype")

        def listener(own_seed):
            hear = sound_encoders.BUILDERS[encoder](
                audio_length, sample_rate, encoder_size, encoder_width, normalise, own_seed, dtype
            )
            audio = keras.Input([audio_length], name="audio")
            told = keras.layers.Identity(name=walking.VECTOR, dtype="float32")
            return audio, told(hear(audio))

        build = architectures.builders(
            architecture,
            image_shape,
            generator_width,
            discriminator_width,
            seed,
            dtype,
            discriminator_norm=discriminator_norm,
        )
        audio, heard = listener(seed + 2)
        if num_classes:
            heard = StopGradient(name="heard_alone", dtype="float32")(heard)
        generator = conditioning.told(
            build.generator, latent_dim, audio, heard, generator_condition, seed=seed + 3
        )
        super().__init__(
            generator,
            conditioning.projected(build.discriminator(), *listener(seed + 4), seed=seed + 5),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        if example_audio is None:
            example_audio = _scale(audio_length, sample_rate)
        self.keep_examples(example_audio, (audio_length,))
        silent = np.flatnonzero(np.abs(self.examples).max(axis=1) < sounds.SILENT)
        if silent.size:
            raise ValueError(f"example_audio[{silent[0]}] is silent")
        self.namer = _namer(encoder_size, num_classes, seed + 6) if num_classes else None
        self._arguments = {
            "image_shape": tuple(image_shape),
            "audio_length": audio_length,
            "sample_rate": sample_rate,
            "normalise": normalise,
            "trim": bool(trim),
            "architecture": architecture,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "discriminator_norm": discriminator_norm,
            "generator_condition": generator_condition,
            "encoder": encoder,
            "encoder_size": encoder_size,
            "encoder_width": encoder_width,
            "num_classes": num_classes,
        }

    @property
    def players(self):
        """The discriminator, and the generator with what names the classes of what its listener hears."""
        players = super().players
        if self.namer:
            players["generator"] = [*players["generator"], self.namer]
        return players

    @property
    def batch_fields(self):
        """Images, the sound of each, and its label where wrong pairs are made or classes named."""
        fields, count = super().batch_fields, self._arguments["num_classes"]
        if self.wrong_pairs or count:
            fields["label"] = batches.Field((), "int32", 0, count and count - 1)
        return fields

    def generator_loss(self, batch, fakes=None, training=True):
        """Return the loss of the game and the one of naming the sounds' classes, and what to log."""
        loss, logs = super().generator_loss(batch, fakes, training)
        if not self.namer:
            return loss, logs
        listener, _ = walking.halves_of(self.generator)
        named = self.namer(listener(batch["audio"], training=training))
        class_loss, accuracy = classification(named, batch["label"])
        return loss + class_loss, {**logs, "class_loss": class_loss, "accuracy": accuracy}

    def what_conditions_mean(self, batch):
        """Return the labels: by them a sound is right or wrong for an image."""
        return batch["label"]

    def read_condition(self, given, n):
        """Return the sounds of n samples, float32 `[n, T]`.

        Args:
            given: the path of a wav file, which is brought to the model's rate (and a warning says so); or
                floats in [-1, 1] at that rate, `[T']` for all samples or `[n, T']`. Shorter sounds are
                padded with zeros, longer ones cut.
            n: number of samples.

        Raises:
            ValueError: no such file, what is no sound, not n of them, or silence.
        """
        if isinstance(given, (str, os.PathLike)):
            rate = self._arguments["sample_rate"]
            rows, name = sounds.read_at(given, rate)[None], str(given)
        else:
            rows, name = rows_of("audio", given, n, (None,)), "audio"
            if np.ndim(given) == 1:
                rows = rows[:1]
        length, trim = self._arguments["audio_length"], self._arguments["trim"]
        fitted = np.empty([len(rows), length], np.float32)
        for index, row in enumerate(rows):
            try:
                fitted[index] = sounds.fitted(row, length, trim)
            except ValueError as error:
                which = f"{name}[{index}]" if len(rows) > 1 else name
                raise ValueError(f"{which}: {error}") from error
        return np.broadcast_to(fitted, [n, length])

    def from_request(self, latents, audio):
        """Return latents and sounds, in the served graph, which refuses silence."""
        latents, audio = super().from_request(latents, audio)
        silent = tf.where(tf.reduce_max(tf.abs(audio), axis=1) < sounds.SILENT)[:, 0]
        heard = tf.equal(tf.size(silent), 0)
        with tf.control_dependencies([tf.debugging.Assert(heard, ["silent sounds:", silent])]):
            return latents, tf.identity(audio)

    @property
    def serving_facts(self):
        """The rate of the sounds, and whether the silence at their ends is left out."""
        return {key: self._arguments[key] for key in ("sample_rate", "trim")}

    def get_config(self):
        """Return the constructor's arguments."""
        config = {**self._arguments, "example_audio": self.examples_config()}
        return {**config, **self.common_config()}


def _namer(size, num_classes, seed):
    """Return a network from what is heard to the classes' logits."""
    kernel = keras.initializers.GlorotUniform(seed)
    heard = keras.Input([size], name="heard")
    logits = keras.layers.Dense(
        num_classes, kernel_initializer=kernel, name="classes", dtype="float32"
    )
    return keras.Model(heard, logits(heard), name="namer")


def _scale(length, rate):
    """Return tones from low to high, float32 [E, length]."""
    frequencies = np.geomspace(rate / 40, rate / 4, _EXAMPLES)[:, None]
    return 0.5 * np.sin(2 * np.pi * frequencies * np.arange(length) / rate)
