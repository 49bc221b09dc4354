"""What `fit` and `evaluate` do beside Keras's own: data that know their place, runs that are resumed."""

import keras
import tensorflow as tf
from absl import logging

from tfgan_zoo.training import workers


class Fitting:
    """`fit` and `evaluate` of an `AdversarialModel`."""

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        **kwargs,
    ):
        """Train, as `keras.Model.fit` does, with two additions.

        A stream from `datasets.load` repeats forever and knows its `steps_per_epoch`; training
        begins at the batch that belongs to the step counter. A `callbacks.Checkpoint` among the
        callbacks restores its newest checkpoint first, and then `epochs` counts from the run's
        first step, so that the same script, with one `fit`, resumes a run that was interrupted. The
        data goes on exactly where it was if it comes from `datasets.load`; other data begins anew.

        Raises:
            ValueError: not compiled, a batch size that the replicas cannot share, or a resumed run
                whose steps per epoch are not known.
            WorkerError: one of several workers is gone, or they disagree about the step.
        """
        if not self.compiled:
            raise ValueError("call compile() before fit(); without arguments it uses the defaults")
        if not isinstance(callbacks, (list, tuple)):
            callbacks = [callbacks] if callbacks else []
        if hasattr(kwargs.get("validation_data"), "at"):
            kwargs.setdefault("validation_steps", kwargs["validation_data"].steps_per_epoch)
        try:
            resumed = any([c.resume(self) for c in callbacks if hasattr(c, "resume")])
            workers.check_agreement(self)
            self._start_roll_back()  # copies of an earlier fit are not what is in the model now
            step = int(self.iterations.numpy())
            if hasattr(x, "at"):
                kwargs.setdefault("steps_per_epoch", x.steps_per_epoch)
                x = x.at(step)
            elif resumed:
                logging.warning("This data cannot be entered in the middle: its order begins anew.")
            if isinstance(x, tf.data.Dataset):
                kwargs.setdefault("shuffle", False)  # Keras warns that it cannot shuffle a data set
                size = tf.nest.flatten(x.element_spec)[0].shape[0]
            else:
                size = batch_size or 32
            self.global_batch_size = size
            self._check_divisible(size)
            if resumed and "initial_epoch" not in kwargs:
                steps = kwargs.get("steps_per_epoch") or _steps_per_epoch(x, size)
                kwargs["initial_epoch"] = min(step // steps, epochs)
                callbacks = [_StopAt(steps * epochs), *callbacks]
            mine = workers.share_callbacks(callbacks, self.distribute_strategy)
            with workers.contact(self.distribute_strategy):
                return super().fit(x, y, batch_size, epochs, verbose, mine, **kwargs)
        finally:
            for callback in callbacks:
                if hasattr(callback, "release"):
                    callback.release()

    def evaluate(self, x=None, *args, **kwargs):
        """Return the losses on held-out data; of a stream that repeats, on one epoch of it."""
        if hasattr(x, "at"):
            kwargs.setdefault("steps", x.steps_per_epoch)
        return super().evaluate(x, *args, **kwargs)

    def _check_divisible(self, size):
        replicas = self.distribute_strategy.num_replicas_in_sync
        if size is not None and size % replicas:
            down, up = size // replicas * replicas, -(-size // replicas) * replicas
            near = f"{down} or {up}" if down else str(up)
            raise ValueError(
                f"a global batch of {size} cannot be shared evenly among {replicas} replicas; "
                f"use a batch_size that is a multiple of {replicas}, such as {near}"
            )


def _steps_per_epoch(x, batch_size):
    if isinstance(x, tf.data.Dataset):
        steps = int(x.cardinality())
    else:
        steps = -(-len(tf.nest.flatten(x)[0]) // batch_size)
    if steps < 1:
        raise ValueError("a resumed run must know where its epochs end: give steps_per_epoch=…")
    return steps


class _StopAt(keras.callbacks.Callback):
    """Ends a resumed run at the step at which the uninterrupted one would have ended."""

    def __init__(self, step):
        super().__init__()
        self._step = step

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.iterations.numpy()) >= self._step:
            self.model.stop_training = True
