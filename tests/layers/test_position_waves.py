"""Waves against their definition."""

import math

import keras
import numpy as np
import pytest

from tfgan_zoo.layers import PositionWaves


def test_values():
    x = np.random.default_rng(0).normal(size=(2, 12, 3)).astype(np.float32)
    y = PositionWaves(4)(x).numpy()
    np.testing.assert_array_equal(y[..., :3], x)
    for t in range(12):
        for wave in range(4):
            period = 2.0 * 6.0 ** (wave / 3)  # from 2 to 12
            expected = math.cos(math.pi * (t / period + 2.0 * wave / 3))
            np.testing.assert_allclose(y[:, t, 3 + wave], expected, atol=1e-6)


def test_shapes_and_config():
    assert PositionWaves(4)(keras.Input((12, 3))).shape == (None, 12, 7)
    assert PositionWaves.from_config(PositionWaves(5).get_config()).waves == 5
    with pytest.raises(ValueError, match="waves is 0"):
        PositionWaves(0)
