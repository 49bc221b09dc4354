"""Penalties on the gradient of the discriminator's logit by its input, one norm a sample."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.penalties.base import Penalty


def squared_gradient_norms(function, inputs):
    """Return ‖∇ function(x)‖² of each sample, float32 [B].

    The function's outputs are summed over all but the batch, and the norm is taken over all of a
    sample's numbers: a norm for each pixel (a default published elsewhere) is another penalty.

    Args:
        function: maps `[B, …]` to `[B, …]`, sample by sample.
        inputs: tensor `[B, …]`.

    >>> squared_gradient_norms(lambda x: 3.0 * x, tf.ones([2, 1])).numpy().tolist()
    [9.0, 9.0]
    """
    inputs = tf.cast(inputs, tf.float32)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        total = tf.reduce_sum(tf.cast(function(inputs), tf.float32))
    gradient = tf.cast(tape.gradient(total, inputs), tf.float32)
    return tf.reduce_sum(tf.square(gradient), axis=list(range(1, len(inputs.shape))))


def safe_sqrt(squares):
    """Return the square root, with gradient 0 instead of NaN at 0."""
    positive = squares > 0.0
    return tf.where(positive, tf.sqrt(tf.where(positive, squares, 1.0)), 0.0)


def _between(turn, use):
    mix = turn.uniform((1,) * (len(turn.real.shape) - 1), use)
    real, fake = tf.cast(turn.real, tf.float32), tf.cast(turn.fake, tf.float32)
    return real + mix * (fake - real)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GradientPenalty(Penalty):
    """(‖∇D(x̂)‖ - target)² between real and fake (Gulrajani et al. 2017, WGAN-GP, arXiv 1704.00028).

    x̂ is drawn uniformly on the line between a real and a fake image, with one number for a pair.

    Args:
        weight: λ of the paper.
        target: the norm aimed at.
        one_sided: punish norms above the target only (the paper's section 4; Petzka et al. 2018,
            arXiv 1709.08894).
        interval: see `Penalty`.
    """

    kind = "gradient_penalty"
    needs_separate_samples = True
    keeps_lipschitz = True

    def __init__(self, weight=10.0, target=1.0, one_sided=False, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if not errors.is_number(target) or target < 0.0:
            raise ValueError(f"{self.kind}: target is {target!r}, expected a number of at least 0")
        self.target = float(target)
        self.one_sided = bool(one_sided)

    def value(self, turn):
        """E (‖∇D(x̂)‖ - target)²."""
        between = _between(turn, self.kind)
        return self.of_norms(squared_gradient_norms(turn.discriminate, between))

    def of_norms(self, squares):
        """Return the mean penalty of squared gradient norms."""
        excess = safe_sqrt(squares) - self.target
        if self.one_sided:
            excess = tf.nn.relu(excess)
        return tf.reduce_mean(tf.square(excess))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "target": self.target, "one_sided": self.one_sided}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ZeroCentredGradientPenalty(Penalty):
    """‖∇D(x̂)‖² between real and fake (Thanh-Tung, Tran & Venkatesh 2019, arXiv 1902.03984).

    Args:
        weight: λ of the paper.
        interval: see `Penalty`.
    """

    kind = "zero_centred_gradient_penalty"
    needs_separate_samples = True
    keeps_lipschitz = True

    def __init__(self, weight=10.0, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)

    def value(self, turn):
        """E ‖∇D(x̂)‖²."""
        between = _between(turn, self.kind)
        return tf.reduce_mean(squared_gradient_norms(turn.discriminate, between))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R1(Penalty):
    """½ ‖∇D(x)‖² at real images (Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406).

    Args:
        weight: γ of the paper.
        interval: see `Penalty`.
    """

    kind = "r1"
    needs_separate_samples = True
    keeps_lipschitz = True

    def __init__(self, weight=10.0, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)

    def value(self, turn):
        """½ E ‖∇D(x)‖²."""
        return 0.5 * tf.reduce_mean(squared_gradient_norms(turn.discriminate, turn.real))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class R2(R1):
    """½ ‖∇D(G(z))‖² at fakes (Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406)."""

    kind = "r2"

    def value(self, turn):
        """½ E ‖∇D(G(z))‖²."""
        return 0.5 * tf.reduce_mean(squared_gradient_norms(turn.discriminate, turn.fake))


# By another name than the model's: of two registered alike, a file would be loaded with the later one.
@keras.saving.register_keras_serializable(package="tfgan_zoo", name="DRAGANPenalty")
class DRAGAN(GradientPenalty):
    """(‖∇D(x̂)‖ - target)² around the data (Kodali et al. 2017, arXiv 1705.07215).

    As in the authors' code, x̂ lies on the line from x to x + ½ std(x) u, u uniform in [0, 1) for each
    number and std(x) one number for the whole batch.

    Args:
        weight, target, one_sided: as for `GradientPenalty`.
        interval: see `Penalty`.
    """

    kind = "dragan"
    crosses_replicas = True

    def value(self, turn):
        """E (‖∇D(x̂)‖ - target)²."""
        mean = replicas.mean(turn.real, axis=None)
        spread = tf.sqrt(replicas.mean(tf.square(turn.real - mean), axis=None))
        noise = turn.uniform(turn.real.shape[1:], f"{self.kind}_noise")
        mix = turn.uniform((1,) * (len(turn.real.shape) - 1), self.kind)
        around = turn.real + mix * 0.5 * spread * noise
        return self.of_norms(squared_gradient_norms(turn.discriminate, around))
