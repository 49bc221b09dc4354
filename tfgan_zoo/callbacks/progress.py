"""A progress bar over the whole run."""

import sys

import keras

from tfgan_zoo.callbacks.schedule import EverySteps


class ProgressBar(EverySteps):
    """Shows the steps done, the time left and the losses; where there is no terminal, a line now and then.

    When a `CollapseMonitor` before it changes its verdict, or has something to say, a line says so.

    Keras's own bar shows every logged scalar and starts anew with each epoch.

    Args:
        steps: the step at which the run ends.
        every: steps between two lines where the output is not a terminal.

    Example:

    >>> ProgressBar(steps=3000).every
    500
    """

    chief_only = True

    def __init__(self, steps, every=500):
        super().__init__(every)
        self.steps = steps
        self._bar = None
        self._first = 0
        self._last_losses = []
        self._said = None

    def on_train_begin(self, logs=None):
        """Start the bar at the model's step."""
        super().on_train_begin(logs)
        self._first = self.step
        if sys.stdout.isatty():
            self._bar = keras.utils.Progbar(self.steps - self._first, unit_name="step")
            self._bar.stateful_metrics = {f"{player}_loss" for player in self.model.players}

    def on_train_batch_end(self, batch, logs=None):
        """Move the bar."""
        self._say_health()
        super().on_train_batch_end(batch, logs)
        if self._bar is not None:
            self._last_losses = self._losses(logs)
            self._bar.update(self.step - self._first, self._last_losses, finalize=False)

    def act(self, step, logs):
        """Print a line, unless there is a bar."""
        if self._bar is None:
            losses = ", ".join(f"{name} {value:.3f}" for name, value in self._losses(logs))
            print(f"step {step} of {self.steps}: {losses}", flush=True)

    def _say_health(self):
        health = self.model.callback_state.get("health")
        if health is None or health["step"] != self.step:
            return
        if health["verdict"] != "healthy" or self._said != "healthy":
            # A new line, where there is a bar; the bar goes on below.
            print(
                f"{chr(10) * (self._bar is not None)}step {self.step}: {health['sentence']}",
                flush=True,
            )
        self._said = health["verdict"]

    def _losses(self, logs):
        # In some steps some players have no turn.
        names = [f"{player}_loss" for player in self.model.players]
        return [(name, float(logs[name])) for name in names if name in logs]

    def on_train_end(self, logs=None):
        """Show the last step, which Keras's bar leaves out when steps are fast, and end the line."""
        if self._bar is not None:
            self._bar.update(self.step - self._first, self._last_losses, finalize=True)
            self._bar = None
