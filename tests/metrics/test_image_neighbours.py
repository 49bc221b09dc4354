import tracemalloc

import numpy as np
import pytest

from tfgan_zoo.metrics import nearest, nearest_neighbours


def noise(count, shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def one_by_one(image, training, flips, shifts):
    """Distance of one image to each training image: the definition, pixel by pixel."""
    height, width, _ = image.shape
    candidates = []
    for view in [image, image[:, ::-1]] if flips else [image]:
        for down in range(-shifts, shifts + 1):
            for right in range(-shifts, shifts + 1):
                differences = [
                    view[y + down, x + right].astype(float) - training[:, y, x]
                    for y in range(shifts, height - shifts)
                    for x in range(shifts, width - shifts)
                ]
                candidates.append(np.sqrt(np.mean(np.square(differences), axis=(0, 2))))
    return np.min(candidates, axis=0)


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize(("flips", "shifts"), [(True, 1), (False, 0), (True, 0), (False, 2)])
def test_equals_the_definition(flips, shifts, pieces, monkeypatch):
    if pieces:
        monkeypatch.setattr(nearest, "_ROWS", 40)
        monkeypatch.setattr(nearest, "_POINTS", 3)
    images, training = noise(5, (6, 8, 3)), noise(11, (6, 8, 3), seed=1)
    found = nearest_neighbours(images, training, flips=flips, shifts=shifts, count=4)
    table = np.stack([one_by_one(image, training, flips, shifts) for image in images])
    np.testing.assert_array_equal(found.indices, np.argsort(table, axis=1)[:, :4])
    np.testing.assert_allclose(found.distances, np.sort(table, axis=1)[:, :4], rtol=1e-12)


def test_copies_are_at_0_and_say_what_was_done_to_them():
    training = noise(30, (10, 8, 1))
    moved = np.roll(training, (1, -1), axis=(1, 2))  # down by one, left by one
    images = np.stack(
        [training[3], training[4][:, ::-1], moved[5], moved[6][:, ::-1], np.roll(moved[7], 1, 0)]
    )
    found = nearest_neighbours(images, training)
    assert found.indices[:, 0].tolist()[:4] == [3, 4, 5, 6]
    assert found.distances[:, 0].tolist()[:4] == [0, 0, 0, 0]
    assert found.flipped[:, 0].tolist()[:4] == [False, True, False, True]
    assert found.shifts[:, 0].tolist()[:4] == [[0, 0], [0, 0], [1, -1], [1, -1]]
    assert found.distances[4, 0] > 50  # moved by two
    assert nearest_neighbours(images[4:], training, shifts=2).distances[0, 0] == 0
    assert nearest_neighbours(images[1:2], training, flips=False).distances[0, 0] > 50


def test_distances_are_in_levels_and_blank_images_have_not_moved():
    blank = np.full((1, 6, 6, 1), 100, np.uint8)
    found = nearest_neighbours(blank, blank + 7)
    assert found.distances.item() == 7.0
    assert not found.flipped.item()
    assert found.shifts.tolist() == [[[0, 0]]]


def test_floats_are_rounded_to_the_levels_of_uint8():
    images, training = noise(4, (6, 6, 1)), noise(9, (6, 6, 1), seed=1)
    expected = nearest_neighbours(images, training)
    found = nearest_neighbours(images / 127.5 - 1, (training / 127.5 - 1).astype("float32"))
    np.testing.assert_array_equal(found.distances, expected.distances)


def test_memory_does_not_grow_with_the_pairs():
    images, training = noise(1000, (8, 8, 1)), noise(20_000, (8, 8, 1), seed=1)
    tracemalloc.start()
    nearest_neighbours(images, training, shifts=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6  # a table of all pairs and their mirror images has 320 MB


@pytest.mark.parametrize(
    ("images", "training", "arguments", "message"),
    [
        (
            noise(2, (6, 6, 1)),
            noise(2, (6, 7, 1)),
            {},
            r"images are \[6, 6, 1\] and training_images",
        ),
        (noise(2, (6, 6, 1)), noise(2, (6, 6, 1)), {"count": 3}, "3 neighbours need as many"),
        (noise(2, (6, 6, 1)), noise(2, (6, 6, 1)), {"shifts": 3}, "leave nothing of images of 6×6"),
        (noise(2, (6, 6, 1)), noise(2, (6, 6, 1)), {"shifts": -1}, "shifts is -1"),
        (noise(2, (6, 6)), noise(2, (6, 6)), {}, "add a sample axis"),
        (noise(2, (6, 6, 1)) / 255 * 3, noise(2, (6, 6, 1)), {}, r"must be in \[-1, 1\]"),
        (np.full((2, 6, 6, 1), np.nan), noise(2, (6, 6, 1)), {}, "NaN"),
        (noise(0, (6, 6, 1)), noise(2, (6, 6, 1)), {}, "no images"),
    ],
)
def test_errors(images, training, arguments, message):
    with pytest.raises(ValueError, match=message):
        nearest_neighbours(images, training, **arguments)
