import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import pictures


def numbered(count, height=2, width=3, channels=1):
    """Images whose pixels all hold the image's number."""
    images = np.arange(count, dtype=np.uint8)[:, None, None, None]
    return np.broadcast_to(images, [count, height, width, channels])


def test_floats_become_the_nearest_of_256_levels():
    images = np.array([-1.0, -1.0 + 1.9 / 255, 1.0, 7.0, -7.0, np.nan, np.inf])
    assert pictures.to_uint8(images).tolist() == [0, 1, 255, 255, 0, 0, 255]
    levels = np.arange(256, dtype=np.uint8)
    assert pictures.to_uint8(levels) is levels
    np.testing.assert_array_equal(pictures.to_uint8(levels / 127.5 - 1), levels)


def test_images_stand_row_by_row():
    picture = pictures.grid(numbered(5), columns=2, gap=1)
    assert picture.shape == (3 * 3 + 1, 2 * 4 + 1, 1)
    assert picture[1::3, 1::4, 0].tolist() == [[0, 1], [2, 3], [4, 255]]
    assert (picture[::3] == 255).all()  # the gaps
    assert (picture[:, ::4] == 255).all()


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (4, (2, 2)), (5, (2, 3)), (10, (3, 4))])
def test_the_grid_is_about_square(count, shape):
    rows, columns = shape
    picture = pictures.grid(numbered(count), gap=0)
    assert picture.shape == (rows * 2, columns * 3, 1)


def test_images_are_enlarged_by_whole_numbers():
    picture = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    large = pictures.enlarge(picture, 16)
    assert large.shape == (6, 9, 1)
    for row in range(3):
        for column in range(3):
            np.testing.assert_array_equal(large[row::3, column::3], picture)
    assert pictures.enlarge(picture, 128) is not None
    np.testing.assert_array_equal(pictures.enlarge(picture, 128), picture)


def test_a_lower_picture_is_padded():
    left, right = np.zeros([4, 2, 3], np.uint8), np.ones([2, 5, 3], np.uint8)
    both = pictures.beside(left, right, gap=3)
    assert both.shape == (4, 10, 3)
    assert (both[:, :2] == 0).all()
    assert (both[:, 2:5] == 128).all()
    assert (both[:2, 5:] == 1).all()
    assert (both[2:, 5:] == 255).all()


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_a_png_holds_what_was_written(tmp_path, channels, mode):
    picture = np.random.default_rng(0).integers(0, 256, [5, 7, channels], dtype=np.uint8)
    pictures.write_png(tmp_path / "a.png", picture)
    with Image.open(tmp_path / "a.png") as image:
        assert (image.format, image.mode) == ("PNG", mode)
        np.testing.assert_array_equal(np.asarray(image).reshape(picture.shape), picture)
    assert os.listdir(tmp_path) == ["a.png"]


def test_transparency_is_kept_or_laid_over_white(tmp_path):
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (8, 8, 4), np.uint8)
    picture[:4, :, 3] = 0
    for suffix in (".png", ".webp"):
        pictures.write(tmp_path / f"a{suffix}", picture)
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / f"a{suffix}")), picture)
    pictures.write(tmp_path / "a.bmp", picture)
    read = np.asarray(Image.open(tmp_path / "a.bmp"))
    assert (read[:4] == 255).all()
    alpha = picture[4:, :, 3:] / 255
    np.testing.assert_allclose(read[4:], 255 + alpha * (picture[4:, :, :3] - 255.0), atol=1)


def test_a_picture_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    pictures.write_png(tmp_path / "a.png", np.zeros([2, 2, 1], np.uint8))
    before = (tmp_path / "a.png").read_bytes()

    def fail(self, file, format):
        file.write(b"half")
        raise OSError("full")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(OSError, match="full"):
        pictures.write_png(tmp_path / "a.png", np.ones([2, 2, 1], np.uint8))
    assert os.listdir(tmp_path) == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == before


def test_it_starts_without_tensorflow():
    code = "import sys, tfgan_zoo.pictures; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
