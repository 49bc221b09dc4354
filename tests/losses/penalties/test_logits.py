"""Penalties on logits, and consistency, against numbers worked out by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests.losses.penalties.tiny import normal, turn
from tfgan_zoo.losses import penalties
from tfgan_zoo.losses.penalties.consistency import translate


class Nobody:
    """A model that asks for nothing."""

    players = {"discriminator": [], "generator": []}
    image_shape = (4, 4, 1)


def same(x):
    return x


def test_drift_is_the_mean_square_of_real_logits():
    got = penalties.Drift().value(turn(same, [[1.0], [-2.0], [3.0]], [[100.0]] * 3))
    np.testing.assert_allclose(got, 14 / 3, rtol=1e-6)


def test_lecam_s_first_step_takes_its_own_means():
    penalty = penalties.LeCam(decay=0.9)
    penalty.start(Nobody)
    # α_R = 2, α_F = -1: mean of (1 + 1)², (3 + 1)² plus mean of (-2 - 2)², (0 - 2)²
    got = penalty.value(turn(same, [[1.0], [3.0]], [[-2.0], [0.0]]))
    np.testing.assert_allclose(got, (4 + 16) / 2 + (16 + 4) / 2, rtol=1e-6)


def test_lecam_averages():
    penalty = penalties.LeCam(decay=0.9)
    penalty.start(Nobody)
    penalty.value(turn(same, [[1.0], [3.0]], [[-2.0], [0.0]]))
    got = penalty.value(turn(same, [[4.0], [6.0]], [[1.0], [1.0]]))
    real = (0.9 * 0.1 * 2 + 0.1 * 5) / (1 - 0.81)
    fake = (0.9 * 0.1 * -1 + 0.1 * 1) / (1 - 0.81)
    expected = ((4 - fake) ** 2 + (6 - fake) ** 2) / 2 + (1 - real) ** 2
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_lecam_punishes_both_sides_and_holds_the_averages_fixed():
    penalty = penalties.LeCam(decay=0.5)
    penalty.start(Nobody)
    penalty.averages.assign([0.5, 1.0])
    penalty.seen.assign(0.5)  # so far α_R = 1, α_F = 2; real logits below α_F count as well
    with tf.GradientTape() as tape:
        real, fake = tf.constant([[1.0]]), tf.constant([[2.0]])
        tape.watch([real, fake])
        got = penalty.value(turn(same, [[0.0]], real_logits=real, fake_logits=fake))
    anchor_real, anchor_fake = (0.25 + 0.5) / 0.75, (0.5 + 1.0) / 0.75
    np.testing.assert_allclose(got, (1 - anchor_fake) ** 2 + (2 - anchor_real) ** 2, rtol=1e-6)
    slopes = tape.gradient(got, [real, fake])
    np.testing.assert_allclose(slopes[0], [[2 * (1 - anchor_fake)]], rtol=1e-6)
    np.testing.assert_allclose(slopes[1], [[2 * (2 - anchor_real)]], rtol=1e-6)


# --- consistency ----------------------------------------------------------------------------------


def reflected(image, rows, columns):
    """Move by padding and cutting, another way than the package's."""
    most = max(abs(rows), abs(columns), 1)
    padded = np.pad(image, ((most, most), (most, most), (0, 0)), mode="reflect")
    height, width = image.shape[:2]
    return padded[most + rows :, most + columns :][:height, :width]


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("packs", [1, 2])
def test_translations(flip, packs):
    images = normal(300, 8, 6, packs)
    here = turn(same, images, samples=300 * packs)
    moved = translate(here, here.real, "use", shift=0.25, flip=flip).numpy()
    found = {}
    for image, result in zip(images, moved, strict=True):
        ways = [
            (rows, columns, mirror)
            for rows in range(-2, 3)
            for columns in range(-2, 3)
            for mirror in ((False, True) if flip else (False,))
            if np.array_equal(result, reflected(image, rows, columns)[:, :: -1 if mirror else 1])
        ]
        assert len(ways) == 1
        found[ways[0]] = found.get(ways[0], 0) + 1
    assert len(found) == (50 if flip else 25)
    expected = 300 / len(found)
    assert max(found.values()) < expected + 5 * expected**0.5


def test_no_shift_costs_nothing():
    images = normal(4, 8, 6, 1)
    for name in ("consistency", "balanced_consistency"):
        still = penalties.get({"name": name, "shift": 0.0})
        assert float(still.weighted(turn(same, images))) == 0.0


def first_pixels(x):
    return x[:, 0, :2, 0]


@pytest.mark.parametrize("name", ["consistency", "balanced_consistency"])
def test_consistency_is_the_squared_difference_of_logits(name):
    real, fake = normal(5, 8, 6, 1), normal(5, 8, 6, 1, seed=1)
    arguments = {"weight": 2.0} | ({"fake_weight": 3.0} if name.startswith("b") else {})
    penalty = penalties.get({"name": name, **arguments})
    got = penalty.weighted(turn(first_pixels, real, fake))
    moved = {
        which: translate(turn(same, x), tf.constant(x), f"{name}_{which}", 0.125, False).numpy()
        for which, x in (("real", real), ("fake", fake))
    }
    each = {
        which: ((x - moved[which])[:, 0, :2, 0] ** 2).sum(1).mean()
        for which, x in (("real", real), ("fake", fake))
    }
    expected = 2 * each["real"] + (3 * each["fake"] if name.startswith("b") else 0)
    assert expected > 0.1
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def latent_turn():
    return turn(
        lambda x: 2.0 * x[:, 0],
        np.zeros([5, 3, 1]),
        latents=lambda: tf.constant(normal(5, 3)),
        synthesis=lambda w: tf.stack([w, 2.0 * w], 2),
    )


@pytest.mark.parametrize(("player", "factor"), [("discriminator", 4.0), ("generator", -5.0)])
def test_latent_consistency(player, factor):
    # ‖D(G(z)) - D(G(z + Δz))‖² is 4 Δz₁², and ‖G(z) - G(z + Δz)‖² is 5 ‖Δz‖²
    step = 0.1 * latent_turn().random.normal((3,), "latent_consistency").numpy()
    squares = step**2
    squares = squares[:, 0] if player == "discriminator" else squares.sum(1)
    penalty = penalties.LatentConsistency(sigma=0.1, player=player)
    here = latent_turn()
    if player == "discriminator":
        here.discriminate = lambda x: 2.0 * x[:, 0, :1]
    np.testing.assert_allclose(penalty.value(here), factor * squares.mean(), rtol=1e-4)
    assert penalty.weight == {"discriminator": 5.0, "generator": 0.5}[player]
