"""A tiny run of pix2pix, and folders of images through it; choices by models that stand in for others."""

import json
import re
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.callbacks import events
from tfgan_zoo import datasets, files, metrics, pictures
from tfgan_zoo.cli import configs, experiment, main
from tfgan_zoo.cli.workdir import Workdir
from tfgan_zoo.training.translating import Translating

CONFIG = str(Path(__file__).parent / "tiny_translation_config.py")


@pytest.fixture(scope="module")
def workdir(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "pix2pix"
    assert main.run(["train", f"--config={CONFIG}", f"--workdir={path}"]) == 0
    return Workdir(path)


@pytest.fixture(scope="module")
def model(workdir):
    return experiment.restore(workdir)


def save(path, height=16, width=16, mode="RGB", seed=0):
    """Write noise as an image file and return what is in the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, [height, width, 3], np.uint8)
    Image.fromarray(noise).convert(mode).save(path)
    return np.asarray(Image.open(path).convert("RGB"))


def run(workdir, source, target, *flags):
    arguments = [
        f"--workdir={getattr(workdir, 'path', workdir)}",
        f"--input={source}",
        f"--output={target}",
    ]
    return main.run(["translate", *arguments, *flags])


def test_training_shows_input_output_and_target(workdir, model):
    images = events.read(workdir.tensorboard / "samples")["samples"]
    assert [step for step, _ in images] == [0, 2]
    test = datasets.load_arrays("scenes_pairs", split="test[:8]", image_size=16).images
    made = model.translate(test["source"].astype("float32") / 127.5 - 1)
    columns = [test["source"], pictures.to_uint8(made), test["target"]]
    expected = pictures.grid(np.stack(columns, 1).reshape(-1, 16, 16, 3), columns=3)
    drawn = np.asarray(Image.open(workdir.samples / "step_00000002.png"))[::3, ::3]
    assert np.abs(drawn.astype(int) - expected).max() <= 1


def test_the_config_augments_pairs(workdir):
    stream = experiment.make_data(workdir.config())
    plain = datasets.load("scenes_pairs", split="train[:12]", image_size=16, batch_size=4)
    options = {"split": "train[:12]", "image_size": 16, "batch_size": 4}
    expected = datasets.load("scenes_pairs", **options, jitter=2, flip=True)
    batch = next(iter(stream))
    np.testing.assert_array_equal(batch["target"], next(iter(expected))["target"])
    assert not np.array_equal(batch["target"], next(iter(plain))["target"])


def test_scores_while_it_trains_and_after(workdir, model, capsys):
    known = datasets.load_arrays("scenes_pairs", split="test[:8]", image_size=16)
    scorer = metrics.TranslationScorer(known, "test[:8]")
    lines = [json.loads(line) for line in workdir.metrics_file.read_text().splitlines()]
    (logged,) = (line for line in lines if "psnr[4 of test[:8]]" in line)
    expected = scorer.score(model, 4)
    assert {name: logged[name] for name in expected} == pytest.approx(expected, rel=1e-5)
    assert main.run(["evaluate", f"--workdir={workdir.path}"]) == 0
    out, report = capsys.readouterr().out, files.read_json(workdir.evaluation_file)
    assert (report["step"], report["split"]) == (2, "test[:8]")
    assert report["scores"] == pytest.approx(scorer.score(model), rel=1e-5)
    assert report["copies"]["scores"] == pytest.approx(scorer.score_copies(model), rel=1e-5)
    assert re.search(r"score +model +copies\n +psnr\[8 of test\[:8\]\] +\d", out)
    assert main.run(["evaluate", f"--workdir={workdir.path}", "--truncation=1"]) == 2
    assert "is not made of any" in capsys.readouterr().err
    assert main.run(["evaluate", f"--workdir={workdir.path}", "--seed=2"]) == 2
    assert "scored by given images" in capsys.readouterr().err


def test_scores_that_the_data_cannot_give():
    config, _ = configs.load(CONFIG)
    configs.override(config, {"data.name": "scenes_unpaired", "evaluate.split": "train[:8]"})
    with pytest.raises(ValueError, match=r"evaluate\.split='train\[:8\]'.*extractor=none to train"):
        experiment.make_scorer(config)
    configs.override(config, {"evaluate.extractor": "counterpart"})
    with pytest.raises(ValueError, match="did you mean 'counterparts'"):
        experiment.make_scorer(config)


def test_pictures_of_a_split_that_is_not_there():
    config, _ = configs.load(CONFIG)
    configs.override(config, {"evaluate.split": "tset"})
    with pytest.raises(ValueError, match=r"did you mean 'test'.*Set --config\.evaluate\.split="):
        experiment.make_shown(config)


def test_a_folder_of_any_sizes(workdir, model, tmp_path, capsys):
    source, target = tmp_path / "in", tmp_path / "new" / "out"
    given = {
        "a.png": save(source / "a.png"),
        "sub folder/ä.PNG": save(source / "sub folder" / "ä.PNG", 20, 12, seed=1),
        "grey.bmp": save(source / "grey.bmp", 8, 32, "L", seed=2),
        "photo.webp": save(source / "photo.webp", 16, 16, seed=3),
        "photo.jpg": save(source / "photo.jpg", 24, 24, seed=4),
    }
    save(source / "odd.png", 17, 30)
    (source / "half.png").write_bytes((source / "a.png").read_bytes()[:99])
    (source / "notes.txt").write_text("not an image")
    save(source / "scans" / "page.tif")
    (source / ".hidden").mkdir()
    (source / ".hidden" / "index.db").write_text("of a file manager")
    assert run(workdir, source, target, "--seed=3") == 0
    out = capsys.readouterr().out
    assert f"5 images translated: {target}\n4 skipped:\n" in out
    assert "notes.txt: not one of .png, .jpg" in out
    assert f"{Path('scans') / 'page.tif'}: not one of" in out
    assert "half.png: not a whole image" in out
    assert "odd.png: images of 17×30 pixels" in out
    assert "the nearest that works is 16×32" in out
    found = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert found == set(given)
    for name, pixels in given.items():
        (expected,) = model.translate(pixels[None].astype("float32") / 127.5 - 1, seed=3)
        written = np.asarray(Image.open(target / name)).astype(int)
        off = np.abs(written - pictures.to_uint8(expected)).max()
        assert off == 0 if not name.endswith(".jpg") else off < 60
        assert Image.open(target / name).format == Image.open(source / name).format


def test_nothing_could_be_translated(workdir, tmp_path, capsys):
    source, target = tmp_path / "in", tmp_path / "out"
    assert run(workdir, source, target) == 2
    assert "--input: no such folder" in capsys.readouterr().err
    source.mkdir()
    assert run(workdir, source, target) == 2
    assert "holds no image" in capsys.readouterr().err
    save(source / "a.png", 18, 16)
    assert run(workdir, source, target) == 2
    said = capsys.readouterr().err
    assert "none of the 1 images could be translated; a.png: images of 18×16" in said
    assert not target.exists()


def test_originals_are_safe(workdir, tmp_path, capsys):
    source = tmp_path / "in"
    save(source / "a.png")
    before = (source / "a.png").read_bytes()
    for target in (source, source / "out", tmp_path):
        assert run(workdir, source, target) == 2
        said = capsys.readouterr().err
        assert f"--output={target} and --input={source} lie in one another" in said
    assert (source / "a.png").read_bytes() == before


def test_a_full_disk_leaves_no_half_file(workdir, tmp_path, capsys, monkeypatch):
    source, target = tmp_path / "in", tmp_path / "out"
    save(source / "a.png")

    def full(self, file, **options):
        file.write(b"half of")
        raise OSError("no space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    assert run(workdir, source, target) == 2
    assert "no space left" in capsys.readouterr().err
    assert list(target.iterdir()) == []


def test_flags_that_are_missing_or_not_for_this_model(workdir, tmp_path, capsys):
    assert main.run(["translate", f"--workdir={workdir.path}"]) == 2
    assert "translate needs --workdir=… of a run, --input=…" in capsys.readouterr().err
    save(tmp_path / "in" / "a.png")
    for flag in ("direction=b_to_a", "domain=2"):
        assert run(workdir, tmp_path / "in", tmp_path / "out", f"--{flag}") == 2
        name = flag.partition("=")[0]
        assert f"--{flag}: Pix2Pix has no {name}s to choose from" in capsys.readouterr().err


class StandIn:
    """Adds to the red of images what it is told."""

    size_multiple, smallest_side, free_size, image_shape = 1, 1, True, (7, 5, 3)
    check_size = Translating.check_size

    def __init__(self, *routes):
        self.routes = {route: types.SimpleNamespace(channels=3) for route in routes}

    def moved(self, images, by):
        return np.clip(images + by * np.array([1, 0, 0]), -1, 1)


class TwoWays(StandIn):
    def translate(self, images, direction="a_to_b"):
        return self.moved(images, {"a_to_b": 0.2, "b_to_a": -0.2}[direction])


class ManyDomains(StandIn):
    def translate(self, images, label):
        return self.moved(images, 0.1 * label)


def moved(workdir, tmp_path, *flags):
    """Return by how much the red of an even grey has moved."""
    source = tmp_path / "in"
    source.mkdir(exist_ok=True)
    Image.new("RGB", (5, 7), (100, 100, 100)).save(source / "a.png")
    assert run(workdir, source, tmp_path / "out", *flags) == 0
    image = np.asarray(Image.open(tmp_path / "out" / "a.png")).astype(int)
    assert (image[..., 1:] == 100).all()
    return (image[0, 0, 0] - 100) / 127.5


def test_directions(workdir, tmp_path, monkeypatch, capsys):
    model = TwoWays("a_to_b", "b_to_a")
    monkeypatch.setattr(experiment, "restore", lambda *_: model)
    assert moved(workdir, tmp_path) == pytest.approx(0.2, abs=0.005)
    assert moved(workdir, tmp_path, "--direction=b_to_a") == pytest.approx(-0.2, abs=0.005)
    assert run(workdir, tmp_path / "in", tmp_path / "out", "--direction=a_to_d") == 2
    assert "did you mean 'a_to_b'" in capsys.readouterr().err


@pytest.mark.parametrize("limit", [{"smallest_side": 6}, {"free_size": False}])
def test_sizes_that_a_model_does_not_take_are_skipped(
    workdir, tmp_path, monkeypatch, capsys, limit
):
    model = TwoWays("a_to_b", "b_to_a")
    vars(model).update(limit, image_shape=(8, 8, 3))
    monkeypatch.setattr(experiment, "restore", lambda *_: model)
    source, target = tmp_path / "in", tmp_path / "out"
    save(source / "right.png", 8, 8)
    save(source / "small.png", 7, 5)
    assert run(workdir, source, target) == 0
    out = capsys.readouterr().out
    assert "1 images translated" in out
    assert "small.png: images of 7×5 pixels" in out
    assert [file.name for file in target.iterdir()] == ["right.png"]


def test_domains_by_number_and_by_name(workdir, tmp_path, monkeypatch, capsys):
    model = ManyDomains("translate")
    monkeypatch.setattr(experiment, "restore", lambda *_: model)
    assert moved(workdir, tmp_path, "--domain=3") == pytest.approx(0.3, abs=0.005)
    config = workdir.config()
    with config.unlocked():
        config.data.name = "scenes_domains"
    monkeypatch.setattr(Workdir, "config", lambda self: config)
    assert moved(workdir, tmp_path, "--domain=green striped") == pytest.approx(0.2, abs=0.005)
    source, target = tmp_path / "in", tmp_path / "out"
    assert run(workdir, source, target, "--domain=green striped ") == 2
    assert "did you mean 'green striped'" in capsys.readouterr().err
    assert run(workdir, source, target) == 2
    assert "ManyDomains has several to choose from: give --domain=…" in capsys.readouterr().err


def test_domains_whose_names_are_numbers(workdir, tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "restore", lambda *_: ManyDomains("translate"))
    data = types.SimpleNamespace(info=types.SimpleNamespace(label_names=("1", "3", "7")))
    monkeypatch.setattr(experiment, "make_data", lambda *_: data)
    assert moved(workdir, tmp_path, "--domain=3") == pytest.approx(0.1, abs=0.005)
    assert moved(workdir, tmp_path, "--domain=2") == pytest.approx(0.2, abs=0.005)

    def gone(*_):
        raise ValueError("no such folder")

    monkeypatch.setattr(experiment, "make_data", gone)
    assert moved(workdir, tmp_path, "--domain=3") == pytest.approx(0.3, abs=0.005)


def test_sample_points_to_translate(workdir, capsys):
    assert main.run(["sample", f"--workdir={workdir.path}"]) == 2
    assert "Pix2Pix makes nothing of latents; see `tfgan-zoo translate`" in capsys.readouterr().err


def test_data_that_the_model_cannot_learn_from(tmp_path, capsys):
    fields = ["data.name=scenes_unpaired", "evaluate.extractor=none"]
    arguments = [f"--config={CONFIG}", f"--workdir={tmp_path / 'run'}"]
    arguments += [f"--config.{field}" for field in fields]
    assert main.run(["train", *arguments]) == 2
    said = capsys.readouterr().err
    assert "Pix2Pix cannot learn from data.name='scenes_unpaired': the batch lacks a key" in said
    assert "'source'" in said


def test_as_many_domains_as_the_data_have():
    config, _ = configs.load("stargan_scenes")
    info = types.SimpleNamespace(name="domains:mine", image_shape=(16, 16, 3), num_classes=3)
    with pytest.raises(
        ValueError, match=r"num_labels is 5, but domains:mine has 3: set --config\.mod"
    ):
        experiment.make_model(config, info)


def test_fields_of_data_that_a_config_leaves_out():
    config, _ = configs.load("pix2pix_scenes")
    fields = {
        "data.channels": "1",
        "data.jitter": "2",
        "data.flip": "true",
        "data.image_size": "16",
    }
    configs.override(config, {**fields, "data.split": "train[:8]"})
    assert experiment.make_data(config).info.image_shape == (16, 16, 1)
    assert (config.data.jitter, config.data.flip) == (2, True)
    configs.override(config, {"data.channels": "none"})
    assert experiment.make_data(config).info.image_shape == (16, 16, 3)
    with pytest.raises(ValueError, match=r"unknown config field 'data\.jiter'"):
        configs.override(config, {"data.jiter": "2"})


def test_a_model_that_does_not_translate(workdir, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(experiment, "restore", lambda *_: object())
    save(tmp_path / "in" / "a.png")
    assert run(workdir, tmp_path / "in", tmp_path / "out") == 2
    assert "object does not translate images" in capsys.readouterr().err
