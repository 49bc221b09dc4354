"""Checkpoints that are damaged, and disks that are full or cannot be written."""

import contextlib
import errno
import json
import os
import re
import shutil
import subprocess

import keras
import numpy as np
import pytest
from absl import logging

from tests.battery import assert_same, values
from tests.callbacks import tiny
from tests.callbacks.tiny import no_scratch, steps
from tfgan_zoo.callbacks import Checkpoint, CheckpointError, RunLogger, SampleGrid
from tfgan_zoo.callbacks.checkpoint import checkpoints, damage, load


@pytest.fixture
def errors(monkeypatch):
    """The messages of logging.error."""
    found = []
    monkeypatch.setattr(logging, "error", lambda text, *args: found.append(text % args))
    return found


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
