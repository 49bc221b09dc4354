"""Films of people: the command hands to the model what was asked for, and writes what comes back."""

import importlib.util

import numpy as np
import pytest
from PIL import Image

import tfgan_zoo as zoo
from tests.models.test_sound_to_image_gan import write
from tfgan_zoo import datasets, films, pictures, sounds
from tfgan_zoo.cli import experiment, main
from tfgan_zoo.datasets.conditional import heads

SIZES = {"generator_width": 4, "discriminator_width": 4, "embedding_dim": 6}


@pytest.fixture(scope="module")
def models():
    """Return a model for each driver."""
    return {
        driver: zoo.TalkingHeadGAN((16, 16, 3), 4, driver=driver, **SIZES)
        for driver in ("landmarks", "audio")
    }


@pytest.fixture
def animate(models, tmp_path, monkeypatch):
    """Return a function that runs the command, and what it has written."""
    written = []
    kept = films.write

    def keep(path, frames, fps):
        written.append(frames)
        kept(path, frames, fps)

    monkeypatch.setattr(films, "write", keep)

    def run(driver, *flags):
        monkeypatch.setattr(experiment, "restore", lambda *_: models[driver])
        output = f"--output={tmp_path / 'films' / 'film.gif'}"
        return main.run(["animate", f"--workdir={tmp_path}", output, *flags])

    return run, written


def sources(name, person):
    row = datasets.load_arrays(name, split=f"test[{10 * person}:{10 * person + 1}]", image_size=16)
    assert row.extras["factor_person"].tolist() == [person]
    source = row.others["source"][0].astype("float32") / 127.5 - 1
    return source, row.extras["source_landmarks"][0]


def test_a_person_moves_as_its_film_does(models, animate, tmp_path):
    run, written = animate
    assert run("landmarks", "--person=3", "--frames=20") == 0
    driving = heads.sequence(3, 20, size=16)["landmarks"]
    expected = models["landmarks"].animate(*sources("heads", 3), landmarks=driving)
    np.testing.assert_allclose(written[0], expected, atol=1e-5)
    with Image.open(tmp_path / "films" / "film.gif") as film:
        lasts = []
        for number in range(film.n_frames):
            film.seek(number)
            lasts.append(film.info["duration"])
        assert sum(lasts) == 20 * 40  # milliseconds; equal frames are one


def test_somebody_else_moves_like_a_person(models, animate, tmp_path):
    run, written = animate
    images, landmarks = sources("heads", 5)
    flags = []
    for number in range(2):
        pictures.write(tmp_path / f"{number}.png", pictures.to_uint8(images[number]))
        flags.append(f"--source={tmp_path / f'{number}.png'}")
    np.save(tmp_path / "points.npy", landmarks[:2])
    assert run("landmarks", *flags, f"--landmarks={tmp_path / 'points.npy'}", "--person=3") == 0
    driving = heads.sequence(3, 50, size=16)["landmarks"]
    expected = models["landmarks"].animate(images[:2], landmarks[:2], landmarks=driving)
    np.testing.assert_allclose(written[0], expected, atol=1e-5)


def test_a_person_speaks_what_is_in_a_file(models, animate, tmp_path):
    run, written = animate
    film = heads.sequence(2, 12, size=16, speaking=True)
    write(tmp_path / "speech.wav", film["speech"])
    assert run("audio", "--person=4", f"--audio={tmp_path / 'speech.wav'}", "--frames=11") == 0
    inner = slice(2, 10)  # the others' windows reach over the ends of the file
    told, _ = sounds.read(tmp_path / "speech.wav")
    heard = sounds.windows(told, 8000, 1024, 25)[inner]
    np.testing.assert_allclose(heard, film["audio"][inner], atol=2 / 32768)  # in 16 bits
    expected = models["audio"].animate(*sources("heads_speaking", 4), audio=heard)
    assert len(written[0]) == 11
    np.testing.assert_allclose(written[0][inner], expected, atol=1e-5)
    assert run("audio", "--person=4", "--frames=3") == 0  # what it says itself
    own = heads.sequence(4, 3, size=16, speaking=True)["audio"]
    expected = models["audio"].animate(*sources("heads_speaking", 4), audio=own)
    np.testing.assert_allclose(written[1], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("driver", "flags", "message"),
    [
        ("landmarks", [], "and whom: --person=… of the test data, or --source=…"),
        ("landmarks", ["--person=50"], "--person=50: the test people are 0 to 49"),
        ("landmarks", ["--person=1", "--output=film.avi"], "unknown kind of film '.avi'"),
        ("landmarks", ["--person=1", "--audio=a.wav"], "this model is driven by landmarks"),
        ("landmarks", ["--person=1", "--landmarks=a.npy"], "are of images: give --source=…"),
        ("landmarks", ["--source=16.png"], "nothing drives: give --person=…, whose landmarks do"),
        ("audio", ["--source=16.png"], "whose audio do or --audio=file.wav"),
        ("audio", ["--person=1", "--audio=none.wav"], "--audio=none.wav: none.wav is no wav file"),
        ("audio", ["--person=1", "--audio=quiet.wav"], "--audio=quiet.wav: it is silent"),
        ("landmarks", ["--person=1", "--source=18.png"], "is 18×16, this model's images are 16×16"),
        ("landmarks", ["--person=1", "--source=none.png"], "none.png: there is no whole image"),
        ("landmarks", ["--person=1", "--source=quiet.wav"], "quiet.wav: there is no whole image"),
        ("landmarks", ["--person=1", "--source=16.png"], "--landmarks=FILE.npy, floats (1, 26, 2)"),
        (
            "landmarks",
            ["--person=1", "--source=16.png", "--landmarks=two.npy"],
            "--landmarks=two.npy is float32 (2, 26, 2), expected floats (1, 26, 2)",
        ),
        (
            "landmarks",
            ["--person=1", "--source=16.png", "--landmarks=several.npz"],
            "--landmarks=several.npz: expected a .npy file of one array of numbers: the magic",
        ),
        (
            "landmarks",
            ["--person=1", "--source=16.png", "--landmarks=16.png"],
            "--landmarks=16.png: expected a .npy file of one array of numbers: ",
        ),
    ],
)
def test_what_cannot_be_animated(animate, tmp_path, monkeypatch, capsys, driver, flags, message):
    monkeypatch.chdir(tmp_path)
    for height in (16, 18):
        pictures.write(f"{height}.png", np.zeros([height, 16, 3], np.uint8))
    write("quiet.wav", np.zeros(4000))
    np.save("two.npy", np.zeros([2, 26, 2], np.float32))
    np.savez("several.npz", first=np.zeros([1, 26, 2], np.float32))
    run, written = animate
    assert run(driver, *flags) == 2
    assert message in capsys.readouterr().err
    assert not written


def test_a_model_that_animates_nobody(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(experiment, "restore", lambda *_: object())
    assert main.run(["animate", f"--workdir={tmp_path}", "--person=1"]) == 2
    assert "object animates nobody" in capsys.readouterr().err


def test_a_film_that_cannot_be_written_is_not_drawn(animate, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    run, written = animate
    assert run("landmarks", "--person=1", "--output=film.mp4") == 2
    assert "--output=film.mp4: MP4 needs imageio and imageio-ffmpeg" in capsys.readouterr().err
    assert not written
