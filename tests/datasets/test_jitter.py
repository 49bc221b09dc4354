"""Augmentation of pairs: both alike, within range, and a function of the seed."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import datasets
from tfgan_zoo.datasets.jitter import jittered


def numbered(count=64, side=6):
    """Images whose red is the column's number, and whose green is the row's."""
    rows, columns = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    image = np.stack([columns, rows, 0 * rows], axis=-1) / side
    return tf.constant(np.tile(image, [count, 1, 1, 1]), tf.float32)


@pytest.mark.parametrize(("pixels", "flip"), [(0, True), (3, False), (3, True)])
def test_pairs_are_treated_alike(pixels, flip):
    images = numbered()
    batch = {"source": images, "target": -0.5 * images, "label": tf.range(64)}
    changed = jittered(batch, [1, 2], pixels=pixels, flip=flip)
    np.testing.assert_allclose(changed["target"], -0.5 * changed["source"], atol=1e-6)
    np.testing.assert_array_equal(changed["label"], np.arange(64))
    assert changed["source"].shape == images.shape
    again = jittered(batch, [1, 2], pixels=pixels, flip=flip)
    np.testing.assert_array_equal(changed["source"], again["source"])
    other = jittered(batch, [1, 3], pixels=pixels, flip=flip)
    assert not np.array_equal(changed["source"], other["source"])


@pytest.mark.parametrize(("pixels", "flip"), [(0, True), (3, True)])
def test_several_images_of_an_example_are_treated_alike(pixels, flip):
    images = numbered()
    several = tf.stack([images, -images], axis=1)
    changed = jittered({"image": images, "others": several}, [1, 2], pixels=pixels, flip=flip)
    expected = np.stack([changed["image"], -changed["image"]], axis=1)
    np.testing.assert_allclose(changed["others"], expected, atol=1e-6)
    assert not np.array_equal(changed["image"], images)


def test_half_of_the_images_are_mirrored():
    images = numbered(400)
    changed = jittered({"a": images}, [0, 0], flip=True)["a"].numpy()
    mirrored = (changed == images.numpy()[:, :, ::-1]).all(axis=(1, 2, 3))
    kept = (changed == images.numpy()).all(axis=(1, 2, 3))
    assert (mirrored ^ kept).all()
    assert 160 < mirrored.sum() < 240  # 4 standard deviations


def test_every_place_is_cut_out():
    images = numbered(300)
    enlarged = tf.image.resize(images, [8, 8]).numpy()
    changed = jittered({"a": images}, [0, 0], pixels=2)["a"].numpy()
    found = set()
    for image, whole in zip(changed, enlarged, strict=True):
        places = [
            (top, left)
            for top in range(3)
            for left in range(3)
            if np.array_equal(image, whole[top : top + 6, left : left + 6])
        ]
        assert len(places) == 1
        found.update(places)
    assert len(found) == 9


def test_streams_with_augmentation_go_on_anywhere():
    options = {"split": "train[:40]", "batch_size": 8, "seed": 5}
    whole = list(datasets.load("scenes_unpaired", **options, jitter=3, flip=True).take(6))
    later = datasets.load("scenes_unpaired", **options, jitter=3, flip=True, first_step=5)
    plain = next(iter(datasets.load("scenes_unpaired", **options)))
    for key, values in next(iter(later)).items():
        np.testing.assert_array_equal(values, whole[5][key])
        assert abs(values.numpy()).max() <= 1
        assert not np.array_equal(plain[key], whole[0][key])


def test_what_is_refused():
    for arguments in ({"split": "test", "flip": True}, {"labelled": 10, "jitter": 1}):
        with pytest.raises(ValueError, match="jitter and flip are for a shuffled set"):
            datasets.load("digits", **arguments)
    with pytest.raises(ValueError, match="jitter is -1, expected an int of at least 0"):
        datasets.load("digits", jitter=-1)
    with pytest.raises(ValueError, match="flip would make captions of shapes wrong"):
        datasets.load("shapes", split="train[:8]", batch_size=8, flip=True)
