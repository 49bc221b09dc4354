"""`train.monitor_every` watches a run."""

import json

import pytest

from tests.cli import runs
from tfgan_zoo import files
from tfgan_zoo.cli import configs, experiment, main

SPLIT = "evaluate.split=test[:120]"


def train(workdir, *fields):
    fields = [f"--config.{field}" for field in ("train.score_every=100", *fields)]
    return main.run(["train", f"--config={runs.CONFIG}", f"--workdir={workdir}", *fields])


def test_a_run_is_watched_and_resumed(tmp_path, capsys):
    fields = (SPLIT, "train.monitor_every=2", "train.monitor_action=roll_back")
    assert train(tmp_path, *fields) == 0
    assert "step 2: too early to say" in capsys.readouterr().out
    written = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    checks = [line for line in written if "health/verdict" in line]
    assert [line["step"] for line in checks] == [2, 4, 6, 8]
    # The config's own extractor, split and training images.
    assert {"health/missing_classes", "health/copied", "health/real"} <= set(checks[0])
    state = files.read_json(tmp_path / "checkpoints" / "step_00000008" / "state.json")
    assert [check["step"] for check in state["callbacks"]["health"]["history"]] == [2, 4, 6, 8]
    assert (tmp_path / "checkpoints" / "step_00000000").is_dir()  # to return to
    assert train(tmp_path, *fields) == 0
    assert "has done its 8 steps" in capsys.readouterr().out


def test_without_an_extractor_and_without_a_monitor():
    config, _ = configs.load(runs.CONFIG)
    assert experiment.make_monitor(config, None) is None
    configs.override(
        config,
        {"train.monitor_every": "5", "evaluate.extractor": "none", "evaluate.split": "test[:150]"},
    )
    configs.check(config)
    monitor = experiment.make_monitor(config, None)
    assert (monitor.every, monitor.action, monitor.signs.samples) == (5, "report", 150)
    assert monitor.signs.extractor is None
    configs.override(config, {"train.monitor_every": "none"})
    assert experiment.make_monitor(config, None) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (["train.monitor_every=0"], "train.monitor_every is 0, expected an int of at least 1"),
        (["train.monitor_action=halt"], "unknown train.monitor_action 'halt'"),
        (
            ["train.monitor_every=5"],
            "real_images are 40, expected at least 100",
        ),  # the config's split
        (["train.monitor_evry=5"], "did you mean 'train.monitor_every'"),
    ],
)
def test_what_is_refused(tmp_path, capsys, fields, message):
    assert train(tmp_path, *fields) == 2
    assert message in capsys.readouterr().err


def test_texts_are_not_watched():
    config, _ = configs.load("seqgan_captions")
    with pytest.raises(ValueError, match=r"unknown config field 'train\.monitor_every'"):
        configs.override(config, {"train.monitor_every": "5"})
    with config.unlocked():
        config.train.monitor_every = 5
    with pytest.raises(ValueError, match="SeqGAN makes no images of latents"):
        experiment.make_monitor(config, None)
