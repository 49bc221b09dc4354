"""Evaluating what no run of ours made: folders of images and SavedModels."""

import numpy as np
import pytest
from PIL import Image

from tests.metrics import planted
from tfgan_zoo import files, metrics, models
from tfgan_zoo.cli import main
from tfgan_zoo.datasets.pictures import fit


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders `real`, `training`, `copies` and `blank` of PNG files."""
    digits, path = planted.digits(), tmp_path_factory.mktemp("images")
    sets = {
        "real": digits.test,
        "training": digits.training,
        "copies": digits.fakes["copies"][:120],
        "gaussian": digits.fakes["gaussian"],
    }
    for name, images in sets.items():
        (path / name).mkdir()
        for number, image in enumerate(images):
            Image.fromarray(image[..., 0]).save(path / name / f"{number:04}.png")
    return path


def arguments(folders, what, output, **more):
    given = {"images": folders / what, "real": folders / "real", "extractor": "digits"}
    given |= {"training": folders / "training", "output": output, **more}
    return ["evaluate", *(f"--{name}={value}" for name, value in given.items() if value)]


def test_a_folder_against_a_folder(folders, tmp_path, capsys):
    assert main.run(arguments(folders, "copies", tmp_path / "new" / "out")) == 0
    report = files.read_json(tmp_path / "new" / "out" / "evaluation.json")
    out = capsys.readouterr().out
    assert report["source"] == str(folders / "copies")
    assert (report["samples"], report["real_samples"], report["split"]) == (120, 360, "real")
    name = "copying_share[pixels, flips, shifts of 1, 120 vs training]"
    assert report["scores"][name] == 1.0
    assert name in out
    # In any order of the files the same images give the same score.
    digits = planted.digits()
    extract = metrics.extractors.get("digits")
    expected = metrics.frechet_distance(
        extract(digits.test).features, extract(digits.fakes["copies"][:120]).features
    )
    name = f"frechet_distance[{extract.name}, 120 vs real]"
    assert report["scores"][name] == pytest.approx(expected, rel=1e-6)
    page = (tmp_path / "new" / "out" / "evaluation.html").read_text()
    assert "100% of the samples are copies of training images." in page


def test_without_training_images_nothing_is_said_of_copies(folders, tmp_path):
    given = arguments(folders, "copies", tmp_path, training=None, samples=100, scores="quick")
    assert main.run(given) == 0
    report = files.read_json(tmp_path / "evaluation.json")
    assert report["samples"] == 100
    assert len(report["scores"]) == len(metrics.Scorer.names()[:6])
    assert "are copies of training images" not in (tmp_path / "evaluation.html").read_text()


def test_against_a_data_set(folders, tmp_path):
    given = arguments(folders, "gaussian", tmp_path, real="digits", training="train", image_size=16)
    assert main.run([*given, "--split=test[:200]", "--scores=frechet_distance,authenticity"]) == 0
    report = files.read_json(tmp_path / "evaluation.json")
    name = metrics.extractors.get("digits").name
    assert set(report["scores"]) == {
        f"frechet_distance[{name}, 360 vs digits test[:200]]",
        f"authenticity[{name}, 360 vs digits train]",
    }


def test_a_savedmodel(folders, tmp_path):
    gan = models.get("VanillaGAN")((16, 20, 1), latent_dim=4, generator_width=8)
    gan.export(tmp_path / "savedmodel")
    given = arguments(folders, "", tmp_path, images=None, savedmodel=tmp_path / "savedmodel")
    assert main.run([*given, "--samples=30", "--seed=3", "--scores=classifier_score"]) == 0
    report = files.read_json(tmp_path / "evaluation.json")
    assert (report["seed"], report["samples"]) == (3, 30)
    extract = metrics.extractors.get("digits")
    made = [fit(image, (16, 16)) for image in metrics.images.to_uint8(gan.generate(30, seed=3))]
    expected = metrics.classifier_score(extract(np.stack(made)).logits)
    assert list(report["scores"].values()) == [pytest.approx(expected, rel=1e-4)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"real": None}, "--real=… is missing"),
        ({"extractor": None}, "--extractor=… is missing"),
        ({"output": None}, "--output=… is missing"),
        ({"extractor": "digit"}, "did you mean 'digits'"),
        ({"scores": "recal"}, "did you mean 'recall'"),
        ({"seed": 3}, "--seed says nothing about --images"),
        ({"truncation": 0.5}, "--truncation says nothing about --images"),
        ({"workdir": "runs/x"}, "--workdir=… of a run, --savedmodel=… or --images=…"),
        ({"images": "nowhere"}, "there is no folder 'nowhere' for --images"),
        ({"real": "./nowhere"}, "there is no folder './nowhere'"),
        ({"scores": "all,recal"}, "did you mean 'recall'"),
        ({"scores": "quick,recall"}, "--scores=quick stands alone"),
        ({"scores": ","}, "--scores= names no score"),
        (
            {"training": "trian", "real": "digits", "image_size": 16},
            "--training=trian is no folder, and no",
        ),
        ({"samples": 5000}, "holds 120 images: leave --samples away"),
        ({"image_size": 2}, "image_size"),
        ({"scores": "label_accuracy"}, "no label_accuracy can be computed: no labels"),
    ],
)
def test_errors_say_what_is_needed(folders, tmp_path, capsys, changed, said):
    given = arguments(folders, "copies", **({"output": tmp_path / "out"} | changed))
    assert main.run(given) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_done_to_images_of_another_kind_is_said(folders, tmp_path, caplog):
    few = tmp_path / "few"
    few.mkdir()
    for number, (mode, size) in enumerate([("L", (16, 16)), ("RGBA", (16, 16)), ("L", (20, 10))]):
        Image.new(mode, size).save(few / f"{number}.png")
    given = arguments(folders, "", tmp_path / "out", images=few, scores="frechet_distance")
    with caplog.at_level("WARNING"):
        assert main.run(given) == 0
    said = [record.getMessage() for record in caplog.records]
    assert any("1 of 3 images" in text and "than 16×16 (20×10)" in text for text in said)
    assert any("1 of 3 images" in text and "transparency" in text for text in said)


def test_an_empty_folder(folders, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    given = arguments(folders, "", tmp_path / "out", images=tmp_path / "empty")
    assert main.run(given) == 2
    assert "empty" in capsys.readouterr().err
    few = tmp_path / "few"
    few.mkdir()
    Image.fromarray(np.zeros((16, 16), np.uint8)).save(few / "one.png")
    given = arguments(folders, "", tmp_path / "out", images=few, scores="frechet_distance")
    assert main.run(given) == 2
    assert "needs at least 2 samples" in capsys.readouterr().err


def test_folders_are_classes_by_their_names(folders, tmp_path, caplog, monkeypatch):
    digits, path = planted.digits(), tmp_path / "labelled"
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    for number, label in enumerate(digits.training_labels[:150]):
        if label != 1:  # nine folders
            folder = path / str(label)
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(digits.training[number, ..., 0]).save(folder / f"{number:04}.png")
    given = arguments(folders, "", tmp_path / "out", images=path, scores="label_accuracy")
    given += ["--real=digits", "--image_size=16", "--training="]
    here = tmp_path / "here"  # whose images nobody asked for
    for stray in (here / "stray.png", here / "more" / "stray.png"):
        stray.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.training[0, ..., 0]).save(stray)
    monkeypatch.chdir(here)
    assert main.run(given) == 0
    [value] = files.read_json(tmp_path / "out" / "evaluation.json")["scores"].values()
    assert value > 0.99
    for folder in [*path.iterdir()]:
        folder.rename(path / words[int(folder.name)])
    assert main.run(given) == 2  # not in the order of their names
    assert "the labels eight, five, four" in caplog.text


def test_subfolders_of_images_are_the_classes_that_were_asked_for(folders, tmp_path):
    digits, path = planted.digits(), tmp_path / "labelled"
    for number, label in enumerate(digits.training_labels[:200]):
        folder = path / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.training[number, ..., 0]).save(folder / f"{number:04}.png")
    given = arguments(folders, "", tmp_path / "out", images=path, scores="label_accuracy")
    for change, low, high in ((None, 0.99, 1.0), ("swap", 0.7, 0.9)):
        if change:  # what is in the folder of the nines is called a zero, and the reverse
            (path / "0").rename(path / "x")
            (path / "9").rename(path / "0")
            (path / "x").rename(path / "9")
        assert main.run([*given, "--real=digits", "--image_size=16", "--training=train"]) == 0
        [value] = files.read_json(tmp_path / "out" / "evaluation.json")["scores"].values()
        assert low <= value <= high
