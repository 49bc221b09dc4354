"""Rows of input, output, back-translation and target, for each kind of model."""

import types

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.callbacks import events
from tfgan_zoo import pictures
from tfgan_zoo.callbacks import TranslationGrid

SHAPE = (4, 4, 3)


def images(seed, count=6, shape=SHAPE):
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype(np.float32)


def data(counterparts=True, **arrays):
    """Batches of two, as `datasets.load` returns them."""
    dataset = tf.data.Dataset.from_tensor_slices(arrays).batch(2)
    dataset.info = types.SimpleNamespace(counterparts=counterparts, num_classes=3)
    return dataset


class OneWay:
    def translate(self, images, seed=0):
        return -images


class TwoWays:
    def translate(self, images, direction="a_to_b"):
        return {"a_to_b": 0.5 * images, "b_to_a": -images}[direction]


class ManyDomains:
    def translate(self, images, label):
        assert label.shape == images.shape[:1]
        return images * (label[:, None, None, None] + 1) / 4


def drawn(tmp_path, model, data, samples=4):
    """Return the picture of step 0, not enlarged."""
    callback = TranslationGrid(tmp_path, data, every=2, samples=samples)
    model.iterations = tf.Variable(0)
    callback.set_model(model)
    callback.on_train_begin()
    picture = np.asarray(Image.open(tmp_path / "samples" / "step_00000000.png"))
    ((step, value),) = events.read(tmp_path / "tensorboard" / "samples")["samples"]
    assert step == 0
    np.testing.assert_array_equal(events.picture(value), picture)
    return picture[::12, ::12]


def rows(*columns):
    return pictures.grid(np.stack(columns, axis=1).reshape(-1, *SHAPE), columns=len(columns))


@pytest.mark.parametrize("known", [True, False])
def test_one_way(tmp_path, known):
    source, target = images(0), images(1)
    picture = drawn(tmp_path, OneWay(), data(known, source=source, target=target))
    expected = [source[:4], -source[:4], *([target[:4]] if known else [])]
    np.testing.assert_array_equal(picture, rows(*expected))


def test_grey_beside_colour(tmp_path):
    class Colour(OneWay):
        def translate(self, images):
            return np.repeat(images, 3, axis=-1) * [1, 0, -1]

    grey = images(0, shape=(4, 4, 1))
    picture = drawn(tmp_path, Colour(), data(False, source=grey))
    colour = np.repeat(grey[:4], 3, axis=-1)
    np.testing.assert_array_equal(picture, rows(colour, colour * [1, 0, -1]))


def test_opaque_beside_transparent(tmp_path):
    class Clear(OneWay):
        def translate(self, images):
            return np.concatenate([np.repeat(images, 3, axis=-1), images], axis=-1)

    grey, colour = images(0, shape=(4, 4, 1)), images(1)
    picture = drawn(tmp_path, Clear(), data(True, source=grey, target=colour))
    one = np.ones_like(grey)
    columns = [
        np.concatenate([np.repeat(grey, 3, axis=-1), one], axis=-1),
        Clear().translate(grey),
        np.concatenate([colour, one], axis=-1),
    ]
    whole = np.stack([column[:4] for column in columns], axis=1).reshape(-1, 4, 4, 4)
    np.testing.assert_array_equal(picture, pictures.grid(whole, columns=3))


@pytest.mark.parametrize("known", [True, False])
def test_two_directions(tmp_path, known):
    a, b, truth = images(0), images(1), images(2)
    given = {"a": a, "b": b, "b_of_a": truth} if known else {"a": a, "b": b}
    picture = drawn(tmp_path, TwoWays(), data(known, **given), samples=3)
    a, b, truth = a[:3], b[:3], truth[:3]
    left = rows(a, 0.5 * a, -0.5 * a, *([truth] if known else []))
    np.testing.assert_array_equal(picture, pictures.beside(left, rows(b, -b, -0.5 * b)))


def test_many_domains(tmp_path):
    image, label, every = images(0), np.array([0, 1, 2, 0, 1, 2], np.int32), images(1, 18)
    every = every.reshape(6, 3, *SHAPE)
    given = data(True, image=image, label=label, in_every_domain=every)
    picture = drawn(tmp_path, ManyDomains(), given)
    image, label = image[:4], label[:4]
    factor = (((label + 1) % 3 + 1) / 4 * (label + 1) / 4)[:, None, None, None]
    outputs = [image * n / 4 for n in (1, 2, 3)]
    expected = rows(image, *outputs, image * factor, *(every[:4, n] for n in range(3)))
    np.testing.assert_array_equal(picture, expected)


def test_the_number_of_rows():
    with pytest.raises(ValueError, match="samples is 0"):
        TranslationGrid("run", None, samples=0)
