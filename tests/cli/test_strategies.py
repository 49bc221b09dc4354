import json
import shutil

import pytest

from tests import battery
from tests.cli import runs
from tfgan_zoo import files
from tfgan_zoo.cli import main, strategies


def refused(monkeypatch, text):
    """Return what is said of a `TF_CONFIG`."""
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(
        ValueError, match=r"Expected something like TF_CONFIG='{\"cluster\""
    ) as error:
        strategies.make("multi_worker")
    return str(error.value)


def config(cluster, kind="worker", index=0):
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})


def test_a_misspelt_strategy_is_named(capsys, tmp_path):
    workdir = tmp_path / "run"
    command = ["train", f"--config={runs.CONFIG}", f"--workdir={workdir}"]
    assert main.run([*command, "--strategy=miror"]) == 2
    assert "unknown strategy 'miror' (did you mean 'mirrored'?); valid names: mirrored, mul" in (
        capsys.readouterr().err
    )
    assert not workdir.exists()


def test_several_workers_need_tf_config(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    command = ["train", f"--config={runs.CONFIG}", f"--workdir={tmp_path / 'run'}"]
    assert main.run([*command, "--strategy=multi_worker"]) == 2
    error = capsys.readouterr().err
    assert "needs TF_CONFIG in the environment" in error
    assert '"task": {"type": "worker", "index": 0}}' in error
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is JSON, but of another form"),
        ('{"cluster": {}}', "it lacks 'task'"),
        (config({}), "its task is of type 'worker', its cluster holds nobody"),
        (config({"worker": ["a:1"]}, index=1), "its task is worker 1, its cluster holds 1"),
        (config({"worker": ["a:1"]}, index="x"), "its task is worker x, its cluster holds 1"),
        (config({"worker": ["a:1"]}, kind="chief"), "type 'chief', its cluster holds worker"),
        (config({"worker": ["a:1"], "ps": ["b:1"]}), "its cluster holds 'ps'"),
        (config({"worker": ["a"]}), "'a' is not host:port"),
        (config({"worker": ["a:b"]}), "'a:b' is not host:port"),
        (config({"worker": ["a:1", "a:1"]}), "two workers have the same address"),
        (config({"chief": ["a:1", "b:1"]}), "there is more than one chief"),
    ],
)
def test_what_is_wrong_with_tf_config_is_said(monkeypatch, text, fault):
    assert fault in refused(monkeypatch, text)


def test_the_example_is_right(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", strategies._EXAMPLE.removeprefix("TF_CONFIG=").strip("'"))
    assert strategies._workers() == ["first.host:12345", "second.host:12345"]
    monkeypatch.setenv("TF_CONFIG", config({"chief": ["a:1"], "worker": ["b:1"]}, "worker", "0"))
    assert strategies._workers() == ["a:1", "b:1"]


def test_a_run_goes_on_with_another_strategy(capsys, monkeypatch, tmp_path):
    strategy = battery.two_replicas()
    monkeypatch.setattr("tensorflow.distribute.MirroredStrategy", lambda: strategy)
    command = ["train", f"--config={runs.CONFIG}", f"--workdir={tmp_path}"]
    assert main.run([*command, "--strategy=mirrored"]) == 0
    assert "Training on 2 devices.\n" in capsys.readouterr().out
    assert files.read_json(tmp_path / "environment.json")["replicas"] == 2
    shutil.rmtree(tmp_path / "checkpoints" / "step_00000008")
    assert main.run(command) == 0
    out = capsys.readouterr().out
    assert "Resumed from " in out
    assert "Trained 8 steps" in out
    assert files.read_json(tmp_path / "environment.json")["replicas"] == 1
