"""Mode seeking: other latents must make other images."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.penalties.base import Penalty

_LEAST = 1e-5  # of the images' distance beside the latents', as in the authors' code


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ModeSeeking(Penalty):
    """E ‖z₁ - z₂‖₁ / E ‖G(z₁) - G(z₂)‖₁, each norm the mean of all its numbers (Mao et al. 2019, MSGAN, arXiv
    1903.05628).

    z₁ and z₂ are fresh, and both are told the same: a generator that overlooks its latents, as those that are
    told much tend to, pays without bound. In the paper one of the two images is the game's, too.

    It asks for ever more, also where real images have no more to show: what differs beyond them the
    discriminator has to undo. Where the term is strong enough to be heard at the beginning, let it fall.

    Args:
        weight: λ_ms of the paper, at step 0.
        decay_steps: step at which the weight, falling linearly, reaches 0, from where on the term takes no
            time (with several replicas it does); None, as in the paper, for a constant weight.
        interval: see `Penalty`.

    Raises:
        ValueError: decay_steps that is no positive int.

    >>> penalty = ModeSeeking(weight=0.5, decay_steps=100)
    >>> float(penalty.level(25))
    0.375
    """

    kind = "mode_seeking"
    players = ("generator",)
    crosses_replicas = True
    needs_latents = True

    def __init__(self, weight=1.0, decay_steps=None, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if decay_steps is not None:
            errors.check_ints(1, decay_steps=decay_steps)
        self.decay_steps = None if decay_steps is None else int(decay_steps)

    def level(self, step):
        """Return the weight at a step."""
        if self.decay_steps is None:
            return tf.constant(self.weight)
        return self.weight * tf.maximum(1.0 - tf.cast(step, tf.float32) / self.decay_steps, 0.0)

    def due(self, step):
        """Return whether the term counts in a step: not where the weight has fallen to 0."""
        due = super().due(step)
        if self.decay_steps is None:
            return due
        return tf.logical_and(due, step < self.decay_steps)

    def term(self, turn):
        """Return the term, with the step's weight."""
        return self.level(turn.step) * self.value(turn)

    def value(self, turn):
        """The mean distance of latents as a share of that of their images, over the global batch."""
        one, other = turn.latents(), turn.latents()
        with turn.random.again():  # noise that is no latent is the same for both
            here = turn.synthesis(turn.mapping(one))
        there = turn.synthesis(turn.mapping(other))
        images, latents = (
            replicas.mean(tf.abs(tf.cast(a, tf.float32) - tf.cast(b, tf.float32)), None)
            for a, b in ((here, there), (one, other))
        )
        return 1.0 / (images / latents + _LEAST)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "decay_steps": self.decay_steps}
