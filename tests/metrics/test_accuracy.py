"""The classification accuracy score on images whose class is plain, and labels that are not."""

import numpy as np
import pytest

from tfgan_zoo.metrics import accuracy, classification_accuracy_score


def squares(labels, seed=0):
    """Noise with a bright quarter, whose place is the class."""
    images = np.random.default_rng(seed).integers(0, 100, (len(labels), 8, 8, 1), np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(label, 2)
        image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] += 150
    return images


LABELS = np.tile(np.arange(4), 40)


def score(labels, shown, **kwargs):
    """Of fakes that show some classes, and are said to be of others."""
    return classification_accuracy_score(
        squares(shown), labels, squares(LABELS, seed=1), LABELS, **{"steps": 30, **kwargs}
    )


def test_right_labels():
    assert score(LABELS, LABELS) == {"on_real": 1.0, "on_fakes": 1.0}


def test_swapped_labels_are_learned_and_wrong():
    assert score(LABELS ^ 1, LABELS) == {"on_real": 0.0, "on_fakes": 1.0}


def test_a_missing_class_is_never_right():
    three = LABELS[LABELS != 2]
    assert score(three, three) == {"on_real": 0.75, "on_fakes": 1.0}


def test_the_seed_decides_the_weights(monkeypatch):
    monkeypatch.setattr(accuracy, "_batch", lambda count, step, seed: np.arange(128))
    labels = np.random.default_rng(0).integers(0, 4, len(LABELS))
    one, again, other = (score(labels, LABELS, seed=seed, steps=2) for seed in (0, 0, 1))
    assert one == again
    assert one != other


def test_batches_run_through_permutations_of_all_images():
    stream = np.concatenate([accuracy._batch(50, step, seed=3) for step in range(4)])
    assert len(stream) == 4 * 128
    epochs = stream[:500].reshape(10, 50)
    np.testing.assert_array_equal(np.sort(epochs, axis=1), np.tile(np.arange(50), (10, 1)))
    assert len({tuple(epoch) for epoch in epochs.tolist()}) == 10
    assert (accuracy._batch(50, 0, seed=4) != stream[:128]).any()


@pytest.mark.parametrize(
    ("fake_labels", "real_shape", "real_labels", "message"),
    [
        ([0, 1], (2, 16, 16, 1), [0, 1], "fake_labels must be one integer for each of 3 images"),
        ([0.0, 1.0, 1.0], (2, 16, 16, 1), [0, 1], "fake_labels must be one integer.* got float64"),
        ([0, -1, 1], (2, 16, 16, 1), [0, 1], "fake_labels must be integers from 0, got -1"),
        ([0, 0, 1], (2, 16, 16, 1), [[0], [1]], r"real_labels .* 2 images, got .* \[2, 1\]"),
        ([0, 0, 1], (2, 16, 18, 1), [0, 1], r"\[16, 16, 1\].*\[16, 18, 1\]"),
        ([0, 0, 1], (0, 16, 16, 1), [], "no images"),
    ],
)
def test_errors_say_what_is_wrong(fake_labels, real_shape, real_labels, message):
    fake, real = np.zeros((3, 16, 16, 1), np.uint8), np.zeros(real_shape, np.uint8)
    with pytest.raises(ValueError, match=message):
        classification_accuracy_score(fake, fake_labels, real, real_labels)
