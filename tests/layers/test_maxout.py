"""Maxout against its definition."""

import keras
import numpy as np
import pytest

from tfgan_zoo.layers import Maxout


def test_values_and_shapes():
    x = np.random.default_rng(0).normal(size=(3, 4, 12)).astype(np.float32)
    y = Maxout(3)(x)
    expected = np.stack([x[..., 3 * i : 3 * i + 3].max(-1) for i in range(4)], -1)
    np.testing.assert_array_equal(y, expected)
    assert Maxout(3)(keras.Input((5, 12))).shape == (None, 5, 4)


def test_bad_sizes_and_config():
    with pytest.raises(ValueError, match="7 features cannot be shared among units of 3 pieces"):
        Maxout(3)(np.zeros([2, 7], np.float32))
    assert Maxout.from_config(Maxout(4).get_config()).pieces == 4
