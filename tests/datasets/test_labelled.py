"""A few labels for semi-supervised learning."""

import numpy as np
import pytest

from tfgan_zoo import datasets


def batches(count, **kwargs):
    data = datasets.load("digits", batch_size=20, labelled=50, seed=3, **kwargs)
    return [{k: v.numpy() for k, v in batch.items()} for batch in data.take(count)]


def test_only_so_many_images_have_a_label_as_many_of_each_class():
    arrays = datasets.load_arrays("digits", split="train")
    by_pixels = {
        image.tobytes(): label for image, label in zip(arrays.images, arrays.labels, strict=True)
    }
    seen = {}
    for batch in batches(60):
        assert batch.keys() == {"image", "labelled_image", "label"}
        for image, label in zip(batch["labelled_image"], batch["label"], strict=True):
            pixels = np.round((image + 1.0) * 127.5).astype(np.uint8).tobytes()
            seen[pixels] = label
    assert len(seen) == 50  # 1,200 draws leave none of 50 out
    assert all(by_pixels[pixels] == label for pixels, label in seen.items())
    assert np.bincount(list(seen.values())).tolist() == [5] * 10


def test_the_unlabelled_stream_is_as_ever_and_both_go_on_anywhere():
    plain = datasets.load("digits", batch_size=20, seed=3)
    first = batches(4)
    for ours, theirs in zip(first, plain.take(4), strict=True):
        np.testing.assert_array_equal(ours["image"], theirs["image"])
    (later,) = batches(1, first_step=3)
    for key, values in later.items():
        np.testing.assert_array_equal(values, first[3][key])
    assert not np.array_equal(first[0]["label"], first[1]["label"])


def test_errors():
    for labelled in (0, 5, 13, 10_000):
        with pytest.raises(ValueError, match="labelled"):
            datasets.load("digits", labelled=labelled)
    with pytest.raises(ValueError, match="read in order"):
        datasets.load("digits", split="test", labelled=10)
