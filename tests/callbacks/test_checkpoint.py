import contextlib
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
from absl import logging

from tests.battery import assert_same, values
from tests.callbacks import tiny
from tfgan_zoo import files
from tfgan_zoo.callbacks import Checkpoint, CheckpointError, RunLogger, SampleGrid, ScoreLogger
from tfgan_zoo.callbacks.checkpoint import best_checkpoint, checkpoints, damage, load


def steps(folder):
    return [int(f.name.removeprefix("step_")) for f in checkpoints(folder)]


def state(folder, step):
    return files.read_json(folder / f"step_{step:08d}" / "state.json")


def no_scratch(folder):
    return [f.name for f in folder.iterdir() if f.name.startswith(".") and f.name != ".lock"] == []


@pytest.fixture
def errors(monkeypatch):
    """The messages of logging.error."""
    found = []
    monkeypatch.setattr(logging, "error", lambda text, *args: found.append(text % args))
    return found


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


DAMAGE = {
    "flipped": (tiny.flip, "model.keras is not what was written"),
    "truncated": (lambda f: os.truncate(f / "model.keras", 1000), "not what was written"),
    "empty": (lambda f: os.truncate(f / "model.keras", 0), "not what was written"),
    "no model": (lambda f: (f / "model.keras").unlink(), "No such file.*model.keras"),
    "no state": (lambda f: (f / "state.json").unlink(), "No such file.*state.json"),
    "half a state": (lambda f: os.truncate(f / "state.json", 20), "state.json' does not hold JSON"),
    "binary state": (lambda f: (f / "state.json").write_bytes(b"\xff\0"), "does not hold JSON"),
    "other state": (lambda f: (f / "state.json").write_text("[]"), "state.json holds no checksum"),
    "no checksum": (lambda f: (f / "state.json").write_text("{}"), "state.json holds no checksum"),
}


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A folder with checkpoints of steps 2, 4 and 6, and the model's values at 4."""
    folder = tmp_path_factory.mktemp("three")
    model = tiny.gan()
    tiny.fit(model, 4, [Checkpoint(folder, every=2)])
    at_4 = values(model.state_variables)
    tiny.fit(model, 2, [Checkpoint(folder, every=2)])
    return folder, at_4


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_newest_checkpoint_is_named_and_the_one_before_used(
    three, tmp_path, errors, capsys, name
):
    source, at_4 = three
    folder = shutil.copytree(source, tmp_path / "run")
    hurt, message = DAMAGE[name]
    hurt(folder / "step_00000006")
    model = tiny.gan()
    # `keep=1`: what is written from here on must not give way to the damaged one.
    checkpoint = Checkpoint(folder, every=1, keep=1, best_by="frechet_distance")
    assert checkpoint.resume(model)
    for a, b in zip(at_4, values(model.state_variables), strict=True):
        np.testing.assert_array_equal(a, b)
    (error,) = errors
    assert "step_00000006 is damaged" in error
    assert re.search(message, error)
    assert f"Resumed from {folder / 'step_00000004'}." in capsys.readouterr().out
    tiny.fit(model, 5, [checkpoint], epochs=1)
    assert steps(folder) == [5]
    assert damage(folder / "step_00000005") is None
    assert (folder / "damaged_step_00000006").is_dir()  # nothing is lost


def test_the_step_of_a_damaged_checkpoint_is_saved_again(three, tmp_path, errors):
    folder = shutil.copytree(three[0], tmp_path / "run")
    tiny.flip(folder / "step_00000006")
    tiny.fit(tiny.gan(), 6, [Checkpoint(folder, every=100)])
    assert steps(folder) == [2, 4, 6]
    assert damage(folder / "step_00000006") is None


def test_two_damaged_ones(three, tmp_path, errors):
    folder = shutil.copytree(three[0], tmp_path / "run")
    tiny.flip(folder / "step_00000006")
    tiny.flip(folder / "step_00000004")
    model = tiny.gan()
    Checkpoint(folder).resume(model)
    assert int(model.iterations.numpy()) == 2
    assert ["step_00000006" in e for e in errors] == [True, False]


def test_all_damaged(three, tmp_path, errors):
    folder = shutil.copytree(three[0], tmp_path / "run")
    for checkpoint in checkpoints(folder):
        tiny.flip(checkpoint)
    model = tiny.gan()
    before = values(model.state_variables)
    with pytest.raises(CheckpointError, match=r"no checkpoint in .*run' is whole \(3 damaged\)"):
        tiny.fit(model, 6, [Checkpoint(folder)])
    for a, b in zip(before, values(model.state_variables), strict=True):
        np.testing.assert_array_equal(a, b)
    assert steps(folder) == [2, 4, 6]


@pytest.mark.parametrize(
    "other",
    [
        lambda: tiny.gan(side=5),
        lambda: tiny.gan(optimizers={"generator": "sgd"}),
        lambda: tiny.gan(optimizers={"generator": keras.optimizers.Adam(amsgrad=True)}),
    ],
)
def test_another_models_checkpoint_is_refused(three, other):
    # Keras itself only warns about an optimizer's state that does not fit, and trains on without it.
    with pytest.raises(CheckpointError, match="checkpoint of another model or of other optimizers"):
        load(other(), three[0] / "step_00000006")


# --- disks ------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 400 kB, or a skip where a test may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk):
    """Leave no room on a disk."""
    with contextlib.suppress(OSError), open(disk / "filler", "wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_a_disk_that_fills_up_and_has_room_again(small_disk, errors):
    folder, kept = small_disk / "checkpoints", []
    model = tiny.gan()
    callbacks = [
        SampleGrid(small_disk, every=1, samples=1),
        RunLogger(small_disk, every=1),
        Checkpoint(folder, every=2, keep=1),
        tiny.At(3, lambda: fill(small_disk)),
        tiny.At(5, lambda: kept.extend(steps(folder))),
        tiny.At(5, (small_disk / "filler").unlink),
    ]
    tiny.fit(model, 7, callbacks)
    assert kept == [2]
    assert steps(folder) == [7]
    assert any("No checkpoint at step 4: " in e and "No space left" in e for e in errors)
    assert any("the samples of step 4 could not be written" in e for e in errors)
    resumed = tiny.gan()
    Checkpoint(folder).resume(resumed)
    assert_same(model, resumed)
    lines = (small_disk / "metrics.jsonl").read_text().splitlines()
    assert {json.loads(line)["step"] for line in lines} >= {1, 2, 3, 6, 7}


def test_a_disk_that_stays_full(small_disk, errors):
    folder = small_disk / "checkpoints"
    callbacks = [Checkpoint(folder, every=2), tiny.At(3, lambda: fill(small_disk))]
    with pytest.raises(CheckpointError, match=r"the last state \(step 5\) .*No space left"):
        tiny.fit(tiny.gan(), 5, callbacks)
    assert steps(folder) == [2]
    assert damage(folder / "step_00000002") is None
    assert no_scratch(folder)


def test_a_full_disk_without_the_disk(tmp_path, monkeypatch, errors):
    model = tiny.gan()
    save = model.save

    def full(path):
        path.write_bytes(b"half a model")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    callbacks = [
        Checkpoint(tmp_path, every=2),
        tiny.At(3, lambda: monkeypatch.setattr(model, "save", full)),
    ]
    with pytest.raises(
        CheckpointError, match=r"the last state \(step 5\) could not be saved: .*28"
    ):
        tiny.fit(model, 5, callbacks)
    assert int(model.iterations.numpy()) == 5
    assert [e.startswith("No checkpoint at step 4: [Errno 28]") for e in errors] == [True]
    assert steps(tmp_path) == [2]
    assert no_scratch(tmp_path)

    # The lock is given back, and the same training can be saved once there is room.
    monkeypatch.setattr(model, "save", save)
    tiny.fit(model, 1, [Checkpoint(tmp_path)])
    assert steps(tmp_path) == [2, 6]


def test_a_folder_that_turns_read_only(tmp_path, monkeypatch, errors):
    mkdir = type(tmp_path).mkdir

    def read_only(path, *args, **kwargs):
        if path.name.startswith(".part-"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        mkdir(path, *args, **kwargs)

    tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path)])
    monkeypatch.setattr(type(tmp_path), "mkdir", read_only)
    with pytest.raises(CheckpointError, match="Read-only file system"):
        tiny.fit(tiny.gan(), 5, [Checkpoint(tmp_path, every=2)])
    assert steps(tmp_path) == [2]
    assert len(errors) == 1


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "checkpoints").write_text("")
    model = tiny.gan()
    with pytest.raises(FileExistsError, match="checkpoints"):
        tiny.fit(model, 5, [Checkpoint(tmp_path / "checkpoints")])
    assert int(model.iterations.numpy()) == 0  # said before the training, not after it


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
