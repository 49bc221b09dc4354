import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.augmentations import common
from tfgan_zoo import augmentations
from tfgan_zoo.augmentations import differentiable

WORDS = ("color", "translation", "cutout", "flip")


def _four(*numbers):
    return tf.reshape(tf.constant(numbers, tf.float32), [-1, 1, 1, 1])


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, -1), (-3, 0), (0, 4), (1, 1)])
def test_translation_by_known_amounts(down, right):
    x = common.images(1, 6, 9, 2)
    moved = differentiable.translate(x, tf.constant([down]), tf.constant([right]))
    padded = np.pad(x[0], [(8, 8), (8, 8), (0, 0)])
    expected = np.roll(padded, (down, right), (0, 1))[8:-8, 8:-8]
    np.testing.assert_array_equal(moved[0], expected)


def test_translation_reaches_an_eighth_evenly():
    y = augmentations.DiffAugment("translation").augment(
        tf.ones([400, 16, 24, 1]), common.stream(400), 0
    )
    rows, columns = np.ptp([y[:, 0, 12, 0], y[:, -1, 12, 0]], 0), y.numpy()[:, 8, :, 0]
    assert set(np.unique(y)) == {0.0, 1.0}
    shifts = columns.shape[1] - columns.sum(1)
    assert set(shifts) == {0, 1, 2, 3}
    # 7 shifts of equal chance, 400 draws: 57 ± 7 of none, 114 ± 9 of each other size.
    counts = np.bincount(shifts.astype(int))
    np.testing.assert_allclose(counts / 400, [1 / 7, 2 / 7, 2 / 7, 2 / 7], atol=0.07)
    assert abs(rows.mean() - 4 / 5) < 0.08


@pytest.mark.parametrize(("size", "furthest"), [(16, 2), (28, 4), (27, 3), (12, 2)])
def test_an_eighth_is_rounded_half_up(size, furthest):
    y = augmentations.DiffAugment("translation").augment(
        tf.ones([400, size, size, 1]), common.stream(400), 0
    )
    shifts = size - y.numpy()[:, size // 2, :, 0].sum(axis=1)
    assert shifts.max() == furthest


def test_color_by_hand():
    x = tf.constant([[[[0.1, 0.2, 0.6], [0.4, 0.5, 0.0]]]])
    y = differentiable.change_color(x, _four(0.1), _four(2.0), _four(0.5))
    # Brighter: means 0.4 and 0.4; saturation doubles what differs from them; the image's mean is 0.4.
    expected = [[0.4 - 0.2, 0.4 - 0.1, 0.4 + 0.3], [0.4 + 0.1, 0.4 + 0.2, 0.4 - 0.3]]
    np.testing.assert_allclose(y[0, 0], expected, atol=1e-6)
    same = differentiable.change_color(x, _four(0.0), _four(1.0), _four(1.0))
    np.testing.assert_allclose(same, x, atol=1e-7)


def test_color_in_the_mean_is_the_image():
    x = tf.tile(common.images(1, 4, 4, 3), [3000, 1, 1, 1])
    y = augmentations.DiffAugment("color").augment(x, common.stream(3000), 0)
    # Brightness has a spread of 0.29, contrast and saturation less on values within ±1: errors of 0.013.
    np.testing.assert_allclose(np.mean(y, 0), x[0], atol=0.05)
    brightness = np.mean(y, (1, 2, 3)) - np.mean(x, (1, 2, 3))
    assert abs(brightness.std() - 1 / np.sqrt(12)) < 0.015
    assert -0.5 <= brightness.min() < -0.49
    assert 0.49 < brightness.max() <= 0.5001
    contrast = np.std(np.mean(y, 3), (1, 2)) / np.std(np.mean(x, 3), (1, 2))
    assert 0.499 < contrast.min() < 0.51
    assert 1.49 < contrast.max() < 1.501
    spread = np.std(y, 3)[:, 0, 0] / np.std(x, 3)[:, 0, 0] / contrast
    assert spread.min() < 0.01
    assert 1.99 < spread.max() < 2.001


@pytest.mark.parametrize("channels", [2, 4])
def test_color_leaves_alpha_alone(channels):
    x = common.images(5, 8, 9, channels)
    y = augmentations.DiffAugment("color").augment(x, common.stream(5), 0)
    np.testing.assert_array_equal(y[..., -1], x[..., -1])
    assert np.abs(y[..., :-1] - x[..., :-1]).min(axis=(1, 2, 3)).max() > 0


def test_grey_images_keep_their_contrast_when_saturation_moves():
    x = common.images(1, 8, 8, 1)
    y = differentiable.change_color(x, _four(0.0), _four(0.0), _four(1.0))
    np.testing.assert_allclose(y, x, atol=1e-6)


@pytest.mark.parametrize(
    ("centre", "rows", "columns"),
    [((3, 5), (1, 5), (3, 8)), ((0, 0), (0, 2), (0, 3)), ((8, 9), (6, 8), (7, 10))],
)
def test_cutout_by_hand(centre, rows, columns):
    x = common.images(1, 8, 10, 3)
    y = differentiable.cut_out(x, _four(centre[0]), _four(centre[1]))
    expected = x.numpy()
    expected[:, rows[0] : rows[1], columns[0] : columns[1]] = 0.0
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("size", [7, 8, 9, 10])
def test_cutout_falls_on_every_place_alike(size):
    y = augmentations.DiffAugment("cutout").augment(
        tf.ones([4000, size, size, 1]), common.stream(4000), 0
    )
    half = (size + 1) // 2  # rounded up, as by the authors
    places = np.arange(size - half % 2 + 1)
    covered = [
        np.mean((places - half // 2 <= i) & (i < places - half // 2 + half)) for i in range(size)
    ]
    expected = 1.0 - np.outer(covered, covered)
    np.testing.assert_allclose(np.mean(y, 0)[..., 0], expected, atol=0.035)  # 4 standard errors


def test_flip_mirrors_half_of_them():
    x = tf.tile(common.images(1, 2, 3, 1), [4000, 1, 1, 1])
    y = augmentations.DiffAugment("flip").augment(x, common.stream(4000), 0).numpy()
    mirrored = (y == x.numpy()[:, :, ::-1]).all((1, 2, 3))
    same = (y == x.numpy()).all((1, 2, 3))
    assert (mirrored ^ same).all()
    assert abs(mirrored.mean() - 0.5) < 0.03  # 3.8 standard errors


def test_the_default_mirrors_nothing():
    assert augmentations.DiffAugment().policy == "color,translation,cutout"


def test_order_is_the_policys():
    x = common.images(40, 8, 8, 1)
    late = augmentations.DiffAugment("color,cutout").augment(x, common.stream(40), 0)
    early = augmentations.DiffAugment("cutout,color").augment(x, common.stream(40), 0)
    assert np.mean(late == 0.0) > 0.1
    assert np.mean(early == 0.0) < 0.01


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_derivatives(word, channels):
    common.check_derivatives(augmentations.DiffAugment(word), common.images(3, 8, 9, channels))


def test_draws_and_parts():
    augmentation = augmentations.DiffAugment(WORDS)
    common.check_draws(augmentation)
    common.check_parts(augmentation, common.images(6, 9, 8, 3))


def test_unknown_batch_xla_and_half_precision():
    augmentation = augmentations.DiffAugment(WORDS)

    def shown(x):
        return augmentation.augment(x, common.stream(tf.shape(x)[0]), 0)

    signature = [tf.TensorSpec([None, 16, 9, 3], tf.float32)]
    x = common.images(5, 16, 9, 3)
    np.testing.assert_allclose(
        tf.function(shown, input_signature=signature)(x), shown(x), atol=1e-6
    )
    compiled = tf.function(
        lambda x: augmentation.augment(x, common.stream(5), 0), jit_compile=True
    )(x)
    assert compiled.shape == x.shape
    assert np.isfinite(compiled).all()
    assert shown(tf.cast(x, tf.float16)).dtype == tf.float16


def test_it_is_saved_with_its_policy():
    made = augmentations.DiffAugment(["flip", "cutout"])
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    assert again.policy == "flip,cutout"


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("colour", "diff_augment: unknown word in policy 'colour' .did you mean 'color'"),
        ("color,color", "'color' twice"),
        ("", "unknown word in policy ''"),
        ([], "policy is \\[\\]"),
        (3, "policy is 3"),
    ],
)
def test_bad_policies(policy, message):
    with pytest.raises(ValueError, match=message):
        augmentations.DiffAugment(policy)


@pytest.mark.parametrize(
    ("policy", "shape"),
    [("translation", (7, 16, 1)), ("cutout", (1, 9, 1)), ("color", (2,)), ("color", (8, 8, 5))],
)
def test_images_that_cannot_be_augmented(policy, shape):
    with pytest.raises(ValueError, match=r"needs images .* got "):
        augmentations.DiffAugment(policy).augment(common.images(2, *shape), common.stream(2), 0)
