"""Pairs, unpaired domains and many domains from folders and files, and what is refused."""

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import datasets
from tfgan_zoo.datasets import folder, load_arrays


def save(path, value=0, size=(8, 6), mode="RGB"):
    """Write an image of one value; size is (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)


def value(images):
    """Return the numbers that images were filled with."""
    return images[:, 0, 0, 0].tolist()


@pytest.fixture
def two(tmp_path):
    """Two folders with pairs: the target's number is 100 more."""
    for number in range(8):
        save(tmp_path / "photo" / f"{number}.png", (number, 0, 0))
        save(tmp_path / "map" / f"{number}.bmp", (100 + number, 0, 0))
    return f"pairs:{tmp_path / 'photo'},{tmp_path / 'map'}", tmp_path


def test_pairs_of_two_folders(two):
    name, path = two
    save(path / "photo" / "deeper" / "ä.png", (50, 0, 0))
    (path / "photo" / "1.png").rename(path / "photo" / "deeper" / "1.png")
    with pytest.raises(ValueError, match=r"holds images .* and folders of images"):
        load_arrays(name, split="train")
    (path / "photo" / "deeper" / "1.png").rename(path / "photo" / "1.png")
    (path / "photo" / "deeper" / "ä.png").unlink()
    whole = load_arrays(name, split="train")
    assert whole.info.domains == ("photo", "map")
    assert whole.info.counterparts
    source, target = value(whole.images["source"]), value(whole.images["target"])
    assert sorted(source) == list(range(8)) != source
    assert target == [100 + number for number in source]
    parts = [load_arrays(name, split=s) for s in ("train[:25%]", "train[25%:]")]
    assert [value(part.images["target"]) for part in parts] == [target[:2], target[2:]]
    batch = next(iter(datasets.load(name, batch_size=8)))
    np.testing.assert_allclose(
        batch["target"][:, 0, 0, 0] - batch["source"][:, 0, 0, 0], 100 / 127.5, atol=1e-5
    )


def test_pairs_with_a_part_to_test(tmp_path):
    for domain, add in (("x/left", 0), ("y/left", 100)):
        for split, numbers in (("train", range(3)), ("test", range(3, 5))):
            for number in numbers:
                save(tmp_path / domain / split / f"{number}.png", (number + add, 0, 0))
    name = f"pairs:{tmp_path / 'x/left'},{tmp_path / 'y/left'}"
    test = load_arrays(name, split="test")
    assert sorted(value(test.images["target"])) == [103, 104]
    assert test.info.domains == (str(tmp_path / "x/left"), str(tmp_path / "y/left"))
    (tmp_path / "y/left/test").rename(tmp_path / "y/left/held out")
    with pytest.raises(
        ValueError, match=r"have different splits: .* has train, test and .* has train"
    ):
        load_arrays(name, split="train")


def test_pairs_side_by_side(tmp_path):
    for number in range(3):
        image = np.zeros((6, 16, 3), np.uint8)
        image[:, :8], image[:, 8:] = number, 100 + number
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    whole = load_arrays(f"pairs:{tmp_path}", split="train", image_size=(3, 4), channels=1)
    assert whole.info.image_shape == (3, 4, 1)
    assert whole.info.domains == ("left", "right")
    assert sorted(value(whole.images["source"])) == [0, 1, 2]
    difference = whole.images["target"].astype(int) - whole.images["source"]
    assert (difference == 100).all()
    save(tmp_path / "odd.png", size=(15, 6))
    with pytest.raises(ValueError, match=r"odd\.png is 15 pixels wide, expected two images"):
        load_arrays(f"pairs:{tmp_path}", split="train")


def test_a_pair_with_a_broken_file_is_named_and_skipped(two):
    name, path = two
    (path / "map" / "3.bmp").write_bytes(b"no")
    with pytest.warns(UserWarning, match=r"skipped 1 of 8 .*photo/3\.png.*map/3\.bmp"):
        whole = load_arrays(name, split="train")
    assert sorted(value(whole.images["source"])) == [0, 1, 2, 4, 5, 6, 7]
    assert value(whole.images["target"]) == [100 + n for n in value(whole.images["source"])]


def test_large_pairs_are_kept_on_disk(two, tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_ZOO_CACHE", str(tmp_path / "cache"))
    in_memory = load_arrays(two[0], split="train")
    monkeypatch.setattr("tfgan_zoo.datasets.arrays.MEMORY_LIMIT", 0)
    for _ in range(2):  # written, then read
        on_disk = load_arrays(two[0], split="train")
        for key, images in on_disk.images.items():
            assert isinstance(images, np.memmap)
            np.testing.assert_array_equal(images, in_memory.images[key])
    assert load_arrays(two[0], split="train", image_size=4).info.image_shape == (4, 4, 3)
    batch = next(iter(datasets.load(two[0], batch_size=4)))
    assert batch["target"].shape == (4, 6, 8, 3)


def test_files_without_a_partner_are_named(two):
    name, path = two
    save(path / "photo" / "lonely.png")
    save(path / "map" / "1.png")  # beside 1.bmp: which of them is meant?
    with pytest.raises(ValueError, match="4 files without exactly one partner") as caught:
        load_arrays(name, split="train[:50%]")
    named = ("photo/lonely.png", "photo/1.png", "map/1.png", "map/1.bmp")
    assert all(file in str(caught.value) for file in named)


@pytest.mark.parametrize(
    ("change", "remedy"), [({"size": (4, 4)}, "image_size"), ({"mode": "L"}, "channels")]
)
def test_the_two_of_a_pair_are_of_one_shape(two, change, remedy):
    name, path = two
    save(path / "map" / "3.bmp", **change)
    with pytest.raises(
        ValueError, match=rf"photo/3\.png has .*map/3\.bmp of .*give {remedy}="
    ) as e:
        load_arrays(name, split="train")
    assert "×" in str(e.value)
    kwargs = {"image_size": 4, "channels": 3}
    assert load_arrays(name, split="train", **kwargs).images["target"].shape == (8, 4, 4, 3)


def test_unpaired_folders(two):
    name, path = two
    save(path / "map" / "more.bmp", (200, 0, 0))
    name = name.replace("pairs:", "unpaired:")
    whole = load_arrays(name, split="train")
    assert whole.info.domains == ("photo", "map")
    assert whole.info.domain_sizes == (8, 9)
    assert whole.info.num_examples == 9
    assert not whole.info.counterparts
    assert sorted(value(whole.images["b"])) == [*range(100, 108), 200]
    shuffled = datasets.load(name, batch_size=4)
    assert shuffled.steps_per_epoch == 2
    # One pass shows all of the larger domain; the smaller one begins again.
    one_pass = list(datasets.load(name, batch_size=4, shuffle=False))
    assert [len(batch["a"]) for batch in one_pass] == [len(b["b"]) for b in one_pass] == [4, 4, 1]
    np.testing.assert_array_equal(one_pass[2]["a"][0], one_pass[0]["a"][0])
    save(path / "map" / "more.bmp", size=(4, 4))
    with pytest.raises(ValueError, match=r"\(map\) differ: .*give image_size="):
        load_arrays(name, split="train")


def test_domains_of_different_shapes(two):
    name, path = two
    for number in range(8):
        save(path / "map" / f"{number}.bmp", mode="L")
    with pytest.raises(ValueError, match=r"a has images of 6×8×3 .*, b of 6×8×1; give channels=3"):
        load_arrays(name.replace("pairs:", "unpaired:"), split="train")


def test_the_folders_of_cyclegan(tmp_path):
    for letter, add in (("A", 0), ("B", 100)):
        for split, count in (("train", 4), ("test", 2)):
            for number in range(count):
                save(tmp_path / f"{split}{letter}" / f"{number}.png", (number + add, 0, 0))
    name = f"unpaired:{tmp_path}"
    train, test = (load_arrays(name, split=split) for split in ("train", "test"))
    assert sorted(value(train.images["b"])) == [100, 101, 102, 103]
    assert sorted(value(test.images["a"])) == [0, 1]
    assert train.info.domains == ("A", "B")
    (tmp_path / "trainB").rename(tmp_path / "train_b")
    assert load_arrays(name, split="test").info.domains == ("A", "B")
    with pytest.raises(ValueError, match="has trainA, but no trainB"):
        load_arrays(name, split="train[:2]")
    (tmp_path / "testB").rename(tmp_path / "test_b")
    with pytest.raises(ValueError, match="expected folders trainA and trainB"):
        load_arrays(name, split="train")


def test_the_same_folder_twice(tmp_path):
    save(tmp_path / "one" / "0.png", (1, 2, 3))
    with pytest.raises(ValueError, match="expected two folders, got the same twice"):
        load_arrays(f"pairs:{tmp_path / 'one'},{tmp_path / 'one' / '.'}", split="train")


def test_many_domains(tmp_path):
    for label, domain in enumerate(("dawn", "dusk", "noon")):
        for number in range(label + 2):
            save(tmp_path / domain / f"{number}.png", (label, 0, 0))
    whole = load_arrays(f"domains:{tmp_path}", split="train")
    assert whole.info.domains == whole.info.label_names == ("dawn", "dusk", "noon")
    assert whole.info.domain_sizes == (2, 3, 4)
    assert whole.info.num_classes == 3
    assert value(whole.images["image"]) == whole.rows["label"].tolist()
    (tmp_path / "dawn" / "0.png").unlink()
    with pytest.raises(ValueError, match="domain 'dawn' has 1 image, expected at least 2"):
        load_arrays(f"domains:{tmp_path}", split="train")
    with pytest.raises(
        ValueError, match="expected a sub-folder of images for each domain, found 0"
    ):
        load_arrays(f"domains:{tmp_path / 'noon'}", split="train")


@pytest.mark.parametrize("kind", ["pairs", "unpaired"])
def test_a_domain_of_one_image(tmp_path, kind):
    save(tmp_path / "a" / "1.png")
    save(tmp_path / "b" / "1.png")
    with pytest.raises(ValueError, match="domain 'a' has 1 image, expected at least 2"):
        load_arrays(f"{kind}:{tmp_path / 'a'},{tmp_path / 'b'}", split="train")


@pytest.mark.parametrize("kind", ["pairs", "unpaired", "domains"])
def test_a_missing_folder_is_told_its_nearest(two, kind):
    _, path = two
    with pytest.raises(ValueError, match=rf"{kind}:.*no such folder: .*(did you mean '.*photo')"):
        load_arrays(f"{kind}:{path / 'photos'}", split="train")
    if kind != "domains":
        with pytest.raises(ValueError, match=r"no such folder: .*mpa \(did you mean '.*map'"):
            load_arrays(f"{kind}:{path / 'photo'},{path / 'mpa'}", split="train")
        with pytest.raises(
            ValueError, match="expected one path, or two with a comma between, got 3"
        ):
            load_arrays(f"{kind}:{path / 'photo'},{path / 'map'},{path}", split="train")


@pytest.mark.parametrize("kind", ["pairs", "unpaired"])
def test_paths_from_home_and_no_paths(two, monkeypatch, kind):
    _, path = two
    monkeypatch.setenv("HOME", str(path))
    whole = load_arrays(f"{kind}:~/photo,~/map", split="train")
    assert whole.info.domains == ("photo", "map")
    for nothing in ("", ",", f"{path / 'photo'},"):
        with pytest.raises(ValueError, match="got an empty one"):
            load_arrays(f"{kind}:{nothing}", split="train")


def test_hidden_folders_are_left_out(tmp_path):
    for name in ("x/1.png", "x/2.png", "y/1.png", "y/2.png", "y/.thumbs/1.png", ".old/1.png"):
        save(tmp_path / name)
    whole = load_arrays(f"domains:{tmp_path}", split="train")
    assert whole.info.domain_sizes == (2, 2)
    assert len(folder.images(tmp_path)) == 4


def test_commas_in_folders_names(two):
    _, path = two
    (path / "map").rename(path / "map, old")
    whole = load_arrays(f"unpaired:{path / 'photo'},{path / 'map, old'}", split="train")
    assert whole.info.domains == ("photo", "map, old")
