"""The sets for translation that are drawn: what is in them, what is hidden, and their streams."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import datasets
from tfgan_zoo.datasets import load, load_arrays, shapes_looks, shapes_scene, textures
from tfgan_zoo.datasets.translation import scenes


def test_pairs():
    train = load_arrays("scenes_pairs", split="train[10:14]")
    assert train.info == datasets.TranslationInfo(
        name="scenes_pairs",
        split="train[10:14]",
        num_examples=4,
        image_shape=(32, 32, 3),
        num_classes=None,
        label_names=None,
        keys=("source", "target"),
        domains=("outline", "filled"),
        domain_sizes=(4, 4),
        counterparts=True,
    )
    for row, index in enumerate(range(10, 14)):
        scene = shapes_scene.make_scene(0, index)
        np.testing.assert_array_equal(train.images["source"][row], shapes_looks.outline(scene))
        filled = shapes_looks.filled(scene, (0, index))
        np.testing.assert_array_equal(train.images["target"][row], filled)
    test = load_arrays("scenes_pairs", split="test[:3]")
    scene = shapes_scene.make_scene(1, 2)
    np.testing.assert_array_equal(test.images["source"][2], shapes_looks.outline(scene))
    assert test.rows["factor_shape"][2].tolist() == shapes_scene.factors(scene)["shape"]


def test_no_scene_is_in_both_domains_of_the_training_part(monkeypatch):
    monkeypatch.setattr(scenes, "SIZES", {"train": 60, "test": 10})
    train = load_arrays("scenes_unpaired", split="train")
    assert set(train.images) == {"a", "b"}
    assert not train.rows
    assert not train.info.counterparts
    for key, look, first in (("a", shapes_looks.DAY, 0), ("b", shapes_looks.NIGHT, 60)):
        expected = [
            shapes_looks.render(shapes_scene.make_scene(0, first + i), look) for i in range(60)
        ]
        np.testing.assert_array_equal(train.images[key], expected)


def test_the_truth_is_known_in_the_part_that_is_held_out():
    test = load_arrays("scenes_unpaired", split="test[5:9]")
    assert test.info.counterparts
    for row in range(4):
        scene = shapes_scene.make_scene(1, 5 + row)
        night = shapes_looks.render(scene, shapes_looks.NIGHT)
        np.testing.assert_array_equal(test.images["b_of_a"][row], night)
        np.testing.assert_array_equal(
            test.images["a"][row], shapes_looks.render(scene, shapes_looks.DAY)
        )
        assert not np.array_equal(test.images["b"][row], night)
        assert test.rows["factor_x"][row].tolist() == shapes_scene.factors(scene)["x"]
    batch = next(iter(load("scenes_unpaired", split="test[5:9]", batch_size=3)))
    assert batch["b_of_a"].shape == (3, 32, 32, 3)


def test_five_domains():
    train = load_arrays("scenes_domains", split="train[:23]")
    assert set(train.info.keys) == {"image", "label"}
    assert train.info.num_classes == len(train.info.domains) == 5
    assert train.info.label_names == train.info.domains
    assert train.info.domain_sizes == (5, 5, 5, 4, 4)
    assert train.rows["label"].tolist() == [i % 5 for i in range(23)]
    test = load_arrays("scenes_domains", split="test[:10]", image_size=16)
    every = test.images["in_every_domain"]
    assert every.shape == (10, 5, 16, 16, 3)
    np.testing.assert_array_equal(test.images["image"], every[np.arange(10), np.arange(10) % 5])
    plain = load_arrays("scenes_domains", split="test[:10]").images["in_every_domain"]
    scene = shapes_scene.make_scene(1, 7)
    np.testing.assert_array_equal(plain[7, 3], shapes_looks.render(scene, shapes_looks.FIVE[3]))


def test_digits_on_textures():
    train = load_arrays("digits_textured", split="train[100:103]")
    grey = load_arrays("digits", split="train[100:103]", image_size=32)
    assert set(train.info.keys) == {"source", "label", "target"}
    assert train.info.domains == ("plain", "textured")
    assert train.info.num_classes == 10
    assert not train.info.counterparts
    np.testing.assert_array_equal(train.images["source"], np.repeat(grey.images, 3, axis=-1))
    np.testing.assert_array_equal(train.rows["label"], grey.labels)
    drawn = textures.textures(0, range(100, 103), (32, 32)).astype(int)
    np.testing.assert_array_equal(train.images["target"], abs(drawn - grey.images))
    test = load_arrays(
        "digits_textured", split="test[:5]+test[7:9]", image_size=(8, 12), channels=1
    )
    assert test.images["target"].shape == (7, 8, 12, 1)
    assert test.info.counterparts
    np.testing.assert_array_equal(test.rows["target_label"], test.rows["label"])


@pytest.mark.shared_data
def test_mnist_on_textures(mnist):
    grey = load_arrays(**mnist, split="test[:20]")
    arrays = load_arrays(**mnist | {"name": "mnist_textured"}, split="test[:20]")
    assert arrays.images["target"].shape == (20, 28, 28, 3)
    drawn = textures.textures(1, range(20), (28, 28)).astype(int)
    np.testing.assert_array_equal(arrays.images["target"], abs(drawn - grey.images))


def test_domains_are_shuffled_apart():
    def orders(**options):
        data = load("digits_textured", split="train[:48]", batch_size=16, image_size=8, **options)
        assert data.steps_per_epoch == 3
        whole = load_arrays("digits_textured", split="train[:48]", image_size=8).images
        rows = {
            key: {image.tobytes(): row for row, image in enumerate(images)}
            for key, images in whole.items()
        }
        assert len(rows["target"]) == 48
        found = {"source": [], "target": []}
        for batch in data.take(6):
            for key in found:
                pixels = np.rint((batch[key].numpy() + 1) * 127.5).astype(np.uint8)
                found[key] += [rows[key].get(image.tobytes()) for image in pixels]
        return found

    one = orders(seed=1)
    for key in one:  # an epoch shows every image once, and the next in another order
        assert sorted(one[key][:48]) == sorted(one[key][48:]) == list(range(48))
        assert one[key][:48] != one[key][48:]
    together = np.mean(np.array(one["source"]) == np.array(one["target"]))
    assert together < 0.15  # 1 in 48 by chance
    assert orders(seed=1) == one
    other = orders(seed=2)
    assert other["source"] != one["source"]
    assert other["target"] != one["target"]


def test_reversed_pairs():
    one = load_arrays("scenes_pairs", split="test[:3]")
    other = load_arrays("reversed:scenes_pairs", split="test[:3]")
    np.testing.assert_array_equal(one.images["source"], other.images["target"])
    np.testing.assert_array_equal(one.images["target"], other.images["source"])
    named = {"name": "reversed:scenes_pairs", "domains": ("filled", "outline")}
    assert other.info == dataclasses.replace(one.info, **named)
    for name in ("scenes_unpaired", "digits_textured", "digits"):
        with pytest.raises(ValueError, match=f"only pairs can be reversed, and {name} is none"):
            load_arrays(f"reversed:{name}", split="train[:4]")


def test_names_and_descriptions():
    drawn = {"scenes_pairs", "scenes_unpaired", "scenes_domains", "digits_textured"}
    assert drawn <= set(datasets.names())
    assert "side by side" in datasets.describe("pairs:photos")
    assert "NumPy file" in datasets.describe("pairs:emoji.npz")
    assert "trainA" in datasets.describe("unpaired:one,other")
    with pytest.raises(ValueError, match="did you mean 'scenes_pairs'"):
        load("scene_pairs")
    with pytest.raises(ValueError, match="unknown split 'trian'"):
        load("scenes_unpaired", split="trian")
    with pytest.raises(ValueError, match="batch_size=9 is more than the 8 examples"):
        load("scenes_unpaired", split="train[:8]", batch_size=9)
