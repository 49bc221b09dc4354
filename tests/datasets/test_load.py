"""What `load` promises for every set, the digits, and clear errors."""

import hashlib

import numpy as np
import pytest

from tfgan_zoo import datasets
from tfgan_zoo.datasets import load, load_arrays
from tfgan_zoo.datasets.splits import resolve


def checksum(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def test_digits_are_split_evenly_and_without_overlap():
    train = load_arrays("digits", split="train")
    test = load_arrays("digits", split="test")
    assert train.images.shape == (1437, 8, 8, 1)
    assert test.images.shape == (360, 8, 8, 1)
    assert np.bincount(test.labels).tolist() == [36] * 10
    assert np.bincount(train.labels).tolist() == [142, 146, 141, 147, 145, 146, 145, 143, 138, 144]
    seen = {image.tobytes() for image in train.images}
    assert not any(image.tobytes() in seen for image in test.images)
    assert train.images.dtype == np.uint8
    assert (train.images.min(), train.images.max()) == (0, 255)


def test_digits_are_pinned():
    both = load_arrays("digits", split="train"), load_arrays("digits", split="test")
    assert [checksum(a.images) for a in both] == ["cf509ef68efc110a", "6dbf4aea1039f0b7"]
    assert [checksum(a.labels) for a in both] == ["e680f944bade5aa1", "5e1fd8db706a3599"]


@pytest.mark.parametrize(
    ("size", "channels", "shape"),
    [(16, None, (16, 16, 1)), ((12, 20), 3, (12, 20, 3)), (None, 4, (8, 8, 4))],
)
def test_size_and_channels(size, channels, shape):
    dataset = load("digits", batch_size=32, image_size=size, channels=channels)
    batch = next(iter(dataset))
    assert tuple(batch["image"].shape) == (32, *shape)
    assert dataset.info.image_shape == shape
    assert batch["image"].dtype == "float32"
    assert batch["label"].dtype == "int32"
    assert -1 <= batch["image"].numpy().min() < -0.9
    assert 0.9 < batch["image"].numpy().max() <= 1


def test_upsampled_digits_are_smooth_and_the_same_digits():
    small = load_arrays("digits", split="test[:50]").images.astype(float)
    large = load_arrays("digits", split="test[:50]", image_size=32).images.astype(float)
    back = large.reshape(50, 8, 4, 8, 4, 1).mean(axis=(2, 4))
    assert abs(back - small).mean() < 12
    assert abs(np.diff(large, axis=1)).max() < 0.6 * abs(np.diff(small, axis=1)).max()


def test_info():
    info = load("digits", split="train[:500]").info
    assert info == datasets.DataInfo(
        name="digits",
        split="train[:500]",
        num_examples=500,
        image_shape=(8, 8, 1),
        num_classes=10,
        label_names=tuple("0123456789"),
        keys=("image", "label"),
        tokenizer=None,
    )


def test_train_splits_are_shuffled_and_others_are_not():
    whole = load_arrays("digits", split="test").labels
    assert hasattr(load("digits", split="train[:50%]"), "at")
    in_order = load("digits", split="test", batch_size=100)
    batches = [batch["label"].numpy() for batch in in_order]
    assert [len(batch) for batch in batches] == [100, 100, 100, 60]
    np.testing.assert_array_equal(np.concatenate(batches), whole)


def test_slices_add_up():
    parts = [load_arrays("digits", split=s).images for s in ("train[:10%]", "train[10%:]")]
    np.testing.assert_array_equal(
        np.concatenate(parts), load_arrays("digits", split="train").images
    )


@pytest.mark.parametrize(
    ("split", "parts"),
    [
        ("train", [("train", 0, 50)]),
        ("train[:5]", [("train", 0, 5)]),
        ("train[-5:]", [("train", 45, 50)]),
        ("train[10%:90%]", [("train", 5, 45)]),
        ("train[-10%:]", [("train", 45, 50)]),
        ("train[40:]+test[:99]", [("train", 40, 50), ("test", 0, 20)]),
    ],
)
def test_splits(split, parts):
    assert resolve(split, {"train": 50, "test": 20}) == parts


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "digit"}, "did you mean 'digits'"),
        ({"name": "fashion_mnits"}, "did you mean 'fashion_mnist'"),
        ({"name": "imdb_reviews"}, "no 8-bit feature `image`; its features: text, label"),
        ({"split": "trian"}, "unknown split 'trian' .did you mean 'train'"),
        ({"split": "train[:x]"}, "is not understood"),
        ({"split": "train[500:500]"}, "holds no example"),
        ({"split": "train[:101%]"}, "not a percentage"),
        ({"batch_size": 1438}, "batch_size=1438 is more than the 1437 examples"),
        ({"batch_size": 0}, "batch_size=0: give an integer of at least 1"),
        ({"first_step": -1}, "first_step=-1"),
        ({"split": "test", "first_step": 1}, "needs a shuffled set"),
        ({"seed": 2**63}, "64 bits"),
        ({"channels": 2}, "channels=2: give 1"),
        ({"image_size": (8, 0)}, "image_size="),
        ({"image_size": 16.0}, r"image_size=16\.0: give an int"),
        ({"image_size": "large"}, "image_size='large': give an int"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        load(**{"name": "digits", **arguments})


def test_every_known_name_has_a_line():
    assert {"digits", "shapes", "mnist", "fashion_mnist"} <= set(datasets.names())
    assert all(datasets.describe(name) for name in datasets.names())
    assert "sub-folders" in datasets.describe("folder:/somewhere")
