"""Pairs in a NumPy file."""

import pathlib

import numpy as np
import pytest

from tfgan_zoo.datasets import load_arrays

EMOJI = pathlib.Path(__file__).parents[4] / "shared" / "data" / "images"


@pytest.fixture
def file(tmp_path):
    """40 pairs of 20 things with two variants each; the second array's numbers are 100 more."""
    numbers = np.arange(40, dtype=np.uint8)[:, None, None, None] + np.zeros((1, 4, 6, 3), np.uint8)
    keys = np.array([f"{number // 2:x}-{number % 2}" for number in range(40)])
    path = tmp_path / "faces.npz"
    np.savez(path, photo=numbers, drawing=numbers + 100, key=keys)
    return path


def value(images):
    return images[:, 0, 0, 0].tolist()


def test_pairs(file):
    parts = {split: load_arrays(f"pairs:{file}", split=split) for split in ("train", "test")}
    numbers = {split: value(part.images["source"]) for split, part in parts.items()}
    assert sorted(numbers["train"] + numbers["test"]) == list(range(40))
    assert [len(n) for n in numbers.values()] == [36, 4]
    assert numbers["train"] != sorted(numbers["train"])
    assert not {n // 2 for n in numbers["train"]} & {n // 2 for n in numbers["test"]}
    for split, part in parts.items():
        assert value(part.images["target"]) == [100 + n for n in numbers[split]]
        assert part.info.domains == ("photo", "drawing")
        assert part.info.counterparts
    sized = load_arrays(f"pairs:{file}", split="train[:2]", image_size=8, channels=1)
    assert sized.info.image_shape == (8, 8, 1)


def test_hidden_pairs(file):
    train = load_arrays(f"unpaired:{file}", split="train")
    assert set(train.images) == {"a", "b"}
    assert not train.info.counterparts
    test = load_arrays(f"unpaired:{file}", split="test")
    assert test.info.counterparts
    a, b, truth = (value(test.images[key]) for key in ("a", "b", "b_of_a"))
    assert truth == [100 + n for n in a]
    assert sorted(b) == sorted(truth)
    assert not any(x == y for x, y in zip(b, truth, strict=True))


def test_arrays_of_different_lengths_with_the_pairs_rows(tmp_path):
    images = np.arange(30, dtype=np.uint8)[:, None, None, None] + np.zeros((1, 2, 2, 4), np.uint8)
    path = tmp_path / "some.npz"
    keys = np.array([f"{n % 7}-{n}" for n in range(30)])
    rows = {"pair_x": np.arange(20) + 5, "pair_y": np.arange(20)}
    np.savez(path, x=images, y=images[:25], x_key=keys, **rows)
    train, test = (load_arrays(f"pairs:{path}", split=s) for s in ("train", "test"))
    source, target = (value(train.images[key]) for key in ("source", "target"))
    assert source == [5 + n for n in target]
    assert not {n % 7 for n in source} & {n % 7 for n in value(test.images["source"])}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((3, 2, 2, 3), np.uint8)}, r"expected two uint8 arrays .*found 1; it has x"),
        ({"x": np.zeros((3, 2, 2, 3)), "y": np.zeros((3, 2, 2, 3))}, "found 0; it has x float64"),
        (
            {"x": np.zeros((3, 2, 2, 3), np.uint8), "y": np.zeros((4, 2, 2, 3), np.uint8)},
            "x and y have 3 and 4 images, expected pairs",
        ),
        (
            {"x": np.zeros((30, 2, 2, 3), np.uint8), "y": np.zeros((30, 2, 3, 3), np.uint8)},
            "source has images of 2×2×3 .*, target of 2×3×3; give image_size=",
        ),
        (
            {k: np.zeros((30, 2, 2, 3), np.uint8) for k in "xy"} | {"key": np.array(["a", "b"])},
            r"keys of shape \[2\], expected one for each of 30 pairs",
        ),
        (
            {k: np.zeros((30, 2, 2, 3), np.uint8) for k in "xy"} | {"key": np.array("a")},
            r"keys of shape \[\], expected one for each of 30 pairs",
        ),
        *[
            (
                {k: np.zeros((9, 2, 2, 3), np.uint8) for k in "xy"}
                | {"pair_x": rows, "pair_y": rows},
                "pair_x is .*, expected rows' numbers from 0 to 8",
            )
            for rows in (np.arange(10), np.arange(9) - 1, np.arange(9.0), np.zeros((3, 3), int))
        ],
    ],
)
def test_other_arrays(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        load_arrays(f"pairs:{tmp_path / 'a.npz'}", split="train")


def test_what_is_no_file_of_arrays(tmp_path):
    with pytest.raises(ValueError, match="no such file"):
        load_arrays(f"pairs:{tmp_path / 'a.npz'}", split="train")
    for content in (b"", b"PK\x03\x04 half of an archive", b"text"):
        (tmp_path / "a.npz").write_bytes(content)
        with pytest.raises(ValueError, match="is not a NumPy file of arrays"):
            load_arrays(f"unpaired:{tmp_path / 'a.npz'}", split="train")
    np.save(tmp_path / "b.npy", np.zeros(3))
    (tmp_path / "b.npy").rename(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="is not a NumPy file of arrays"):
        load_arrays(f"pairs:{tmp_path / 'a.npz'}", split="train")


def test_variants_of_one_thing_are_all_for_training(tmp_path):
    images = np.zeros((20, 2, 2, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=images, y=images, key=np.array([f"cat-{n}" for n in range(20)]))
    assert len(load_arrays(f"pairs:{tmp_path / 'a.npz'}", split="train").images["source"]) == 20


@pytest.mark.shared_data
def test_the_emoji():
    if not EMOJI.is_dir():
        pytest.skip("no emoji")
    for name, size in (("emoji64_paired", 64), ("emoji32", 32)):
        info = load_arrays(f"pairs:{EMOJI / name}.npz", split="test").info
        assert info.domains == ("noto", "emojitwo")
        assert info.image_shape[0] == size
        assert info.num_examples == 161
