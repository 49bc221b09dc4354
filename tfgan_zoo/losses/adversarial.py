"""Adversarial objectives: what the discriminator and the generator minimise, given logits."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


def _float32(*logits):
    return tuple(tf.cast(x, tf.float32) for x in logits)


class AdversarialLoss:
    """A pair of losses on logits of any shape, batch dimension first; both are means, in float32.

    Subclasses define `discriminator(real_logits, fake_logits)` and
    `generator(real_logits, fake_logits)`. Where `generator_needs_real` is False the model passes
    None for the generator's `real_logits` and saves a pass through the discriminator.
    """

    name = None
    generator_needs_real = False

    def discriminator(self, real_logits, fake_logits):
        """Return the discriminator's loss, a float32 scalar."""
        raise NotImplementedError

    def generator(self, real_logits, fake_logits):
        """Return the generator's loss, a float32 scalar."""
        raise NotImplementedError

    def realness(self, logits):
        """Return what the discriminator says of samples: 1 is real, 0 is fake, 0.5 undecided."""
        return tf.sigmoid(tf.cast(logits, tf.float32))

    def get_config(self):
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the loss from its config."""
        return cls(**config)


def _cross_entropy_discriminator(real_logits, fake_logits):
    real, fake = _float32(real_logits, fake_logits)
    # softplus(-x) = -log sigmoid(x), and softplus(x) = -log(1 - sigmoid(x)), safe for large |x|.
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Minimax(AdversarialLoss):
    """The saturating game, value -E log D(x) - E log(1 - D(G(z))) (Goodfellow et al. 2014, 1406.2661).

    The generator minimises E log(1 - D(G(z))), whose gradient vanishes where D rejects fakes.

    >>> loss = Minimax()
    >>> round(float(loss.discriminator(tf.zeros([2, 1]), tf.zeros([2, 1]))), 4)  # 2 log 2
    1.3863
    """

    name = "minimax"

    def discriminator(self, real_logits, fake_logits):
        """Binary cross-entropy, summed over the real and the fake half."""
        return _cross_entropy_discriminator(real_logits, fake_logits)

    def generator(self, real_logits, fake_logits):
        """E log(1 - D(G(z)))."""
        (fake,) = _float32(fake_logits)
        return -tf.reduce_mean(tf.nn.softplus(fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NonSaturating(AdversarialLoss):
    """The game that is played in practice (Goodfellow et al. 2014, 1406.2661, section 3).

    The discriminator is a classifier; the generator maximises log D(G(z)), whose gradient is
    strongest where D rejects fakes.

    >>> round(float(NonSaturating().generator(None, tf.zeros([2, 1]))), 4)  # log 2
    0.6931
    """

    name = "non_saturating"

    def discriminator(self, real_logits, fake_logits):
        """Binary cross-entropy, summed over the real and the fake half."""
        return _cross_entropy_discriminator(real_logits, fake_logits)

    def generator(self, real_logits, fake_logits):
        """-E log D(G(z))."""
        (fake,) = _float32(fake_logits)
        return tf.reduce_mean(tf.nn.softplus(-fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeastSquares(AdversarialLoss):
    """The discriminator as a regression to 1 and 0 (Mao et al. 2017, LSGAN, 1611.04076, eq. 9).

    Its outputs are used as they are, without a sigmoid; the halves of equation 9 are kept.

    >>> float(LeastSquares().discriminator(tf.ones([2, 1]), tf.zeros([2, 1])))
    0.0
    """

    name = "least_squares"

    def discriminator(self, real_logits, fake_logits):
        """½ E (D(x) - 1)² + ½ E D(G(z))²."""
        real, fake = _float32(real_logits, fake_logits)
        return 0.5 * tf.reduce_mean(tf.square(real - 1.0)) + 0.5 * tf.reduce_mean(tf.square(fake))

    def generator(self, real_logits, fake_logits):
        """½ E (D(G(z)) - 1)²."""
        (fake,) = _float32(fake_logits)
        return 0.5 * tf.reduce_mean(tf.square(fake - 1.0))

    def realness(self, logits):
        """The regression's own output."""
        return tf.cast(logits, tf.float32)


_LOSSES = {cls.name: cls for cls in (Minimax, NonSaturating, LeastSquares)}


def names():
    """Return the names that `get` knows."""
    return sorted(_LOSSES)


def get(loss):
    """Return an adversarial loss by name, or the object itself.

    Args:
        loss: a name, or any object with `discriminator(real_logits, fake_logits)` and
            `generator(real_logits, fake_logits)`.

    Raises:
        ValueError: unknown name (with the nearest), or an object without the two methods.

    >>> get("least_squares").name
    'least_squares'
    """
    if isinstance(loss, str):
        if loss not in _LOSSES:
            raise ValueError(errors.unknown("loss", loss, names()))
        return _LOSSES[loss]()
    if not all(callable(getattr(loss, side, None)) for side in ("discriminator", "generator")):
        raise ValueError(
            f"a loss is one of {', '.join(names())}, or an object with methods "
            f"discriminator(real_logits, fake_logits) and generator(real_logits, fake_logits); "
            f"got {loss!r}"
        )
    return loss
