"""The check of an export says yes to a good one, and no to every kind of bad one."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from tests.export.rooms import SCRIPTS, script, tiny_model

# Runs the script in a process in which neither Keras nor this package is installed. (To look into
# sys.modules afterwards would not do: TensorFlow itself imports Keras where it finds it.)
_RUN = """
import runpy, sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *rest):
        if name.partition(".")[0] not in ("keras", "tf_keras", "tfgan_zoo", "PIL"):
            return self.finder.find_spec(name, *rest)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
script, *sys.argv[1:] = sys.argv[1:]
runpy.run_path(script, run_name="__main__")
"""


@pytest.fixture
def copy(savedmodel, tmp_path):
    """Return a copy of the export, to be damaged."""
    return shutil.copytree(savedmodel, tmp_path / "copy")


def check(folder, capsys):
    """Return the check's number of wrong answers, and what it printed."""
    wrong = script("check_savedmodel").check(str(folder))
    return wrong, capsys.readouterr().out


def test_a_fresh_export_passes_where_neither_keras_nor_this_package_is_installed(savedmodel):
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(SCRIPTS / "check_savedmodel.py"), str(savedmodel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line[:5] for line in done.stdout.splitlines()] == ["ok   "] * 10


def test_one_weight_moved_by_a_hundredth_is_found(savedmodel, tmp_path, capsys):
    model = tiny_model()
    bias = model.generator.get_layer("pixels").bias
    bias.assign(np.eye(1, bias.shape[0], 7, dtype=np.float32)[0] * 0.01)
    model.export(tmp_path / "moved")
    shutil.copytree(
        savedmodel / "assets.extra", tmp_path / "moved" / "assets.extra", dirs_exist_ok=True
    )
    wrong, out = check(tmp_path / "moved", capsys)
    assert wrong >= 6  # uint8 forgives a difference of one
    assert "WRONG by_session_loader serving_default" in out


def test_damaged_weights_are_found(copy, capsys, monkeypatch):
    (data,) = (copy / "variables").glob("variables.data*")
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 0xFF
    data.write_bytes(content)
    monkeypatch.setattr(sys, "argv", ["check_savedmodel.py", str(copy)])
    assert script("check_savedmodel").main() == 1
    assert "cannot be checked" in capsys.readouterr().out


def test_a_changed_reference_is_found(copy, capsys):
    file = copy / "assets.extra" / "reference.npz"
    with np.load(file) as stored:
        reference = dict(stored)
    reference["images"][3, 2, 1, 0] += 1e-3
    np.savez(file, **reference)
    wrong, out = check(copy, capsys)
    assert wrong == 4  # the two float signatures, with all images, by two loaders
    assert "ok    by_object_loader  serving_default images (1, 6, 5, 3)" in out


def test_missing_signatures_are_named(savedmodel, tmp_path, capsys):
    whole = tf.saved_model.load(str(savedmodel))
    some = {name: whole.signatures[name] for name in ("serving_default", "sample_uint8")}
    tf.saved_model.save(whole, str(tmp_path / "some"), signatures=some)
    shutil.copytree(savedmodel / "assets.extra", tmp_path / "some" / "assets.extra")
    wrong, out = check(tmp_path / "some", capsys)
    assert wrong == 4
    for loader in ("by_object_loader", "by_session_loader"):
        for signature in ("serving_uint8", "sample"):
            assert f"WRONG {loader:17s} {signature:15s} is missing" in out


def test_what_is_no_export_fails(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["check_savedmodel.py", str(tmp_path)])
    assert script("check_savedmodel").main() == 1
    assert "not a SavedModel exported by tfgan_zoo" in capsys.readouterr().out
