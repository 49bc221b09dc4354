"""Rewards by position and the noise of the policy gradient, in TensorBoard."""

from pathlib import Path

import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.callbacks.schedule import EverySteps, training_goes_on
from tfgan_zoo.training.policy_diagnosis import PolicyDiagnosis


class PolicyLogger(EverySteps):
    """Writes what `training.PolicyDiagnosis` finds, now and then.

    `policy/variance`, `policy/gradient_norm`, `policy/signal_to_noise`, and `returns/position_01` and so on,
    the mean return of each position. Nothing is written before the game begins.

    Args:
        directory: where `tensorboard/policy/` goes.
        data: the training stream, of which the first batch is used.
        every: steps between two acts.
        repeats: estimates of one gradient, at least 2; each costs about a generator's turn.

    Example:

    >>> PolicyLogger("runs/captions", data=None, every=200).every
    200
    """

    chief_only = True

    def __init__(self, directory, data, every=500, repeats=8):
        super().__init__(every)
        errors.check_ints(2, repeats=repeats)
        self.directory, self.repeats = Path(directory), repeats
        self._data = data
        self._writer = None
        self._diagnose = None

    def on_train_begin(self, logs=None):
        """Take the batch and open the file."""
        super().on_train_begin(logs)
        batch = next(iter(self._data))
        self._diagnose = PolicyDiagnosis(self.model, batch, self.repeats)
        self._writer = tf.summary.create_file_writer(str(self.directory / "tensorboard/policy"))

    def act(self, step, logs):
        """Diagnose and write."""
        if step < self.model.likelihood_steps + self.model.discriminator_first:
            return
        found = self._diagnose()
        with training_goes_on(f"the policy's diagnosis of step {step}"):
            with self._writer.as_default(step=step):
                for name in ("variance", "gradient_norm", "signal_to_noise"):
                    tf.summary.scalar(f"policy/{name}", found[name])
                for position, value in enumerate(found["returns"], start=1):
                    tf.summary.scalar(f"returns/position_{position:02d}", value)
            self._writer.flush()

    def on_train_end(self, logs=None):
        """Close the file."""
        with training_goes_on("the TensorBoard file of the policy"):
            self._writer.close()
