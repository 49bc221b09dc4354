"""One tiny run, and everything that can be done with it."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.callbacks import events
from tests.cli import runs
from tfgan_zoo import datasets, files, metrics, pictures
from tfgan_zoo.cli import experiment, main
from tfgan_zoo.cli.interpolate import slerp
from tfgan_zoo.cli.workdir import Workdir
from tfgan_zoo.training import latents


@pytest.fixture(scope="module")
def workdir(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "new" / "tiny"
    assert main.run(["train", f"--config={runs.CONFIG}", f"--workdir={path}"]) == 0
    return Workdir(path)


@pytest.fixture(scope="module")
def model(workdir):
    return experiment.restore(workdir)


@pytest.fixture(scope="module")
def savedmodel(workdir):
    assert main.run(["export", f"--workdir={workdir.path}"]) == 0
    return workdir.savedmodel


def png(path):
    return np.asarray(Image.open(path))


def test_what_a_run_leaves(workdir):
    assert {p.name for p in workdir.path.iterdir()} >= {
        "config.json",
        "environment.json",
        "metrics.jsonl",
        "checkpoints",
        "samples",
        "tensorboard",
    }
    assert sorted(p.name for p in workdir.samples.iterdir()) == [
        f"step_{step:08d}.png" for step in (0, 4, 8)
    ]
    lines = [json.loads(line) for line in workdir.metrics_file.read_text().splitlines()]
    losses = [line for line in lines if "generator_loss" in line]
    assert [line["step"] for line in losses] == list(range(1, 9))
    # the schedule of the config: from 1e-3 to 0 in 8 steps
    rates = [line["generator_learning_rate"] for line in losses]
    np.testing.assert_allclose(rates, 1e-3 * (1 - np.arange(1, 9) / 8), atol=1e-9)
    assert losses[-1]["images_per_second"] == pytest.approx(8 * losses[-1]["steps_per_second"])
    extractor = metrics.extractors.get("digits").name
    score = f"frechet_distance[{extractor}, 20 vs test[:40]]"
    assert [line["step"] for line in lines if score in line] == [2, 4, 6, 8]
    values = {line["step"]: line[score] for line in lines if score in line}
    assert workdir.checkpoint("best").name == f"step_{min(values, key=values.get):08d}"
    assert workdir.checkpoint("last").name == "step_00000008"
    assert 2 <= len(list(workdir.checkpoints.glob("step_*"))) <= 3
    (_, text), *_ = events.read(workdir.tensorboard / "scalars")["config"]
    assert '"model.name": "VanillaGAN"' in text.item().decode()
    assert set(events.scalars(workdir.tensorboard / "scalars")) >= {
        f"scores/{score}",
        "generator/loss",
    }
    assert len(events.read(workdir.tensorboard / "samples")["samples"]) == 3


def test_a_finished_run_has_nothing_to_do(workdir, capsys):
    before = workdir.metrics_file.read_text()
    assert main.run(["train", f"--workdir={workdir.path}"]) == 0
    assert "This run has done its 8 steps." in capsys.readouterr().out
    assert workdir.metrics_file.read_text() == before


def test_another_config_is_refused(workdir, capsys):
    arguments = ["train", f"--config={runs.CONFIG}", f"--workdir={workdir.path}"]
    assert main.run([*arguments, "--config.train.steps=9"]) == 2
    said = capsys.readouterr().err
    assert "train.steps: 8 there, 9 now" in said
    assert "optimizers.generator.learning_rate.decay_steps: 8 there, 9 now" in said
    assert main.run(arguments) == 0  # and the folder is free again


def test_evaluate(workdir, model, capsys):
    assert main.run(["evaluate", f"--workdir={workdir.path}"]) == 0
    out = capsys.readouterr().out
    report = files.read_json(workdir.evaluation_file)
    assert (report["step"], report["checkpoint"], report["seed"]) == (8, "last", 1000)
    assert (report["samples"], report["split"]) == (30, "test[:40]")
    assert (report["real"]["samples"], report["real"]["from"]) == (30, "train")
    scorer = experiment.make_scorer(workdir.config(), scores="all")
    assert report["scores"] == pytest.approx(scorer.score(model.generate(30, seed=1000)))
    for name, value in report["scores"].items():
        assert f"{name} " in out
        assert f" {value:.4f}" in out
    short = {metrics.short_name(n): v for n, v in report["scores"].items()}
    real = {metrics.short_name(n): v for n, v in report["real"]["scores"].items()}
    assert real["frechet_distance"] < 0.5 * short["frechet_distance"]
    assert real["confident_fraction"] > 0.8
    assert sum(report["class_histogram"]) == pytest.approx(1)
    # Real images of all classes, in whatever order the set has them.
    assert min(report["real"]["class_histogram"]) < max(report["real"]["class_histogram"]) < 0.4


def test_evaluate_other_samples(workdir):
    first = min(int(p.name[5:]) for p in workdir.checkpoints.glob("step_*"))
    arguments = ["--samples=12", "--seed=5", f"--checkpoint={first}"]
    assert main.run(["evaluate", f"--workdir={workdir.path}", *arguments]) == 0
    report = files.read_json(workdir.evaluation_file)
    assert (report["samples"], report["seed"], report["step"]) == (12, 5, first)


def test_evaluate_says_which_checkpoint_has_diverged(workdir, monkeypatch, capsys):
    restore = experiment.restore

    def poisoned(*given):
        model = restore(*given)
        for weight in model.weights:
            if "float" in weight.dtype:
                weight.assign(weight * np.nan)
        return model

    monkeypatch.setattr(experiment, "restore", poisoned)
    before = files.read_json(workdir.evaluation_file) if workdir.evaluation_file.exists() else None
    assert main.run(["evaluate", f"--workdir={workdir.path}", "--samples=12"]) == 2
    said = capsys.readouterr().err
    assert "12 of 12 images hold NaN or infinity: the networks of step 8 (last checkpoint)" in said
    assert "--checkpoint=best, or one of the steps" in said
    after = files.read_json(workdir.evaluation_file) if workdir.evaluation_file.exists() else None
    assert before == after


def test_a_run_remembers_where_its_data_are(tmp_path, monkeypatch):
    asked, load_arrays = [], datasets.load_arrays

    def noted(*args, data_dir=None, **kwargs):
        asked.append(data_dir)
        return load_arrays(*args, **kwargs)

    monkeypatch.setattr(datasets, "load_arrays", noted)
    workdir, sets = f"--workdir={tmp_path / 'run'}", str(tmp_path / "sets")
    fields = ["--config.train.steps=1", f"--data_dir={sets}"]
    assert main.run(["train", f"--config={runs.CONFIG}", workdir, *fields]) == 0
    assert main.run(["train", workdir]) == 0
    assert main.run(["evaluate", workdir]) == 0
    assert asked == [sets] * 4  # the scorer of each, and evaluate's real images


def test_sample(workdir, model, tmp_path, capsys):
    grid, array = tmp_path / "new" / "a.png", tmp_path / "other" / "a.npy"
    arguments = [f"--workdir={workdir.path}", f"--output={grid}", f"--array={array}"]
    assert main.run(["sample", *arguments, "--n=5", "--seed=3"]) == 0
    assert f"5 samples: {grid}" in capsys.readouterr().out
    images = np.load(array)
    np.testing.assert_array_equal(images, pictures.to_uint8(model.generate(5, seed=3)))
    expected = pictures.enlarge(pictures.grid(images), 16)
    np.testing.assert_array_equal(png(grid), expected[..., 0])


def test_a_checkpoint_that_is_not_there(workdir, capsys):
    assert main.run(["sample", f"--workdir={workdir.path}", "--checkpoint=3000"]) == 2
    assert "no checkpoint '3000'; there are last, best and steps" in capsys.readouterr().err


def test_interpolate(workdir, model, tmp_path, capsys):
    picture = tmp_path / "a.png"
    arguments = [f"--workdir={workdir.path}", f"--output={picture}", "--rows=2", "--steps=3"]
    assert main.run(["interpolate", *arguments, "--seed=4"]) == 0
    assert f"2 walks of 3 images: {picture}" in capsys.readouterr().out
    ends = latents(4, model.latent_shape, 4).numpy()
    walks = [slerp(ends[0], ends[1], 3), slerp(ends[2], ends[3], 3)]
    np.testing.assert_array_equal(walks[1][[0, 2]].astype(np.float32), ends[2:])
    expected = pictures.grid(model.decode(np.concatenate(walks)), columns=3)
    np.testing.assert_array_equal(png(picture), pictures.enlarge(expected, 16)[..., 0])


def test_slerp_keeps_to_the_sphere():
    start, end = np.random.default_rng(0).normal(size=[2, 100])
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    walk = slerp(start, end, 7)
    np.testing.assert_allclose(np.linalg.norm(walk, axis=1), 1)
    cosines = [a @ b for a, b in itertools.pairwise(walk)]
    np.testing.assert_allclose(cosines, cosines[0])  # equal strides
    np.testing.assert_allclose(walk[[0, -1]], [start, end])
    np.testing.assert_allclose(slerp(start, 3 * start, 3)[1], 2 * start)  # along a ray: a line


def test_export(savedmodel, model):
    sample = tf.saved_model.load(str(savedmodel)).signatures["sample"]
    images = sample(n=tf.constant(3), seed=tf.constant(1, tf.int64))["images"]
    np.testing.assert_allclose(images, model.generate(3, seed=1), atol=1e-5)


def test_export_elsewhere(workdir, tmp_path, capsys):
    output = tmp_path / "somewhere" / "else"
    assert main.run(["export", f"--workdir={workdir.path}", f"--output={output}"]) == 0
    assert f"SavedModel: {output}" in capsys.readouterr().out
    assert (output / "saved_model.pb").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("")
    assert main.run(["export", f"--workdir={workdir.path}", f"--output={tmp_path / 'full'}"]) == 2
    assert "is not a SavedModel; choose another path" in capsys.readouterr().err


def test_sampling_from_a_savedmodel_needs_no_training_code(savedmodel, model, tmp_path):
    code = f"""
import sys
from tfgan_zoo.cli import main
assert main.run(["sample", "--savedmodel={savedmodel}", "--n=70", "--seed=9",
                 "--output={tmp_path}/a.png", "--array={tmp_path}/a.npy"]) == 0
print(*sorted(name for name in sys.modules if name.startswith("tfgan_zoo")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *_, imported = done.stdout.splitlines()
    assert imported.split() == [
        "tfgan_zoo",
        "tfgan_zoo.cli",
        "tfgan_zoo.cli.conditions",
        "tfgan_zoo.cli.main",
        "tfgan_zoo.cli.sample",
        "tfgan_zoo.errors",
        "tfgan_zoo.files",
        "tfgan_zoo.pictures",
    ]
    live = model.generate(70, seed=9)
    images = np.load(tmp_path / "a.npy")
    assert images.dtype == np.uint8
    # 1e-5 of difference can move a value across the middle between two levels.
    np.testing.assert_allclose(images, (live + 1) * 127.5, atol=0.5 + 1e-2)
    assert np.mean(images == pictures.to_uint8(live)) > 0.999
    expected = pictures.enlarge(pictures.grid(images), 16)
    np.testing.assert_array_equal(png(tmp_path / "a.png"), expected[..., 0])


def test_a_savedmodel_of_somebody_else(tmp_path, capsys):
    module = tf.Module()
    module.serve = tf.function(lambda x: x, input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, str(tmp_path), signatures={"serving_default": module.serve})
    assert main.run(["sample", f"--savedmodel={tmp_path}"]) == 2
    assert "has no signature 'sample_uint8', only serving_default" in capsys.readouterr().err


def test_demo(tmp_path, capsys):
    workdir = Workdir(tmp_path / "demo")
    arguments = [f"--config={runs.CONFIG}", f"--workdir={workdir.path}", "--config.train.steps=2"]
    assert main.run(["demo", *arguments]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The first GAN on digits, too small to draw any.\n")
    assert "Trained in 0." in out
    assert "frechet_distance[" in out
    for path in (
        workdir.samples / "savedmodel.png",
        workdir.savedmodel,
        workdir.checkpoints,
        workdir.tensorboard,
    ):
        assert str(path) in out
        assert path.exists()
    assert workdir.evaluation_file.exists()
