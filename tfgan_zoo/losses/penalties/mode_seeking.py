"""Mode seeking: other latents must make other images."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.penalties.base import Penalty

_LEAST = 1e-5  # of the ratio, as in the authors' code


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ModeSeeking(Penalty):
    """1 / r of the ratio r = E ‖G(z₁) - G(z₂)‖₁ / E ‖z₁ - z₂‖₁, each norm the mean of all its numbers (Mao et
    al. 2019, MSGAN, arXiv 1903.05628).

    z₁ and z₂ are fresh, and both are told the same: a generator that overlooks its latents, as those that are
    told much tend to, pays without bound. In the paper one of the two images is the game's, too.

    Args:
        weight: λ_ms of the paper.
        bound: the ratio from which on nothing more is asked, τ of Yang et al. 2019 (DSGAN, arXiv 1901.09024);
            such as that of real images of the same condition, two of which are r · 1.13 apart where latents
            are normal. None, as in the paper, asks for ever more.
        interval: see `Penalty`.

    Raises:
        ValueError: a bound that is not above 0.

    >>> ModeSeeking().player
    'generator'
    """

    kind = "mode_seeking"
    players = ("generator",)
    crosses_replicas = True
    needs_latents = True

    def __init__(self, weight=1.0, bound=None, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if bound is not None and (not errors.is_number(bound) or bound <= 0.0):
            raise ValueError(f"{self.kind}: bound is {bound!r}, expected None or a number above 0")
        self.bound = None if bound is None else float(bound)

    def value(self, turn):
        """1 / r over the global batch, at least 1 / bound."""
        one, other = turn.latents(), turn.latents()
        with turn.random.again():  # noise that is no latent is the same for both
            here = turn.synthesis(turn.mapping(one))
        there = turn.synthesis(turn.mapping(other))
        images, latents = (
            replicas.mean(tf.abs(tf.cast(a, tf.float32) - tf.cast(b, tf.float32)), None)
            for a, b in ((here, there), (one, other))
        )
        ratio = images / latents
        return 1.0 / ((ratio if self.bound is None else tf.minimum(ratio, self.bound)) + _LEAST)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "bound": self.bound}
