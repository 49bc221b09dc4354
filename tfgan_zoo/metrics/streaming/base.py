"""What the streaming metrics have in common: two sides of samples, and state that merges by addition."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.checks import check_counts


class StreamingMetric(keras.metrics.Metric):
    """Base of metrics of real and of generated samples that come in batches.

    A subclass makes a `Side` for each kind of samples that it looks at and hands them to `_look_at`, and
    says in `_compute` what the estimator makes of them.

    Args:
        name: of the metric.
        reset_real: whether `reset_state` forgets the real samples, too. False keeps them where they are the
            same for every result. Only for metrics that look at real samples.
        arguments: what `get_config` returns besides; the subclass's own.
    """

    def __init__(self, name, reset_real=True, **arguments):
        super().__init__(name=name, dtype="float64")
        self.reset_real = reset_real
        self._arguments = arguments
        self._sides = {}

    def _look_at(self, **sides):
        self._sides = sides

    def update_state(self, real=None, fake=None):
        """Take in a batch of either kind, or of both; nothing waits for the other.

        Runs eagerly and in tf.function; under tf.distribute in all replicas together. What is wrong with
        the values (NaN, labels out of range) is counted here and said by `result`.

        Args:
            real: array or tensor [n, width] of real samples' features or logits, any n, 0 included; or None.
                A metric that needs only generated samples does not look at it.
            fake: of generated samples, [m, width], or None.

        Raises:
            ValueError: for another shape. Where a width is known only inside tf.function's graph, it is
                TensorFlow's InvalidArgumentError.
        """
        given = {"real": real, "fake": fake}
        for key, side in self._sides.items():
            if given[key] is not None:
                side.update(given[key])

    def result(self):
        """Return what the estimator makes of all samples so far: a float, an array or a dict.

        Raises:
            ValueError: for too few samples, or NaN or infinity among them; the message names the side.
            RuntimeError: inside tf.function or `strategy.run`.
        """
        _check_outside(f"{self.name}.result()")
        return self._compute(**self._sides)

    def reset_state(self):
        """Forget all samples; with `reset_real=False` only the generated ones."""
        for key, side in self._sides.items():
            if key == "fake" or self.reset_real:
                side.reset()

    def merge_state(self, metrics):
        """Take in what other metrics of the same kind have seen; they stay as they are.

        Args:
            metrics: iterable of metrics with the same arguments.

        Raises:
            ValueError: for a metric of another kind or with other arguments; this one is then unchanged.
            RuntimeError: inside tf.function or `strategy.run`.
        """
        _check_outside(f"{self.name}.merge_state()")
        metrics = list(metrics)
        for other in metrics:
            if type(other) is not type(self) or other._arguments != self._arguments:
                raise ValueError(f"cannot merge {_described(other)} into {_described(self)}")
        for other in metrics:
            for key, side in self._sides.items():
                side.merge(other._sides[key])

    def get_config(self):
        """Return the constructor's arguments."""
        kept = {"reset_real": self.reset_real} if "real" in self._sides else {}
        return {**self._arguments, **kept, "name": self.name}

    def _compute(self, **sides):
        raise NotImplementedError


class Side:
    """Sums over one kind of samples, in variables that replicas merge by adding them when read.

    All are float64, counts too: assigning to such a variable outside of the replicas (to merge or restore
    it) shares the value out among them, which integers would lose.

    Args:
        metric: the `StreamingMetric` that owns the variables.
        name: of the samples in errors, e.g. `"fake_features"`.
        width: of a row.
    """

    def __init__(self, metric, name, width):
        check_ints(1, width=width)
        self.name = name
        self.width = width
        self._metric = metric
        self._variables = {}
        self._count = self._sum("count")
        self._bad = self._sum("bad")

    def update(self, values):
        """Take in a batch."""
        rows = self._as_rows(values)
        finite = tf.reduce_all(tf.math.is_finite(rows), axis=1)
        self._add(count=tf.shape(rows)[0], bad=tf.math.count_nonzero(~finite))
        self._add_rows(rows)

    def merge(self, other):
        """Add another side's sums."""
        self._add(**other.read())

    def reset(self):
        """Set everything to zero."""
        for variable in self._variables.values():
            variable.assign(tf.zeros(variable.shape, variable.dtype))

    def read(self):
        """Return all sums over all replicas, as a dict of NumPy arrays and scalars."""
        return {
            name: tf.convert_to_tensor(variable).numpy()
            for name, variable in self._variables.items()
        }

    def checked(self, minimum):
        """Return `read()` where there are at least `minimum` samples, all finite."""
        sums = self.read()
        check_counts(self.name, round(sums["count"]), round(sums["bad"]), minimum)
        return sums

    def _add_rows(self, rows):
        """Add what the estimator needs of float64 rows [n, width]."""
        raise NotImplementedError

    def _sum(self, name, shape=(), **kwargs):
        kwargs = {"dtype": "float64", **kwargs}
        self._variables[name] = self._metric.add_variable(
            shape, "zeros", name=f"{self.name}_{name}", **kwargs
        )
        return self._variables[name]

    def _add(self, **values):
        for name, value in values.items():
            variable = self._variables[name]
            variable.assign(variable + tf.cast(value, variable.dtype))

    def _as_rows(self, values):
        values = tf.convert_to_tensor(values)
        if values.shape.rank == 1 and values.shape[0] == 0:  # an empty list
            values = tf.reshape(values, (0, self.width))
        if not values.shape.is_compatible_with((None, self.width)):
            raise ValueError(
                f"{self.name} of {self._metric.name} must have shape [samples, {self.width}], "
                f"got {values.shape.as_list()}"
            )
        return tf.cast(tf.ensure_shape(values, (None, self.width)), tf.float64)


def _check_outside(call):
    if not tf.executing_eagerly() or replicas.several():
        raise RuntimeError(
            f"{call} is Python on all replicas' sums: call it outside of tf.function and strategy.run"
        )


def _described(metric):
    arguments = getattr(metric, "_arguments", {})
    inside = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"{type(metric).__name__}({inside})"
