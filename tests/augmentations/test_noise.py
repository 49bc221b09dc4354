import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.augmentations import common
from tfgan_zoo import augmentations


def test_the_noise_has_the_spread_it_says():
    x = common.images(50, 20, 20, 1)
    noise = augmentations.InstanceNoise(0.3).augment(x, common.stream(50), step=0) - x
    # 20,000 numbers: the spread's own standard error is 0.0015, the mean's 0.0021.
    assert abs(np.std(noise) - 0.3) < 0.006
    assert abs(np.mean(noise)) < 0.0085


@pytest.mark.parametrize(("step", "level"), [(0, 0.5), (50, 0.375), (200, 0.0), (1000, 0.0)])
def test_decay_is_linear_and_stops(step, level):
    noise = augmentations.InstanceNoise(0.5, decay_steps=200)
    assert float(noise.level(tf.constant(step, tf.int64))) == level
    x = common.images(4, 5)
    full = augmentations.InstanceNoise(0.5).augment(x, common.stream(4), 0) - x
    now = noise.augment(x, common.stream(4), tf.constant(step, tf.int64)) - x
    np.testing.assert_allclose(now, full * level / 0.5, atol=1e-6)


def test_without_decay_it_stays():
    assert float(augmentations.InstanceNoise(0.25).level(10**6)) == 0.25


@pytest.mark.parametrize("shape", [(2,), (7, 3), (8, 6, 4)])
def test_any_rank_and_dtype(shape):
    x = tf.cast(common.images(6, *shape), tf.bfloat16)
    y = augmentations.InstanceNoise().augment(x, common.stream(6), 0)
    assert y.shape == x.shape
    assert y.dtype == x.dtype


def test_draws_parts_and_derivatives():
    noise = augmentations.InstanceNoise(0.4, decay_steps=10)
    common.check_draws(noise)
    common.check_parts(noise, common.images(6, 5))
    common.check_derivatives(noise, common.images(3, 8, 9, 2))
    assert noise.adapt(tf.ones([3, 1]), tf.sigmoid) == {}


def test_it_is_saved_with_its_arguments():
    noise = augmentations.InstanceNoise(0.4, decay_steps=10)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(noise))
    assert (again.stddev, again.decay_steps) == (0.4, 10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stddev": -0.1}, r"stddev is -0.1, expected a number in \[0"),
        ({"stddev": float("nan")}, "stddev is nan"),
        ({"decay_steps": 0}, "decay_steps is 0, expected an int of at least 1"),
    ],
)
def test_bad_numbers(arguments, message):
    with pytest.raises(ValueError, match=message):
        augmentations.InstanceNoise(**arguments)


def test_get_names_the_nearest():
    assert augmentations.get("ada").kind == "ada"
    noise = augmentations.InstanceNoise()
    assert augmentations.get(noise) is noise
    with pytest.raises(ValueError, match="did you mean 'instance_noise'"):
        augmentations.get("instance_nois")
    with pytest.raises(ValueError, match="did you mean 'stddev'"):
        augmentations.get({"name": "instance_noise", "stdev": 1.0})
    with pytest.raises(ValueError, match="got 3"):
        augmentations.get(3)
