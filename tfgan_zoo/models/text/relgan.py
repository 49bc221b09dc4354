"""RelGAN: no policy gradient; soft tokens."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.models.text.networked import Networked
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training import decoding
from tfgan_zoo.training.text_game import TextGame


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RelGAN(Networked, TextGame):
    """RelGAN (Nie, Narodytska & Patel 2019), sized by its arguments.

        generator:     a relational memory; writes argmax(logits + Gumbel noise), and shows the
                       discriminator softmax(β · (logits + noise)), through which the gradient flows
        discriminator: several representations of one text, each judged by shared convolutions
        loss:          relativistic, of pairs; five turns of the discriminator for one of the generator

    β grows exponentially with the adversarial steps, from 1 to `beta_max` after `beta_steps` of them (the
    authors' code divides by 5,000 whatever the length of the run, so that theirs never arrives). Adam(0.01)
    in maximum likelihood, Adam(1e-4) in the game, gradients clipped to a norm of 5.

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network: kind of generator: `"relational"`, `"lstm"`, `"gru"` or `"transformer"`; None for the
            paper's relational memory.
        network_arguments: dict of further arguments of the generator.
        discriminator_arguments: dict of arguments of `networks.text.representation_discriminator`.
        beta_max: the largest inverse temperature of the soft tokens; at least 1. 100 or 1,000 in the paper:
            higher is more varied and less sure.
        beta_steps: steps of the game until β is there; each turn of the discriminator is one.
        likelihood_steps: steps of maximum likelihood that come first.
        discriminator_first: steps of the discriminator alone that come second.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown network or argument, or a number out of range.

    Example:

    >>> from tfgan_zoo.training import TokenSpec
    >>> gan = RelGAN(TokenSpec(6, 4), beta_max=10.0, beta_steps=100)
    >>> gan.compile()
    >>> gan.generate(2, seed=0).shape
    (2, 4)
    """

    default_loss = "relativistic_paired"
    default_discriminator_steps = 5
    default_network = "relational"
    discriminator_network = staticmethod(networks.representation_discriminator)

    def __init__(
        self,
        tokens,
        network=None,
        *,
        network_arguments=None,
        discriminator_arguments=None,
        beta_max=100.0,
        beta_steps=2000,
        likelihood_steps=0,
        discriminator_first=0,
        seed=0,
        **kwargs,
    ):
        errors.check_numbers(1, float("inf"), beta_max=beta_max)
        errors.check_ints(1, beta_steps=beta_steps)
        super().__init__(
            tokens,
            network,
            network_arguments=network_arguments,
            discriminator_arguments=discriminator_arguments,
            likelihood_steps=likelihood_steps,
            discriminator_first=discriminator_first,
            seed=seed,
            **kwargs,
        )
        self.beta_max, self.beta_steps = float(beta_max), beta_steps
        self._arguments |= {"beta_max": self.beta_max, "beta_steps": beta_steps}

    def default_optimizers(self):
        """Adam(1e-4), after Adam(0.01) for the generator in maximum likelihood; norms clipped to 5."""
        rate = 1e-4
        if self.likelihood_steps:
            rate = keras.optimizers.schedules.PiecewiseConstantDecay(
                [self.likelihood_steps - 1], [1e-2, 1e-4]
            )
        return {
            "discriminator": keras.optimizers.Adam(
                1e-4, global_clipnorm=5.0, name="discriminator_adam"
            ),
            "generator": keras.optimizers.Adam(rate, global_clipnorm=5.0, name="generator_adam"),
        }

    def beta(self):
        """Return the inverse temperature of the open step's soft tokens, a float32 scalar."""
        first = self.likelihood_steps + self.discriminator_first
        done = tf.cast(self.iterations.value - first, tf.float32) / float(self.beta_steps)
        return self.beta_max ** tf.clip_by_value(done, 0.0, 1.0)

    def soft_fakes(self, use):
        """Return a function that writes sentences as soft tokens [B, T, V], each call the same ones."""
        size = (self.tokens.length, self.tokens.vocabulary_size)
        uniforms = self.random.uniform(size, use)
        tokens, noise = decoding.gumbel(self.generator, uniforms, self.tokens.end_token)
        return lambda: decoding.soft_tokens(
            self.generator, tokens, noise, self.beta(), self.tokens.end_token
        )

    def discriminator_turn(self, batch):
        """Take a step of the discriminator on real and on newly written soft sentences."""
        fakes = tf.stop_gradient(self.soft_fakes("negatives")())
        return self.update("discriminator", lambda: self.discriminator_loss(batch, fakes))

    def generator_turn(self, batch):
        """Take a step of the generator, its gradient through the soft tokens."""
        fakes = self.soft_fakes("fakes")
        g = self.update("generator", lambda: self.generator_loss(batch, fakes()))
        return {"generator": g | {"beta": self.beta()}}

    def generator_loss(self, batch, fakes):
        """Return the generator's loss."""
        real, fake = (self.discriminator(x, training=True) for x in (batch["tokens"], fakes))
        return self.adversarial_loss.generator(real, fake)
