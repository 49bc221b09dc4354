"""Penalties on the discriminator's last features of generated images."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.losses.penalties.base import Penalty
from tfgan_zoo.losses.penalties.gradients import safe_sqrt


def _rows(features):
    return tf.reshape(tf.cast(features, tf.float32), [-1, features.shape[1:].num_elements()])


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FeatureMatching(Penalty):
    """‖E f(x) - E f(G(z))‖² of the discriminator's last features (Salimans et al. 2016, arXiv 1606.03498).

    The means are taken over the global batch.

    Args:
        weight: of the term. In the paper it is the whole of the generator's loss.
        interval: see `Penalty`.

    >>> FeatureMatching().player
    'generator'
    """

    kind = "feature_matching"
    players = ("generator",)
    generator_needs_real = True
    crosses_replicas = True

    def value(self, turn):
        """‖E f(x) - E f(G(z))‖²."""
        real, fake = (replicas.mean(_rows(turn.features(x))) for x in (turn.real, turn.fake))
        return tf.reduce_sum(tf.square(tf.stop_gradient(real) - fake))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PullAway(Penalty):
    """Mean squared cosine between the features of different fakes (Zhao, Mathieu & LeCun 2017, EBGAN, arXiv
    1609.03126).

    The pairs are those of the global batch, no image with itself. Features that are all zero have no
    direction, and cosine 0 with everything.

    Args:
        weight: of the term, in the paper's EBGAN-PT.
        interval: see `Penalty`.

    >>> float(mean_squared_cosine(tf.constant([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]])))  # 1 pair of 3
    0.3333333432674408
    """

    kind = "pull_away"
    players = ("generator",)
    crosses_replicas = True

    def __init__(self, weight=0.1, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)

    def value(self, turn):
        """Mean squared cosine."""
        return mean_squared_cosine(replicas.gather(_rows(turn.features(turn.fake))))


def mean_squared_cosine(rows):
    """Return the mean over all pairs of different rows of their squared cosine; 0 for a single row."""
    rows = directions(rows)
    cosines = tf.matmul(rows, rows, transpose_b=True)
    count = tf.cast(tf.shape(rows)[0], tf.float32)
    others = tf.linalg.set_diag(cosines, tf.zeros_like(cosines[0]))
    return tf.reduce_sum(tf.square(others)) / tf.maximum(count * (count - 1.0), 1.0)


def directions(rows):
    """Return rows `[B, D]` divided by their lengths, float32; zeros stay zeros.

    >>> directions(tf.constant([[0.0, 4.0], [0.0, 0.0]])).numpy().tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    rows = tf.cast(rows, tf.float32)
    lengths = safe_sqrt(tf.reduce_sum(tf.square(rows), axis=1, keepdims=True))
    return rows / tf.where(lengths > 0.0, lengths, 1.0)
