"""Distances to targets and sharpness, in closed form."""

import numpy as np
import pytest

from tfgan_zoo import metrics


def flat(*values, side=16, channels=3):
    return np.stack([np.full([side, side, channels], value, np.uint8) for value in values])


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_psnr_of_flat_images(channels):
    images, targets = flat(0, 100, 200, channels=channels), flat(10, 100, 199, channels=channels)
    expected = [20 * np.log10(255 / 10), np.inf, 20 * np.log10(255)]
    np.testing.assert_allclose(metrics.psnr(images, targets), expected, rtol=1e-6)


def test_psnr_is_of_the_mean_square():
    images = flat(100)
    targets = images.copy()
    targets[0, :4] += 20  # a quarter of the pixels
    expected = 10 * np.log10(255**2 / (20**2 / 4))
    np.testing.assert_allclose(metrics.psnr(images, targets), [expected], rtol=1e-6)


def test_floats_are_rounded_to_256_levels():
    images, targets = flat(40), flat(43)
    near = lambda x: (x + 0.4) / 127.5 - 1  # noqa: E731
    np.testing.assert_allclose(
        metrics.psnr(near(images.astype("float32")), near(targets.astype("float32"))),
        metrics.psnr(images, targets),
    )


def test_ssim_of_flat_images():
    # Without any structure, what is left is (2 x y + c) / (x² + y² + c), c = (0.01 × 255)².
    c = 2.55**2
    expected = [(2 * 50 * 150 + c) / (50**2 + 150**2 + c), 1.0]
    values = metrics.ssim(flat(50, 7), flat(150, 7))
    np.testing.assert_allclose(values, expected, rtol=1e-4)


def test_ssim_of_an_inverted_image():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, [1, 32, 32, 1], np.uint8)
    assert metrics.ssim(images, 255 - images)[0] < -0.8
    assert metrics.ssim(images, images)[0] == pytest.approx(1)
    assert -0.2 < metrics.ssim(images, random.permutation(images, axis=1))[0] < 0.2


def test_sharpness():
    board = (255 * (np.indices((10, 10)).sum(0) % 2)).astype(np.uint8)[..., None]
    # All four neighbours are the other colour: ±4 × 255, of each as many.
    np.testing.assert_allclose(metrics.sharpness(board[None]), [(4 * 255) ** 2])
    np.testing.assert_allclose(metrics.sharpness(flat(77)), [0])
    dot = np.zeros([1, 5, 5, 1], np.uint8)
    dot[0, 2, 2] = 90
    # 9 inner pixels: -360 once, 90 four times, 0 four times; their mean is 0
    np.testing.assert_allclose(metrics.sharpness(dot), [(360**2 + 4 * 90**2) / 9])
    red = np.zeros([1, 5, 5, 4], np.uint8)
    red[0, 2, 2, 0], red[..., 3] = 90, 7
    expected = metrics.sharpness(dot) * 0.299**2
    np.testing.assert_allclose(metrics.sharpness(red), expected)


def test_likeness():
    random = np.random.default_rng(0)
    targets = random.integers(60, 190, [3, 16, 16, 3], np.uint8)
    images = np.uint8(128 + (targets.astype(float) - 128) / 2)  # half the contrast
    found = metrics.likeness(images, targets)
    assert list(found) == ["psnr", "ssim", "l1", "sharpness"]
    assert found["psnr"] == metrics.psnr(images, targets).mean()
    assert found["ssim"] == metrics.ssim(images, targets).mean()
    difference = images.astype(float) - targets
    assert found["l1"] == pytest.approx(np.abs(difference).mean() / 127.5, rel=1e-5)
    assert found["sharpness"] == pytest.approx(0.25, rel=0.01)
    assert "sharpness" not in metrics.likeness(flat(7), flat(9))
    assert "ssim" not in metrics.likeness(flat(7, side=8), flat(9, side=8))
    # One of two equals its target.
    equal = metrics.likeness(flat(0, 7), flat(255, 7))
    assert equal["psnr"] == pytest.approx(50)


def test_what_is_refused():
    for score in (metrics.psnr, metrics.ssim):
        with pytest.raises(ValueError, match=r"and their targets .*, expected the same"):
            score(flat(1), flat(1, 2))
    with pytest.raises(ValueError, match="images are 10×10, expected at least 11×11 for SSIM"):
        metrics.ssim(flat(1, side=10), flat(1, side=10))
    with pytest.raises(ValueError, match="expected at least 3×3"):
        metrics.sharpness(flat(1, side=2))
    with pytest.raises(ValueError, match=r"must be in \[-1, 1\]"):
        metrics.sharpness(flat(1).astype(float) * 2)
    with pytest.raises(ValueError, match="must have shape"):
        metrics.psnr(flat(1)[0], flat(1)[0])
