import numpy as np
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import LabelMaps


def test_each_image_has_its_own_labels_map():
    images = battery.images(3, (2, 5, 3))
    made = LabelMaps(4)([tf.constant(images), tf.constant([3, 0, 1])]).numpy()
    np.testing.assert_array_equal(made[..., :3], images)
    expected = np.zeros((3, 2, 5, 4))
    expected[0, :, :, 3] = expected[1, :, :, 0] = expected[2, :, :, 1] = 1.0
    np.testing.assert_array_equal(made[..., 3:], expected)
