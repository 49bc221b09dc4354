"""Consistency: what does not matter must not change what the discriminator says."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.penalties.base import Penalty, need_images


def translate(turn, images, use, shift, flip):
    """Return each image moved by up to `shift` of its size, reflected at the borders, and flipped or not.

    All channels move together, so that images packed into one stay one sample.

    Args:
        turn: the `Turn`, for its random numbers.
        images: shown images `[B, H, W, C]`.
        use: name of the draw.
        shift: largest shift as a share of height and width, in [0, 1).
        flip: mirror every other image, at random.
    """
    numbers = turn.uniform((3,), use)
    height, width = images.shape[1:3]
    mirror = numbers[:, 2] < 0.5 if flip else tf.zeros_like(numbers[:, 2], tf.bool)
    rows = _places(numbers[:, 0], height, shift)
    columns = _places(numbers[:, 1], width, shift)
    columns = tf.where(mirror[:, None], columns[:, ::-1], columns)
    moved = tf.gather(images, rows, axis=1, batch_dims=1)
    return tf.gather(moved, columns, axis=2, batch_dims=1)


def _places(number, size, shift):
    """Return from where each place of an axis is taken, [B, size]."""
    most = int(shift * size + 0.5)
    moved = tf.range(size) + (tf.cast(number * (2 * most + 1), tf.int32) - most)[:, None]
    return (size - 1) - tf.abs((size - 1) - tf.abs(moved))


def _squared(difference):
    """Return ‖difference‖² of each sample, a mean over the batch, float32."""
    difference = tf.cast(difference, tf.float32)
    each = tf.reduce_sum(tf.square(difference), axis=list(range(1, len(difference.shape))))
    return tf.reduce_mean(each)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConsistencyRegularization(Penalty):
    """E ‖D(x) - D(T(x))‖² at real images (Zhang et al. 2020, CR-GAN, arXiv 1910.12027).

    T moves an image by some pixels, and may mirror it.

    Args:
        weight: λ of the paper.
        shift: T's largest shift as a share of height and width, in [0, 1), rounded to pixels.
        flip: whether T mirrors left and right, half of the time.
        interval: see `Penalty`.

    Raises:
        ValueError: a shift out of range, or (in `start`) a model without images `[H, W, C]`.

    >>> ConsistencyRegularization(flip=True).weight
    10.0
    """

    kind = "consistency"
    crosses_replicas = True

    def __init__(self, weight=10.0, shift=0.125, flip=False, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if not errors.is_number(shift) or not 0.0 <= shift < 1.0:
            raise ValueError(f"{self.kind}: shift is {shift!r}, expected a number in [0, 1)")
        self.shift = float(shift)
        self.flip = bool(flip)

    def start(self, gan):
        """Refuse models of what has no height and width."""
        super().start(gan)
        need_images(self.kind, gan)

    def value(self, turn):
        """E ‖D(x) - D(T(x))‖²."""
        return self.difference(turn, turn.real, turn.real_logits, "real")

    def difference(self, turn, images, logits, which):
        """Return E ‖D(x) - D(T(x))‖² at some images with these logits."""
        moved = translate(turn, images, f"{self.kind}_{which}", self.shift, self.flip)
        return _squared(tf.cast(logits, tf.float32) - tf.cast(turn.discriminate(moved), tf.float32))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "shift": self.shift, "flip": self.flip}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class BalancedConsistency(ConsistencyRegularization):
    """λ_real E ‖D(x) - D(T(x))‖² + λ_fake E ‖D(G(z)) - D(T(G(z)))‖² (Zhao et al. 2021, bCR,
    arXiv 2002.04724).

    Args:
        weight: λ_real of the paper, at least 0.
        fake_weight: λ_fake of the paper, at least 0.
        shift, flip: as for `ConsistencyRegularization`.
        interval: see `Penalty`.

    Raises:
        ValueError: a number out of range, or (in `start`) a model without images `[H, W, C]`.

    >>> BalancedConsistency().fake_weight
    10.0
    """

    kind = "balanced_consistency"

    def __init__(
        self, weight=10.0, fake_weight=10.0, shift=0.125, flip=False, interval=1, **kwargs
    ):
        super().__init__(weight, shift, flip, interval, **kwargs)
        if not errors.is_number(fake_weight) or fake_weight < 0.0:
            raise ValueError(
                f"{self.kind}: fake_weight is {fake_weight!r}, expected a number of at least 0"
            )
        self.fake_weight = float(fake_weight)

    def term(self, turn):
        """Both terms, each with its weight."""
        real = self.difference(turn, turn.real, turn.real_logits, "real")
        fake = self.difference(turn, turn.fake, turn.fake_logits, "fake")
        return self.weight * real + self.fake_weight * fake

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "fake_weight": self.fake_weight}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LatentConsistency(Penalty):
    """Consistency under small steps Δz of the latents (Zhao et al. 2021, zCR, arXiv 2002.04724).

    In the discriminator's turn E ‖D(G(z)) - D(G(z + Δz))‖², in the generator's -E ‖G(z) - G(z + Δz)‖²: the
    discriminator is to overlook what the generator is to make different. The paper has both; add one for each
    player. The image's norm is that of all its numbers, as in the paper; code that takes their mean needs as
    many times the weight.

    Args:
        weight: λ_dis or λ_gen of the paper; None for 5 in the discriminator's turn, 0.5 in the generator's.
        sigma: standard deviation of Δz.
        interval: see `Penalty`.
        player: `"discriminator"` or `"generator"`.

    Raises:
        ValueError: a sigma that is not above 0.

    >>> LatentConsistency(player="generator").weight
    0.5
    """

    kind = "latent_consistency"
    players = ("discriminator", "generator")
    crosses_replicas = True
    needs_latents = True

    def __init__(self, weight=None, sigma=0.05, interval=1, player=None, **kwargs):
        if weight is None:
            weight = 0.5 if player == "generator" else 5.0
        super().__init__(weight, interval, player, **kwargs)
        if not errors.is_number(sigma) or sigma <= 0.0:
            raise ValueError(f"{self.kind}: sigma is {sigma!r}, expected a number above 0")
        self.sigma = float(sigma)

    def value(self, turn):
        """E ‖D(G(z)) - D(G(z + Δz))‖², or -E ‖G(z) - G(z + Δz)‖²."""
        latents = turn.latents()
        step = self.sigma * turn.random.normal(latents.shape[1:], self.kind)
        if self.player == "generator":
            here, there = self._both(turn, lambda z: turn.synthesis(turn.mapping(z)), latents, step)
            return -_squared(here - there)
        here, there = self._both(turn, lambda z: turn.discriminate(turn.imagine(z)), latents, step)
        return _squared(here - there)

    @staticmethod
    def _both(turn, function, latents, step):
        """Return a function of z and of z + Δz, all other chance being the same: noise, augmentation."""
        with turn.random.again():
            here = function(latents)
        return tf.cast(here, tf.float32), tf.cast(function(latents + step), tf.float32)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "sigma": self.sigma}
