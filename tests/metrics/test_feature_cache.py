import logging
import os
import sys
import threading

import numpy as np
import pytest

from tfgan_zoo.metrics import Extractor, FeatureCache, extractors, feature_cache


class Network:
    """Mean colours, and the number of images seen; fails on black images if it is told to."""

    def __init__(self):
        self.seen = 0
        self.refuses_black = False

    def __call__(self, images):
        means = np.mean(images, axis=(1, 2))
        if self.refuses_black and not means.any(axis=1).all():
            raise ZeroDivisionError
        self.seen += len(means)
        return means, -means[:, :1]


@pytest.fixture
def network():
    return Network()


@pytest.fixture
def extractor(network):
    return coloured(network)


def coloured(network, name="colours-1", value_range=(0, 255), num_classes=1):
    return Extractor(
        network, name=name, image_shape=(4, 4, 3), num_classes=num_classes, value_range=value_range
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(1, 256, (50, 4, 4, 3), dtype=np.uint8)


@pytest.fixture
def cache(tmp_path):
    return FeatureCache(tmp_path, part_size=10)


def ask(cache, extractor, images, data="noise", split="test", **kwargs):
    return cache.features(extractor, images, data=data, split=split, **kwargs)


def parts(cache):
    return sorted(cache.folder.rglob("*.npz"))


def same(found, expected):
    np.testing.assert_array_equal(found.features, expected.features)
    np.testing.assert_array_equal(found.logits, expected.logits)


def test_a_second_call_does_not_run_the_network(cache, extractor, network, images):
    expected = extractor(images)
    network.seen = 0
    same(ask(cache, extractor, images), expected)
    assert network.seen == 50
    assert len(parts(cache)) == 5
    for again in (cache, FeatureCache(cache.folder, part_size=10)):
        same(ask(again, extractor, images), expected)
    assert network.seen == 50


def test_real_features_come_back_whatever_the_batches(cache):
    digits = extractors.get("digits")
    images = np.random.default_rng(0).integers(0, 256, (25, 16, 16, 1), dtype=np.uint8)
    found = ask(cache, digits, images, batch_size=7)
    np.testing.assert_allclose(found.features, digits(images).features, rtol=0, atol=1e-5)
    same(ask(cache, digits, images), found)


def test_without_classes_there_are_no_logits(cache, images):
    only = coloured(lambda images: np.mean(images, axis=(1, 2)), num_classes=None)
    for _ in range(2):
        found = ask(cache, only, images)
        assert found.logits is None
        np.testing.assert_allclose(found.features, images.mean(axis=(1, 2)), rtol=1e-5)


@pytest.mark.parametrize(
    "other",
    [
        {"data": "noise2"},
        {"split": "train"},
        {"preprocessing": "centre crop"},
        {"extractor": {"name": "colours-2"}},
        {"extractor": {"value_range": (0, 1)}},
    ],
)
def test_whatever_features_depend_on_is_part_of_the_key(cache, extractor, network, images, other):
    ask(cache, extractor, images)
    another = coloured(network, **other.pop("extractor", {}))
    same(ask(cache, another, images, **other), another(images))
    assert network.seen == 150
    assert len(parts(cache)) == 10


def test_splits_with_the_same_plain_name_are_told_apart(cache, extractor, network, images):
    ask(cache, extractor, images, split="test[:5]")
    ask(cache, extractor, images, split="test[5]")
    assert network.seen == 100


@pytest.mark.parametrize("change", ["a pixel", "order", "count", "dtype", "size"])
def test_changed_images_are_looked_at_again(cache, extractor, network, images, change):
    ask(cache, extractor, images)
    changed, seen_again = images.copy(), 50
    if change == "a pixel":
        changed[33, 2, 1, 0] -= 1
        seen_again = 10  # the other four parts are as they were
    elif change == "order":
        changed[[20, 29]] = changed[[29, 20]]
        seen_again = 10
    elif change == "count":
        changed, seen_again = changed[:-1], 9
    elif change == "dtype":
        changed = changed / 127.5 - 1.0
    else:
        changed = changed.repeat(2, axis=1)
    network.seen = 0
    found = ask(cache, extractor, changed)
    assert network.seen == seen_again
    same(found, extractor(changed))


def test_interrupted_work_goes_on_where_it_was(cache, extractor, network, images):
    images[25] = 0
    expected = extractor(images)
    network.seen, network.refuses_black = 0, True
    with pytest.raises(ZeroDivisionError):
        ask(cache, extractor, images)
    assert network.seen == 20
    assert len(parts(cache)) == 2
    network.refuses_black = False
    same(ask(cache, extractor, images), expected)
    assert network.seen == 20 + 30


@pytest.mark.parametrize("damage", ["a bit", "half", "empty", "garbage"])
def test_a_damaged_part_is_named_set_aside_and_computed_again(
    cache, extractor, network, images, caplog, damage
):
    expected = ask(cache, extractor, images)
    path = parts(cache)[1]
    content = bytearray(path.read_bytes())
    if damage == "a bit":
        content[len(content) // 2] ^= 1
    path.write_bytes(
        {"a bit": bytes(content), "half": bytes(content[: len(content) // 2]), "empty": b""}.get(
            damage, b"garbage" * 100
        )
    )
    network.seen = 0
    with caplog.at_level(logging.ERROR, logger="absl"):
        same(ask(cache, extractor, images), expected)
    assert network.seen == 10
    assert f"{path} is damaged" in caplog.text
    assert path.with_name(f"{path.name}.damaged").is_file()
    same(ask(cache, extractor, images), expected)
    assert network.seen == 10
    assert caplog.text.count("damaged: set aside") == 1


@pytest.mark.parametrize("position", [0, 7, 30, 100, -40, -33, -1])
def test_no_flipped_bit_goes_unseen(cache, extractor, network, images, position):
    ask(cache, extractor, images[:10])
    (path,) = parts(cache)
    content = bytearray(path.read_bytes())
    content[position] ^= 4
    path.write_bytes(content)
    ask(cache, extractor, images[:10])
    assert network.seen == 20


def test_where_nothing_can_be_written_the_features_are_there(
    tmp_path, extractor, network, images, caplog
):
    (tmp_path / "file").write_text("in the way")
    cache = FeatureCache(tmp_path / "file" / "folder", part_size=10)
    with caplog.at_level(logging.WARNING, logger="absl"):
        same(ask(cache, extractor, images), extractor(images))
    assert caplog.text.count("cannot be kept") == 1
    assert "TFGAN_ZOO_CACHE" in caplog.text


def test_a_full_disk_costs_a_warning(cache, extractor, images, caplog, monkeypatch):
    ask(cache, extractor, images[:10])

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with caplog.at_level(logging.WARNING, logger="absl"):
        same(ask(cache, extractor, images), extractor(images))
    assert caplog.text.count("No space left") == 1
    assert len(parts(cache)) == 1
    assert sum(len(names) for _, _, names in os.walk(cache.folder)) == 1


def test_two_at_once_get_the_same(cache, images, monkeypatch):
    """Both find nothing, compute everything and write the same files; threads stand for processes."""
    monkeypatch.setattr("os.getpid", threading.get_native_id)
    barrier = threading.Barrier(2, timeout=30)
    found, networks = [None, None], [Network(), Network()]

    def work(index):
        def together(images):
            barrier.wait()
            return networks[index](images)

        found[index] = ask(FeatureCache(cache.folder, 10), coloured(together), images)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = coloured(Network())(images)
    same(found[0], expected)
    same(found[1], expected)
    network = Network()
    same(ask(cache, coloured(network), images), expected)
    assert network.seen == 0


def test_the_default_folder_is_in_the_zoos_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_ZOO_CACHE", str(tmp_path))
    assert FeatureCache().folder == tmp_path / "features"


def test_wrong_images_and_arguments_are_refused_before_anything_is_read(cache, extractor, images):
    with pytest.raises(ValueError, match="no images"):
        ask(cache, extractor, images[:0])
    with pytest.raises(ValueError, match=r"3 channel\(s\), got 2"):
        ask(cache, extractor, images[..., :2])
    with pytest.raises(ValueError, match="batch_size is 0"):
        ask(cache, extractor, images, batch_size=0)
    with pytest.raises(ValueError, match="part_size is 0"):
        FeatureCache(cache.folder, part_size=0)
    assert not parts(cache)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_shown_on_a_terminal_alone(
    cache, extractor, images, capsys, monkeypatch, terminal
):
    bar = feature_cache.tqdm
    monkeypatch.setattr(feature_cache, "tqdm", lambda **kwargs: bar(**{**kwargs, "delay": 0}))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    ask(cache, extractor, images)
    assert ("features of noise[test]: 100%" in capsys.readouterr().err) == terminal
