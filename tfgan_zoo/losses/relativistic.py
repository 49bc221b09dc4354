"""Relativistic objectives: real samples should look more real than fakes, and the other way round."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.losses.base import AdversarialLoss, float32, squashed


class _Relativistic(AdversarialLoss):
    generator_needs_real = True

    def realness(self, logits):
        """Scores squashed to (0, 1): they are compared with each other only, 0 is no border."""
        return squashed(logits)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RelativisticPaired(_Relativistic):
    """Each real sample against one fake (Jolicoeur-Martineau 2019, RSGAN, 1807.00734).

    The logits of row i are compared with each other. With zero-centred gradient penalties on both sides
    it is the objective of R3GAN (Huang et al. 2024, 2501.05441).

    Raises:
        ValueError: real and fake logits of different shapes.

    >>> loss = RelativisticPaired()
    >>> round(float(loss.discriminator(tf.constant([[5.0]]), tf.constant([[5.0]]))), 4)  # log 2
    0.6931
    """

    name = "relativistic_paired"
    has_border = False

    def discriminator(self, real_logits, fake_logits):
        """-E log sigmoid(D(x) - D(G(z)))."""
        return tf.reduce_mean(tf.nn.softplus(-_differences(real_logits, fake_logits)))

    def generator(self, real_logits, fake_logits):
        """-E log sigmoid(D(G(z)) - D(x))."""
        return tf.reduce_mean(tf.nn.softplus(_differences(real_logits, fake_logits)))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RelativisticAverage(_Relativistic):
    """Each sample against the other side's average (Jolicoeur-Martineau 2019, RaSGAN, 1807.00734).

    The averages are those of the global batch, and of all places of a discriminator that judges patches;
    gradients flow through them.

    >>> loss = RelativisticAverage()
    >>> round(float(loss.discriminator(tf.constant([[5.0]]), tf.constant([[5.0]]))), 4)  # 2 log 2
    1.3863
    """

    name = "relativistic_average"
    has_border = False

    def discriminator(self, real_logits, fake_logits):
        """-E log sigmoid(D(x) - E D(G(z))) - E log(1 - sigmoid(D(G(z)) - E D(x)))."""
        return _against_averages(*float32(real_logits, fake_logits))

    def generator(self, real_logits, fake_logits):
        """The same, with real and fake exchanged."""
        return _against_averages(*float32(fake_logits, real_logits))


def _differences(real_logits, fake_logits):
    real, fake = float32(real_logits, fake_logits)
    if not real.shape.is_compatible_with(fake.shape):
        # Subtraction would broadcast, and compare every row with every other.
        raise ValueError(
            f"relativistic_paired compares row i with row i: real logits have shape {real.shape}, "
            f"fake logits {fake.shape}"
        )
    return real - fake


def _against_averages(winning, losing):
    over_losing = winning - replicas.mean(losing, axis=None)
    over_winning = losing - replicas.mean(winning, axis=None)
    return tf.reduce_mean(tf.nn.softplus(-over_losing)) + tf.reduce_mean(
        tf.nn.softplus(over_winning)
    )
