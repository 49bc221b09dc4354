"""Mode seeking: other latents must make other images."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.losses.penalties.base import Penalty

_LEAST = 1e-5  # of the ratio, as in the authors' code


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ModeSeeking(Penalty):
    """E ‖z₁ - z₂‖₁ / E ‖G(z₁) - G(z₂)‖₁, each the mean of all its numbers (Mao et al. 2019, MSGAN, arXiv
    1903.05628).

    z₁ and z₂ are fresh, and both are told the same: a generator that overlooks its latents, as those that are
    told much tend to, pays without bound. In the paper one of the two images is the game's, too.

    Args:
        weight: λ_ms of the paper.
        interval: see `Penalty`.

    >>> ModeSeeking().player
    'generator'
    """

    kind = "mode_seeking"
    players = ("generator",)
    crosses_replicas = True
    needs_latents = True

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
