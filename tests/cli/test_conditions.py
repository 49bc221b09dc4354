"""Samples of what is asked for: `--condition NAME=VALUE`, of a run and of a SavedModel."""

import numpy as np
import pytest

from tests.cli.test_choices import conditional, sampled
from tests.models.test_text_to_image_gan import TEXTS, make
from tfgan_zoo import pictures
from tfgan_zoo.cli import experiment, main
from tfgan_zoo.cli.interpolate import slerp
from tfgan_zoo.training import latents


@pytest.fixture(scope="module")
def captioned(tmp_path_factory):
    """A model that is told captions, and its export."""
    model, path = make(), tmp_path_factory.mktemp("exported") / "model"
    model.export(path)
    return model, path


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    model, path = conditional(), tmp_path_factory.mktemp("exported") / "model"
    model.export(path)
    return model, path


def both(kind, tmp_path, monkeypatch, *flags):
    """Return what is sampled from a run, and from a SavedModel."""
    model, path = kind
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: model)
    sources = (f"--workdir={tmp_path}", f"--savedmodel={path}")
    return [sampled(tmp_path, source, *flags) for source in sources]


def test_a_caption(captioned, tmp_path, monkeypatch):
    images, served = both(
        captioned, tmp_path, monkeypatch, f"--condition=caption={TEXTS[1]}", "--seed=3"
    )
    expected = pictures.to_uint8(captioned[0].generate(6, seed=3, caption=TEXTS[1]))
    np.testing.assert_array_equal(images, expected)
    assert np.abs(served.astype(int) - expected).max() <= 1


def test_a_label_in_both_spellings(labelled, tmp_path, monkeypatch):
    for flag in ("--condition=label=2", "--label=2"):
        for images in both(labelled, tmp_path, monkeypatch, flag):
            assert np.round(images.mean((1, 2, 3)) / 64 - 1).tolist() == [2] * 6


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--condition=label"], "--condition='label': expected NAME=VALUE"),
        (["--condition=label=1", "--label=1"], "label is given twice"),
        (["--condition=label=two"], "--condition label=two: expected a whole number"),
        (["--condition=caption=a circle"], "caption"),
    ],
)
def test_what_is_refused(labelled, tmp_path, monkeypatch, capsys, flags, message):
    model, path = labelled
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: model)
    for source in (f"--workdir={tmp_path}", f"--savedmodel={path}"):
        assert main.run(["sample", source, *flags]) == 2
        assert message in capsys.readouterr().err


def test_a_caption_that_is_none(captioned, capsys):
    assert main.run(["sample", f"--savedmodel={captioned[1]}", "--condition=caption= "]) == 2
    assert "captions without words" in capsys.readouterr().err
    long = "--condition=caption=a a a a a a"
    assert main.run(["sample", f"--savedmodel={captioned[1]}", long]) == 2
    assert "more than the 5 words" in capsys.readouterr().err


def test_walks_between_captions_and_of_one(captioned, tmp_path, monkeypatch, capsys):
    model, _ = captioned
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: model)
    written = []
    monkeypatch.setattr("tfgan_zoo.cli.sample.write_grid", lambda *args, **_: written.append(args))

    def walk(condition):
        arguments = [f"--workdir={tmp_path}", "--rows=2", "--steps=3", "--seed=4"]
        return main.run(["interpolate", *arguments, f"--condition={condition}"])

    assert walk(f"caption={TEXTS[0]}|{TEXTS[1]}") == 0
    rows = latents(2, model.latent_shape, 4).numpy()
    np.testing.assert_allclose(written[0][1], model.walk(*TEXTS[:2], rows, 3), atol=1e-6)
    assert walk(f"caption={TEXTS[1]}") == 0
    ends = latents(4, model.latent_shape, 4).numpy()
    walks = np.concatenate([slerp(*pair, 3) for pair in (ends[:2], ends[2:])])
    expected = model.decode(walks, caption=TEXTS[1])
    np.testing.assert_allclose(written[1][1], expected, atol=1e-6)
    assert walk("caption=a|red|blue") == 2
    assert "expected one condition, of the form ONE|OTHER" in capsys.readouterr().err
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: conditional())
    assert walk("label=0|1") == 2
    assert "ConditionalGAN has nothing between two values of 'label'" in capsys.readouterr().err
