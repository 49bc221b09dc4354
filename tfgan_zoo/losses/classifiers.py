"""Objectives whose discriminator is taught labels: classifiers and a regression."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.base import AdversarialLoss, float32
from tfgan_zoo.training import randomness


class LabelledLoss(AdversarialLoss):
    """An objective with a target for real and one for fake samples, and what can be done to them.

    It is done in the discriminator's loss alone; the generator's own target stays as it is. Noise and
    flips are drawn anew for each sample in each training step (a function of seed and step), and not at
    all outside of one, so that losses on held-out images do not jitter; smoothing stays.

    Args:
        label_smoothing: share of the way from real to fake by which the *real* target is moved, in [0, 1]
            (one-sided label smoothing, Salimans et al. 2016, arXiv 1606.03498). The fake target stays:
            smoothed, too, it would reward fakes where the data is not.
        label_noise: targets are uniform in [target - noise, target + noise].
        label_flipping: probability in [0, 1] that a sample gets the other side's target.

    Raises:
        ValueError: a number out of range.
    """

    def __init__(self, label_smoothing=0.0, label_noise=0.0, label_flipping=0.0):
        errors.check_numbers(0, 1, label_smoothing=label_smoothing, label_flipping=label_flipping)
        errors.check_numbers(0, 1e3, label_noise=label_noise)
        self.label_smoothing = float(label_smoothing)
        self.label_noise = float(label_noise)
        self.label_flipping = float(label_flipping)

    def targets(self, real, fake, real_target=1.0, fake_target=0.0):
        """Return the targets of real and fake logits: numbers, or tensors that broadcast with the logits."""
        smoothed = real_target - self.label_smoothing * (real_target - fake_target)
        return (
            self._drawn("real_labels", real, smoothed, fake_target),
            self._drawn("fake_labels", fake, fake_target, smoothed),
        )

    def _drawn(self, use, logits, target, other):
        stream = randomness.active_stream()
        if stream is None:
            return target
        if self.label_flipping:
            flipped = _uniform(stream, logits, f"{use}_flipped") < self.label_flipping
            target = tf.where(flipped, other, target)
        if self.label_noise:
            target += self.label_noise * (2.0 * _uniform(stream, logits, f"{use}_noise") - 1.0)
        return target

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "label_smoothing": self.label_smoothing,
            "label_noise": self.label_noise,
            "label_flipping": self.label_flipping,
        }


def _uniform(stream, logits, use):
    drawn = stream.uniform((), use)
    # A discriminator that judges packs of samples has fewer logits: each takes its first sample's number.
    every = tf.shape(drawn)[0] // tf.shape(logits)[0]
    return tf.reshape(drawn[::every], [-1, *[1] * (len(logits.shape) - 1)])


class _CrossEntropy(LabelledLoss):
    def discriminator(self, real_logits, fake_logits):
        """Binary cross-entropy, summed over the real and the fake half."""
        real, fake = float32(real_logits, fake_logits)
        real_target, fake_target = self.targets(real, fake)
        return _cross_entropy(real, real_target) + _cross_entropy(fake, fake_target)


def _cross_entropy(logits, target):
    # softplus(-x) = -log sigmoid(x), and softplus(x) = -log(1 - sigmoid(x)), safe for large |x|.
    as_real, as_fake = tf.nn.softplus(-logits), tf.nn.softplus(logits)
    return tf.reduce_mean(target * as_real + (1.0 - target) * as_fake)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Minimax(_CrossEntropy):
    """The saturating game, value -E log D(x) - E log(1 - D(G(z))) (Goodfellow et al. 2014, 1406.2661).

    The generator minimises E log(1 - D(G(z))), whose gradient vanishes where D rejects fakes.

    Args:
        label_smoothing: see `LabelledLoss`, as the other two.
        label_noise: with targets outside of [0, 1] single samples' losses have no minimum; their mean has.
        label_flipping: probability.

    >>> loss = Minimax()
    >>> round(float(loss.discriminator(tf.zeros([2, 1]), tf.zeros([2, 1]))), 4)  # 2 log 2
    1.3863
    """

    name = "minimax"

    def generator(self, real_logits, fake_logits):
        """E log(1 - D(G(z)))."""
        (fake,) = float32(fake_logits)
        return -tf.reduce_mean(tf.nn.softplus(fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NonSaturating(_CrossEntropy):
    """The game that is played in practice (Goodfellow et al. 2014, 1406.2661, section 3).

    The discriminator is a classifier; the generator maximises log D(G(z)), whose gradient is
    strongest where D rejects fakes.

    Args:
        label_smoothing: see `LabelledLoss`, as the other two.
        label_noise: with targets outside of [0, 1] single samples' losses have no minimum; their mean has.
        label_flipping: probability.

    >>> round(float(NonSaturating().generator(None, tf.zeros([2, 1]))), 4)  # log 2
    0.6931
    >>> smooth = NonSaturating(label_smoothing=0.1)
    >>> round(float(smooth.discriminator(tf.constant([[2.2]]), tf.constant([[-9.0]]))), 4)
    0.3252
    """

    name = "non_saturating"

    def generator(self, real_logits, fake_logits):
        """-E log D(G(z))."""
        (fake,) = float32(fake_logits)
        return tf.reduce_mean(tf.nn.softplus(-fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeastSquares(LabelledLoss):
    """The discriminator as a regression to 1 and 0 (Mao et al. 2017, LSGAN, 1611.04076, eq. 9).

    Its outputs are used as they are, without a sigmoid; the paper's halves are kept. With
    b - c = 1 and b - a = 2 (equation 8: a = -1, b = 1, c = 0) the generator minimises the Pearson
    χ² divergence of (data + fakes) / 2 from fakes.

    Args:
        label_smoothing: see `LabelledLoss`, as the other two.
        label_noise: half the width of the targets' range.
        label_flipping: probability.
        a: target of fakes.
        b: target of real samples.
        c: what the generator wants its samples to get.

    Raises:
        ValueError: a number out of range, or a equal to b.

    >>> float(LeastSquares().discriminator(tf.ones([2, 1]), tf.zeros([2, 1])))
    0.0
    >>> float(LeastSquares(a=-1, b=1, c=0).generator(None, tf.constant([[2.0]])))
    2.0
    """

    name = "least_squares"

    def __init__(
        self, label_smoothing=0.0, label_noise=0.0, label_flipping=0.0, a=0.0, b=1.0, c=1.0
    ):
        super().__init__(label_smoothing, label_noise, label_flipping)
        errors.check_numbers(-1e3, 1e3, a=a, b=b, c=c)
        if a == b:
            raise ValueError(
                f"a and b are both {a!r}: fake and real samples need different targets"
            )
        self.a, self.b, self.c = float(a), float(b), float(c)

    def discriminator(self, real_logits, fake_logits):
        """½ E (D(x) - b)² + ½ E (D(G(z)) - a)²."""
        real, fake = float32(real_logits, fake_logits)
        real_target, fake_target = self.targets(real, fake, self.b, self.a)
        return 0.5 * (
            tf.reduce_mean(tf.square(real - real_target))
            + tf.reduce_mean(tf.square(fake - fake_target))
        )

    def generator(self, real_logits, fake_logits):
        """½ E (D(G(z)) - c)²."""
        (fake,) = float32(fake_logits)
        return 0.5 * tf.reduce_mean(tf.square(fake - self.c))

    def realness(self, logits):
        """The regression's own output, as a share of the way from a to b."""
        return (tf.cast(logits, tf.float32) - self.a) / (self.b - self.a)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "a": self.a, "b": self.b, "c": self.c}
