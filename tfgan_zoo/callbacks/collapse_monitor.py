"""Says when a GAN is collapsing, and does something about it."""

import math

import numpy as np
from absl import logging

from tfgan_zoo import errors, metrics
from tfgan_zoo.callbacks import checkpoint as checkpoints
from tfgan_zoo.callbacks.run_logger import HEALTH
from tfgan_zoo.callbacks.schedule import EverySteps
from tfgan_zoo.metrics import health
from tfgan_zoo.training import learning_rates, workers

ACTIONS = ("report", "stop", "roll_back")
_REMEMBERED = 50  # checks
# What the discriminator says, by the names that `train_step` logs.
_JUDGEMENT = ("real", "fake", "real_accuracy", "fake_accuracy")


class CollapseMonitor(EverySteps):
    """Watches a GAN of images while it trains, and says in plain words how it is.

    Every so many steps it makes images of fixed latents, measures them (`metrics.VitalSigns`), looks at what
    the discriminator says and at the gradient norms, and comes to one of `metrics.health.VERDICTS`: healthy,
    collapsing, dropping modes (which classes), discriminator or generator overpowering, memorising, diverged,
    or too early to say. The verdict and the numbers that it rests on go to the callbacks after it:
    `ProgressBar` says it, `RunLogger` writes it to metrics.jsonl and TensorBoard under `health/`. Put it
    before these and before `Checkpoint`.

    What it does about a fault (`action`):

    - `"report"`: nothing. A `NonFiniteError` is raised as ever.
    - `"stop"`: training ends. With a `checkpoint`, the networks, averages and optimizers of the newest
      healthy check, if there was one, are put back first: the last checkpoint is not of what failed.
    - `"roll_back"`: the networks, averages and optimizers of the newest healthy check are put back and the
      learning rates multiplied by `rate_factor`, at most `max_roll_backs` times, then training ends; the
      remedy of Brock, Donahue & Simonyan 2019 (BigGAN, arXiv 1809.11096) against collapse. Time does not run
      backwards: the step counter goes on, so that latents and batches are new ones, and a resumed run
      does the same bit by bit. A rate's schedule goes back with its optimizer.

    With `"stop"` and `"roll_back"`, a number that is not finite is a fault like others, where the model would
    raise `NonFiniteError`; with `on_non_finite="roll_back"` it tries its own way first.

    Known limits: samples that are good and few in kind are no fault to a set of real images with classes
    that the extractor does not tell apart; without an extractor nothing is said of classes. What a
    Wasserstein critic or an energy says has no border between real and fake, so that such are never called
    overpowering.
    Of several workers all measure the same images, and what the chief sees is done by all.

    Args:
        real: held-out real images [M, H, W, C], uint8 or floating in [-1, 1]; M ≥ 100.
        extractor: a `metrics.Extractor`; None: pixels.
        every: steps between two checks.
        samples: images a check, or M where that is less.
        training_images: [T, H, W, C], what the generator learns from; None: memorising is not looked for.
        action: see above.
        checkpoint: the run's `Checkpoint`, which must come after this callback; `"roll_back"` needs it.
        rate_factor: in (0, 1].
        max_roll_backs: how many.
        seed: int, of the latents; the same at every check.

    Raises:
        ValueError: an unknown action, a number out of range, too few images; `"roll_back"` without a
            checkpoint; when training begins, a model that makes no images or none of the real ones' size, or
            that takes several steps at once with `"roll_back"`.

    Example:

    >>> real = np.random.default_rng(0).integers(0, 256, (100, 16, 16, 1), dtype=np.uint8)
    >>> CollapseMonitor(real, every=200, action="stop").every
    200
    """

    def __init__(
        self,
        real,
        extractor=None,
        every=500,
        samples=512,
        training_images=None,
        action="report",
        checkpoint=None,
        rate_factor=0.5,
        max_roll_backs=3,
        seed=1,
    ):
        super().__init__(every)
        if action not in ACTIONS:
            raise ValueError(errors.unknown("action", action, ACTIONS))
        if action == "roll_back" and checkpoint is None:
            raise ValueError(
                "action='roll_back' needs checkpoint=…, the run's callbacks.Checkpoint"
            )
        errors.check_numbers(1e-6, 1, rate_factor=rate_factor)
        errors.check_ints(1, max_roll_backs=max_roll_backs)
        self.signs = metrics.VitalSigns(real, extractor, training_images, samples)
        self.action, self.checkpoint, self.seed = action, checkpoint, seed
        self.rate_factor, self.max_roll_backs = float(rate_factor), max_roll_backs
        self._not_finite = None

    # --- what a resumed run must know ---------------------------------------------------------

    @property
    def state(self):
        """Dict of what is known of this training, which its checkpoints keep."""
        start = {"step": None, "history": [], "roll_backs": 0, "rate_factor": 1.0}
        return self.model.callback_state.setdefault("health", start)

    def on_train_begin(self, logs=None):
        """Take up what an interrupted run knew."""
        super().on_train_begin(logs)
        if not hasattr(self.model, "generate"):
            raise ValueError(f"{type(self.model).__name__} makes no images to watch")
        self.signs.check_images(self.model.generate(2, seed=self.seed))
        self._not_finite = None
        self.model.fault_handler = self._met_fault
        learning_rates.scale_schedules(self.model, self.state["rate_factor"])
        if self.action == "roll_back":
            if self.model.steps_per_execution > 1:
                # A fault is seen at the end of an execution, when later batches are gone already.
                raise ValueError("action='roll_back' needs steps_per_execution=1")
            if self._is_chief:
                self.checkpoint.mark_start()

    def release(self):
        """Let the model raise its errors again; `fit` calls this however training ends."""
        if self.model is not None:
            self.model.fault_handler = None

    @property
    def _is_chief(self):
        return workers.is_chief(self.model.distribute_strategy)

    def _of_chief(self, value):
        """Return the chief's value, an int of at least 0, on all workers."""
        return max(workers.of_all(self.model.distribute_strategy, value if self._is_chief else 0))

    @property
    def _goes_back(self):
        """Whether a healthy check may be returned to."""
        return self.action != "report" and self.checkpoint is not None

    # --- checks -------------------------------------------------------------------------------

    def _met_fault(self, error):
        self._not_finite = f"the {error.player}'s loss or gradient is not finite"
        return self.action != "report"

    def on_train_batch_end(self, batch, logs=None):
        """Check on schedule, and at once after a number that is not finite."""
        if self._not_finite is not None:
            self.act(self.step, logs if logs is not None else {})
            self._last = self.step
        else:
            super().on_train_batch_end(batch, logs)

    def act(self, step, logs):
        """Measure, judge, say it, and act."""
        state = self.state
        check = {"step": step, **self._measured(logs)}
        state["history"] = _remembered([*state["history"], check])
        verdict = health.judge(state["history"])
        index = self._of_chief(health.VERDICTS.index(verdict.name))
        suspected = self._of_chief(health.VERDICTS.index(verdict.suspected))
        state |= {
            "step": step,
            "verdict": health.VERDICTS[index],
            "sentence": verdict.sentence,
            "missing": list(verdict.missing),
        }
        logs |= {f"{HEALTH}{key}": value for key, value in _numbers(check).items()}
        logs[f"{HEALTH}verdict_number"] = float(index)
        self._not_finite = None
        if health.VERDICTS[index] in health.FAULTS:
            self._react(step)
        elif self._goes_back and health.VERDICTS[suspected] == "healthy":
            self.checkpoint.mark()

    def _measured(self, logs):
        if self._not_finite is not None:
            return {"not_finite": self._not_finite}
        images = self.model.generate(self.signs.samples, seed=self.seed)
        if not np.isfinite(images).all():
            return {"not_finite": "generated images are not finite"}
        loss = getattr(self.model, "adversarial_loss", None)
        has_border = not (getattr(loss, "unbounded", False) or getattr(loss, "energy", False))
        said = {key: f"discriminator_{key}" for key in _JUDGEMENT if has_border}
        norms = {player: f"{player}_gradient_norm" for player in self.model.players}
        return {
            **self.signs(images),
            **_logged(logs, said),
            "gradient_norms": _logged(logs, norms),
        }

    # --- actions ------------------------------------------------------------------------------

    def _react(self, step):
        state = self.state
        if self.action == "report":
            return
        if self.action == "roll_back" and state["roll_backs"] < self.max_roll_backs:
            self._roll_back(step)
            return
        after = f" after {state['roll_backs']} roll-backs" if self.action == "roll_back" else ""
        back = ""
        # What is saved last, and used from then on, should be the healthy ones.
        found = self._put_back(step) if self._goes_back else None
        if found is not None:
            learning_rates.scale_variables(self.model, self._lowered(found[1]))
            back = f" with the networks of step {found[0]}"
        self._stop(f"training stops{after}{back}")

    def _stop(self, what):
        self.state["sentence"] += f"; {what}"
        self.model.stop_training = True

    def _put_back(self, step):
        """Put the networks and optimizers of the newest healthy check back.

        Returns:
            Its step and what its checkpoint knew of the training's health; None where there is none.
        """
        folder = self.checkpoint.marked() if self._is_chief else None
        # One more, so that 0 is none.
        back_to = self._of_chief(checkpoints.step_of(folder) + 1 if folder else 0) - 1
        if back_to < 0:
            return None
        folder = self.checkpoint.folder(back_to)
        checkpoints.load(self.model, folder)
        self.model.iterations.assign(step)
        return back_to, checkpoints.state_of(folder).get("callbacks", {}).get("health", {})

    def _lowered(self, then):
        """Return by how much the rates are lower now than they were in a checkpoint."""
        return self.state["rate_factor"] / then.get("rate_factor", 1.0)

    def _roll_back(self, step):
        state, model = self.state, self.model
        found = self._put_back(step)
        if found is None:
            self._stop("no whole checkpoint of a healthy check is left, training stops")
            return
        back_to, then = found
        state["roll_backs"] += 1
        state["rate_factor"] *= self.rate_factor
        learning_rates.scale_variables(model, self._lowered(then))
        learning_rates.scale_schedules(model, state["rate_factor"])
        # The rates are constants of the function; and copies of what went wrong may be kept by it.
        model.make_train_function(force=True)
        state["history"] = [check for check in state["history"] if check["step"] <= back_to]
        place = f"step {back_to}" if back_to else "the start"
        state["sentence"] += (
            f"; rolled back to {place} with learning rates × {state['rate_factor']:.3g} "
            f"({state['roll_backs']} of {self.max_roll_backs})"
        )
        logging.warning("Step %d: %s", step, state["sentence"])


def _remembered(history):
    """Return the newest checks, and before them the best of the others: what once was is not forgotten."""
    older, newest = history[:-_REMEMBERED], history[-_REMEMBERED:]
    return [health.best_of(older), *newest] if older else newest


def _logged(logs, names):
    """Return dict of name -> float for what was logged of this step and is finite.

    With loss scaling, gradients that overflow are daily business. A mean over steps would be steadier, but
    would have to be carried over to a resumed run.
    """
    found = {key: float(np.mean(logs[name])) for key, name in names.items() if name in logs}
    return {key: value for key, value in found.items() if math.isfinite(value)}


def _numbers(check):
    """Return dict of name -> float of what a check found."""
    found = {key: value for key, value in check.items() if isinstance(value, float)}
    if "missing" in check:
        found["missing_classes"] = float(len(check["missing"]))
    return found
