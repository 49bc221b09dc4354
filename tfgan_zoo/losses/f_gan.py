"""f-GAN: the discriminator estimates an f-divergence, the generator makes it small."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.base import AdversarialLoss, float32
from tfgan_zoo.losses.f_divergences import DIVERGENCES, FDivergence


# A package of its own: there is a model of that name, too.
@keras.saving.register_keras_serializable(package="tfgan_zoo.losses")
class FGAN(AdversarialLoss):
    """Variational divergence minimisation (Nowozin, Cseke & Tomioka 2016, f-GAN, 1606.00709).

    The discriminator's output v becomes T = g_f(v), and the discriminator maximises the bound
    E T(x) - E f*(T(G(z))). By default the generator plays what the authors recommend (section 3.2) and
    maximises E T(G(z)): the saddle point is the same, and the gradient is strong where D rejects fakes. For
    the `gan` divergence that is the non-saturating loss, and the saddle point the minimax game.

    How hard a rejected fake (v → -∞) is pushed up:

    | divergence | by default | at the saddle point |
    |---|---|---|
    | kl | 1 | 0 |
    | reverse_kl | e^-v | 1 |
    | pearson | 1 | 1 + v/2: down, below -2 |
    | neyman | e^-v | e^(-v/2) |
    | squared_hellinger | e^-v | 0 |
    | jensen_shannon, gan | 1 | 0 |
    | total_variation | 0 | 0 |

    e^-v can overflow: reverse_kl and neyman are steadier with `saddle=True`.

    Args:
        divergence: a name in `DIVERGENCES`, or an `FDivergence` (a model is not saved with one's own).
        saddle: whether the generator minimises -E f*(T(G(z))), the bound itself.

    Raises:
        ValueError: an unknown divergence.

    >>> loss = FGAN("pearson", saddle=True)
    >>> loss.name, float(loss.discriminator(tf.constant([[2.0]]), tf.constant([[-2.0]])))
    ('f_pearson', -3.0)
    """

    def __init__(self, divergence="jensen_shannon", saddle=False):
        if not isinstance(divergence, FDivergence):
            if divergence not in DIVERGENCES:
                raise ValueError(errors.unknown("divergence", divergence, DIVERGENCES))
            divergence = DIVERGENCES[divergence]
        if not isinstance(saddle, bool):
            raise ValueError(f"saddle is {saddle!r}, expected True or False")
        self.divergence = divergence
        self.saddle = saddle
        self.name = f"f_{divergence.name}"

    def discriminator(self, real_logits, fake_logits):
        """-(E T(x) - E f*(T(G(z))))."""
        return -self.divergence.variational_bound(*float32(real_logits, fake_logits))

    def generator(self, real_logits, fake_logits):
        """-E T(G(z)), or -E f*(T(G(z))) at the saddle point."""
        (fake,) = float32(fake_logits)
        if self.saddle:
            return -tf.reduce_mean(self.divergence.conjugate_of_activation(fake))
        return -tf.reduce_mean(self.divergence.activation(fake))

    def realness(self, logits):
        """p / (p + q), as far as v is optimal: 0.5 at the threshold T = f'(1)."""
        return self.divergence.posterior(tf.cast(logits, tf.float32))

    def description(self):
        """Return a line that names the divergence."""
        return f"f-GAN (Nowozin et al. 2016, 1606.00709): {self.divergence.title}."

    def get_config(self):
        """Return the constructor's arguments."""
        name = self.divergence.name
        known = DIVERGENCES.get(name) is self.divergence
        return {"divergence": name if known else self.divergence, "saddle": self.saddle}
