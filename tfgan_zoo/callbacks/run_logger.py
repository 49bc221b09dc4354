"""Losses, rates and scores as text and in TensorBoard."""

import json
import math
import time
from pathlib import Path

import keras
import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.callbacks.schedule import EverySteps, training_goes_on

# How what a `CollapseMonitor` logs is called.
HEALTH = "health/"


class RunLogger(EverySteps):
    """Writes scalars to `metrics.jsonl` and to TensorBoard, by the model's own step counter.

    Every `every` steps one line: what `train_step` returned at that step (losses, what the discriminator
    says of real and fake images, accuracies, gradient norms), learning rates, images per second; scores
    from a `ScoreLogger` and the verdict of a `CollapseMonitor` before it at any step. A resumed run first
    drops the lines that lie behind the checkpoint it resumed from, so that each step stands in the file once.

    Args:
        directory: where `metrics.jsonl` and `tensorboard/scalars/` go.
        every: steps between two lines.
        text: dict of title -> text shown in TensorBoard, the run's config, say.

    Example:

    >>> RunLogger("runs/digits", every=20).every
    20
    """

    chief_only = True

    def __init__(self, directory, every=50, text=None):
        super().__init__(every)
        self.directory = Path(directory)
        self.text = dict(text or {})
        self._writer = self._file = None
        self._counted = self._since = 0
        self._latest = {}

    def on_train_begin(self, logs=None):
        """Open the files, dropping what an interrupted run wrote after its last checkpoint."""
        super().on_train_begin(logs)
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / "metrics.jsonl"
        _drop_after(path, self.step)
        self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115 - closed in on_train_end
        self._writer = tf.summary.create_file_writer(str(self.directory / "tensorboard/scalars"))
        with self._writer.as_default():
            for title, text in self.text.items():
                tf.summary.text(title, text, step=self.step)
        self._counted, self._since = self.step, time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Write scores whenever there are some, and the rest on schedule."""
        logs = logs or {}
        scores = {key: value for key, value in logs.items() if "[" in key}
        if scores:
            self._write(self.step, scores)
        health = {key: value for key, value in logs.items() if key.startswith(HEALTH)}
        if health:
            state = self.model.callback_state["health"]
            self._write(self.step, health, {key: state[key] for key in ("verdict", "sentence")})
        # Not every player has a turn in every step: of each value the last one since the last line.
        self._latest |= {k: v for k, v in logs.items() if k not in scores and k not in health}
        super().on_train_batch_end(batch, logs)

    def act(self, step, logs):
        """Write one line of scalars."""
        values = {key: float(value) for key, value in self._latest.items()}
        self._latest = {}
        for player, optimizer in self.model.optimizers.items():
            values[f"{player}_learning_rate"] = float(keras.ops.convert_to_numpy(_rate(optimizer)))
        now = time.perf_counter()
        values["steps_per_second"] = (step - self._counted) / (now - self._since)
        if self.model.global_batch_size:
            values["images_per_second"] = values["steps_per_second"] * self.model.global_batch_size
        self._counted, self._since = step, now
        self._write(step, values)

    def _write(self, step, values, texts=None):
        texts = {f"{HEALTH}{key}": text for key, text in (texts or {}).items()}
        # JSON has no NaN: a loss that is not finite stands as null.
        line = {k: v if math.isfinite(v) else None for k, v in values.items()}
        with training_goes_on(f"the metrics of step {step}"):
            self._file.write(json.dumps({"step": step, **texts, **line}) + "\n")
            self._file.flush()
            with self._writer.as_default():
                for key, value in values.items():
                    tf.summary.scalar(self._tag(key), value, step=step)
                for key, text in texts.items():
                    tf.summary.text(key, text, step=step)

    def _tag(self, key):
        if "[" in key:
            return f"scores/{key}"
        if key.startswith(HEALTH):
            return key
        player = next((p for p in self.model.players if key.startswith(f"{p}_")), None)
        return f"{player}/{key[len(player) + 1 :]}" if player else f"speed/{key}"

    def on_train_end(self, logs=None):
        """Close the files."""
        with training_goes_on("the last metrics"):
            self._file.close()
        with training_goes_on("the TensorBoard file of scalars"):
            self._writer.close()


def _rate(optimizer):
    return getattr(optimizer, "inner_optimizer", optimizer).learning_rate


def _drop_after(path, step):
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            continue  # the process was killed in the middle of this line
        if value["step"] <= step:
            kept.append(line + "\n")
    files.write_text(path, "".join(kept))
