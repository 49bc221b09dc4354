"""Objectives whose discriminator is a critic: its output is a score, no probability."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.base import AdversarialLoss, float32, squashed


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Wasserstein(AdversarialLoss):
    """The earth mover's distance, for a Lipschitz critic (Arjovsky et al. 2017, WGAN, 1701.07875).

    The critic maximises E D(x) - E D(G(z)), which has no bound unless something keeps the critic
    Lipschitz: weight clipping, a gradient penalty, spectral norm.

    >>> loss = Wasserstein()
    >>> float(loss.discriminator(tf.constant([[3.0]]), tf.constant([[1.0]])))
    -2.0
    """

    name = "wasserstein"
    has_border = False
    unbounded = True

    def discriminator(self, real_logits, fake_logits):
        """E D(G(z)) - E D(x)."""
        real, fake = float32(real_logits, fake_logits)
        return tf.reduce_mean(fake) - tf.reduce_mean(real)

    def generator(self, real_logits, fake_logits):
        """-E D(G(z))."""
        (fake,) = float32(fake_logits)
        return -tf.reduce_mean(fake)

    def realness(self, logits):
        """Scores squashed to (0, 1): their order and differences say something, 0 is no border."""
        return squashed(logits)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Hinge(AdversarialLoss):
    """Scores beyond 1 and -1 are good enough (Lim & Ye 2017, Geometric GAN, 1705.02894).

    >>> loss = Hinge()
    >>> float(loss.discriminator(tf.constant([[2.0]]), tf.constant([[-0.5]])))
    0.5
    """

    name = "hinge"

    def discriminator(self, real_logits, fake_logits):
        """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z)))."""
        real, fake = float32(real_logits, fake_logits)
        return tf.reduce_mean(tf.nn.relu(1.0 - real)) + tf.reduce_mean(tf.nn.relu(1.0 + fake))

    def generator(self, real_logits, fake_logits):
        """-E D(G(z)): beyond the margin, too."""
        (fake,) = float32(fake_logits)
        return -tf.reduce_mean(fake)

    def realness(self, logits):
        """The margins -1 and 1 are 0 and 1."""
        return 0.5 + 0.5 * tf.cast(logits, tf.float32)
