"""Data that no extractor knows can be trained on, and what does not fit is said by the field's name."""

import numpy as np
import pytest
from PIL import Image

from tests.cli import runs
from tfgan_zoo.cli import main
from tfgan_zoo.cli.workdir import Workdir


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Colour images of 7 classes, without splits."""
    path = tmp_path_factory.mktemp("images")
    for index in range(14):
        (path / f"class_{index % 7}").mkdir(exist_ok=True)
        pixels = np.random.default_rng(index).integers(0, 256, (16, 16, 3), np.uint8)
        Image.fromarray(pixels).save(path / f"class_{index % 7}" / f"{index}.png")
    return path


def train(workdir, *fields, command="train"):
    fields = [f"--config.{field}" for field in ("train.steps=2", *fields)]
    return main.run([command, f"--config={runs.CONFIG}", f"--workdir={workdir}", *fields])


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    workdir = tmp_path_factory.mktemp("run")
    assert train(workdir, f"data.name=folder:{folder}", "evaluate.extractor=none") == 0
    return Workdir(workdir)


def test_training_without_an_extractor(trained):
    assert trained.checkpoint("last").name == "step_00000002"
    assert trained.config().evaluate.extractor is None
    lines = trained.metrics_file.read_text()
    assert "generator_loss" in lines
    assert "frechet_distance" not in lines


def test_evaluate_says_that_there_is_nothing_to_score_with(trained, capsys):
    assert main.run(["evaluate", f"--workdir={trained.path}"]) == 2
    assert "has no extractor (evaluate.extractor is none)" in capsys.readouterr().err


def test_the_best_checkpoint_of_a_run_without_scores(trained, capsys):
    assert main.run(["sample", f"--workdir={trained.path}", "--checkpoint=best"]) == 2
    assert "carries a score" in capsys.readouterr().err


def test_demo_without_scores_says_that_best_by_is_ignored(tmp_path, capsys):
    assert train(tmp_path, "evaluate.extractor=none", command="demo") == 0
    out = capsys.readouterr().out
    assert "no scores; train.best_by=frechet_distance is ignored" in out
    assert (tmp_path / "savedmodel").is_dir()


@pytest.mark.parametrize(
    ("fields", "cause", "field"),
    [
        (["evaluate.split=train"], "images of 1 channel", "evaluate.extractor"),
        (
            ["evaluate.split=train", "evaluate.extractor=shapes"],
            "from 0 to 4",
            "evaluate.extractor",
        ),
        (["evaluate.extractor=digit"], "did you mean 'digits'", "evaluate.extractor"),
        ([], "unknown split 'test'", "evaluate.split"),
    ],
)
def test_what_does_not_fit(folder, tmp_path, capsys, fields, cause, field):
    data = f"data.name=folder:{folder}"
    if "evaluate.extractor=digit" in fields:
        data = "data.name=digits"
    assert train(tmp_path, data, *fields) == 2
    said = capsys.readouterr().err
    assert cause in said
    assert f"cannot be scored with {field}=" in said
    assert f"Set --config.{field}=… to" in said
    assert "--config.evaluate.extractor=none to train without scores" in said
