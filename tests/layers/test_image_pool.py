"""The pool of earlier fakes does what its paper says, one image after the other."""

import numpy as np
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import ImagePool
from tfgan_zoo.training.randomness import RandomStream

SHAPE = (1, 1, 1)


def queries(pool, steps, batch, seed=0):
    """Show new images, numbered from 1; return what is shown, and the numbers drawn."""

    @tf.function
    def query(step):
        stream = RandomStream(seed, step, batch)
        with stream.again():
            drawn = stream.uniform((2,), use=pool.name)
        new = 1.0 + tf.cast(step, tf.float32) * batch + tf.range(float(batch))
        with stream.active():
            return tf.reshape(pool(tf.reshape(new, [batch, *SHAPE])), [-1]), drawn

    answers = [query(tf.constant(step, tf.int64)) for step in range(steps)]
    return [np.concatenate(part) for part in zip(*answers, strict=True)]


def by_hand(size, drawn):
    """The algorithm of the paper's code, with Python's lists."""
    kept, shown = [], []
    for number, (coin, place) in enumerate(drawn, start=1):
        if len(kept) < size:
            kept.append(number)
            shown.append(number)
        elif coin < 0.5:
            shown.append(kept[int(place * size)])
            kept[int(place * size)] = number
        else:
            shown.append(number)
    return shown, kept


def test_images_come_one_after_the_other():
    for size, batch in ((3, 1), (3, 2), (5, 8)):
        pool = ImagePool(size, SHAPE, name="pool")
        shown, drawn = queries(pool, 12, batch)
        expected, kept = by_hand(size, drawn)
        np.testing.assert_array_equal(shown, expected)
        np.testing.assert_array_equal(pool.images.numpy().ravel(), kept)
        assert int(pool.kept.numpy()) == size
        assert len(set(shown)) < len(shown)  # some are shown twice, others never


def test_half_of_them_are_old():
    pool = ImagePool(50, SHAPE, name="pool")
    shown, _ = queries(pool, 40, 25)
    later = np.arange(1, 1001) > 50
    assert (shown[~later] == np.arange(1, 51)).all()
    old = (shown != np.arange(1, 1001))[later].mean()
    assert abs(old - 0.5) < 0.05


def test_outside_of_a_step_nothing_happens():
    pool = ImagePool(2, SHAPE)
    np.testing.assert_array_equal(pool(tf.ones([3, *SHAPE])), np.ones([3, *SHAPE]))
    assert int(pool.kept.numpy()) == 0


def test_its_images_are_copies_of_what_was_made():
    pool = ImagePool(4, (2, 3, 1), name="pool")
    images = tf.constant(battery.images(3, (2, 3, 1)))
    with RandomStream(0, tf.constant(0, tf.int64), 3).active():
        np.testing.assert_array_equal(pool(images), images)
    np.testing.assert_array_equal(pool.images[:3], images)
    np.testing.assert_array_equal(pool.images[3], np.zeros((2, 3, 1)))
