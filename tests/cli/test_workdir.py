import os
import shutil
import subprocess

import pytest
from ml_collections import ConfigDict

from tests.callbacks import tiny
from tfgan_zoo import __version__, files
from tfgan_zoo.callbacks import Checkpoint, ScoreLogger
from tfgan_zoo.cli.workdir import Workdir, best_by, environment


def make(**train):
    return ConfigDict(
        {
            "model": {"name": "DCGAN", "shape": (1, (2, 3)), "list": [1, [2]], "empty": {}},
            "train": {"steps": 10, "rate": 1.0, "best_by": "frechet_distance", **train},
            "evaluate": {"extractor": "digits"},
        }
    ).lock()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A workdir with checkpoints of the steps 1 (the best), 3 and 4."""
    workdir = Workdir(tmp_path_factory.mktemp("run"))
    workdir.store(make())
    callbacks = [
        ScoreLogger(tiny.FixedScores(1.0, 4.0, 3.0, 2.0), every=1, samples=2),
        Checkpoint(workdir.checkpoints, every=1, keep=2, best_by="frechet_distance"),
    ]
    tiny.fit(tiny.gan(), 4, callbacks)
    return workdir


@pytest.fixture
def run(trained, tmp_path):
    return Workdir(shutil.copytree(trained.path, tmp_path / "run"))


def test_the_config_comes_back_as_it_was_used(run):
    config = run.store(make())
    assert config.model.shape == (1, (2, 3))
    assert config == run.config()
    assert run.store(config) == config
    assert config.is_locked


def test_another_config_is_refused_and_its_fields_named(run):
    before = run.config_file.read_text()
    other = make(steps=20, rate=0.5)
    with pytest.raises(ValueError, match="holds a run with another config") as error:
        run.store(other)
    assert "\n  train.rate: 1.0 there, 0.5 now\n  train.steps: 10 there, 20 now\n" in str(
        error.value
    )
    assert "Choose another --workdir" in str(error.value)
    with pytest.raises(ValueError, match=r"train.extra: '.absent.' there, 1 now"):
        run.store(make(extra=1))
    assert run.config_file.read_text() == before


def test_a_config_that_nothing_was_trained_with_is_replaced(tmp_path):
    # The first try named a model that does not exist, say.
    workdir = Workdir(tmp_path)
    workdir.store(make(steps=1))
    workdir.store(make(steps=2))
    assert workdir.config().train.steps == 2


def test_a_folder_that_is_not_a_runs(tmp_path):
    (tmp_path / "notes.txt").write_text("")
    workdir = Workdir(tmp_path)
    for ask in (workdir.config, workdir.checkpoint):
        with pytest.raises(ValueError, match=r"holds no run \(no config.json\); make one with: "):
            ask()
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_config_that_is_not_json(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"config\.json' does not hold JSON"):
        Workdir(tmp_path).config()


def test_a_lock(tmp_path):
    workdir = Workdir(tmp_path / "new" / "run")
    with workdir.lock(), pytest.raises(files.LockedError):
        workdir.lock()
    workdir.lock().release()


@pytest.mark.parametrize("below", ["", "run"])
def test_a_file_where_the_folder_should_be(tmp_path, below):
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(ValueError, match=r"--workdir=.*notes\.txt.* there is a file at"):
        Workdir(tmp_path / "notes.txt" / below).lock()


def test_checkpoints_by_name(run, capsys):
    assert run.checkpoint().name == run.checkpoint("last").name == "step_00000004"
    assert run.checkpoint("best").name == "step_00000001"
    assert run.checkpoint("3").name == "step_00000003"
    for which in ("2", "bset"):
        with pytest.raises(
            ValueError, match=f"no checkpoint '{which}'; .* last, best and steps 1, 3, 4"
        ):
            run.checkpoint(which)


def test_damaged_checkpoints(run, capsys):
    tiny.flip(run.checkpoints / "step_00000004")
    assert run.checkpoint().name == "step_00000003"
    assert (
        "step_00000004 is damaged (model.keras is not what was written)" in capsys.readouterr().out
    )
    with pytest.raises(ValueError, match=r"step_00000004' is damaged: model.keras is not what was"):
        run.checkpoint("4")
    tiny.flip(run.checkpoints / "step_00000001")
    with pytest.raises(ValueError, match="step_00000001' is damaged"):
        run.checkpoint("best")
    tiny.flip(run.checkpoints / "step_00000003")
    with pytest.raises(ValueError, match=r"all checkpoints in .* are damaged"):
        run.checkpoint()


def test_a_run_without_checkpoints_or_scores(tmp_path, run):
    empty = Workdir(tmp_path / "empty")
    empty.path.mkdir()
    empty.store(make(best_by=None))
    with pytest.raises(ValueError, match="holds no checkpoint yet"):
        empty.checkpoint("best")
    files.write_json(run.config_file, make(best_by=None).to_dict())
    with pytest.raises(ValueError, match=r"no checkpoint in .* carries a score"):
        run.checkpoint("best")


def test_which_score_is_the_best():
    assert best_by(make()) == ("frechet_distance", True)
    assert best_by(make(best_by="classifier_score")) == ("classifier_score", False)
    assert best_by(make(best_by=None))[0] is None
    without_scores = make().copy_and_resolve_references()
    without_scores.evaluate.extractor = None
    assert best_by(without_scores)[0] is None
    with pytest.raises(
        ValueError, match=r"unknown score 'frechet_distanc' .did you mean 'frechet_d"
    ):
        best_by(make(best_by="frechet_distanc"))


def test_what_the_numbers_depend_on(run):
    run.store(make())
    stored = files.read_json(run.path / "environment.json")
    assert stored["tfgan_zoo"] == __version__
    assert stored["tensorflow"].startswith("2.")
    assert {
        "keras",
        "python",
        "platform",
        "devices",
        "started",
        "command",
        "commit",
    } <= stored.keys()
    assert stored["devices"]


def test_where_the_data_are(tmp_path, monkeypatch):
    workdir = Workdir(tmp_path / "run")
    assert workdir.data_dir() is None
    workdir.path.mkdir()
    workdir.store(make())
    assert workdir.data_dir() is None
    monkeypatch.chdir(tmp_path)
    workdir.store(make(), "sets")
    assert workdir.data_dir() == str(tmp_path / "sets")
    workdir.store(make(), "gs://bucket/sets")
    assert workdir.data_dir() == "gs://bucket/sets"


def test_the_commit_is_this_packages_own(monkeypatch, tmp_path):
    from tfgan_zoo.cli import workdir

    def describe(*args, **kwargs):
        return subprocess.CompletedProcess(args, 0, stdout="1a2b3c4-dirty\n")

    monkeypatch.setattr(subprocess, "run", describe)
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(workdir, "__file__", str(tmp_path / "tfgan_zoo" / "cli" / "workdir.py"))
    assert environment()["commit"] == "1a2b3c4-dirty"
    # Installed into an environment that lies in somebody's repository:
    site = tmp_path / "venv" / "site-packages"
    monkeypatch.setattr(workdir, "__file__", str(site / "tfgan_zoo" / "cli" / "workdir.py"))
    assert environment()["commit"] is None
