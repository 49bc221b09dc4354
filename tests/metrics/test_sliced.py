"""Sliced Wasserstein distances: closed forms, and the pyramid and patches written out once more."""

import math

import numpy as np
import pytest
import scipy.ndimage

from tfgan_zoo.metrics import sliced, sliced_feature_distance, sliced_wasserstein


def noise(count, *shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


def test_features_shifted_in_one_dimension():
    rows = np.random.default_rng(0).normal(size=(50, 1))
    # Sorted values all differ by the shift, in both directions that there are.
    assert sliced_feature_distance(rows, rows[::-1] - 2.5) == pytest.approx(2.5, rel=1e-12)
    # The quantiles 0, 1, 2 and 0, 3, 3.
    found = sliced_feature_distance([[2.0], [0.0], [1.0]], [[3.0], [3.0], [0.0]])
    assert found == pytest.approx((0 + 2 + 1) / 3, rel=1e-12)


@pytest.mark.parametrize("width", [2, 3, 10])
def test_features_shifted_in_many_dimensions(width):
    rows = np.random.default_rng(0).normal(size=(20, width))
    shift = np.arange(1.0, width + 1)
    # E|θ·v| = |v| Γ(D/2) / (√π Γ((D + 1)/2)) over directions θ.
    mean = math.gamma(width / 2) / (math.sqrt(math.pi) * math.gamma((width + 1) / 2))
    found = sliced_feature_distance(rows, rows + shift, directions=20_000)
    assert found == pytest.approx(np.linalg.norm(shift) * mean, rel=0.02)


def test_features_in_any_order_and_any_blocks(monkeypatch):
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(40, 5)), random.normal(0.5, size=(40, 5))
    expected = sliced_feature_distance(real, fake, directions=50)
    assert expected == pytest.approx(sliced_feature_distance(fake, real, directions=50), rel=1e-12)
    monkeypatch.setattr(sliced, "_DIRECTIONS", 7)
    found = sliced_feature_distance(
        random.permutation(real), random.permutation(fake), directions=50
    )
    assert found == pytest.approx(expected, rel=1e-12)
    assert sliced_feature_distance(real, fake, directions=50, seed=1) != found


@pytest.mark.parametrize("shape", [(32, 32, 3), (32, 36, 1), (33, 47, 2), (28, 28, 1)])
def test_pyramid_as_in_the_paper_s_code(shape):
    images = noise(2, *shape).astype(np.float32)
    kernel = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])[None, :, :, None] / 256
    halved = scipy.ndimage.convolve(images.astype(float), kernel, mode="mirror")[:, ::2, ::2]
    spread = np.zeros(images.shape)
    spread[:, ::2, ::2] = halved
    lacking = images - scipy.ndimage.convolve(spread, 4 * kernel, mode="mirror")
    np.testing.assert_allclose(sliced._level(images, 0, deepest=1), lacking, atol=1e-3)
    np.testing.assert_allclose(sliced._level(images, 1, deepest=1), halved, atol=1e-3)
    np.testing.assert_array_equal(sliced._level(images, 0, deepest=0), images)


@pytest.mark.parametrize(
    ("shape", "levels"),
    [
        ((16, 16), ["16x16"]),
        ((28, 28), ["28x28"]),
        ((32, 32), ["32x32", "16x16"]),
        ((128, 64), ["128x64", "64x32", "32x16"]),
        ((33, 40), ["33x40", "17x20"]),
    ],
)
def test_levels_down_to_16_pixels(shape, levels):
    found = sliced_wasserstein(
        noise(2, *shape, 1), noise(2, *shape, 1, seed=1), patches=4, directions=2
    )
    assert list(found) == [*levels, "mean"]
    assert found["mean"] == pytest.approx(np.mean([found[level] for level in levels]), rel=1e-12)
    assert all(value > 0 for value in found.values())


def test_patches_are_whole_windows_from_all_over_the_image():
    # Pixel values are places: what is left of a patch after its normalisation is undone by rank.
    rows, columns = np.meshgrid(np.arange(16), np.arange(16), indexing="ij")
    images = np.stack([rows * 16 + columns] * 40)[..., None].astype(np.uint8)
    found = sliced._descriptors(images, 0, 50, seed=0).reshape(-1, 7, 7)
    levels = np.unique(found.round(4))
    steps = np.diff(levels)
    assert len(levels) == 256  # each pixel is in some patch
    np.testing.assert_allclose(steps, steps[0], rtol=0.02)
    step = steps.mean()
    np.testing.assert_allclose(np.diff(found, axis=2), step, rtol=1e-3)  # one column on
    np.testing.assert_allclose(np.diff(found, axis=1), 16 * step, rtol=1e-3)  # one row down


def test_patches_are_normalised_by_channel():
    images = noise(20, 32, 32, 3) // np.array([1, 2, 50], np.uint8) + np.array([0, 9, 90], np.uint8)
    for level in (0, 1):
        found = sliced._descriptors(images, level, 20, seed=0).reshape(-1, 3, 49)
        np.testing.assert_allclose(found.mean(axis=(0, 2)), 0, atol=1e-5)
        np.testing.assert_allclose(found.std(axis=(0, 2)), 1, rtol=1e-5)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_equal_images_and_changes_of_brightness_and_contrast(channels):
    images = noise(6, 32, 32, channels) // 4
    assert set(sliced_wasserstein(images, images).values()) == {0.0}
    # Each is normalised away.
    changed = 3 * images + np.arange(10, 10 + channels, dtype=np.uint8)
    assert max(sliced_wasserstein(images, changed, patches=16, directions=64).values()) < 1e-5


def test_two_values_against_a_ramp():
    # Images that are flat, each its own shade: a patch is one number 49 times, and its projection that number
    # times the sum of the direction, whose mean absolute value is 7 E|θ₁| for the unit vector of all ones.
    shades = np.arange(64, dtype=np.uint8)
    halves = np.where(shades < 32, 0, 200).astype(np.uint8)
    real, fake = (
        np.broadcast_to(x[:, None, None, None], (64, 16, 16, 1)) for x in (shades, halves)
    )
    normal = [(x - x.mean()) / x.std() for x in (shades.astype(float), halves.astype(float))]
    one = math.gamma(49 / 2) / (math.sqrt(math.pi) * math.gamma(25))
    expected = np.abs(normal[0] - normal[1]).mean() * 7 * one
    found = sliced_wasserstein(real, fake, patches=2, directions=20_000)
    assert found["16x16"] == pytest.approx(expected, rel=0.02)


def test_flat_sets_stay_flat():
    black, grey = np.zeros((4, 32, 32, 3), np.uint8), np.full((4, 32, 32, 3), 77, np.uint8)
    assert set(sliced_wasserstein(black, grey, patches=4, directions=8).values()) == {0.0}


def test_blur_is_seen_on_the_fine_level():
    random = np.random.default_rng(0)
    images = random.normal(size=(60, 32, 32, 1))
    other = random.normal(size=(60, 32, 32, 1))
    coarse = [scipy.ndimage.gaussian_filter(x, [0, 2, 2, 0]) * 400 for x in (images, other)]
    sharp = [c + 60 * n for c, n in zip(coarse, (images, other), strict=True)]
    real, fresh, blurred = (
        np.clip(128 + x, 0, 255).astype(np.uint8) for x in (sharp[0], sharp[1], coarse[1])
    )
    floor = sliced_wasserstein(real, fresh, patches=32, directions=128)
    found = sliced_wasserstein(real, blurred, patches=32, directions=128)
    assert found["32x32"] > 3 * floor["32x32"]
    assert found["32x32"] > 3 * found["16x16"]


def test_images_in_any_batches(monkeypatch):
    real, fake = noise(10, 32, 32, 1), noise(10, 32, 32, 1, seed=1) // 2 * 2
    expected = sliced_wasserstein(real, fake, patches=8, directions=16)
    monkeypatch.setattr(sliced, "_IMAGES", 3)
    found = sliced_wasserstein(real / 127.5 - 1.0, fake, patches=8, directions=16)
    assert found == pytest.approx(expected, rel=1e-6)
    assert sliced_wasserstein(real, fake, patches=8, directions=16, seed=1) != found


@pytest.mark.parametrize(
    ("real", "fake", "kwargs", "message"),
    [
        (noise(3, 16, 16, 1), noise(2, 16, 16, 1), {}, "3 real and 2 generated samples"),
        (noise(2, 16, 16, 1), noise(2, 16, 18, 1), {}, r"\[2, 16, 16, 1\].*\[2, 16, 18, 1\]"),
        (noise(2, 16, 15, 1), noise(2, 16, 15, 1), {}, "16×15, expected at least 16×16"),
        (noise(2, 16, 16), noise(2, 16, 16), {}, "images must have shape"),
        (noise(2, 16, 16, 1), noise(2, 16, 16, 1) * 1.0, {}, r"must be in \[-1, 1\]"),
        (noise(2, 16, 16, 1), noise(2, 16, 16, 1), {"patches": 0}, "patches is 0"),
    ],
)
def test_errors_say_what_is_wrong(real, fake, kwargs, message):
    with pytest.raises(ValueError, match=message):
        sliced_wasserstein(real, fake, **kwargs)


def test_features_need_equal_counts():
    with pytest.raises(
        ValueError, match="3 real and 2 generated samples, expected as many of each"
    ):
        sliced_feature_distance(np.zeros((3, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="real_features needs at least 2 samples"):
        sliced_feature_distance(np.zeros((1, 2)), np.zeros((1, 2)))
