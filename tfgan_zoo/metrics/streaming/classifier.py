"""Scores of a classifier's logits for generated images that come in batches."""

import keras
import tensorflow as tf

from tfgan_zoo.metrics.classifier import check_threshold, score_from_sums
from tfgan_zoo.metrics.streaming.base import Side, StreamingMetric


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ClassifierScore(StreamingMetric):
    """`classifier_score` as a metric: the Inception Score's formula over all samples, exact.

    It keeps Σ p(y|x) and Σ p(y|x) log p(y|x) in float64.

    Args:
        num_classes: K, the width of the logits.
        name: of the metric.

    Its `result()` is a float in [1, K]. It looks only at the `fake` logits.

    >>> import numpy as np
    >>> score = ClassifierScore(num_classes=10)
    >>> for row in 100.0 * np.eye(10):
    ...     score.update_state(fake=row[None])
    >>> round(score.result(), 6)  # certain and even: K
    10.0
    """

    def __init__(self, num_classes, name="classifier_score"):
        super().__init__(name, num_classes=num_classes)
        self._look_at(fake=_Probabilities(self, "fake_logits", num_classes))

    def _compute(self, fake):
        sums = fake.checked(minimum=1)
        return score_from_sums(sums["count"], sums["probabilities"], sums["negentropies"])


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConfidentFraction(StreamingMetric):
    """`confident_fraction` as a metric: the share of samples whose most probable class reaches `threshold`.

    Args:
        num_classes: K, the width of the logits.
        threshold: probability in (0, 1].
        name: of the metric.

    Its `result()` is a float in [0, 1]. It looks only at the `fake` logits.

    >>> fraction = ConfidentFraction(num_classes=2)
    >>> fraction.update_state(fake=[[9.0, 0.0], [0.0, 0.0]])
    >>> fraction.result()
    0.5
    """

    def __init__(self, num_classes, threshold=0.9, name="confident_fraction"):
        check_threshold(threshold)
        super().__init__(name, num_classes=num_classes, threshold=threshold)
        self._look_at(fake=_Confident(self, "fake_logits", num_classes, threshold))

    def _compute(self, fake):
        sums = fake.checked(minimum=1)
        return float(sums["confident"] / sums["count"])


class _Probabilities(Side):
    def __init__(self, metric, name, width):
        super().__init__(metric, name, width)
        self._sum("probabilities", (width,))
        self._sum("negentropies")

    def _add_rows(self, rows):
        log_probabilities = tf.nn.log_softmax(rows)
        probabilities = tf.exp(log_probabilities)
        self._add(
            probabilities=tf.reduce_sum(probabilities, axis=0),
            negentropies=tf.reduce_sum(probabilities * log_probabilities),
        )


class _Confident(Side):
    def __init__(self, metric, name, width, threshold):
        super().__init__(metric, name, width)
        self._threshold = threshold
        self._sum("confident")

    def _add_rows(self, rows):
        top = tf.exp(tf.reduce_max(tf.nn.log_softmax(rows), axis=1))
        self._add(confident=tf.math.count_nonzero(top >= self._threshold))
