"""A generator of text and a discriminator: the phases of their training, whatever the generator learns by."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, losses
from tfgan_zoo.training import compiling
from tfgan_zoo.training.phases import Phased
from tfgan_zoo.training.text import TextModel


class TextGame(Phased, TextModel):
    """What GANs of text have in common.

    Training has up to three phases, a schedule on the step counter: maximum likelihood, then the
    discriminator alone, then the game. In the game a step is a turn of the discriminator, on a batch of its
    own, and each `discriminator_steps`-th step has the generator's turn, too. A subclass says what that is:
    `generator_turn(batch)`.

    Args:
        generator: a `networks.text.TokenGenerator`.
        discriminator: `keras.Model` from tokens to logits.
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        likelihood_steps: steps of maximum likelihood that come first.
        discriminator_first: steps of the discriminator alone that come second.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: networks and tokens that do not go together, or a number out of range.
    """

    default_loss = "non_saturating"
    default_discriminator_steps = 1

    def __init__(
        self,
        generator,
        discriminator,
        tokens,
        *,
        likelihood_steps=0,
        discriminator_first=0,
        seed=0,
        **kwargs,
    ):
        super().__init__(generator, tokens, seed=seed, **kwargs)
        errors.check_ints(0, likelihood_steps=likelihood_steps)
        errors.check_ints(0, discriminator_first=discriminator_first)
        for name in ("vocabulary_size", "length"):
            theirs, ours = getattr(discriminator, name, None), getattr(self.tokens, name)
            if theirs not in (None, ours):
                raise ValueError(
                    f"the discriminator's {name} is {theirs}, that of the tokens {ours}"
                )
        self.discriminator = discriminator
        self.likelihood_steps = likelihood_steps
        self.discriminator_first = discriminator_first

    # --- who plays, when ----------------------------------------------------------------------

    @property
    def players(self):
        """The discriminator and the generator, in the order of their turns."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    @property
    def phases(self):
        """Maximum likelihood, the discriminator alone, and the game."""
        return [
            ("likelihood", self.likelihood_steps),
            ("discriminator", self.discriminator_first),
            ("adversarial", None),
        ]

    def phase_at(self, step):
        """Return a step's phase; in the game, `discriminator` where it is not the generator's turn."""
        name = super().phase_at(step)
        if name != "adversarial":
            return name
        played = step - self.likelihood_steps - self.discriminator_first
        return name if (played + 1) % self.discriminator_steps == 0 else "discriminator"

    @property
    def parts(self):
        """The loss, where it has state."""
        loss = self.adversarial_loss if self.compiled else None
        return [loss] * isinstance(loss, keras.layers.Layer)

    def default_optimizers(self):
        """Adam(1e-3) for each."""
        return {
            player: keras.optimizers.Adam(1e-3, name=f"{player}_adam") for player in self.players
        }

    def compile(
        self,
        optimizers=None,
        loss=None,
        discriminator_steps=None,
        on_non_finite="raise",
        **kwargs,
    ):
        """Choose optimizers, the loss and the number of turns; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for the players.
            loss: the discriminator's (and, without a reward, the generator's), see `losses.get`.
            discriminator_steps: discriminator updates for each generator update, each on a batch of its own.
            on_non_finite: `"raise"` or `"roll_back"`, see `AdversarialModel.compile`.
            **kwargs: `run_eagerly`, `jit_compile` and `steps_per_execution`, as in Keras.

        Raises:
            ValueError: an unknown name, a number out of range, or things that cannot go together.
        """
        if discriminator_steps is None:
            discriminator_steps = self.default_discriminator_steps
        errors.check_ints(1, discriminator_steps=discriminator_steps)
        if discriminator_steps > 1 and kwargs.get("steps_per_execution", 1) > 1:
            raise ValueError(
                f"discriminator_steps={discriminator_steps} needs steps_per_execution=1: steps with and "
                "without the generator's turn are compiled apart"
            )
        loss = losses.get(self.default_loss if loss is None else loss)
        if getattr(loss, "energy", False):
            raise ValueError(
                f"loss={loss.name!r} is one of energies, low for real samples; here logits are high for them"
            )
        with compiling.as_before_if_refused(self, [loss]):
            compiling.replace(self, "adversarial_loss", loss)
            self.discriminator_steps = discriminator_steps
            super().compile(optimizers=optimizers, on_non_finite=on_non_finite, **kwargs)
        self._compile_arguments_given |= {
            "loss": self.adversarial_loss,
            "discriminator_steps": discriminator_steps,
        }

    # --- the algorithm ------------------------------------------------------------------------

    def likelihood_step(self, batch):
        """Maximum likelihood."""
        return self.log(generator=self.update("generator", lambda: self.likelihood_loss(batch)))

    def discriminator_step(self, batch):
        """A turn of the discriminator."""
        return self.log(discriminator=self.discriminator_turn(batch))

    def adversarial_step(self, batch):
        """A turn of the discriminator, and one of the generator."""
        d = self.discriminator_turn(batch)
        return self.log(discriminator=d, **self.generator_turn(batch))

    def discriminator_turn(self, batch):
        """Take a step of the discriminator on real and on newly written sentences."""
        fakes = self.write("negatives")
        return self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))

    def generator_turn(self, batch):
        """Take a step of the generator, and of whoever helps it; return dict of player -> logs."""
        raise NotImplementedError

    def discriminator_loss(self, batch, fakes):
        """Return the discriminator's loss and what to log of it."""
        # Two passes, as for images: a norm would mix the statistics of real and written sentences.
        real, fake = (self.discriminator(x, training=True) for x in (batch["tokens"], fakes))
        realness = self.adversarial_loss.realness
        return self.adversarial_loss.discriminator(real, fake), {
            "real": tf.reduce_mean(realness(real)),
            "fake": tf.reduce_mean(realness(fake)),
        }

    # --- configuration ------------------------------------------------------------------------

    def common_config(self):
        """Return the arguments that every subclass shares."""
        return super().common_config() | {
            "likelihood_steps": self.likelihood_steps,
            "discriminator_first": self.discriminator_first,
        }
