"""Games whose generators make images of images."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, losses
from tfgan_zoo.losses.penalties.base import refuse_without_game
from tfgan_zoo.training import batches, compiling, judging, translating
from tfgan_zoo.training.adversarial import AdversarialModel
from tfgan_zoo.training.guarding import TEST_WEIGHT


class Translation(translating.Translating, AdversarialModel):
    """What the translation models have in common: objective and penalties, translating, export.

    A subclass says which networks are judged by which discriminators (`pairs`), what its generators do once
    trained (`routes`), and writes its `train_step` from `fakes`, `discriminator_loss` and `generator_loss`.

    Args:
        image_shape: (H, W, C) of the images to train on; networks that are free of size translate others.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.
    """

    default_loss = "non_saturating"
    default_penalties = ()
    default_discriminator_steps = 1

    def __init__(self, image_shape, *, seed=0, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self.image_shape = tuple(image_shape)
        self._translators = {}

    # --- what a subclass says -----------------------------------------------------------------

    @property
    def pairs(self):
        """List of (discriminator, generator that it judges)."""
        return [(self.discriminator, self.generator)]

    @property
    def judged_shape(self):
        """Shape of what the discriminators judge."""
        return self.image_shape

    @property
    def players(self):
        """The discriminator and the generator, in the order of their turns."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    def default_optimizers(self):
        """Adam(2e-4, β₁ 0.5) for each."""
        return {
            player: keras.optimizers.Adam(2e-4, beta_1=0.5, name=f"{player}_adam")
            for player in self.players
        }

    # --- compile ------------------------------------------------------------------------------

    def compile(
        self,
        optimizers=None,
        loss=None,
        penalties=None,
        discriminator_steps=None,
        on_non_finite="raise",
        **kwargs,
    ):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for the players.
            loss: name, dict of name and arguments, or object, see `losses.get`.
            penalties: list of the same, see `losses.penalties.get`; those about latents are refused.
            discriminator_steps: discriminator updates for each generator update, all on the same batch.
            on_non_finite: `"raise"` or `"roll_back"`, see `AdversarialModel.compile`.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        Each discriminator has its own loss and penalties where these have state.

        Raises:
            ValueError: an unknown name, a number out of range, or things that cannot go together.
        """
        if discriminator_steps is None:
            discriminator_steps = self.default_discriminator_steps
        errors.check_ints(1, discriminator_steps=discriminator_steps)
        loss = losses.get(self.default_loss if loss is None else loss)
        penalties = compiling.made(losses.penalties.get, penalties, self.default_penalties)
        others = self.pairs[1:]
        own_losses = [loss, *[judging.copied(loss) for _ in others]]
        own_penalties = [*penalties, *[judging.copied(p) for _ in others for p in penalties]]
        with compiling.as_before_if_refused(self, [*own_losses, *own_penalties]):
            compiling.replace(self, "adversarial_losses", own_losses)
            compiling.replace(self, "penalties", own_penalties)
            self.check_penalties(own_penalties)
            with self.distribute_strategy.scope():
                for adversary in self.adversaries:
                    adversary.start()
            self.discriminator_steps = int(discriminator_steps)
            super().compile(optimizers=optimizers, on_non_finite=on_non_finite, **kwargs)
        self._compile_arguments_given |= {
            "loss": loss,
            "penalties": list(penalties),
            "discriminator_steps": self.discriminator_steps,
        }

    @property
    def has_game(self):
        """Whether the discriminators play at all; without a game there is nothing to penalise."""
        return True

    def check_penalties(self, penalties):
        """Refuse penalties that have no meaning: of no game, or what a subclass adds.

        Raises:
            ValueError: naming the penalty, and the remedy.
        """
        if not self.has_game:
            refuse_without_game(penalties, "adversarial_weight")

    @staticmethod
    def weights(**weights):
        """Return the weights of the terms of the generators' loss, checked.

        Raises:
            ValueError: one that is not a number of at least 0, or all are 0.
        """
        errors.check_numbers(0, 1e6, **weights)
        if not any(weights.values()):
            raise ValueError(f"{', '.join(weights)} are all 0: nothing is left to learn from")
        return weights

    @property
    def adversaries(self):
        """List of the `judging.Adversary` of each of `pairs`."""
        each = len(self.penalties) // len(self.pairs)
        return [
            judging.Adversary(
                self,
                *pair,
                self.adversarial_losses[i],
                self.penalties[i * each : (i + 1) * each],
                self.judged_shape,
            )
            for i, pair in enumerate(self.pairs)
        ]

    @property
    def parts(self):
        """Penalties, and losses where they have state."""
        if not self.compiled:
            return []
        return [
            part
            for part in (*self.adversarial_losses, *self.penalties)
            if isinstance(part, keras.layers.Layer)
        ]

    def after_update(self, player, ok):
        """Project the player's weights where a penalty asks for it (weight clipping)."""
        for adversary in self.adversaries:
            adversary.project(player, ok)

    # --- the algorithm ------------------------------------------------------------------------

    def fakes(self, batch, training=True):
        """Return what the generators make of a batch."""
        raise NotImplementedError

    def discriminator_loss(self, batch, fakes, training=True):
        """Return the discriminators' loss and what to log of it."""
        raise NotImplementedError

    def generator_loss(self, batch, fakes, training=True):
        """Return the generators' loss and what to log of it."""
        raise NotImplementedError

    def test_step(self, data):
        """Both losses on held-out images, in inference mode and without penalties."""
        batch = self.unpack(data, training=False)
        with self.random.active():
            fakes = self.fakes(batch, training=False)
        d, judgement = self.discriminator_loss(batch, fakes, training=False)
        g, terms = self.generator_loss(batch, fakes, training=False)
        logs = {"discriminator": {"loss": d, **judgement}, "generator": {"loss": g, **terms}}
        size = batches.batch_size(batch, self.test_fields)
        return self._readable(logs) | {TEST_WEIGHT: tf.cast(size, tf.float32)}

    # --- configuration ------------------------------------------------------------------------

    def common_config(self):
        """Return the arguments that every subclass shares."""
        return {"seed": self.seed, "name": self.name, "dtype": self.dtype_policy.name}
