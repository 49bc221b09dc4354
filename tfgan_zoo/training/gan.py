"""The two-player GAN: a generator of images from latents, and a discriminator."""

import keras
import tensorflow as tf

from tfgan_zoo import augmentations as augmenting
from tfgan_zoo import errors, losses
from tfgan_zoo.features import features_of
from tfgan_zoo.losses import penalties as penalty_terms
from tfgan_zoo.training import (
    averaging,
    batches,
    combinations,
    compiling,
    judging,
    sampling,
    unrolling,
)
from tfgan_zoo.training import packing as packs
from tfgan_zoo.training import top_k as top_ks
from tfgan_zoo.training.adversarial import AdversarialModel
from tfgan_zoo.training.guarding import TEST_WEIGHT


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GAN(sampling.Sampling, AdversarialModel):
    """Generative adversarial network of any two networks (Goodfellow et al. 2014, arXiv 1406.2661).

    Args:
        generator: `keras.Model` from latents `[B, …]` to images `[B, H, W, C]` in [-1, 1].
        discriminator: `keras.Model` from images to logits `[B, …]`; a functional model, so that penalties
            can read its last features (the output of its layer `features`, else its last layer's input).
        packing: how many images the discriminator judges at once (PacGAN): it then takes images with that
            many times the channels.
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
    default_penalties = ()
    default_augmentations = ()
    default_discriminator_steps = 1
    default_unrolled_steps = 0
    # Whether the discriminator learns more than the adversarial loss of real images and fakes.
    learns_beside_the_game = False

    def __init__(self, generator, discriminator, *, packing=1, ema_decay=None, seed=0, **kwargs):
        super().__init__(seed=seed, **kwargs)
        errors.check_ints(1, packing=packing)
        made, taken = _shapes(generator.output_shape)[0], _shapes(discriminator.input_shape)[0]
        packed = (*made[:-1], made[-1] * packing)
        if packed != taken:
            packs = f", {packing} of them packed {packed}" if packing > 1 else ""
            raise ValueError(
                f"the generator makes images of shape {made}{packs}, the discriminator takes {taken}"
            )
        if ema_decay is not None:
            if not errors.is_number(ema_decay) or not 0.0 <= ema_decay < 1.0:
                raise ValueError(f"ema_decay is {ema_decay!r}, expected None or a number in [0, 1)")
            ema_decay = float(ema_decay)
        self.generator = generator
        self.discriminator = discriminator
        self.packing = int(packing)
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
        return _shapes(self.generator.output_shape)[0]

    @property
    def latent_shape(self):
        """Shape of one latent."""
        return _shapes(self.generator.input_shape)[0]

    @property
    def averages(self):
        """The averaged generator, if there is one."""
        if self.averaged_generator is None:
            return []
        return [(self.averaged_generator, self.generator, self.ema_decay)]

    @property
    def parts(self):
        """Penalties and augmentations, and the loss where it has state."""
        own = [*self.penalties, *self.augmentations] if self.compiled else []
        loss = self.adversarial_loss if self.compiled else None
        return own + [loss] * isinstance(loss, keras.layers.Layer)

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
        penalties=None,
        augmentations=None,
        discriminator_steps=None,
        share_fakes=False,
        unrolled_steps=None,
        top_k=None,
        on_non_finite="raise",
        **kwargs,
    ):
        """Choose optimizers, objective and tricks; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`; rates of their own
                are the two time-scale rule (Heusel et al. 2017, arXiv 1706.08500).
            loss: name, dict of name and arguments, or object, see `losses.get`.
            penalties: list of the same, see `losses.penalties.get`; each names its player, weight and
                interval.
            augmentations: list of the same, see `augmentations.get`: what happens to images, real and
                fake alike, before the discriminator sees them.
            discriminator_steps: discriminator updates for each generator update, all on the same
                real batch with fresh latents.
            share_fakes: make the fakes of the discriminator's last turn serve in the generator's turn too,
                as PyTorch's DCGAN example does. Saves one forward pass of the generator in each step; the
                generator is then judged on images that the discriminator has just been trained on, instead
                of fresh ones.
            unrolled_steps: discriminator updates that the generator looks ahead (Metz et al. 2017, arXiv
                1611.02163); 0 for none.
            top_k: share of the fakes, the best, that teach the generator (Sinha et al. 2020, arXiv
                2002.06224), or a dict with arguments of `training.TopK`; None for all.
            on_non_finite: `"raise"` or `"roll_back"`, see `AdversarialModel.compile`.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        What had state (a penalty's averages, BEGAN's k, ADA's strength) begins anew, also where the same
        object is given again. A `compile` that is refused leaves the model as it was compiled before.

        Raises:
            ValueError: an unknown name, a number out of range, or things that cannot go together.
        """
        if discriminator_steps is None:
            discriminator_steps = self.default_discriminator_steps
        errors.check_ints(1, discriminator_steps=discriminator_steps)
        if unrolled_steps is None:
            unrolled_steps = self.default_unrolled_steps
        errors.check_ints(0, unrolled_steps=unrolled_steps)
        loss = losses.get(self.default_loss if loss is None else loss)
        penalties = compiling.made(losses.penalties.get, penalties, self.default_penalties)
        shown = compiling.made(augmenting.get, augmentations, self.default_augmentations)
        top_k = top_ks.get(top_k)
        with compiling.as_before_if_refused(self, [loss, *penalties, *shown]):
            with self.distribute_strategy.scope():
                own = [loss] * isinstance(
                    loss, losses.AdversarialLoss
                )  # a user's object has no start
                for part in (*own, *penalties, *shown):
                    part.start(self)
            self.check_parts(loss, penalties, shown, unrolled_steps, top_k)
            compiling.replace(self, "adversarial_loss", loss)
            compiling.replace(self, "penalties", penalties)
            compiling.replace(self, "augmentations", shown)
            self.discriminator_steps = int(discriminator_steps)
            self.share_fakes = bool(share_fakes)
            self.unrolled_steps = int(unrolled_steps)
            self.top_k = top_k
            super().compile(optimizers=optimizers, on_non_finite=on_non_finite, **kwargs)
        self._compile_arguments_given |= {
            "loss": self.adversarial_loss,
            "penalties": list(penalties),
            "augmentations": list(shown),
            "discriminator_steps": self.discriminator_steps,
            "share_fakes": self.share_fakes,
            "unrolled_steps": self.unrolled_steps,
            "top_k": self.top_k,
        }

    def check_parts(self, loss, penalties, augmentations, unrolled_steps, top_k):
        """Refuse what cannot go together on this model.

        Raises:
            ValueError: naming both, and the remedy.
        """
        combinations.check(self, loss, penalties, augmentations, unrolled_steps)
        if unrolled_steps and self.learns_beside_the_game:
            raise ValueError(
                f"unrolled_steps={unrolled_steps} looks ahead at updates by the adversarial loss alone, but "
                f"the discriminator of {type(self).__name__} learns more than that: leave it out"
            )

    def check_optimizers(self, optimizers):
        """Refuse a discriminator's optimizer that cannot be looked through."""
        if self.unrolled_steps:
            unrolling.check(optimizers["discriminator"])

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """One round: `discriminator_steps` turns of the discriminator, one of the generator."""
        batch = self.unpack(data)
        for _ in range(self.discriminator_steps - 1):
            self.update("discriminator", lambda: self.discriminator_loss(batch))
        fakes = self.begin("generator", lambda: self.fakes(batch)) if self.share_fakes else None
        d = self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))
        g = self.update("generator", lambda: self.generator_loss(batch, fakes))
        return self.log(discriminator=d, generator=g)

    def discriminator_loss(self, batch, fakes=None, training=True):
        """Return the discriminator's loss and what to log of it; fakes are new ones if None."""
        fakes = tf.stop_gradient(self.fakes(batch, training) if fakes is None else fakes)
        ask = self.ask(batch, training)
        # Two passes: in one, batch norm would mix the statistics of real and fake images.
        real, fake = self.show(batch["image"], training), self.show(fakes, training)
        said_real, said_fake = ask(real), ask(fake)
        real_logits, fake_logits = self.logits_of(said_real), self.logits_of(said_fake)
        loss, logs = self.discriminator_game(batch, real, real_logits, fake_logits, training)
        lesson, lesson_logs = self.discriminator_lesson(batch, said_real, said_fake)
        loss, logs = loss + lesson, logs | lesson_logs
        if not training:
            return loss, logs
        for augmentation in self.augmentations:
            logs |= augmentation.adapt(real_logits, self._realness)
        return self._penalised(
            "discriminator", loss, logs, batch, real, fake, real_logits, fake_logits
        )

    def generator_loss(self, batch, fakes=None, training=True):
        """Return the generator's loss and what to log of it; fakes are new ones if None."""
        fakes = self.fakes(batch, training) if fakes is None else fakes
        fake, real, real_logits = self.show(fakes, training), None, None
        judges_real = getattr(self.adversarial_loss, "generator_needs_real", True)
        if judges_real or self.unrolled_steps or self._penalties_need_real:
            real = self.show(batch["image"], training)
        ask = self.ask(batch, training)
        if self.unrolled_steps and training:
            ask = self._looked_ahead(batch, real, fake)
        said_fake = ask(fake)
        fake_logits, factor = self.logits_of(said_fake), 1.0
        if self.top_k is not None and training:
            step = self.iterations.value
            fake_logits, factor = self.top_k.select(fake_logits, self._realness, step)
        if judges_real:
            real_logits = self.logits_of(ask(real))
        loss = self.adversarial_loss.generator(real_logits, fake_logits)
        loss = top_ks.scale_gradient(loss, factor)
        lesson, logs = self.generator_lesson(batch, said_fake)
        loss += lesson
        if not training:
            return loss, logs
        return self._penalised("generator", loss, logs, batch, real, fake, real_logits, fake_logits)

    # --- what the losses are made of ----------------------------------------------------------

    def conditions(self, batch):
        """Return the list of what the generator is told of each sample: nothing."""
        return []

    def discriminator_conditions(self, batch):
        """Return the list of what the discriminator is told of each sample: the same."""
        return self.conditions(batch)

    def logits_of(self, said):
        """Return the logits of being real among what the discriminator says: all of it."""
        return said

    def discriminator_game(self, batch, real, real_logits, fake_logits, training=True):
        """Return the discriminator's loss of the game, and what to log of it.

        Args:
            batch: the batch.
            real: its images, as the discriminator was shown them.
            real_logits: what it said of them.
            fake_logits: what it said of the fakes.
            training: whether this is a training step.
        """
        loss = self.adversarial_loss.discriminator(real_logits, fake_logits)
        return loss, self._judgement(real_logits, fake_logits)

    def discriminator_lesson(self, batch, said_real, said_fake):
        """Return what the discriminator learns besides the game: a loss, and what to log of it."""
        return 0.0, {}

    def generator_lesson(self, batch, said_fake):
        """Return what the generator learns besides the game: a loss, and what to log of it."""
        return 0.0, {}

    def fakes(self, batch, training=True):
        """Return the generator's images for as many fresh latents as the open step has samples."""
        return self.imagine(self.draw_latents(), self.conditions(batch), training)

    def draw_latents(self):
        """Draw a latent for each sample of the open step."""
        return self.random.normal(self.latent_shape, "latents")

    def imagine(self, latents, conditions=(), training=True):
        """Return the generator's images of latents."""
        return self.generator(judging.with_conditions(latents, conditions), training=training)

    def show(self, images, training=True):
        """Return images as the discriminator is shown them: augmented (while training) and packed."""
        if training:
            for augmentation in self.augmentations:
                images = augmentation.augment(images, self.random, self.iterations.value)
        return packs.pack(images, self.packing)

    def ask(self, batch, training=True):
        """Return the function from shown images to what the discriminator says of them."""
        conditions = self.discriminator_conditions(batch)
        return lambda shown: self.discriminator(
            judging.with_conditions(shown, conditions), training=training
        )

    def said_of(self, images, batch_size=256):
        """Return what the discriminator says of images, in inference mode.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            batch_size: how many at a time, which bounds the memory.

        Returns:
            float32 array, N rows.

        Raises:
            ValueError: images of another shape, dtype or range.
        """
        images = tf.constant(batches.images_of(images, self.image_shape))
        parts = [
            self.discriminator(images[first : first + batch_size], training=False)
            for first in range(0, len(images), batch_size)
        ]
        return tf.concat(parts, axis=0).numpy()

    def judge(self, batch, training=True):
        """Return the function from shown images to the discriminator's logits of being real."""
        ask = self.ask(batch, training)
        return lambda shown: self.logits_of(ask(shown))

    def features(self, batch, training=True):
        """Return the function from shown images to the discriminator's last features, `[B, …]`."""
        conditions = self.discriminator_conditions(batch)
        network = features_of(self.discriminator)
        return lambda shown: network(judging.with_conditions(shown, conditions), training=training)

    def mapping(self, latents, training=True):
        """Return what the generator's `synthesis` takes: the latents themselves, unless it maps them."""
        return latents

    def synthesis(self, mapped, conditions=(), training=True):
        """Return the images of mapped latents."""
        return self.imagine(mapped, conditions, training)

    def _penalised(self, player, loss, logs, batch, real, fake, real_logits, fake_logits):
        turn = penalty_terms.Turn(
            network=self.players[player][0],
            real=real,
            fake=fake,
            real_logits=real_logits,
            fake_logits=fake_logits,
            discriminate=self.judge(batch),
            features=lambda shown: self.features(batch)(shown),
            show=self.show,
            latents=self.draw_latents,
            mapping=self.mapping,
            synthesis=lambda mapped: self.synthesis(mapped, self.conditions(batch)),
            random=self.random,
            step=self.iterations.value,
            # By XLA, weights that a branch reads are stale when they are averaged after it (TensorFlow 2.21).
            branches=not self.jit_compile,
        )
        return judging.penalised(self.penalties, player, turn, loss, logs)

    @property
    def _penalties_need_real(self):
        return any(p.generator_needs_real and p.player == "generator" for p in self.penalties)

    def _looked_ahead(self, batch, real, fake):
        conditions = self.discriminator_conditions(batch)

        def loss_of(network):
            real_logits, fake_logits = (
                self.logits_of(network(judging.with_conditions(shown, conditions)))
                for shown in (real, fake)
            )
            return self.adversarial_loss.discriminator(real_logits, fake_logits)

        state = [(v, tf.identity(v.value)) for v in getattr(self.adversarial_loss, "variables", [])]
        network = unrolling.unrolled(
            self.discriminator,
            self.optimizers["discriminator"],
            self._open.share,
            loss_of,
            self.unrolled_steps,
        )
        # A loss may keep count (BEGAN's k): of what happens, not of this.
        for variable, before in state:
            variable.assign(before)
        return lambda shown: network(judging.with_conditions(shown, conditions))

    def after_update(self, player, ok):
        """Project the player's weights where a penalty asks for it (weight clipping)."""
        for penalty in self.penalties:
            if penalty.player == player:
                penalty.project(self.players[player][0], self.iterations.value, ok)

    def _realness(self, logits):
        return judging.realness(self.adversarial_loss, logits)

    def _judgement(self, real, fake):
        return judging.judgement(self._realness(real), self._realness(fake))

    def test_step(self, data):
        """Both losses on held-out images, in inference mode and without penalties: a discriminator that
        has memorised its training images tells here.
        """
        batch = self.unpack(data)
        d, judgement = self.discriminator_loss(batch, training=False)
        g, _ = self.generator_loss(batch, training=False)
        logs = {"discriminator": {"loss": d, **judgement}, "generator": {"loss": g}}
        return self._readable(logs) | {
            TEST_WEIGHT: tf.cast(tf.shape(batch["image"])[0], tf.float32)
        }

    # --- configuration ------------------------------------------------------------------------

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "packing": self.packing,
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


def _shapes(shapes):
    """Return a list of shapes without the batch dimension, of a network with one input or several."""
    several = isinstance(shapes, list) or isinstance(shapes[0], (list, tuple))
    return [tuple(shape[1:]) for shape in (shapes if several else [shapes])]
