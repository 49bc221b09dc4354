"""Sets of TensorFlow Datasets, read from prepared copies where there are any."""

import numpy as np
import pytest

from tfgan_zoo.datasets import load, load_arrays


@pytest.mark.shared_data
def test_mnist(mnist):
    arrays = load_arrays(**mnist, split="test")
    assert arrays.images.shape == (10_000, 28, 28, 1)
    assert np.bincount(arrays.labels)[:3].tolist() == [980, 1135, 1032]
    assert arrays.info.num_classes == 10
    part = load_arrays(**mnist, split="test[10%:12%]", image_size=32, channels=3)
    assert part.images.shape == (200, 32, 32, 3)
    np.testing.assert_array_equal(part.labels, arrays.labels[1000:1200])


@pytest.mark.shared_data
def test_mnist_batches(mnist):
    batch = next(iter(load(**mnist, split="train[:1000]", batch_size=16)))
    assert batch["image"].shape == (16, 28, 28, 1)
    assert (batch["image"].numpy().min(), batch["image"].numpy().max()) == (-1, 1)
    assert batch["label"].dtype == "int32"


@pytest.mark.shared_data
def test_a_split_that_mnist_lacks(mnist):
    with pytest.raises(ValueError, match="did you mean 'test'"):
        load(**mnist, split="tets")


def test_what_cannot_be_prepared_says_what_to_do(tmp_path, monkeypatch):
    import tensorflow_datasets as tfds

    def offline(*_, **__):
        raise ConnectionError("no network here")

    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", offline)
    with pytest.raises(OSError, match=r"no network here.*data_dir=… or .*TFDS_DATA_DIR"):
        load("mnist", data_dir=tmp_path)


def test_an_unknown_configuration(tmp_path):
    with pytest.raises(ValueError, match=r"cannot make 'mnist:9\.9\.9'"):
        load("mnist:9.9.9", data_dir=tmp_path)
