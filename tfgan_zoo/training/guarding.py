"""What a model does about losses, gradients and batches that are not finite."""

import numpy as np
import tensorflow as tf
from absl import logging

from tfgan_zoo.training import batches, faults, workers

# Fault codes: a player's number from 1, a batch field's number from -1 down, or this.
_NO_SAMPLES = -1000

# What `test_step` calls a batch's weight in the means of an evaluation.
TEST_WEIGHT = "test_weight"


class Guarding:
    """Notes the first fault of a step, on all replicas, and reacts to it after the step.

    A part of `AdversarialModel`: a step itself cannot raise where the values are tensors of a graph. It
    writes a code to a variable that the function around the step reads.
    """

    def _start_guard(self):
        # Replicas count alike, so these need no aggregation: each assigns its own copy.
        self._fault = self.add_weight(
            name="fault", shape=(), dtype="int64", initializer="zeros", trainable=False
        )
        self._fault_range = self.add_weight(
            name="fault_range", shape=(2,), dtype="float32", initializer="zeros", trainable=False
        )
        self._roll_back = None
        # Asked before a `NonFiniteError` is raised: a function of it that returns whether training goes on.
        self.fault_handler = None

    @property
    def _all_fields(self):
        return {**self.batch_fields, **self.test_fields}

    def _guard_values(self, batch, fields, empty):
        """Note values out of range, and bring them into it; `empty`: whether this replica has no sample."""
        if empty is not None:
            self._report_fault(empty, _NO_SAMPLES)
        for index, (key, field) in enumerate(self._all_fields.items()):
            if key not in fields:
                continue
            if field.low is not None or field.high is not None:
                low_high = batches.value_range(batch[key])
                bad = tf.logical_not(batches.in_range(low_high, field))
                self._fault_range.assign(tf.where(bad, low_high, self._fault_range.value))
                self._report_fault(bad, -(index + 1))
                batch[key] = batches.within_range(batch[key], field)

    def _report_fault(self, bad, code):
        """Note the first fault of a step on all replicas; True as long as there is none."""
        context = tf.distribute.get_replica_context()
        if context is not None and context.num_replicas_in_sync > 1:
            bad = context.all_reduce(tf.distribute.ReduceOp.SUM, tf.cast(bad, tf.float32)) > 0
        fault = self._fault.value
        fault = tf.where((fault == 0) & bad, tf.constant(code, tf.int64), fault)
        self._fault.assign(fault)
        return tf.equal(fault, 0)

    def make_train_function(self, force=False):
        """Make the function that `fit` calls, with the reaction to faults around it."""
        if self.train_function is not None and not force:
            return self.train_function
        super().make_train_function(force=force)
        train = self.train_function
        self._fault.assign(0)
        self._start_roll_back()
        self.train_function = self._checked(train)
        return self.train_function

    def make_test_function(self, force=False):
        """Make the function that `evaluate` calls, with the reaction to faults around it."""
        if self.test_function is not None and not force:
            return self.test_function
        super().make_test_function(force=force)
        self.test_function = self._averaged(self._checked(self.test_function))
        return self.test_function

    def reset_metrics(self):
        """Begin new means; Keras calls it when an evaluation begins."""
        super().reset_metrics()
        self._test_sums = {}

    def _averaged(self, function):
        """Return a test function that answers with the weighted means of all batches so far."""

        def one(iterator):
            # Of several steps at once, Keras's function would tell the last one's values only.
            at_once, self.steps_per_execution = self.steps_per_execution, 1
            try:
                return dict(function(iterator))
            finally:
                self.steps_per_execution = at_once

        def averaged(iterator):
            for index in range(self.steps_per_execution):
                try:
                    logs = one(iterator)
                except (StopIteration, tf.errors.OutOfRangeError):
                    if index == 0:
                        raise
                    break  # the last execution has fewer steps
                weight = float(np.mean(logs.pop(TEST_WEIGHT, 1.0)))
                for key, value in {**logs, TEST_WEIGHT: 1.0}.items():
                    self._test_sums.setdefault(key, 0.0)
                    self._test_sums[key] += weight * float(np.mean(value))
            total = self._test_sums[TEST_WEIGHT]
            return {k: v / total for k, v in self._test_sums.items() if k != TEST_WEIGHT}

        return averaged

    def _start_roll_back(self):
        if self.on_non_finite == "roll_back":
            keep = [v for v in self.state_variables if v is not self.iterations]
            self._roll_back = faults.RollBack(keep)
            self._roll_back.keep(int(self.iterations.numpy()))

    def _checked(self, function):
        def checked(iterator):
            logs = function(iterator)
            code, step = int(self._fault.numpy()), int(self.iterations.numpy())
            if code:
                self._react(code, step)
            elif self._roll_back is not None:
                self._roll_back.keep(step)
            return logs

        return checked

    def _react(self, code, step):
        self._fault.assign(0)
        if code == _NO_SAMPLES:
            replicas = self.distribute_strategy.num_replicas_in_sync
            raise ValueError(
                f"the batch at step {step} is too small for {replicas} replicas: one of them got no "
                f"sample. Use a batch size of at least {replicas} and drop_remainder=True."
            )
        if code < 0:
            key, field = list(self._all_fields.items())[-code - 1]
            # Each replica noted its own part's range; the message is about one that is wrong.
            noted = self.distribute_strategy.experimental_local_results(self._fault_range.value)
            wrong = [r.numpy() for r in noted if not bool(batches.in_range(r, field))]
            self._fault_range.assign([0.0, 0.0])
            if not wrong:
                raise workers.WorkerError(
                    f"another worker's part of batch[{key!r}] at step {step} holds values that are "
                    "out of range; its own output says which"
                )
            raise faults.BatchValueError(key, step, *wrong[0], field)
        error = faults.NonFiniteError(list(self.players)[code - 1], step)
        if self._roll_back is not None and self._roll_back.restore():
            logging.warning("%s Rolled back (%d).", error, self._roll_back.count)
        elif self.fault_handler is None or not self.fault_handler(error):
            raise error
        self.iterations.assign(step + 1)


def apply_if(ok, optimizer, gradients, variables):
    """Apply gradients where `ok` is true, a decision that all replicas share."""

    def apply(*gradients):
        optimizer.apply(list(gradients), variables)

    def applied(*gradients):
        apply(*gradients)
        return True

    # A strategy of one replica merges like one of many, so it takes the way below.
    if not tf.distribute.has_strategy():
        tf.cond(ok, lambda: applied(*gradients), lambda: False)
        return

    def together(strategy, ok, *gradients):
        # The optimizer reduces over replicas inside `apply`, which is not allowed in a branch of a
        # replica's own; so the branch is taken here, outside of the replicas, for all of them.
        ok = strategy.experimental_local_results(ok)[0]

        def applied_by_each():
            strategy.extended.call_for_each_replica(apply, args=gradients)
            return True

        tf.cond(ok, applied_by_each, lambda: False)

    tf.distribute.get_replica_context().merge_call(together, args=(ok, *gradients))
