"""The export script: where models come from, which version they get, what it refuses."""

import json
import sys

import keras
import pytest
import tensorflow as tf

from tests.export.rooms import script, tiny_model
from tfgan_zoo.callbacks import Checkpoint


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a run of 2 steps, each with a checkpoint."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "config.json").write_text(json.dumps({"train": {"best_by": None}}))
    model = tiny_model()
    model.fit(
        tf.zeros([4, 6, 5, 3]),
        batch_size=2,
        epochs=1,
        verbose=0,
        callbacks=[Checkpoint(folder / "checkpoints", every=1)],
    )
    return folder


@pytest.fixture(scope="module")
def module():
    return script("export")


def step_of(folder):
    return json.loads((folder / "assets.extra" / "model.json").read_text())["step"]


def test_versions_count_up_from_the_highest(run, module, tmp_path):
    base = tmp_path / "models" / "tiny"
    assert module.export(run, base) == base / "1"
    assert module.export(run, base) == base / "2"
    (base / "2").rename(base / "9")
    (base / ".hidden").mkdir()
    assert module.next_version(base) == base / "10"
    images = tf.saved_model.load(str(base / "1")).signatures["sample"](
        n=tf.constant(3), seed=tf.constant(0, tf.int64)
    )["images"]
    assert images.shape == (3, 6, 5, 3)


def test_a_run_a_checkpoint_and_a_file_can_be_exported(run, module, tmp_path):
    checkpoint = run / "checkpoints" / "step_00000001"
    assert step_of(module.export(run, tmp_path / "a")) == 2
    assert step_of(module.export(run, tmp_path / "b", "1")) == 1
    assert step_of(module.export(checkpoint, tmp_path / "c")) == 1
    assert step_of(module.export(checkpoint / "model.keras", tmp_path / "d")) == 1


def test_nothing_is_written_where_something_else_is(module, savedmodel, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError, match="is a file"):
        module.next_version(tmp_path / "file")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.tex").write_text("mine")
    with pytest.raises(FileExistsError, match=r"'thesis\.tex', which is not a version"):
        module.next_version(tmp_path / "notes")
    (tmp_path / "numbers" / "7").mkdir(parents=True)
    with pytest.raises(FileExistsError, match="'7', which is not a version"):
        module.next_version(tmp_path / "numbers")
    with pytest.raises(FileExistsError, match="not a version"):
        module.next_version(savedmodel)  # a SavedModel, not a folder of versions
    before = sorted(p.name for p in savedmodel.iterdir())
    assert (tmp_path / "notes" / "thesis.tex").read_text() == "mine"
    assert before == sorted(p.name for p in savedmodel.iterdir())


def test_the_exporter_itself_replaces_savedmodels_only(tmp_path):
    model = tiny_model()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.tex").write_text("mine")
    with pytest.raises(FileExistsError, match="is not a SavedModel"):
        model.export(tmp_path / "notes")
    assert [p.name for p in (tmp_path / "notes").iterdir()] == ["thesis.tex"]


def test_what_is_no_model_is_refused_by_name(run, module, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no"):
        module.export(tmp_path / "absent", tmp_path / "out")
    with pytest.raises(ValueError, match="neither a run's folder"):
        module.export(run / "checkpoints", tmp_path / "out")
    with pytest.raises(ValueError, match="no checkpoint '5'; there are last, best and steps 1, 2"):
        module.export(run, tmp_path / "out", "5")
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match="holds a Sequential, not a model of tfgan_zoo"):
        module.export(tmp_path / "other.keras", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_damaged_checkpoint_is_refused(module, tmp_path):
    folder = tmp_path / "step_00000001"
    folder.mkdir()
    (folder / "model.keras").write_bytes(b"half a file")
    (folder / "state.json").write_text(json.dumps({"step": 1, "sha256": "0"}))
    with pytest.raises(ValueError, match="is damaged"):
        module.export(folder, tmp_path / "out")


def test_the_command_says_where_and_errors_are_one_line(run, module, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["export.py", str(run), str(tmp_path / "base")])
    module.main()
    assert capsys.readouterr().out.strip() == f"SavedModel: {tmp_path / 'base' / '1'}"
    monkeypatch.setattr(
        sys, "argv", ["export.py", str(tmp_path / "absent"), str(tmp_path / "base")]
    )
    with pytest.raises(SystemExit) as exit:
        module.main()
    assert exit.value.code == 2
    assert "error: there is no" in capsys.readouterr().err
