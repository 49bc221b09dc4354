"""The REST client, against a small server that answers from a real SavedModel."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import tfgan_zoo as zoo
from tests.export.rest_server import serving
from tests.export.rooms import SCRIPTS, script


@pytest.fixture(scope="module")
def url(savedmodel):
    infos = script("make_requests").read_signatures(savedmodel)
    with serving("tiny", savedmodel, infos) as address:
        yield address


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def ask(url, tmp_path, *arguments):
    """Run the client as a user does; also print which heavy modules it imported."""
    code = (
        "import runpy, sys\n"
        "try:\n"
        f"    runpy.run_path({str(SCRIPTS / 'client_rest.py')!r}, run_name='__main__')\n"
        "finally:\n"
        "    print('imported:', sorted({'tensorflow', 'keras', 'tfgan_zoo'} & set(sys.modules)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}  # the script's own folder, as ever
    return subprocess.run(
        [sys.executable, "-c", code, f"--url={url}", f"--output={tmp_path / 'x.png'}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_the_grid_holds_the_models_samples(url, savedmodel, tmp_path):
    done = ask(url, tmp_path, "--model=tiny", "--n=5", "--seed=3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 images of (6, 5, 3)" in done.stdout
    assert "imported: []" in done.stdout
    sample = tf.saved_model.load(str(savedmodel)).signatures["sample_uint8"]
    images = sample(n=tf.constant(5), seed=tf.constant(3, tf.int64))["images"].numpy()
    picture = np.array(Image.open(tmp_path / "x.png"))[::10, ::10]  # enlarged tenfold: 48 / 5
    assert picture.shape == (2 * 7 + 1, 3 * 6 + 1, 3)
    for index, image in enumerate(images):
        top, left = index // 3 * 7 + 1, index % 3 * 6 + 1
        np.testing.assert_array_equal(picture[top : top + 6, left : left + 5], image)
    assert (picture[8:14, 13:18] == 255).all()  # the sixth place is empty


def loud(gan):
    """Return a model with larger weights, so that 8 bits show what it is told."""
    for weight in gan.generator.trainable_weights:
        weight.assign(4 * weight)
    return gan


def assert_shown(path, expected):
    """Assert that a PNG is the grid of images, float in [-1, 1], but for the rounding."""
    whole = np.round((np.clip(expected, -1, 1) + 1) * 127.5).astype(np.uint8)
    script("grid").save_grid(path.with_name("expected.png"), whole)
    wanted, found = (
        np.array(Image.open(file)).astype(int) for file in (path.with_name("expected.png"), path)
    )
    assert abs(wanted - found).max() <= 1


def test_a_condition_is_told_to_every_sample(tmp_path):
    gan = loud(zoo.CGAN((16, 16, 1), 3, generator_width=4, discriminator_width=4, latent_dim=6))
    gan.export(tmp_path / "labelled")
    infos = script("make_requests").read_signatures(tmp_path / "labelled")
    with serving("labelled", tmp_path / "labelled", infos) as address:
        done = ask(
            address, tmp_path, "--model=labelled", "--n=3", "--seed=3", "--condition=label=2"
        )
        refused = ask(address, tmp_path, "--model=labelled", "--condition=7")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = gan.generate(3, seed=3, label=2)
    assert_shown(tmp_path / "x.png", expected)
    for other in (gan.generate(3, seed=3, label=0), gan.generate(3, seed=0, label=2)):
        assert abs(other - expected).max(axis=(1, 2, 3)).min() > 0.1
    assert refused.returncode == 1
    assert "expected NAME=VALUE" in refused.stderr


def test_a_sound_is_told_as_a_file_of_numbers(tmp_path):
    sizes = {"generator_width": 4, "discriminator_width": 4, "encoder_width": 4}
    gan = loud(zoo.SoundToImageGAN((16, 16, 1), 1000, 8000, latent_dim=6, **sizes))
    gan.export(tmp_path / "hearing")
    infos = script("make_requests").read_signatures(tmp_path / "hearing")
    sound = (0.5 * np.sin(np.arange(1000) ** 1.5 / 90)).astype(np.float32)  # its pitch rises
    np.save(tmp_path / "sound.npy", sound)
    (tmp_path / "none.npy").write_bytes(b"")
    np.save(tmp_path / "complex.npy", 1j * sound)
    arguments = ("--model=hearing", "--n=3", "--seed=3", "--condition")
    with serving("hearing", tmp_path / "hearing", infos) as address:
        done = ask(address, tmp_path, *arguments, f"audio={tmp_path / 'sound.npy'}")
        refused = {
            text: ask(address, tmp_path, *arguments, text)
            for text in (
                "audio=missing.npy",
                f"audio={tmp_path / 'none.npy'}",
                f"audio={tmp_path / 'complex.npy'}",
                "audio=tone.wav",
                "seed=4",
            )
        }
    assert done.returncode == 0, done.stdout + done.stderr
    expected = gan.generate(3, seed=3, audio=sound)
    assert_shown(tmp_path / "x.png", expected)
    backwards = gan.generate(3, seed=3, audio=sound[::-1])
    assert abs(backwards - expected).max(axis=(1, 2, 3)).min() > 0.1
    for one, message in zip(
        refused.values(),
        (
            "No such file or directory: 'missing.npy'",
            "none.npy is no .npy file of one array",
            "complex.npy is complex64, expected numbers",
            "give a .npy file of them",
            "give --seed=…",
        ),
        strict=True,
    ):
        assert one.returncode == 1
        assert message in one.stderr
        assert "Traceback" not in one.stderr


def test_what_the_server_objects_to_is_shown(url, tmp_path):
    done = ask(url, tmp_path, "--model=absent")
    assert done.returncode == 1
    assert "answers 404: Servable not found" in done.stderr
    assert not (tmp_path / "x.png").exists()


def test_no_server_is_one_line(tmp_path):
    done = ask("http://127.0.0.1:9", tmp_path)
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_written_request_is_answered_with_the_stored_images(url, savedmodel, tmp_path):
    script("make_requests").write(savedmodel, "tiny", tmp_path)
    with np.load(savedmodel / "assets.extra" / "reference.npz") as stored:
        expected = stored["images"][:2]
    client = script("client_rest")
    for file in sorted(tmp_path.glob("*.json")):
        images = np.array(client.predict(url, "tiny", json.loads(file.read_text())))
        if "uint8" in file.name:
            images = images / 127.5 - 1
        np.testing.assert_allclose(images, expected, atol=0.5 / 127.5 + 1e-5, err_msg=file.name)
    body = {"signature_name": "sample", "instances": [{"n": 2, "seed": 42}]}
    with pytest.raises(client.ServerError, match=r"400: input 'n' has shape \(1,\)"):
        client.predict(url, "tiny", body)
