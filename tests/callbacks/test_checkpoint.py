import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import keras
import pytest

from tests.battery import assert_same
from tests.callbacks import tiny
from tests.callbacks.tiny import no_scratch, steps
from tfgan_zoo import files
from tfgan_zoo.callbacks import Checkpoint, ScoreLogger
from tfgan_zoo.callbacks.checkpoint import best_checkpoint, checkpoints, damage


def state(folder, step):
    return files.read_json(folder / f"step_{step:08d}" / "state.json")


# --- what is kept -----------------------------------------------------------------------------


def test_the_newest_are_kept_and_the_end_is_saved(tmp_path):
    tiny.fit(tiny.gan(), 7, [Checkpoint(tmp_path, every=2, keep=3)])
    assert steps(tmp_path) == [4, 6, 7]
    assert state(tmp_path, 7).keys() == {"step", "sha256"}
    assert state(tmp_path, 7)["step"] == 7
    assert all(damage(folder) is None for folder in checkpoints(tmp_path))
    assert no_scratch(tmp_path)


def test_the_last_step_is_saved_once(tmp_path, monkeypatch):
    saved = []
    save = Checkpoint.save
    monkeypatch.setattr(
        Checkpoint, "save", lambda self, step, *args: (saved.append(step), save(self, step, *args))
    )
    tiny.fit(tiny.gan(), 4, [Checkpoint(tmp_path, every=2)])
    assert saved == [2, 4]


def test_a_checkpoint_is_a_keras_model(tmp_path):
    model = tiny.gan()
    tiny.fit(model, 2, [Checkpoint(tmp_path)])
    loaded = keras.models.load_model(tmp_path / "step_00000002" / "model.keras")
    assert_same(model, loaded)


@pytest.mark.parametrize("lower_is_better", [True, False])
def test_the_best_is_kept_besides(tmp_path, lower_is_better):
    scores = [5.0, 2.0, 3.0, float("nan"), 2.0]
    scorer = tiny.FixedScores(*(scores if lower_is_better else [-s for s in scores]))
    callbacks = [
        ScoreLogger(scorer, every=1, samples=2),
        Checkpoint(tmp_path, 3, 1, "frechet_distance", lower_is_better),
    ]
    tiny.fit(tiny.gan(), 5, callbacks)
    assert steps(tmp_path) == [2, 5]
    best = best_checkpoint(tmp_path, "frechet_distance", lower_is_better)
    assert best.name == "step_00000002"
    assert state(tmp_path, 2)["score"] == {
        "name": "frechet_distance",
        "value": 2.0 if lower_is_better else -2.0,
    }
    json.loads((best / "state.json").read_text(), parse_constant=pytest.fail)


def test_a_score_that_is_not_a_number_is_not_the_best(tmp_path):
    scorer = tiny.FixedScores(float("nan"), 7.0, float("nan"))
    callbacks = [
        ScoreLogger(scorer, every=1, samples=2),
        Checkpoint(tmp_path, every=1, keep=1, best_by="frechet_distance"),
    ]
    tiny.fit(tiny.gan(), 3, callbacks)
    assert steps(tmp_path) == [2, 3]


def test_the_best_is_remembered_by_a_resumed_run(tmp_path):
    def train(total, *scores):
        callbacks = [
            ScoreLogger(tiny.FixedScores(*scores), every=1, samples=2),
            Checkpoint(tmp_path, every=9, keep=1, best_by="frechet_distance[fixed, 8 vs test]"),
        ]
        tiny.fit(tiny.gan(), total, callbacks)

    train(2, 3.0, 4.0)
    assert steps(tmp_path) == [1, 2]
    train(4, 3.5, 3.2)
    assert steps(tmp_path) == [1, 4]
    train(6, 2.5, 2.8)
    assert steps(tmp_path) == [5, 6]


def test_other_folders_are_left_alone(tmp_path):
    for name in ("step_00000001 (copy)", "step_best", "notes"):
        (tmp_path / name).mkdir()
    (tmp_path / "step_00000099").write_text("a file")
    tiny.fit(tiny.gan(), 3, [Checkpoint(tmp_path, every=1, keep=1)])
    assert steps(tmp_path) == [3]
    assert (tmp_path / "step_00000001 (copy)").is_dir()


def test_steps_of_more_than_eight_digits_are_in_order(tmp_path):
    for name in ("step_100000000", "step_99999999"):
        (tmp_path / name).mkdir()
    assert steps(tmp_path) == [99_999_999, 100_000_000]


@pytest.mark.parametrize("keep", [0, -1, 1.5, True, "2"])
def test_bad_keep(keep):
    with pytest.raises(ValueError, match=f"keep is {keep!r}, expected an int of at least 1"):
        Checkpoint("nowhere", keep=keep)


# --- whole or not there -----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["tfgan_zoo.files.write_json", "os.rename"])
def test_a_crash_while_writing_leaves_the_checkpoints_before(tmp_path, monkeypatch, where):
    class Crash(BaseException):
        pass

    def crash(*args):
        raise Crash

    model = tiny.gan()
    tiny.fit(model, 2, [Checkpoint(tmp_path)])
    with monkeypatch.context() as patch:
        patch.setattr(where, crash)
        with pytest.raises(Crash):
            tiny.fit(model, 1, [Checkpoint(tmp_path)])
    assert steps(tmp_path) == [2]
    assert no_scratch(tmp_path)
    resumed = tiny.gan()
    assert Checkpoint(tmp_path).resume(resumed)
    assert int(resumed.iterations.numpy()) == 2


def test_what_a_killed_process_left_is_cleared(tmp_path):
    tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path)])
    shutil.copytree(tmp_path / "step_00000002", tmp_path / ".part-step_00000009")
    model = tiny.gan()
    Checkpoint(tmp_path).resume(model)
    assert int(model.iterations.numpy()) == 2
    assert no_scratch(tmp_path)


# --- locks and signals ------------------------------------------------------------------------


def test_a_second_user_is_refused(tmp_path):
    first = Checkpoint(tmp_path)
    first.resume(tiny.gan())
    with pytest.raises(files.LockedError, match=f"in use by process {os.getpid()}; wait for it"):
        tiny.fit(tiny.gan(), 1, [Checkpoint(tmp_path)])
    first.release()
    tiny.fit(tiny.gan(), 1, [Checkpoint(tmp_path)])
    tiny.fit(tiny.gan(), 1, [Checkpoint(tmp_path)])


def test_the_lock_is_given_back_when_training_fails(tmp_path):
    def fail():
        raise ZeroDivisionError

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError):
        tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path), tiny.At(1, fail)])
    assert signal.getsignal(signal.SIGINT) is handler
    files.FolderLock(tmp_path).release()


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [(signal.SIGINT, KeyboardInterrupt, ()), (signal.SIGTERM, SystemExit, (143,))],
)
def test_a_signal_saves_at_the_end_of_the_step(tmp_path, capsys, number, error, code):
    handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    model = tiny.gan()
    callbacks = [
        tiny.At(3, lambda: os.kill(os.getpid(), number)),
        Checkpoint(tmp_path, every=100),
    ]
    with pytest.raises(error) as raised:
        tiny.fit(model, 8, callbacks)
    assert raised.value.args == code
    assert int(model.iterations.numpy()) == 3
    assert steps(tmp_path) == [3]
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == handlers
    out = capsys.readouterr().out
    assert "Interrupted: finishing this step and saving" in out
    assert f"Saved step 3 in {tmp_path}; run the same command to go on." in out
    saved = tiny.gan()
    Checkpoint(tmp_path).resume(saved)
    assert_same(model, saved)


def test_a_second_signal_stops_at_once(tmp_path):
    def twice():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        tiny.fit(tiny.gan(), 8, [tiny.At(3, twice), Checkpoint(tmp_path, every=2)])
    assert steps(tmp_path) == [2]
    assert no_scratch(tmp_path)


def test_training_after_an_interruption_in_the_same_process(tmp_path):
    checkpoint = Checkpoint(tmp_path, every=100)
    model = tiny.gan()
    with pytest.raises(KeyboardInterrupt):
        tiny.fit(model, 6, [tiny.At(3, lambda: os.kill(os.getpid(), signal.SIGINT)), checkpoint])
    tiny.fit(model, 3, [checkpoint])
    assert int(model.iterations.numpy()) == 6


def test_no_signals_in_another_thread(tmp_path):
    failed = []

    def train():
        try:
            tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path)])
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert not failed
    assert steps(tmp_path) == [2]


# --- the same script again --------------------------------------------------------------------


def test_fit_called_twice_trains_on(tmp_path):
    through, model = tiny.gan(), tiny.gan()
    tiny.fit(through, 4)
    checkpoint = Checkpoint(tmp_path)
    tiny.fit(model, 2, [checkpoint])
    tiny.fit(model, 2, [checkpoint])
    assert_same(through, model)
    assert steps(tmp_path) == [2, 4]


def test_fit_after_a_resumed_fit_trains_on(tmp_path):
    tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path)])
    model, checkpoint = tiny.gan(), Checkpoint(tmp_path)
    tiny.fit(model, 3, [checkpoint])
    assert int(model.iterations.numpy()) == 3  # the rest of that run
    tiny.fit(model, 2, [checkpoint])
    assert int(model.iterations.numpy()) == 5


@pytest.mark.parametrize("stop", [2, tiny.STEPS_PER_EPOCH, tiny.STEPS_PER_EPOCH + 2])
def test_the_same_script_after_an_interruption_ends_where_it_would_have(tmp_path, stop):
    def script(folder, *extra):
        model = tiny.gan(seed=4)
        callbacks = [Checkpoint(folder, every=2), *extra]
        model.fit(tiny.stream(), epochs=2, verbose=0, callbacks=callbacks)
        return model

    through = script(tmp_path / "through")
    assert int(through.iterations.numpy()) == 6
    interrupt = tiny.At(stop, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        script(tmp_path / "stopped", interrupt)
    assert steps(tmp_path / "stopped")[-1] == stop
    resumed = script(tmp_path / "stopped")
    assert_same(through, resumed)
    # and once more: there is nothing left to do
    assert_same(through, script(tmp_path / "stopped"))


def test_loss_scaling_is_resumed_too(tmp_path):
    keras.mixed_precision.set_global_policy("mixed_float16")
    model = tiny.gan()
    tiny.fit(model, 2, [Checkpoint(tmp_path)])
    model.optimizers["generator"].dynamic_scale.assign(64.0)
    tiny.fit(model, 1, [Checkpoint(tmp_path)])
    resumed = tiny.gan()
    Checkpoint(tmp_path).resume(resumed)
    assert_same(model, resumed)
    assert float(resumed.optimizers["generator"].dynamic_scale.numpy()) == 64.0


def test_the_lock_goes_with_a_process_that_is_killed(tmp_path):
    script = (
        "import sys, time; from tfgan_zoo import files; "
        f"lock = files.FolderLock({str(tmp_path)!r}); print('locked', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout.readline() == b"locked\n"
            with pytest.raises(files.LockedError, match=f"process {other.pid};"):
                Checkpoint(tmp_path).resume(tiny.gan())
        finally:
            other.kill()
            other.wait()
    Checkpoint(tmp_path).resume(tiny.gan())
