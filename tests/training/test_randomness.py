"""Random numbers are a function of (seed, step, use, position)."""

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import Dropout
from tfgan_zoo.training import RandomStream, active_stream, latents, randomness
from tfgan_zoo.training.randomness import LATENT_BLOCK, replica_part


def stream(seed=0, step=5, **kwargs):
    return RandomStream(seed, tf.constant(step, tf.int64), kwargs.pop("local_batch", 4), **kwargs)


def test_a_draw_is_a_function_of_seed_step_and_use():
    draw = stream().normal((3,), "a").numpy()
    np.testing.assert_array_equal(draw, stream().normal((3,), "a"))
    for other in (
        stream(seed=1).normal((3,), "a"),
        stream(step=6).normal((3,), "a"),
        stream().normal((3,), "b"),
    ):
        assert np.abs(draw - other).min() > 0


@pytest.mark.parametrize("traced", [False, True])
def test_numbers_are_those_of_tensorflows_own_functions(traced):
    def drawn(seed, data):
        folded = randomness._fold(seed, data)
        return folded, randomness._normal([5, 3], folded), randomness._uniform([5, 3], folded)

    random = np.random.default_rng(0)
    for seed, data in zip(
        random.integers(-(2**63), 2**63, [20, 2]), random.integers(-(2**63), 2**63, 20), strict=True
    ):
        folded, normal, uniform = (tf.function(drawn) if traced else drawn)(
            tf.constant(seed), tf.constant(data)
        )
        np.testing.assert_array_equal(folded, tf.random.fold_in(seed, data, alg="philox"))
        for found, draw in (
            (normal, tf.random.stateless_normal),
            (uniform, tf.random.stateless_uniform),
        ):
            np.testing.assert_array_equal(found, draw([5, 3], folded, alg="philox"))


def test_the_second_draw_of_a_use_is_another_one_and_repeats():
    one, two = stream(), stream()
    first, second = one.normal((3,), "a").numpy(), one.normal((3,), "a").numpy()
    assert np.abs(first - second).min() > 0
    two.normal((3,), "b")  # other uses do not count
    np.testing.assert_array_equal(two.normal((3,), "a"), first)
    np.testing.assert_array_equal(two.normal((3,), "a"), second)


def test_replicas_draw_parts_of_one_global_tensor():
    whole = stream(local_batch=6).normal((2,), "a").numpy()
    parts = [
        stream(local_batch=size, global_batch=6, offset=offset).normal((2,), "a").numpy()
        for size, offset in ((4, 0), (2, 4))
    ]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_replica_parts_of_uneven_batches():
    strategy = battery.two_replicas()

    @tf.function
    def parts():
        def here():
            replica = tf.distribute.get_replica_context().replica_id_in_sync_group
            return replica_part(tf.where(replica == 0, 5, 3))

        return strategy.run(here)

    total, offset, share = (strategy.experimental_local_results(x) for x in parts())
    assert [int(t) for t in total] == [8, 8]
    assert [int(o) for o in offset] == [0, 5]
    np.testing.assert_allclose([float(s) for s in share], [5 / 8, 3 / 8])


def test_one_replica_holds_everything():
    assert replica_part(7) == (7, None, 1.0)


def test_distributions():
    normal = stream(local_batch=4000).normal((5,), "a").numpy()
    np.testing.assert_allclose([normal.mean(), normal.std()], [0.0, 1.0], atol=0.03)
    uniform = stream(local_batch=4000).uniform((5,), "a").numpy()
    assert uniform.min() >= 0.0
    assert uniform.max() < 1.0
    np.testing.assert_allclose([uniform.mean(), uniform.var()], [0.5, 1 / 12], atol=0.01)


def test_latents_do_not_depend_on_how_many():
    many = latents(3 * LATENT_BLOCK + 5, (3,), seed=9).numpy()
    assert many.shape == (3 * LATENT_BLOCK + 5, 3)
    for n in (1, LATENT_BLOCK, LATENT_BLOCK + 1):
        np.testing.assert_array_equal(latents(n, (3,), seed=9), many[:n])
    assert len(np.unique(many)) == many.size
    assert np.abs(latents(4, (3,), seed=10) - many[:4]).min() > 0
    np.testing.assert_allclose([many.mean(), many.std()], [0.0, 1.0], atol=0.06)


def test_dropout_draws_from_the_step_and_falls_back_to_keras():
    layer, ones = Dropout(0.25, name="d"), tf.ones([4000, 10])
    with stream(local_batch=4000).active():
        assert active_stream() is not None
        first = layer(ones, training=True).numpy()
    with stream(local_batch=4000).active():
        again = layer(ones, training=True).numpy()
    with stream(local_batch=4000, step=6).active():
        later = layer(ones, training=True).numpy()
    assert active_stream() is None
    np.testing.assert_array_equal(first, again)
    assert (first != later).any()
    np.testing.assert_allclose(np.unique(first), [0.0, 1 / 0.75], atol=1e-6)
    np.testing.assert_allclose((first == 0).mean(), 0.25, atol=0.01)
    np.testing.assert_array_equal(layer(ones, training=False), ones)
    outside = layer(ones, training=True).numpy()
    np.testing.assert_allclose((outside == 0).mean(), 0.25, atol=0.01)
