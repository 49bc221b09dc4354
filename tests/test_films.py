"""Films that are read back as they were written, and errors that say what is missing."""

import importlib.util

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import films


def film(channels, side=12, count=5):
    """Few colours, so that a palette holds them."""
    random = np.random.default_rng(0)
    colours = random.integers(0, 256, (count, 6, channels), np.uint8)
    return np.stack([each[random.integers(0, 6, (side, side + 2))] for each in colours])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_gif_is_read_back(tmp_path, channels):
    frames = film(channels)
    path = tmp_path / "folders" / "made" / "film.GIF"
    films.write(path, frames, fps=20)
    with Image.open(path) as image:
        assert image.n_frames == len(frames)
        assert image.info["loop"] == 0
        for number, frame in enumerate(frames):
            image.seek(number)
            assert image.info["duration"] == 50
            read = np.asarray(image.convert("RGB"), int)
            np.testing.assert_allclose(read, np.broadcast_to(frame, read.shape), atol=8)
    assert [each.name for each in path.parent.iterdir()] == ["film.GIF"]


def test_an_mp4_is_read_back(tmp_path):
    imageio = pytest.importorskip("imageio.v3")
    pytest.importorskip("imageio_ffmpeg")
    frames = np.zeros((5, 33, 32, 1), np.float32) + np.linspace(-1, 1, 5)[:, None, None, None]
    films.write(tmp_path / "film.mp4", frames, fps=10)
    read = imageio.imread(tmp_path / "film.mp4", plugin="FFMPEG")
    assert read.shape == (5, 34, 32, 3)
    np.testing.assert_allclose(read.mean(axis=(1, 2, 3)), [0, 64, 128, 191, 255], atol=4)


def test_an_mp4_without_its_library_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    message = (
        r"MP4 needs imageio and imageio-ffmpeg: pip install 'tfgan_zoo\[video\]', or write a .gif"
    )
    with pytest.raises(ImportError, match=message):
        films.write(tmp_path / "film.mp4", film(3))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "frames", "message"),
    [
        ("film.mp5", film(3), "did you mean '.mp4'"),
        ("film.gif", film(3)[0], r"expected \(T, H, W, 1 or 3\)"),
        ("film.gif", film(2), r"expected \(T, H, W, 1 or 3\)"),
    ],
)
def test_what_is_no_film(tmp_path, name, frames, message):
    with pytest.raises(ValueError, match=message):
        films.write(tmp_path / name, frames)
