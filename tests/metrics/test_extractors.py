import json
import os
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import datasets
from tfgan_zoo.metrics import confident_fraction, extractors, frechet_distance

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TFDS_DATA_DIR", ROOT.parent / "shared" / "data" / "tfds"))

ACCURACY = {"digits": 0.98, "mnist": 0.992, "fashion_mnist": 0.91, "shapes": 0.99}


@pytest.fixture(scope="module")
def digits():
    return extractors.get("digits")


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(0, 256, (50, 16, 16, 1), dtype=np.uint8)


def as_floats(images):
    return images.astype("float32") / 127.5 - 1.0


def close(one, other):
    np.testing.assert_allclose(one.features, other.features, rtol=0, atol=1e-5)
    np.testing.assert_allclose(one.logits, other.logits, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", sorted(ACCURACY))
def test_every_extractor_loads_and_says_what_it_is(name):
    assert name in extractors.names()
    extractor = extractors.get(name)
    spec = json.loads((extractors.WEIGHTS / f"{name}.json").read_text())
    assert extractor.name == f"{name}_cnn-{spec['hash'][:8]}"
    assert extractor.image_shape == tuple(spec["image_shape"])
    assert spec["split"] == "train"
    assert ACCURACY[name] <= spec["test_accuracy"] < 1.0001
    assert (extractors.WEIGHTS / f"{name}.npz").stat().st_size < 1_000_000
    found = extractor(np.zeros((2, *extractor.image_shape), np.uint8))
    assert found.features.shape == (2, 128)
    assert found.logits.shape == (2, extractor.num_classes)
    assert found.features.dtype == found.logits.dtype == np.float32


@pytest.mark.parametrize("name", ["digits", "shapes"])
def test_accuracy_and_confidence_on_the_test_split_are_the_stated_ones(name):
    extractor = extractors.get(name)
    height, width, _ = extractor.image_shape
    test = datasets.load_arrays(name, split="test", image_size=(height, width))
    judge_on(extractor, name, test)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_accuracy_and_confidence_on_shared_data_are_the_stated_ones(name):
    if not (SHARED / name).is_dir():
        pytest.skip(f"no prepared copy of {name} in {SHARED}")
    extractor = extractors.get(name)
    test = datasets.load_arrays(name, split="test[:2000]", image_size=28, data_dir=str(SHARED))
    judge_on(extractor, name, test, tolerance=0.012)


def judge_on(extractor, name, test, tolerance=3e-3):
    spec = json.loads((extractors.WEIGHTS / f"{name}.json").read_text())
    found = extractor(test.images)
    accuracy = np.mean(found.logits.argmax(axis=1) == test.labels)
    assert accuracy == pytest.approx(spec["test_accuracy"], abs=tolerance)
    confident = confident_fraction(found.logits, 0.9)
    assert confident == pytest.approx(spec["test_confident_fraction"], abs=tolerance)


def test_real_data_is_nearer_to_real_data_than_noise_is(digits, noise):
    images = datasets.load_arrays("digits", split="test", image_size=16).images
    real = digits(images).features
    halves = frechet_distance(real[::2], real[1::2])
    assert 10 * halves < frechet_distance(real[::2], digits(noise).features)


def test_result_does_not_depend_on_the_batch_size(digits, noise):
    whole = digits(noise)
    for batch_size in (1, 7, 50, 512):
        close(digits(noise, batch_size=batch_size), whole)


def test_the_network_is_traced_once(digits, noise):
    for images in (noise, noise[:7], noise[:, :9, :12]):
        digits(images, batch_size=20)
    assert digits._prepare.experimental_get_tracing_count() == 1
    assert digits.network.experimental_get_tracing_count() == 1


def test_every_dtype_of_the_same_images_gives_the_same(digits, noise):
    expected = digits(noise)
    floats = as_floats(noise)
    np.testing.assert_array_equal(digits(floats).logits, expected.logits)
    np.testing.assert_array_equal(digits(floats.astype("float64")).logits, expected.logits)
    np.testing.assert_array_equal(digits(tf.constant(floats)).logits, expected.logits)
    np.testing.assert_array_equal(digits(tf.constant(noise)).logits, expected.logits)
    # Half precision cannot tell all 256 levels apart, but it is taken.
    for dtype in ("float16", "bfloat16"):
        assert digits(tf.cast(floats, dtype)).logits.shape == expected.logits.shape


def test_all_256_levels_survive_the_way_to_floats_and_back():
    from tfgan_zoo.metrics.images import to_uint8

    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_uint8(as_floats(levels)), levels)


def test_floats_are_rounded_to_the_nearest_level(digits, noise):
    floats = as_floats(noise)
    for third in (-0.33, 0.33):
        moved = np.clip(floats + third / 127.5, -1, 1)
        np.testing.assert_array_equal(digits(moved).logits, digits(noise).logits)
    level = np.clip(floats + 1 / 127.5, -1, 1)
    assert np.abs(digits(level).logits - digits(noise).logits).max() > 1e-3


def test_other_sizes_are_resized_with_antialiasing(digits, noise):
    # Stripes of one pixel, nine pixels to one of the small image, are grey there. Without
    # antialiasing one of the nine is picked, and every column is black or white.
    small = np.zeros((1, 16, 16, 1), np.uint8)
    stripes = np.zeros((1, 144, 144, 1), np.uint8)
    stripes[:, :, 1::2] = 255
    grey = digits(small + np.uint8(127)).logits
    assert np.abs(digits(stripes).logits - grey).max() < 1.0
    assert np.abs(digits(small).logits - grey).max() > 10.0
    # Every pixel nine times: resized, it is nearly the image again.
    enlarged = noise.repeat(3, axis=1).repeat(3, axis=2)
    found, expected = digits(enlarged).features.ravel(), digits(noise).features.ravel()
    assert np.corrcoef(found, expected)[0, 1] > 0.9
    assert digits(noise[:, :11, :7]).logits.shape == (50, 10)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((2, 16, 16, 1), 255.0), r"in \[-1, 1\], got values from 255 to 255; .*pass uint8"),
        (np.full((2, 16, 16, 1), -1.1), r"in \[-1, 1\], got values from -1.1"),
        (np.full((2, 16, 16, 1), np.nan), "NaN"),
        (np.zeros((2, 16, 16, 1), "int32"), "dtype int32"),
        (np.zeros((2, 16, 16, 3), "uint8"), r"1 channel\(s\), got 3"),
        (np.zeros((16, 16, 1), "uint8"), "add a sample axis"),
        (np.zeros((0, 16, 16, 1), "uint8"), "no images"),
    ],
)
def test_wrong_images_are_refused(digits, images, message):
    with pytest.raises(ValueError, match=message):
        digits(images)


def test_wrong_batch_size_is_refused(digits, noise):
    with pytest.raises(ValueError, match="batch_size"):
        digits(noise, batch_size=0)


def test_unknown_name_gets_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'fashion_mnist'"):
        extractors.get("fashion-mnist")


@pytest.fixture
def copied(tmp_path):
    for ending in ("json", "npz"):
        shutil.copy(extractors.WEIGHTS / f"digits.{ending}", tmp_path)
    assert extractors.load(tmp_path / "digits.json").name == extractors.get("digits").name
    return tmp_path


def test_altered_weights_are_refused(copied):
    with np.load(copied / "digits.npz") as archive:
        weights = dict(archive)
    weights["logits.bias"][3] += 1e-3
    np.savez(copied / "digits.npz", **weights)
    with pytest.raises(ValueError, match="do not match their hash"):
        extractors.load(copied / "digits.json")


def test_a_flipped_bit_is_refused(copied):
    content = bytearray((copied / "digits.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (copied / "digits.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged|hash"):
        extractors.load(copied / "digits.json")


def test_an_altered_description_is_refused(copied):
    spec = json.loads((copied / "digits.json").read_text())
    spec["image_shape"] = [20, 20, 1]
    (copied / "digits.json").write_text(json.dumps(spec))
    with pytest.raises(ValueError, match="do not match their hash"):
        extractors.load(copied / "digits.json")


def test_truncated_and_missing_files_are_named(copied):
    (copied / "digits.npz").write_bytes((copied / "digits.npz").read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"digits.json are damaged"):
        extractors.load(copied / "digits.json")
    (copied / "digits.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"digits\.npz"):
        extractors.load(copied / "digits.json")


def test_loading_leaves_the_global_random_state_and_policy_alone(noise):
    expected = extractors.get("digits")(noise)
    keras.utils.set_random_seed(7)
    undisturbed = keras.random.normal((3,)).numpy()
    keras.utils.set_random_seed(7)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        found = extractors.get("digits")(noise)
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(keras.random.normal((3,)).numpy(), undisturbed)
    close(found, expected)
