"""Realism of single samples."""

import numpy as np
import pytest

from tfgan_zoo.metrics import precision_recall, realism


def test_by_hand_in_the_plane():
    # Second nearest neighbours at 5, 5, 4 and 87: the smaller half are the first and the third.
    real = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0], [90.0, 0.0]])
    balls = [(5.0, real[0]), (4.0, real[2])]
    fake = np.array([[0.0, 1.0], [6.0, 4.0]])
    expected = [
        max(radius / np.hypot(*(point - centre)) for radius, centre in balls) for point in fake
    ]
    assert realism(real, fake, k=2) == pytest.approx(expected, rel=1e-12)


def test_above_one_is_inside_the_support_of_precision():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(400, 3)), random.normal(scale=1.5, size=(300, 3))
    found = realism(real, fake)
    inside = (found > 1).mean()
    # The larger half of the balls counts for precision only.
    assert 0.1 < inside < precision_recall(real, fake, k=3)["precision"] < 0.95
    far = realism(real, fake + 100.0)
    assert (far < 0.05).all()
    assert (far > 0).all()


def test_errors():
    with pytest.raises(ValueError, match="more than k=3 samples, got 3"):
        realism(np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match="k is 0, expected"):
        realism(np.eye(3), np.eye(3), k=0)
