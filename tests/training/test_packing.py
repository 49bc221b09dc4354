"""PacGAN's packing."""

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.losses.penalties import tiny
from tfgan_zoo.training.packing import pack


@pytest.mark.parametrize("shape", [(3, 2, 4), (5,)])
def test_neighbours_lie_one_behind_the_other(shape):
    images = tiny.normal(6, *shape)
    packed = pack(tf.constant(images), 3).numpy()
    assert packed.shape == (2, *shape[:-1], 3 * shape[-1])
    for i in range(2):
        expected = np.concatenate(images[3 * i : 3 * i + 3], axis=-1)
        np.testing.assert_array_equal(packed[i], expected)
    np.testing.assert_array_equal(pack(images, 1), images)


def test_batches_that_make_no_packs():
    with pytest.raises(ValueError, match=r"packs of 4; use a multiple of 4: 6 samples"):
        pack(tf.zeros([6, 2]), 4)
    free = tf.function(lambda x: pack(x, 4), input_signature=[tf.TensorSpec([None, 3, 2])])
    assert free(tf.zeros([8, 3, 2])).shape == (2, 3, 8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="packs of 4; use a multiple of 4"):
        free(tf.zeros([6, 3, 2]))


def test_the_discriminator_must_take_packs():
    with pytest.raises(ValueError, match=r"2 of them packed \(4, 4, 2\), .* takes \(4, 4, 1\)"):
        zoo.GAN(*tiny.networks(), packing=2)
    gan = tiny.gan(packing=2)
    gan.fit(battery.images(8, tiny.SHAPE), batch_size=4, verbose=0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="packs of 2; use a multiple of 2"):
        gan.fit(tf.data.Dataset.from_tensors(battery.images(3, tiny.SHAPE)), verbose=0)


def test_two_replicas_equal_one():
    """Four images on each of two replicas are the packs of eight on one."""
    data = tf.data.Dataset.from_tensor_slices(battery.images(24, tiny.SHAPE)).batch(8)
    one = tiny.gan("gradient_penalty", packing=2)
    with battery.two_replicas().scope():
        two = tiny.gan("gradient_penalty", packing=2)
    for gan in (one, two):
        gan.fit(data, verbose=0)
    for a, b in zip(one.state_variables, two.state_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=2e-6, err_msg=a.path)
