"""Sets of TensorFlow Datasets with two domains; tiny ones that are written here."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

from tfgan_zoo import datasets
from tfgan_zoo.datasets import load_arrays


def image(number, height=4):
    return np.full((height, 6, 3), number, np.uint8)


@pytest.fixture
def horses(tmp_path):
    """A data_dir with a `cycle_gan/horse2zebra` of few images."""
    real = tfds.builder("cycle_gan/horse2zebra", data_dir=tmp_path)

    class CycleGan(tfds.core.GeneratorBasedBuilder, skip_registration=True):
        name = "cycle_gan"
        VERSION = real.version
        BUILDER_CONFIGS = [tfds.core.BuilderConfig(name="horse2zebra")]

        def _info(self):
            return tfds.core.DatasetInfo(builder=self, features=real.info.features)

        def _split_generators(self, dl_manager):
            counts = {"trainA": (5, 0), "trainB": (7, 100), "testA": (2, 50), "testB": (3, 150)}
            return {split: self._generate_examples(*each) for split, each in counts.items()}

        def _generate_examples(self, count, first):
            for number in range(first, first + count):
                yield number, {"image": image(number), "label": "AB"[number >= 100]}

    CycleGan(config="horse2zebra", data_dir=tmp_path).download_and_prepare()
    return {"name": "cycle_gan/horse2zebra", "data_dir": tmp_path}


def value(images):
    return sorted(np.rint(images[:, 0, 0, 0].astype(float)).astype(int).tolist())


def test_cycle_gan(horses):
    train = load_arrays(**horses, split="train")
    assert train.info.domains == ("horse", "zebra")
    assert train.info.domain_sizes == (5, 7)
    # stored as JPEG: a level or so is lost
    assert max(np.abs(np.array(value(train.images["b"])) - np.arange(100, 107))) <= 2
    test = load_arrays(**horses, split="test", image_size=4, channels=1)
    assert test.images["a"].shape == (2, 4, 4, 1)
    assert load_arrays(**horses, split="train[:3]").info.domain_sizes == (3, 3)
    batch = next(iter(datasets.load(**horses, batch_size=4)))
    assert batch["a"].shape == batch["b"].shape == (4, 4, 6, 3)


def test_one_domain_of_cycle_gan(horses):
    one = load_arrays(**horses, split="trainA")
    assert one.images.shape == (5, 4, 6, 3)
    assert not isinstance(one.info, datasets.TranslationInfo)


def paired(features, tmp_path, heights=(4, 4)):
    class Facades(tfds.core.GeneratorBasedBuilder, skip_registration=True):
        name = "tiny_facades"
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            image = tfds.features.Image(shape=(None, None, 3), encoding_format="png")
            everything = {key: image for key in features} | {"number": np.int32}
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict(everything)
            )

        def _split_generators(self, dl_manager):
            return {"train": self._generate_examples(6), "test": self._generate_examples(2)}

        def _generate_examples(self, count):
            for number in range(count):
                images = [image(number + 100 * i, h) for i, h in enumerate(heights)]
                yield number, {"number": number, **dict(zip(features, images, strict=True))}

    Facades(data_dir=tmp_path).download_and_prepare()
    return {"name": "tiny_facades", "data_dir": tmp_path}


def test_pairs_by_their_features_names(tmp_path):
    name = paired(("input_image", "real_image"), tmp_path)
    train = load_arrays(**name, split="train")
    assert train.info.domains == ("input_image", "real_image")
    assert train.info.counterparts
    np.testing.assert_array_equal(train.images["target"], train.images["source"].astype(int) + 100)
    assert value(train.images["source"]) == [0, 1, 2, 3, 4, 5]
    assert load_arrays(**name, split="test", image_size=8).images["source"].shape == (2, 8, 8, 3)


def test_pairs_of_different_shapes(tmp_path):
    name = paired(("input", "target"), tmp_path, heights=(4, 8))
    message = "input has images of 4×6×3 .*, target of 8×6×3; give image_size="
    with pytest.raises(ValueError, match=message):
        load_arrays(**name, split="train")


def test_features_that_are_no_pair(tmp_path):
    name = paired(("before", "after"), tmp_path)
    with pytest.raises(ValueError, match="no 8-bit feature `image`; its features"):
        load_arrays(**name, split="train")
