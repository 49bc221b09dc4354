"""Folders of image files: labels, splits, odd files, and what is refused."""

import os
import warnings

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo.datasets import load, load_arrays, pictures


def save(path, value=0, size=(8, 6), mode="RGB", **kwargs):
    """Write an image of one value; size is (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path, **kwargs)


@pytest.fixture
def pets(tmp_path):
    for number in range(6):
        save(tmp_path / "pets" / "dog" / f"{number}.png", (number, 0, 0))
        save(tmp_path / "pets" / "cät" / "deep er" / f"猫{number}.PNG", (number, 100, 0))
    return tmp_path / "pets"


def test_sub_folders_are_labels(pets):
    arrays = load_arrays(f"folder:{pets}", split="train")
    assert arrays.info.label_names == ("cät", "dog")
    assert arrays.images.shape == (12, 6, 8, 3)
    np.testing.assert_array_equal(arrays.images[:, 0, 0, 1] == 100, arrays.labels == 0)
    assert 0 < arrays.labels[:6].sum() < 6  # mixed, so that slices hold every class
    assert next(iter(load(f"folder:{pets}", batch_size=12)))["image"].shape == (12, 6, 8, 3)


def test_slices_divide_the_files(pets):
    parts = [
        load_arrays(f"folder:{pets}", split=s) for s in ("train", "train[:75%]", "train[75%:]")
    ]
    whole, first, rest = (
        [(int(label), int(image[0, 0, 0])) for label, image in zip(p.labels, p.images, strict=True)]
        for p in parts
    )
    assert first + rest == whole
    assert len(set(whole)) == 12
    assert len(first) == 9


def test_train_and_test_folders_are_splits(tmp_path):
    save(tmp_path / "train" / "a" / "1.png", (1, 0, 0))
    save(tmp_path / "train" / "b" / "2.png", (2, 0, 0))
    save(tmp_path / "test" / "b" / "3.png", (3, 0, 0))
    test = load_arrays(f"folder:{tmp_path}", split="test")
    assert (test.labels.tolist(), test.images[0, 0, 0, 0]) == ([1], 3)
    assert len(load_arrays(f"folder:{tmp_path}", split="train").images) == 2


def test_images_without_folders_have_no_labels(tmp_path):
    save(tmp_path / "1.jpg")
    save(tmp_path / "2.webp")
    save(tmp_path / "3.bmp")
    save(tmp_path / ".hidden.png", size=(1, 1))
    (tmp_path / "notes.txt").write_text("not an image")
    dataset = load(f"folder:{tmp_path}", batch_size=3)
    assert dataset.info.keys == ("image",)
    assert dataset.info.num_classes is None
    assert set(next(iter(dataset))) == {"image"}


def test_broken_files_are_named_and_skipped(pets):
    (pets / "dog" / "nothing.png").write_bytes(b"")
    whole = (pets / "dog" / "0.png").read_bytes()
    (pets / "dog" / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match="skipped 2 of 14") as caught:
        arrays = load_arrays(f"folder:{pets}", split="train")
    assert "nothing.png" in str(caught[0].message)
    assert "half.png" in str(caught[0].message)
    assert len(arrays.images) == len(arrays.labels) == arrays.info.num_examples == 12


def test_broken_files_on_the_way_to_the_cache(pets, tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_ZOO_CACHE", str(tmp_path / "cache"))
    in_memory = load_arrays(f"folder:{pets}", split="train")
    (pets / "dog" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    monkeypatch.setattr("tfgan_zoo.datasets.arrays.MEMORY_LIMIT", 0)
    with pytest.warns(UserWarning, match="broken.jpg"):
        on_disk = load_arrays(f"folder:{pets}", split="train")
    assert isinstance(on_disk.images, np.memmap)
    np.testing.assert_array_equal(on_disk.images, in_memory.images)
    np.testing.assert_array_equal(on_disk.labels, in_memory.labels)

    save(pets / "dog" / "broken.jpg", (9, 9, 9))  # a folder that changes is read anew
    assert len(load_arrays(f"folder:{pets}", split="train").images) == 13

    save(pets / "dog" / "same.bmp", (1, 1, 1))
    load_arrays(f"folder:{pets}", split="train")
    save(pets / "dog" / "same.bmp", (222, 2, 2))  # as many bytes, other content
    os.utime(pets / "dog" / "same.bmp", (1, 1))
    assert load_arrays(f"folder:{pets}", split="train").images.max() == 222


def test_different_sizes_need_image_size(pets):
    save(pets / "dog" / "big.png", size=(40, 20))
    with pytest.raises(ValueError, match=r"differ: .*give image_size="):
        load_arrays(f"folder:{pets}", split="train")
    arrays = load_arrays(f"folder:{pets}", split="train", image_size=(4, 10))
    assert arrays.images.shape == (13, 4, 10, 3)


def test_different_channels_need_channels(pets):
    save(pets / "dog" / "grey.png", 128, mode="L")
    with pytest.raises(ValueError, match=r"differ: .*give channels="):
        load_arrays(f"folder:{pets}", split="train")
    assert load_arrays(f"folder:{pets}", split="train", channels=3).images.shape[-1] == 3


@pytest.mark.parametrize("make", ["missing", "empty", "file", "mixed", "broken"])
def test_what_is_refused(tmp_path, make):
    path = tmp_path / make
    if make == "file":
        path.write_text("")
    elif make != "missing":
        path.mkdir()
    if make == "mixed":
        save(path / "1.png")
        save(path / "dog" / "2.png")
    if make == "broken":
        (path / "1.png").write_bytes(b"no")
    message = {
        "missing": "no such folder",
        "empty": "holds no image",
        "file": "not a folder",
        "mixed": "holds images .* and folders",
        "broken": "none of the 1 images could be read",
    }[make]
    with pytest.raises(ValueError, match=message), warnings.catch_warnings():
        load(f"folder:{path}")


def test_reading_odd_files(tmp_path):
    def read(name, image, **kwargs):
        image.save(tmp_path / name, **kwargs)
        return pictures.read(tmp_path / name)

    assert read("grey.png", Image.new("L", (2, 3), 7)).tolist() == [[[7], [7]]] * 3
    assert read("bit.png", Image.new("1", (1, 1), 1)).tolist() == [[[255]]]
    deep = Image.fromarray(np.full((1, 1), 257 * 40, np.uint16))
    assert read("deep.png", deep).tolist() == [[[40]]]
    palette = Image.new("RGB", (1, 1), (200, 10, 10)).convert("P", palette=Image.Palette.ADAPTIVE)
    assert read("palette.png", palette).shape == (1, 1, 3)
    assert read("clear.png", palette, transparency=0).tolist()[0][0][3] == 0
    alpha = read("alpha.png", Image.new("LA", (1, 1), (9, 128)))
    assert alpha.tolist() == [[[9, 9, 9, 128]]]
    assert read("cmyk.jpg", Image.new("CMYK", (8, 8))).shape == (8, 8, 3)
    frames = [Image.new("L", (2, 2), value) for value in (10, 200)]
    first = read("moving.gif", frames[0], save_all=True, append_images=frames[1:])
    assert abs(int(first[0, 0, 0]) - 10) < 3
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    assert read("turned.jpg", Image.new("RGB", (20, 10)), exif=exif).shape == (20, 10, 3)


def test_fit():
    grey = np.full((4, 4, 1), 100, np.uint8)
    assert (pictures.fit(grey, channels=3) == 100).all()
    assert pictures.fit(grey, channels=4)[0, 0].tolist() == [100, 100, 100, 255]
    red = np.broadcast_to(np.uint8([255, 0, 0]), (4, 4, 3))
    assert (pictures.fit(red, channels=1) == 76).all()
    clear_red = np.broadcast_to(np.uint8([255, 0, 0, 0]), (4, 4, 4))
    assert (pictures.fit(clear_red, channels=3) == 255).all()
    # The middle is kept: the columns at the sides are cut away, not squeezed in.
    wide = np.zeros((32, 64, 1), np.uint8)
    wide[:, 16:48] = 255
    assert pictures.fit(wide, (16, 16)).min() > 230
    # Antialiased: a fine checkerboard becomes even grey.
    board = ((np.indices((64, 64)).sum(0) % 2) * 255).astype(np.uint8)[..., None]
    assert abs(pictures.fit(board, (16, 16))[2:-2, 2:-2].astype(int) - 127).max() < 8
