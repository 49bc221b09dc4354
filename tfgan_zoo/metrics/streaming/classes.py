"""Which classes samples that come in batches use."""

import keras
import tensorflow as tf

from tfgan_zoo.metrics.histogram import histogram_kl
from tfgan_zoo.metrics.streaming.base import Side, StreamingMetric


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ClassHistogram(StreamingMetric):
    """`class_histogram` as a metric: the share of each class among the generated samples.

    Args:
        num_classes: K.
        name: of the metric.

    `update_state` takes logits [n, K] or integer labels [n], and looks only at `fake`. Its `result()` is a
    float64 array [K] that sums to 1.

    >>> histogram = ClassHistogram(num_classes=4)
    >>> histogram.update_state(fake=[0, 1])
    >>> histogram.update_state(fake=[[0.0, 9.0, 0.0, 0.0], [0.0, 0.0, 0.0, 9.0]])
    >>> histogram.result()
    array([0.25, 0.5 , 0.  , 0.25])
    """

    def __init__(self, num_classes, name="class_histogram"):
        super().__init__(name, num_classes=num_classes)
        self._look_at(fake=_Classes(self, "fake_classes", num_classes))

    def _compute(self, fake):
        return fake.histogram()


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ClassHistogramKL(StreamingMetric):
    """KL(generated ‖ real) between the class histograms of either side, as `histogram_kl` has it.

    Args:
        num_classes: K.
        reset_real: whether `reset_state` forgets the real samples, too.
        name: of the metric.

    `update_state` takes logits [n, K] or integer labels [n]. Its `result()` is a float ≥ 0 in nats, infinite
    where a generated sample has a class that no real one has.

    >>> divergence = ClassHistogramKL(num_classes=4)
    >>> divergence.update_state(real=[0, 1, 2, 3], fake=[0, 0])
    >>> round(divergence.result(), 6)  # one class of four: log 4
    1.386294
    """

    def __init__(self, num_classes, reset_real=True, name="class_histogram_kl"):
        super().__init__(name, reset_real, num_classes=num_classes)
        self._look_at(
            real=_Classes(self, "real_classes", num_classes),
            fake=_Classes(self, "fake_classes", num_classes),
        )

    def _compute(self, real, fake):
        return histogram_kl(fake.histogram(), real.histogram())


class _Classes(Side):
    def __init__(self, metric, name, width):
        super().__init__(metric, name, width)
        self._sum("classes", (width,))

    def update(self, values):
        """Take in a batch of logits, or of labels."""
        values = tf.convert_to_tensor(values)
        if values.shape.rank == 1 and values.dtype.is_integer:
            # A label out of range is a row of zeros here; `histogram` misses it.
            self._add(
                count=tf.size(values),
                classes=tf.reduce_sum(tf.one_hot(values, self.width, dtype=tf.float64), axis=0),
            )
        else:
            super().update(values)

    def _add_rows(self, rows):
        classes = tf.one_hot(tf.argmax(rows, axis=1), self.width, dtype=tf.float64)
        self._add(classes=tf.reduce_sum(classes, axis=0))

    def histogram(self):
        """Return the share of each class."""
        sums = self.checked(minimum=1)
        outside = round(sums["count"] - sums["classes"].sum())
        if outside:
            raise ValueError(
                f"labels must be from 0 to {self.width - 1}; {outside} of {round(sums['count'])} in "
                f"{self.name} are not"
            )
        return sums["classes"] / sums["count"]
