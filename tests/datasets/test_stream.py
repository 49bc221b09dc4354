"""The order of the data is a pure function of (seed, step)."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.datasets import cache, load, stream
from tfgan_zoo.datasets.info import Arrays, DataInfo

N, BATCH = 25, 8  # 3 batches an epoch, one image left out
STEPS = N // BATCH


def numbered(n=N, memmap=None):
    """Images whose pixels and label are their own number."""
    labels = np.arange(n, dtype=np.int32)
    images = np.broadcast_to(labels[:, None, None, None], (n, 2, 3, 1)).astype(np.uint8)
    if memmap is not None:
        np.save(memmap, images)
        images = np.load(memmap, mmap_mode="r")
    info = DataInfo("numbers", "train", n, (2, 3, 1), n, None, ("image", "label", "twice"))
    return Arrays(images, labels, {"twice": 2 * labels}, info)


def make(**kwargs):
    return stream.make(numbered(), batch_size=BATCH, shuffle=True, **kwargs)


def labels(dataset, batches):
    return [b["label"].numpy().tolist() for b in itertools.islice(dataset, batches)]


def test_a_stream_repeats_itself():
    assert labels(make(seed=3), 10) == labels(make(seed=3), 10)


@pytest.mark.parametrize("step", [1, STEPS - 1, STEPS, STEPS + 1, 3 * STEPS + 2])
def test_a_stream_begins_anywhere(step):
    expected = labels(make(seed=3), step + 5)[step:]
    assert labels(make(seed=3, first_step=step), 5) == expected
    assert labels(make(seed=3).at(step), 5) == expected
    assert labels(make(seed=3, first_step=7).at(step), 5) == expected


def test_an_epoch_shows_no_image_twice_and_every_epoch_differs():
    batches = labels(make(seed=0), 40 * STEPS)
    epochs = [list(itertools.chain(*batches[e * STEPS : (e + 1) * STEPS])) for e in range(40)]
    assert all(len(set(epoch)) == STEPS * BATCH for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 40
    left_out = {(set(range(N)) - set(epoch)).pop() for epoch in epochs}
    assert len(left_out) > 10


def test_an_epoch_of_full_batches_is_a_permutation():
    indices = [stream.batch_indices(s, 5, 24, 8).numpy() for s in range(3)]
    assert sorted(np.concatenate(indices)) == list(range(24))


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2**32), (-1, 2**31 - 1), (5, -5)])
def test_seeds_differ(one, other):
    assert labels(make(seed=one), 3) != labels(make(seed=other), 3)


def test_orders_are_as_even_as_true_shuffles():
    epochs = tf.data.Dataset.range(1000).map(lambda e: stream.batch_indices(e, 0, 100, 100))
    first = np.array(list(epochs.as_numpy_iterator()))
    at_front = np.bincount(first[:, 0] // 10, minlength=10)
    steps = np.bincount(np.diff(first, axis=1).ravel() % 100, minlength=100)[1:]
    assert ((at_front - 100) ** 2 / 100).sum() < 30  # chi², 9 degrees of freedom
    assert ((steps - 1000) ** 2 / 1000).sum() < 150  # 98 degrees of freedom


def test_the_order_is_pinned():
    # A run that is resumed with a later version must see what it would have seen.
    assert stream.batch_indices(0, 0, 1437, 6).numpy().tolist() == [817, 494, 1323, 616, 96, 706]
    assert stream.batch_indices(1000, 7, 1437, 6).numpy().tolist() == [
        13,
        935,
        1310,
        1420,
        865,
        866,
    ]


def test_every_key_follows_the_images():
    batch = next(iter(make(seed=1)))
    pixels = np.rint((batch["image"].numpy() + 1) * 127.5).astype(int)
    assert (pixels == batch["label"].numpy()[:, None, None, None]).all()
    assert (batch["twice"].numpy() == 2 * batch["label"].numpy()).all()


def test_shuffled_batches_have_static_shapes_and_no_end():
    dataset = make()
    assert dataset.element_spec["image"] == tf.TensorSpec((BATCH, 2, 3, 1), tf.float32)
    assert dataset.element_spec["label"] == tf.TensorSpec((BATCH,), tf.int32)
    assert dataset.cardinality() == tf.data.INFINITE_CARDINALITY
    assert dataset.steps_per_epoch == STEPS


def test_an_ordered_set_ends_and_keeps_the_short_batch():
    dataset = stream.make(numbered(), batch_size=BATCH, shuffle=False)
    assert list(itertools.chain(*labels(dataset, 99))) == list(range(N))
    assert dataset.steps_per_epoch == 4
    assert not hasattr(dataset, "at")


def test_pixel_values_map_to_the_full_range():
    images = np.array([0, 127, 255], np.uint8).reshape(3, 1, 1, 1)
    info = DataInfo("three", "test", 3, (1, 1, 1), None, None, ("image",))
    dataset = stream.make(Arrays(images, None, {}, info), batch_size=3, shuffle=False)
    values = next(iter(dataset))["image"].numpy().ravel()
    np.testing.assert_allclose(values, [-1, -1 / 255, 1], atol=1e-7)
    assert abs(values).max() <= 1


def test_a_memory_map_streams_like_memory(tmp_path):
    mapped = stream.make(
        numbered(memmap=tmp_path / "images.npy"), batch_size=BATCH, shuffle=True, seed=4
    )
    assert mapped.element_spec == make().element_spec
    for one, other in itertools.islice(zip(mapped, make(seed=4), strict=False), 5):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_a_set_above_the_limit_is_kept_on_disk_once(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_ZOO_CACHE", str(tmp_path))
    in_memory = next(iter(load("digits", seed=1)))
    monkeypatch.setattr("tfgan_zoo.datasets.arrays.MEMORY_LIMIT", 1000)
    on_disk = load("digits", seed=1)
    tf.nest.map_structure(np.testing.assert_array_equal, in_memory, next(iter(on_disk)))
    (entry,) = tmp_path.iterdir()
    assert sorted(file.name for file in entry.iterdir()) == ["images.npy", "rows.npz"]
    assert len(np.load(entry / "images.npy")) == 1437

    monkeypatch.setattr(cache, "write", lambda *_: pytest.fail("decoded twice"))
    again = load("digits", seed=1)
    assert again.info == on_disk.info
    tf.nest.map_structure(np.testing.assert_array_equal, in_memory, next(iter(again)))


def test_a_failed_write_leaves_nothing(tmp_path):
    def examples():
        yield {"image": np.zeros((2, 2, 1), np.uint8)}
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        cache.write(tmp_path / "entry", examples(), (2, 2, 1))
    assert not list(tmp_path.iterdir())


def test_replicas_share_a_batch():
    cpus = tf.config.list_physical_devices("CPU")
    try:
        tf.config.set_logical_device_configuration(
            cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2
        )
    except RuntimeError:
        if len(tf.config.list_logical_devices("CPU")) < 2:
            pytest.skip("TensorFlow is already running with one device")
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    shared = strategy.experimental_distribute_dataset(make(seed=2))
    for parts, whole in itertools.islice(zip(shared, make(seed=2), strict=False), 5):
        parts = strategy.experimental_local_results(parts["label"])
        assert [len(part) for part in parts] == [BATCH // 2] * 2
        np.testing.assert_array_equal(np.concatenate(parts), whole["label"])
