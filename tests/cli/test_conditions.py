"""Samples of what is asked for: `--condition NAME=VALUE`, of a run and of a SavedModel."""

import sys
import warnings

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests.cli.test_choices import conditional, sampled
from tests.models import test_frame_prediction_gan as frames_gan
from tests.models import test_sound_to_image_gan as sound_gan
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
        (["--condition=caption=a circle"], "unknown"),
        (["--condition=lable=1"], "'lable' (did you mean 'label'?); valid names: label"),
        (["--condition=truncation=0.7"], "truncation is no condition; --n, --seed and"),
        (["--condition=seed=3"], "seed is no condition; --n, --seed and --truncation say"),
        (["--condition=latents=1"], "latents is no condition"),
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


def test_unknown_words_are_named(captioned, tmp_path, monkeypatch):
    with pytest.warns(UserWarning, match="the vocabulary lacks 'green', 'dog': read as <unk>"):
        both(captioned, tmp_path, monkeypatch, "--condition=caption=a green dog", "--seed=3")
    _, path = captioned
    for source in (f"--workdir={tmp_path}", f"--savedmodel={path}"):
        with pytest.warns(UserWarning, match="'dog'") as caught:
            main.run(["sample", source, "--condition=caption=a dog", f"--output={tmp_path}/a.png"])
        assert len([one for one in caught if "lacks" in str(one.message)]) == 1


def test_warnings_are_a_line_of_the_command(captioned, tmp_path, capsys):
    asked = ["sample", f"--savedmodel={captioned[1]}", f"--output={tmp_path}/a.png"]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *args: sys.stderr.write(warnings.formatwarning(*args[:4]))
        assert main.run([*asked, "--condition=caption=a dog"]) == 0
        told = "tfgan-zoo sample: the vocabulary lacks 'dog': read as <unk>\n"
        assert capsys.readouterr().err == told
        assert "test.py:1: UserWarning: as ever" in warnings.formatwarning(
            "as ever", UserWarning, "test.py", 1
        )


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
    assert walk("caption=a|b") == 2
    assert "unknown condition 'caption'; valid names: label" in capsys.readouterr().err
    assert walk("lable=0|1") == 2
    assert "unknown condition 'lable' (did you mean 'label'?)" in capsys.readouterr().err
    assert walk("label=0|one") == 2
    assert "--condition label=one: expected a whole number" in capsys.readouterr().err


def test_codes(tmp_path, monkeypatch, capsys):
    model = zoo.InfoGAN((16, 16, 1), (3,), 2, "mlp", 6, generator_width=8, discriminator_width=8)
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: model)
    images = sampled(tmp_path, f"--workdir={tmp_path}", "--condition=codes=2, 0.5, -1", "--seed=3")
    told = model.codes(6, [[2]] * 6, [[0.5, -1]] * 6)
    expected = pictures.to_uint8(model.generate(6, seed=3, codes=told))
    np.testing.assert_array_equal(images, expected)
    assert main.run(["sample", f"--workdir={tmp_path}", "--condition=codes=2, 0.5"]) == 2
    assert "--condition codes=2, 0.5: codes are '2, 0.5', expected a" in capsys.readouterr().err


def test_arrays_of_files(tmp_path, monkeypatch, capsys):
    model, path = frames_gan.make(), tmp_path / "exported"
    for weight in model.generator.trainable_weights:  # else a past hardly shows in 8 bits
        weight.assign(2 * weight)
    model.export(path)
    past = frames_gan.BATCH["past"][1]
    np.save(tmp_path / "past.npy", past)
    flags = (f"--condition=past={tmp_path / 'past.npy'}", "--seed=3")
    images, served = both((model, path), tmp_path, monkeypatch, *flags)
    expected = pictures.to_uint8(model.generate(6, seed=3, past=past))
    np.testing.assert_array_equal(images, expected)
    assert np.abs(served.astype(int) - expected).max() <= 1
    assert (expected != pictures.to_uint8(model.generate(6, seed=3))).any()

    sources = (f"--workdir={tmp_path}", f"--savedmodel={path}")
    for source in sources:
        assert main.run(["sample", source, "--condition=past=missing.npy"]) == 2
        said = capsys.readouterr().err
        assert "past=missing.npy: expected a .npy file of one array of numbers: [Errno 2]" in said
        np.save(tmp_path / "ints.npy", np.ones_like(past, np.int64))
        assert main.run(["sample", source, f"--condition=past={tmp_path / 'ints.npy'}"]) == 2
        assert "is int64 (2, 16, 20, 1), expected floats" in capsys.readouterr().err
        for name, content in (("text", b"0.5"), ("zip", b"PK\x03\x04"), ("none", b"")):
            (tmp_path / f"{name}.npy").write_bytes(content)
            assert main.run(["sample", source, f"--condition=past={tmp_path / name}.npy"]) == 2
            assert f"{name}.npy: expected a .npy file of one array" in capsys.readouterr().err
        np.save(tmp_path / "objects.npy", np.array([print]), allow_pickle=True)
        assert main.run(["sample", source, f"--condition=past={tmp_path / 'objects.npy'}"]) == 2
        assert "can't be memory-mapped: Python objects" in capsys.readouterr().err
        np.save(tmp_path / "half.npy", past[:1])
        assert main.run(["sample", source, f"--condition=past={tmp_path / 'half.npy'}"]) == 2
        said = capsys.readouterr().err
        assert "half.npy: " in said
        assert "is float32 (1, 16, 20, 1), expected " in said
        assert "(2, 16, 20, 1)" in said
    np.save(tmp_path / "past.npy", past[None])
    for again in both((model, path), tmp_path, monkeypatch, *flags):
        assert np.abs(again.astype(int) - expected).max() <= 1
    assert main.run(["sample", sources[0], "--condition=past=0.5"]) == 2
    assert "--condition past=0.5: expected the .npy file of an array" in capsys.readouterr().err
    assert main.run(["sample", sources[1], "--condition=past=0.5"]) == 2
    assert "past=0.5: a SavedModel is told one number, one text" in capsys.readouterr().err


@pytest.fixture(scope="module")
def hearing(tmp_path_factory):
    """A model that is told sounds, without the silence at their ends, and its export."""
    model, path = sound_gan.make(trim=True), tmp_path_factory.mktemp("exported") / "model"
    for weight in model.generator.trainable_weights:  # what is told begins too small for 8 bits
        if "norm" in weight.path or "last_conv/kernel" in weight.path:
            weight.assign((10 if "norm" in weight.path else 3) * weight)
    model.export(path)
    return model, path


@pytest.mark.parametrize("rate", [8000, 16000])
def test_a_sound_of_any_rate(hearing, tmp_path, monkeypatch, rate):
    path, silence = tmp_path / "tone.wav", np.zeros(rate // 20, np.float32)
    tone = sound_gan.tone(700, count=rate // 10, rate=rate)
    sound_gan.write(path, np.concatenate([silence, tone, silence]), rate)
    at_the_models = sound_gan.tone(700, count=800)
    expected = hearing[0].generate(6, seed=3, audio=at_the_models)
    other = hearing[0].generate(6, seed=3, audio=sound_gan.tone(1900, count=800))
    heard = warnings.catch_warnings() if rate == 8000 else pytest.warns(UserWarning, match="Hz")
    with heard as said:
        made = both(hearing, tmp_path, monkeypatch, f"--condition=audio={path}", "--seed=3")
    for images in made:
        assert np.abs(images - 127.5 * (expected + 1)).max() < 8
        assert np.abs(images - 127.5 * (other + 1)).max() > 60
    if rate != 8000:
        texts = [str(one.message) for one in said if "Hz" in str(one.message)]
        assert texts == [f"{path} is at 16000 Hz: resampled to 8000 Hz"] * 2


def test_a_sound_as_an_array_is_the_same_sound(hearing, tmp_path, monkeypatch):
    silence, tone = np.zeros(400, np.float32), sound_gan.tone(700, count=800)
    expected = hearing[0].generate(6, seed=3, audio=tone)
    for length in (1600, 1300):  # the model's is 1000
        np.save(tmp_path / "tone.npy", np.concatenate([silence, tone, silence])[:length])
        flags = (f"--condition=audio={tmp_path / 'tone.npy'}", "--seed=3")
        for images in both(hearing, tmp_path, monkeypatch, *flags):
            assert np.abs(images - 127.5 * (expected + 1)).max() < 8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no wav file that can be read: [Errno 2] No such file"),
        (b"", "is no wav file that can be read: it is empty"),
        (
            b"ID3" + bytes(60),
            "is no wav file that can be read: File format b'ID3\\x00' not understood",
        ),
        (np.zeros(0), "is no wav file that can be read: it holds no sample"),
        (np.zeros(900), ": it is silent"),
    ],
)
def test_what_is_no_sound(hearing, tmp_path, monkeypatch, capsys, content, message):
    path = tmp_path / "some.wav"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        sound_gan.write(path, content)
    monkeypatch.setattr(experiment, "restore", lambda workdir, which: hearing[0])
    for source in (f"--workdir={tmp_path}", f"--savedmodel={hearing[1]}"):
        assert main.run(["sample", source, f"--condition=audio={path}"]) == 2
        said = capsys.readouterr().err
        assert f"--condition audio={path}: " in said
        assert message in said


def test_a_savedmodel_that_says_no_rate_and_takes_any_length(tmp_path):
    module = tf.Module()
    specs = {"n": ([], tf.int32), "seed": ([], tf.int64), "audio": ([None, None], tf.float32)}

    @tf.function(input_signature=[tf.TensorSpec(*spec, name) for name, spec in specs.items()])
    def serve(n, seed, audio):
        loud = tf.reduce_max(audio, axis=1) * 100 + tf.cast(tf.shape(audio)[1], tf.float32) / 10
        return {"images": tf.cast(tf.ones([n, 4, 4, 1]) * loud[:, None, None, None], tf.uint8)}

    module.serve = serve
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures={"sample_uint8": serve})
    path = tmp_path / "tone.wav"
    sound_gan.write(path, sound_gan.tone(2000, count=440, rate=44_000), 44_000)
    with pytest.warns(UserWarning, match="taken at its own 44000 Hz: the model says no rate"):
        images = sampled(
            tmp_path, f"--savedmodel={tmp_path / 'saved'}", f"--condition=audio={path}"
        )
    # Its highest sample is 0.495.
    np.testing.assert_array_equal(images, np.full([6, 4, 4, 1], 49 + 44))
