"""Callbacks that act every so many training steps."""

import contextlib

import keras
import tensorflow as tf
from absl import logging

from tfgan_zoo import errors


class EverySteps(keras.callbacks.Callback):
    """Calls `act(step, logs)` whenever the step counter passes a multiple of `every`.

    The model's own step counter is used, which a resumed run carries on, not Keras's count of batches.

    Args:
        every: steps between two acts.

    Raises:
        ValueError: every is not a positive int.
    """

    # True for callbacks that only write: of several workers, the chief alone runs them.
    chief_only = False

    def __init__(self, every):
        super().__init__()
        errors.check_ints(1, every=every)
        self.every = every
        self._last = 0

    def act(self, step, logs):
        """Do what this callback is for."""
        raise NotImplementedError

    @property
    def step(self):
        """The model's step counter."""
        return int(self.model.iterations.numpy())

    def on_train_begin(self, logs=None):
        """Start to count where the model stands."""
        self._last = self.step

    def on_train_batch_end(self, batch, logs=None):
        """Act if a multiple of `every` has been passed."""
        step = self.step
        if step // self.every > self._last // self.every:
            self.act(step, logs if logs is not None else {})
        self._last = step


@contextlib.contextmanager
def training_goes_on(what):
    """Log that something could not be written (a full disk, say) instead of ending the training."""
    try:
        yield
    except (OSError, tf.errors.OpError) as error:
        logging.error("%s could not be written: %s. Training goes on.", what, error)
