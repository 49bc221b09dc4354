"""Estimators that need the features themselves, of samples that come in batches."""

import warnings

import keras
import tensorflow as tf

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.streaming.base import Side, StreamingMetric


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class OfFeatures(StreamingMetric):
    """Any estimator of real and generated features as a metric, with at most `capacity` rows of each side.

    For `kernel_distance`, `precision_recall`, `density_coverage`, `precision_recall_curve`,
    `sliced_feature_distance`, `authenticity`, `frechet_infinity` and their like. Arguments go in by
    `functools.partial`, and so does a third set of features: `partial(data_copying, train_features)` takes
    the real side for its test set.

    Memory is 2 · capacity · width numbers on every replica, whatever the number of samples. The first
    samples are kept, and those that find no place are left out; `result` warns of them, once. So
    samples must come in random order, or `capacity` be large enough for all. Replica r of R fills the
    places r, r + R, r + 2R …, and the others' are 0, so that the buffers merge by addition; a replica with
    more samples than its places leaves some out while others have places left. Samples are in the order
    given without replicas only, which matters to estimators that draw with a seed.

    Args:
        function: of (real_features, fake_features), float arrays [N, width] and [M, width]. Without samples
            N or M is 0.
        width: of the features.
        capacity: the most rows kept of either side.
        reset_real: whether `reset_state` forgets the real features, too.
        name: of the metric; that of the function if None.
        dtype: in which rows are kept; "float32" takes half the memory and is enough for what a network in
            float32 computes.

    Its `result()` is what the function returns.

    >>> from tfgan_zoo.metrics import kernel_distance
    >>> distance = OfFeatures(kernel_distance, width=1, capacity=100)
    >>> distance.update_state(real=[[0.0]], fake=[[1.0], [1.0]])
    >>> distance.update_state(real=[[0.0]])
    >>> distance.result()
    7.0
    """

    def __init__(self, function, width, capacity, reset_real=True, name=None, dtype="float64"):
        check_ints(1, capacity=capacity)
        super().__init__(
            name or getattr(function, "__name__", "of_features"),
            reset_real,
            function=function,
            width=width,
            capacity=capacity,
            dtype=dtype,
        )
        self._look_at(
            real=_Rows(self, "real_features", width, capacity, dtype),
            fake=_Rows(self, "fake_features", width, capacity, dtype),
        )
        self._warned = False

    def _compute(self, real, fake):
        (real_rows, real_left_out), (fake_rows, fake_left_out) = real.kept(), fake.kept()
        if (real_left_out or fake_left_out) and not self._warned:
            self._warned = True
            counts = f"{real_left_out} real and {fake_left_out} generated samples"
            warnings.warn(
                f"{self.name} leaves out {counts} that came after its capacity of "
                f"{self._arguments['capacity']} rows",
                stacklevel=3,
            )
        return self._arguments["function"](real_rows, fake_rows)


class _Rows(Side):
    def __init__(self, metric, name, width, capacity, dtype):
        super().__init__(metric, name, width)
        self._capacity = capacity
        self._strategy = tf.distribute.get_strategy()
        self._rows = self._sum("rows", (capacity, width), dtype=dtype)
        self._filled = self._sum("filled", (capacity,))

    def _add_rows(self, rows):
        context = tf.distribute.get_replica_context()
        first = context.replica_id_in_sync_group if context else 0
        step = context.num_replicas_in_sync if context else 1
        places = tf.range(first, self._capacity, step)
        filled = tf.gather(tf.convert_to_tensor(self._filled), places)
        places = tf.boolean_mask(places, filled == 0)[: tf.shape(rows)[0], None]
        rows = tf.cast(rows[: tf.shape(places)[0]], self._rows.dtype)
        self._put(self._rows, places, rows)
        self._put(self._filled, places, tf.ones(tf.shape(places)[:1], tf.float64))

    def _put(self, variable, places, values):
        if tf.distribute.get_strategy() is self._strategy and tf.distribute.get_replica_context():
            # In place: variables that are summed when read have no scatter_nd_add of their own.
            tf.raw_ops.ResourceScatterNdAdd(
                ref=variable.value.handle, indices=places, updates=values
            )
        else:
            variable.assign(tf.tensor_scatter_nd_add(variable, places, values))

    def merge(self, other):
        sums = other.read()
        self._add_rows(tf.constant(sums["rows"][sums["filled"] > 0]))
        self._add(count=sums["count"], bad=sums["bad"])

    def kept(self):
        """Return the rows that are kept, and how many samples found no place."""
        sums = self.checked(minimum=0)
        return sums["rows"][sums["filled"] > 0], round(sums["count"] - sums["filled"].sum())
