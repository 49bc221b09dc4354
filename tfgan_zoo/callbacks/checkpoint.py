"""Checkpoints from which a run goes on exactly."""

import contextlib
import hashlib
import json
import math
import os
import re
import shutil
import signal
import threading
import warnings
import zipfile
from pathlib import Path

from absl import logging

from tfgan_zoo import errors, files, metrics
from tfgan_zoo.callbacks.schedule import EverySteps
from tfgan_zoo.training import workers

MODEL_FILE, STATE_FILE = "model.keras", "state.json"
_PREFIX = "step_"


class CheckpointError(RuntimeError):
    """No checkpoint could be written or read."""


class Checkpoint(EverySteps):
    """Saves the whole training state every so many steps, and resumes from the newest one.

    A checkpoint is a folder `step_00001000/` with `model.keras` (a whole Keras model: networks, averages,
    optimizers, counters; `keras.models.load_model` reads it) and `state.json` (step, scores, checksum).
    It is written beside its place and renamed, so that it is whole or not there. `fit` resumes by itself
    from the newest whole one; one that is damaged is named and set aside. Ctrl-C and SIGTERM end the
    step, save, and say so. A disk that is full costs a checkpoint and not the training, unless it is the
    last one. Put it last among the callbacks: what the others do at a step, a resumed run does not repeat.

    Of several workers the chief alone writes, and all resume from the checkpoint that it chooses: every
    worker needs this callback, with a directory that all of them see. A signal to one of them stops all
    after the same step.

    Args:
        directory: where the checkpoints go.
        every: steps between two checkpoints; the end of training writes one too.
        keep: how many of the newest to keep.
        best_by: name of a score (`"frechet_distance"`) that a `ScoreLogger` before this callback logs;
            the checkpoint with the best value is kept besides. None for none.
        lower_is_better: which end of the score is the good one.

    Raises:
        ValueError: every or keep is not a positive int.

    Example:

    >>> Checkpoint("runs/digits/checkpoints", every=500, keep=2, best_by="frechet_distance").keep
    2
    """

    def __init__(self, directory, every=1000, keep=3, best_by=None, lower_is_better=True):
        super().__init__(every)
        errors.check_ints(1, keep=keep)
        self.directory = Path(directory)
        self.best_by = metrics.short_name(best_by) if best_by else None
        self.keep, self.lower_is_better = keep, lower_is_better
        self._lock = None
        self._handlers = {}
        self._signal = None
        self._resumed = False
        self._marked = None

    # --- resuming -----------------------------------------------------------------------------

    def resume(self, model):
        """Fill the model from the newest whole checkpoint that is ahead of it.

        Returns:
            True if the model was filled, by this call or by an earlier one for the same training.

        Raises:
            CheckpointError: there are checkpoints ahead of the model, and all of them are damaged, or
                they are another model's, or not all workers can read them.
            LockedError: somebody else uses the folder.
            WorkerError: the chief could not read them.
        """
        strategy = model.distribute_strategy
        newest = None
        with workers.chief_first(strategy):
            if workers.is_chief(strategy):
                newest = self._newest(int(model.iterations.numpy()))
        # The others look for the step that the chief has chosen, not for what they may see by themselves.
        step = max(workers.of_all(strategy, step_of(newest) if newest else 0))
        if step:
            folder = self.folder(step)
            unseen = None if workers.is_chief(strategy) else damage(folder)
            if any(workers.of_all(strategy, int(unseen is not None))):
                raise CheckpointError(
                    f"not all workers can read {folder}: {unseen or 'another worker says why'}. "
                    "The directory must be one that all of them see, on a shared disk."
                )
            load(model, folder)
            model.callback_state = state_of(folder).get("callbacks", {})
            print(f"Resumed from {folder}.", flush=True)
            self._resumed = True
        return self._resumed

    def _newest(self, reached):
        """Take the folder and return its newest whole checkpoint after a step, or None."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = files.FolderLock(self.directory)
        for scratch in self.directory.glob(".part-*"):
            shutil.rmtree(scratch, ignore_errors=True)
        ahead = [f for f in checkpoints(self.directory) if step_of(f) > reached]
        damaged = []
        while ahead and (fault := damage(ahead[-1])):
            damaged.append(ahead.pop())
            logging.error(
                "Checkpoint %s is damaged: %s. Trying the one before.", damaged[-1], fault
            )
        if damaged and not ahead:
            raise CheckpointError(
                f"no checkpoint in {str(self.directory)!r} is whole ({len(damaged)} damaged); "
                "move them away to start anew"
            )
        # Out of the way: a file of this step is yet to be written, and the newest ones are kept.
        for folder in damaged:
            aside = folder.with_name(f"damaged_{folder.name}")
            shutil.rmtree(aside, ignore_errors=True)
            os.rename(folder, aside)
        return ahead[-1] if ahead else None

    def folder(self, step):
        """Return the folder of the checkpoint of a step."""
        return self.directory / f"{_PREFIX}{step:08d}"

    def release(self):
        """Give the folder and the signals back; `fit` calls this however training ends."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
        self._resumed = False
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # --- states worth returning to ------------------------------------------------------------

    def mark(self):
        """Save after the other callbacks of this step, as a state worth returning to.

        The newest of these is kept, and of each checkpoint that is kept the newest one before it: whatever a
        resumed run may return to.
        """
        self._marked = self.step

    def marked(self):
        """Return the newest whole checkpoint that is marked, or None."""
        found = [f for f in checkpoints(self.directory) if is_marked(f) and damage(f) is None]
        return found[-1] if found else None

    def mark_start(self):
        """Mark the state in which training begins, unless there is a marked one already."""
        if self.marked() is not None:
            return
        folder = self.folder(self.step)
        if folder.exists():
            files.write_json(folder / STATE_FILE, {**state_of(folder), "marked": True})
        else:
            self.save(self.step, marked=True)

    # --- while training -----------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        """Watch for Ctrl-C."""
        super().on_train_begin(logs)
        self._signal = None
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._handlers[number] = signal.signal(number, self._interrupted)

    def _interrupted(self, number, frame):
        if self._signal is not None:  # asked twice: stop at once
            raise KeyboardInterrupt
        self._signal = number
        # Several workers stop together, see below; one stops as soon as it can.
        if not workers.several(self.model.distribute_strategy):
            self.model.stop_training = True
        print("\nInterrupted: finishing this step and saving …", flush=True)

    def on_train_batch_end(self, batch, logs=None):
        """Save on schedule, and when the score is the best so far."""
        step, score = self.step, self._score(logs or {})
        if workers.is_chief(self.model.distribute_strategy) and (
            self._is_best(score)
            or self._marked == step
            or step // self.every > self._last // self.every
        ):
            self._try_save(step, score)
        self._last = step
        if self._signal is not None:
            # For `workers.StopTogether`, which looks after this and before Keras does. Set at any other
            # moment, by the handler, it could be seen by Keras first, and this worker would stop alone.
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Save the last state; after Ctrl-C, stop the script."""
        strategy = self.model.distribute_strategy
        self._signal = max(workers.of_all(strategy, self._signal or 0)) or None
        # The others wait: they may not end before the last state is safe.
        with workers.chief_first(strategy):
            if workers.is_chief(strategy):
                self._save_last()
        if self._signal is not None:
            print(f"Saved step {self.step} in {self.directory}; run the same command to go on.")
            if self._signal == signal.SIGTERM:
                raise SystemExit(128 + signal.SIGTERM)
            raise KeyboardInterrupt

    def _save_last(self):
        newest = checkpoints(self.directory)[-1:]
        if self.step and not (newest and step_of(newest[0]) == self.step):
            try:
                self.save(self.step)
            except OSError as error:
                raise CheckpointError(
                    f"the last state (step {self.step}) could not be saved: {error}. "
                    "The checkpoints before it are as they were."
                ) from error

    def _try_save(self, step, score):
        try:
            self.save(step, score)
        except OSError as error:
            # Training is worth more than this checkpoint: the disk may have room again next time.
            logging.error(
                "No checkpoint at step %d: %s. Training goes on, the checkpoints before it are as "
                "they were.",
                step,
                error,
            )

    def save(self, step, score=None, marked=False):
        """Write a checkpoint of the model's present state, then drop those not worth keeping."""
        folder = self.folder(step)
        scratch = self.directory / f".part-{folder.name}"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            scratch.mkdir(parents=True)
            self.model.save(scratch / MODEL_FILE)
            state = {"step": step, "sha256": _sha256(scratch / MODEL_FILE)}
            if score is not None:
                state["score"] = {"name": self.best_by, "value": score}
            if marked or self._marked == step:
                state["marked"] = True
            if self.model.callback_state:
                state["callbacks"] = self.model.callback_state
            files.write_json(scratch / STATE_FILE, state)
            shutil.rmtree(folder, ignore_errors=True)
            os.rename(scratch, folder)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        self._prune()

    # --- the best -----------------------------------------------------------------------------

    def _score(self, logs):
        values = (float(v) for k, v in logs.items() if metrics.short_name(k) == self.best_by)
        return next((v for v in values if math.isfinite(v)), None)

    def _is_best(self, score):
        if score is None:
            return False
        kept = [value for _, value in scored(self.directory, self.best_by)]
        if not kept:
            return True
        return score < min(kept) if self.lower_is_better else score > max(kept)

    def _prune(self):
        folders = checkpoints(self.directory)
        keep = set(folders[-self.keep :])
        best = best_checkpoint(self.directory, self.best_by, self.lower_is_better)
        marked = [f for f in folders if is_marked(f)]
        for folder in folders[-self.keep :]:
            keep |= set([f for f in marked if step_of(f) <= step_of(folder)][-1:])
        for folder in folders:
            if folder not in keep and folder != best:
                try:
                    shutil.rmtree(folder)
                except OSError as error:  # the new checkpoint is safe; this one only takes room
                    logging.error("The old checkpoint %s could not be removed: %s.", folder, error)


def checkpoints(directory):
    """Return the checkpoint folders in a directory, oldest first."""
    found = (f for f in Path(directory).glob(f"{_PREFIX}*") if re.fullmatch(r"step_\d+", f.name))
    return sorted((f for f in found if f.is_dir()), key=step_of)


def scored(directory, name):
    """Return (folder, value) for the checkpoints that carry a score of this name."""
    found = []
    for folder in checkpoints(directory):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):  # none, or damaged
            score = files.read_json(folder / STATE_FILE)["score"]
            if score["name"] == name:
                found.append((folder, float(score["value"])))
    return found


def state_of(folder):
    """Return the dict that a checkpoint keeps beside the model; empty where it cannot be read."""
    try:
        state = files.read_json(Path(folder) / STATE_FILE)
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def is_marked(folder):
    """Say whether a checkpoint is a state worth returning to, see `Checkpoint.mark`."""
    return bool(state_of(folder).get("marked"))


def best_checkpoint(directory, name, lower_is_better=True):
    """Return the folder of the checkpoint with the best score, or None."""
    found = scored(directory, name) if name else []
    if not found:
        return None
    return (min if lower_is_better else max)(found, key=lambda pair: pair[1])[0]


def damage(folder):
    """Say in words what is wrong with a checkpoint, or None if it is whole."""
    try:
        written = files.read_json(folder / STATE_FILE)["sha256"]
        found = _sha256(folder / MODEL_FILE)
    except (OSError, ValueError) as error:
        return str(error)
    except (LookupError, TypeError):
        return f"{STATE_FILE} holds no checksum"
    return None if found == written else f"{MODEL_FILE} is not what was written"


def load(model, folder):
    """Fill a model's networks, averages, optimizers and counters from a checkpoint.

    Raises:
        CheckpointError: it is another model's, or other optimizers', or of another vocabulary.
    """
    try:
        with zipfile.ZipFile(Path(folder) / MODEL_FILE) as archive:
            model.check_config(json.loads(archive.read("config.json"))["config"])
    except ValueError as error:
        raise CheckpointError(
            f"{folder} is a checkpoint of other data: {error}; choose another folder, or move the "
            "checkpoints away to start anew."
        ) from error
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        # What Keras skips with a warning, an optimizer's state for one, would be lost.
        warnings.filterwarnings("error", message="Skipping")
        try:
            model.load_weights(str(Path(folder) / MODEL_FILE))
        except (ValueError, UserWarning) as error:
            raise CheckpointError(
                f"{folder} is a checkpoint of another model or of other optimizers; choose another "
                f"folder, or move the checkpoints away to start anew. Keras says: {error}"
            ) from error


def step_of(folder):
    """Return the step that a checkpoint folder is of."""
    return int(folder.name[len(_PREFIX) :])


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
