"""A model of text on the command line: trained, resumed, sampled, scored, exported."""

import pytest

from tests import text_battery
from tfgan_zoo import files, models
from tfgan_zoo.cli import arguments, experiment, main
from tfgan_zoo.cli.workdir import Workdir
from tfgan_zoo.training import TokenSpec

CONFIG = '''"""A tiny model of text."""

from tfgan_zoo.cli import configs


def get_config():
    config, _ = configs.load("scratchgan_captions")
    with config.unlocked():
        config.data.name = "text:{path}"
        config.data.batch_size = 8
        config.train.deterministic = False  # once on, it stays on in a process that tests share
        config.train.update(
            {{"steps": 2, "log_every": 1, "sample_every": 2, "score_every": 2, "score_samples": 8}}
        )
        config.evaluate.samples = 8
    return config
'''


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run's workdir, and its config's file."""
    folder = tmp_path_factory.mktemp("texts")
    lines = [f"{text} {other}" for text in text_battery.TEXTS for other in text_battery.TEXTS]
    files.write_text(folder / "train.txt", "\n".join(lines) + "\n")
    files.write_text(folder / "test.txt", "\n".join(lines[::3]) + "\n")
    files.write_text(folder / "config.py", CONFIG.format(path=folder))
    workdir = folder / "run"
    command = ["train", f"--config={folder / 'config.py'}", f"--workdir={workdir}"]
    assert main.run(command) == 0
    return workdir, command


def test_what_a_run_of_text_leaves(run, capsys):
    workdir, command = run
    for step in (0, 2):
        lines = (workdir / "samples" / f"step_{step:08d}.txt").read_text().splitlines()
        assert len(lines) == 32
    metrics = (workdir / "metrics.jsonl").read_text()
    for score in ("nll[22 of test]", "bleu_2[8 vs 22 of test]", "frechet_embedding_distance[lsa"):
        assert score in metrics
    assert {p.name for p in (workdir / "tensorboard").iterdir()} >= {"policy", "samples", "scalars"}
    assert main.run(command) == 0
    assert "has done its 2 steps" in capsys.readouterr().out


def test_sample_and_export_write_the_same(run, tmp_path, capsys):
    workdir, _ = run
    options = ["--n=4", "--seed=3", "--temperature=0.5", "--prompt=a red"]
    ours, served = tmp_path / "ours.txt", tmp_path / "served.txt"
    assert main.run(["sample", f"--workdir={workdir}", f"--output={ours}", *options]) == 0
    assert main.run(["export", f"--workdir={workdir}"]) == 0
    savedmodel = f"--savedmodel={workdir / 'savedmodel'}"
    assert main.run(["sample", savedmodel, f"--output={served}", *options]) == 0
    model = experiment.restore(Workdir(workdir))
    expected = model.generate_texts(4, seed=3, temperature=0.5, prompts="a red")
    assert ours.read_text().splitlines() == served.read_text().splitlines() == expected
    assert all(text.startswith("a red") for text in expected)
    wrong = {
        "--prompt=a zebra": "zebra",
        "--temperature=0": "temperature=0, expected a number above 0",
        "--truncation=0.5": "makes text",
        "--output=grid.png": "FILE.txt",
    }
    capsys.readouterr()
    for source in (f"--workdir={workdir}", savedmodel):
        for argument, said in wrong.items():
            assert main.run(["sample", source, argument]) == 2
            assert said in capsys.readouterr().err
    assert main.run(["interpolate", f"--workdir={workdir}"]) == 2
    assert "no latents" in capsys.readouterr().err


def test_evaluate_beside_real_text(run, capsys):
    workdir, _ = run
    assert main.run(["evaluate", f"--workdir={workdir}", "--samples=6"]) == 0
    printed = capsys.readouterr().out
    assert "bleu_2[6 vs 22 of test]" in printed
    report = files.read_json(workdir / "evaluation.json")
    assert report["real"]["samples"] == report["samples"] == 6
    assert report["real"]["scores"]["bleu_2[6 vs 22 of test]"] > 0.5
    assert 0 < report["scores"]["nll[22 of test]"] < 5


@pytest.mark.parametrize("name", ["SeqGAN", "RelGAN", "LeakGAN"])
def test_a_config_can_set_all_that_a_model_remembers(name):
    model = models.get(name)(TokenSpec(6, 4))
    elsewhere = {"tokens", "seed", "name", "trainable"}
    assert model.get_config().keys() - elsewhere <= arguments.of_constructor(type(model)).keys()
