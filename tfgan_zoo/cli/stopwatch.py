"""A callback that times the executions of a `fit`, and profiles some of them."""

import time

import keras
import tensorflow as tf

from tfgan_zoo.training import timeline


class Stopwatch(keras.callbacks.Callback):
    """Lets the first executions pass, times some, then runs some more under TensorFlow's profiler.

    An execution is what `fit` does in one go: `steps_per_execution` steps. Its time is that of the whole
    loop, from the beginning of one execution to the beginning of the next.

    Args:
        warm_up: executions that nothing is measured of but the first one's time.
        timed: executions to time.
        profiled: executions to profile.
        folder: where the profile goes.
        between: function without arguments to call when the timed ones are done.

    Attributes:
        first: seconds of the first execution, in which TensorFlow traces and compiles the step.
        seconds: list of seconds of the timed executions.
    """

    def __init__(self, warm_up, timed, profiled, folder, between):
        super().__init__()
        self.first = None
        self.seconds = []
        self._warm_up, self._timed, self._profiled = warm_up, timed, profiled
        self._folder, self._between = folder, between
        self._count = 0
        self._start = None
        self._trace = None
        self._profiling = False

    @property
    def executions(self):
        """How many executions `fit` has to do."""
        return self._warm_up + self._timed + self._profiled

    def on_train_batch_begin(self, batch, logs=None):
        """End the former execution's time and begin this one's."""
        now = time.perf_counter()
        if self._warm_up < self._count <= self._warm_up + self._timed:
            self.seconds.append(now - self._start)
        self._close_trace()
        if self._count == self._warm_up + self._timed:
            self._between()
            # Python's own calls would be a multiple of the rest, and slow it down.
            options = tf.profiler.experimental.ProfilerOptions(
                host_tracer_level=2, python_tracer_level=0
            )
            tf.profiler.experimental.start(str(self._folder), options)
            self._profiling = True
        if self._profiling:
            self._trace = tf.profiler.experimental.Trace(timeline.STEP, step_num=self._count, _r=1)
            self._trace.__enter__()
        self._start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Count the execution."""
        if self._count == 0:
            self.first = time.perf_counter() - self._start
        self._count += 1

    def on_train_end(self, logs=None):
        """Write the profile."""
        self.release()

    def release(self):
        """End the profile, also when `fit` fails."""
        self._close_trace()
        if self._profiling:
            self._profiling = False
            tf.profiler.experimental.stop()

    def _close_trace(self):
        if self._trace is not None:
            self._trace.__exit__(None, None, None)
            self._trace = None
