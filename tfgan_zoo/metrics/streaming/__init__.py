"""The estimators as Keras metrics, for samples that come in batches: `update_state(real, fake)`, `result()`.

`FrechetDistance`, `ClassifierScore`, `ConfidentFraction`, `ClassHistogram` and `ClassHistogramKL` keep sums:
exact, in memory that does not depend on the number of samples. `OfFeatures` gives any other estimator (kernel
distance, precision and recall, copying …) the samples themselves, of which it keeps a fixed number. Every
result is that of the estimator on all samples at once, whatever the batches and the number of replicas.

Under tf.distribute a metric is made inside `strategy.scope()` and updated inside `strategy.run`, by all
replicas together. `result` and `merge_state` are Python: outside of tf.function and of `strategy.run`.

>>> import numpy as np
>>> from tfgan_zoo.metrics import kernel_distance
>>> distances = FrechetDistance(width=3), OfFeatures(kernel_distance, width=3, capacity=1000)
>>> for _ in range(10):
...     for distance in distances:
...         distance.update_state(real=np.eye(3), fake=2.0 * np.eye(3))
>>> [round(distance.result(), 3) for distance in distances]
[1.023, 1.638]
"""

from tfgan_zoo.metrics.streaming.classes import ClassHistogram, ClassHistogramKL
from tfgan_zoo.metrics.streaming.classifier import ClassifierScore, ConfidentFraction
from tfgan_zoo.metrics.streaming.features import OfFeatures
from tfgan_zoo.metrics.streaming.frechet import FrechetDistance

__all__ = [
    "ClassHistogram",
    "ClassHistogramKL",
    "ClassifierScore",
    "ConfidentFraction",
    "FrechetDistance",
    "OfFeatures",
]
