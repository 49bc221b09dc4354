"""MS-SSIM of pairs within a set: closed forms on flat images, scales of small ones, which pairs."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics import ms_ssim, ms_ssim_diversity


def flat(*values, side=32, channels=1):
    return np.stack([np.full([side, side, channels], value, np.uint8) for value in values])


def luminance(x, y):
    c = 2.55**2  # (0.01 · 255)²
    return (2 * x * y + c) / (x**2 + y**2 + c)


@pytest.mark.parametrize(
    "shape", [(28, 28, 1), (32, 32, 3), (16, 20, 4), (11, 11, 1), (176, 176, 1)]
)
def test_equal_images_have_one(shape):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert ms_ssim_diversity(np.stack([image] * 3)) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("side", "weights"),
    [
        (16, [0.0448]),
        (20, [0.0448]),
        (21, [0.0448, 0.2856]),
        (28, [0.0448, 0.2856]),
        (32, [0.0448, 0.2856]),
        (64, [0.0448, 0.2856, 0.3001]),
        (161, [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]),
        (512, [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]),
    ],
)
def test_flat_images_differ_by_the_luminance_of_the_last_scale(side, weights):
    # Contrast and structure are 1 everywhere; luminance counts on the coarsest scale alone, with its weight.
    found = ms_ssim_diversity(flat(50, 150, side=side))
    expected = luminance(50, 150) ** (weights[-1] / sum(weights))
    assert found == pytest.approx(expected, rel=1e-4)


def test_five_scales_are_tensorflow_s():
    images = np.random.default_rng(0).integers(0, 256, (2, 176, 180, 3), np.uint8)
    images[1] = 0.8 * images[0] + 0.2 * images[1]
    expected = tf.image.ssim_multiscale(images[:1], images[1:], 255).numpy()[0]
    assert 0.5 < expected < 0.99
    # TensorFlow leaves the weights' sum at 1.0001.
    assert ms_ssim_diversity(images) == pytest.approx(expected ** (1 / 1.0001), rel=1e-6)


def test_the_mean_over_all_pairs_in_any_order():
    values = np.array([20, 60, 61, 140, 250])
    weight = 0.2856 / (0.0448 + 0.2856)
    expected = np.mean(
        [luminance(x, y) ** weight for i, x in enumerate(values) for y in values[:i]]
    )
    # float32 inside: the variances of flat images are 0 up to rounding.
    assert ms_ssim_diversity(flat(*values)) == pytest.approx(expected, rel=1e-3)
    assert ms_ssim_diversity(flat(*values[::-1])) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("count", [2, 3, 50])
def test_pairs_are_different_pairs_of_different_images(count):
    total = count * (count - 1) // 2
    first, second = ms_ssim._pairs(count, 10**6, seed=0)
    assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == total
    assert (first < second).all()
    assert first.min() == 0
    assert second.max() == count - 1


def test_some_pairs_of_many_images():
    first, second = ms_ssim._pairs(60_000, 5000, seed=0)
    assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == 5000
    assert ((first >= 0) & (first < second) & (second < 60_000)).all()
    # Of a random pair, the smaller index is a third up on average, the larger one two thirds.
    assert first.mean() == pytest.approx(20_000, rel=0.03)
    assert second.mean() == pytest.approx(40_000, rel=0.03)
    assert (ms_ssim._pairs(60_000, 5000, seed=1)[0] != first).any()


def test_the_size_of_batches_changes_nothing(monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28, 3), np.uint8)
    images = (images * 0.3 + images[:1] * 0.7).astype(np.uint8)
    expected = ms_ssim_diversity(images)
    monkeypatch.setattr(ms_ssim, "_BATCH", 5)
    assert ms_ssim_diversity(images) == pytest.approx(expected, rel=1e-6)
    assert ms_ssim_diversity(images / 127.5 - 1.0) == pytest.approx(expected, rel=1e-6)


def test_a_collapsed_set_is_more_alike():
    random = np.random.default_rng(0)
    blobs = random.integers(0, 256, (20, 7, 7, 1)).repeat(4, axis=1).repeat(4, axis=2)
    collapsed = np.clip(blobs[:1] + random.integers(-9, 10, blobs.shape), 0, 255)
    assert ms_ssim_diversity(blobs.astype(np.uint8)) < 0.3
    assert ms_ssim_diversity(collapsed.astype(np.uint8)) > 0.9


@pytest.mark.parametrize(
    ("images", "kwargs", "message"),
    [
        (flat(1), {}, "a pair needs 2 images, got 1"),
        (flat(1, 2, side=10), {}, "images are 10×10, expected at least 11×11"),
        (flat(1, 2)[0], {}, "add a sample axis"),
        (flat(1, 2).astype("float32"), {}, r"must be in \[-1, 1\]"),
        (np.full((2, 16, 16, 1), np.nan), {}, "NaN"),
        (flat(1, 2), {"pairs": 0}, "pairs is 0, expected an int of at least 1"),
    ],
)
def test_errors_say_what_is_wrong(images, kwargs, message):
    with pytest.raises(ValueError, match=message):
        ms_ssim_diversity(images, **kwargs)
