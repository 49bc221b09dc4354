"""The Fréchet distance of samples that come in batches."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.metrics.frechet import frechet_from_moments
from tfgan_zoo.metrics.streaming.base import Side, StreamingMetric


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FrechetDistance(StreamingMetric):
    """`frechet_distance` as a metric: exact, and in memory of width² whatever the number of samples.

    Of each side it keeps the count, Σ(x − s) and Σ(x − s)(x − s)ᵀ in float64, where s is the mean of the
    first batch of all replicas together. Plain Σx and Σxxᵀ would lose what a mean far from 0 hides: with
    a mean of 10⁶ and a spread of 1 four digits of the variance are left. Sums about one fixed s lose nothing
    while s is within a few spreads of the mean, and still merge by addition. For its sake replicas exchange
    their batches' mean, a vector, at every update. Merging metrics with different s moves the sums to one.

    Args:
        width: D of the features.
        reset_real: whether `reset_state` forgets the real features, too.
        name: of the metric.

    Its `result()` is a float, ≥ 0, and needs two samples of each side.

    >>> distance = FrechetDistance(width=2, reset_real=False)
    >>> distance.update_state(real=[[0.0, 1.0], [1.0, 0.0]])
    >>> distance.update_state(real=[[3.0, 3.0]], fake=[[3.0, 4.0], [4.0, 3.0], [6.0, 6.0]])
    >>> round(distance.result(), 6)  # each is 3 further in both features
    18.0
    """

    def __init__(self, width, reset_real=True, name="frechet_distance"):
        super().__init__(name, reset_real, width=width)
        self._look_at(
            real=_Moments(self, "real_features", width), fake=_Moments(self, "fake_features", width)
        )

    def _compute(self, real, fake):
        return frechet_from_moments(*real.moments(), *fake.moments())


class _Moments(Side):
    def __init__(self, metric, name, width):
        super().__init__(metric, name, width)
        self._sum("sum", (width,))
        self._sum("squares", (width, width))
        # No sums: what all replicas hold alike.
        alike = {"aggregation": "only_first_replica"}
        self._shift = self._sum("shift", (width,), **alike)
        self._shifted = self._sum("shifted", **alike)

    def _add_rows(self, rows):
        mean, some = _mean_over_replicas(rows)
        set_now = some & (self._shifted == 0)
        self._shift.assign(tf.where(set_now, mean, self._shift))
        self._shifted.assign(tf.cast(some | (self._shifted > 0), tf.float64))
        rows = rows - self._shift
        self._add(sum=tf.reduce_sum(rows, axis=0), squares=tf.matmul(rows, rows, transpose_a=True))

    def merge(self, other):
        own, more = self.read(), other.read()
        if not own["shifted"]:
            self._shift.assign(more["shift"])
            self._shifted.assign(more["shifted"])
            own["shift"] = more["shift"]
        move = more["shift"] - own["shift"]
        mixed = np.outer(move, more["sum"])
        self._add(
            count=more["count"],
            bad=more["bad"],
            sum=more["sum"] + more["count"] * move,
            squares=more["squares"] + mixed + mixed.T + more["count"] * np.outer(move, move),
        )

    def moments(self):
        """Return mean and covariance (divided by N − 1)."""
        sums = self.checked(minimum=2)
        mean = sums["sum"] / sums["count"]
        scatter = sums["squares"] - sums["count"] * np.outer(mean, mean)
        return sums["shift"] + mean, scatter / (sums["count"] - 1)


def _mean_over_replicas(rows):
    """Return the mean of all replicas' rows, 0 where there are none, and whether there are any."""
    count = tf.cast(tf.shape(rows)[:1], tf.float64)
    total = replicas.add(tf.concat([tf.reduce_sum(rows, axis=0), count], axis=0))
    return tf.math.divide_no_nan(total[:-1], total[-1]), total[-1] > 0
