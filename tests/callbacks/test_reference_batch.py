import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.callbacks import tiny
from tfgan_zoo import layers
from tfgan_zoo.callbacks import Checkpoint, ReferenceBatch
from tfgan_zoo.training import GAN

REFERENCE = tiny.images(6, seed=5)
LATENTS = np.random.default_rng(6).normal(size=(6, 2)).astype(np.float32)


def gan(**options):
    keras.utils.set_random_seed(0)
    parts = [keras.layers.Flatten(), keras.layers.Dense(3), layers.VirtualBatchNormalization()]
    end = [keras.layers.LeakyReLU(), keras.layers.Dense(1)]
    discriminator = keras.Sequential([keras.Input((4, 4, 1)), *parts, *end])
    parts = [keras.layers.Dense(16), keras.layers.Reshape((4, 4, 1))]
    end = [layers.VirtualBatchNormalization(), keras.layers.Activation("tanh")]
    generator = keras.Sequential([keras.Input((2,)), *parts, *end])
    model = GAN(generator, discriminator, ema_decay=0.9)
    options = {"run_eagerly": "steps_per_execution" not in options, **options}
    model.compile(**options)
    return model


def statistics(model, player="discriminator"):
    return battery.values(model.players[player][0].non_trainable_variables)


def anew(model):
    """Return the statistics that the reference has with the weights as they are."""
    before = statistics(model)
    layers.set_reference(model.discriminator, REFERENCE)
    result = statistics(model)
    for variable, value in zip(model.discriminator.non_trainable_variables, before, strict=True):
        variable.assign(value)
    return result


def same(left, right):
    return all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("options", [{}, {"steps_per_execution": 2}])
def test_the_statistics_follow_the_weights(options):
    model, fresh = gan(**options), []
    tiny.fit(
        model,
        4,
        [
            ReferenceBatch(REFERENCE),
            tiny.At(2, lambda: fresh.append(same(statistics(model), anew(model)))),
        ],
    )
    assert fresh == [True]
    assert same(statistics(model), anew(model))
    assert statistics(model, "generator")[-1] == 1.0  # of whom nobody spoke


def test_from_the_start_and_then_every_so_many_steps():
    model, seen = gan(), []
    first = anew(model)
    notes = [tiny.At(step, lambda: seen.append(statistics(model))) for step in (1, 2, 3)]
    tiny.fit(model, 3, [ReferenceBatch(REFERENCE, every=2), *notes])
    assert [same(first, one) for one in seen] == [True, False, False]
    assert same(seen[1], seen[2])


def test_a_generator_has_latents_for_reference():
    model = gan()
    tiny.fit(model, 3, [ReferenceBatch(LATENTS, player="generator")])
    hidden = model.generator.layers[0](LATENTS).numpy()
    np.testing.assert_allclose(statistics(model, "generator")[0], [hidden.mean()], rtol=1e-5)


@pytest.mark.parametrize("every", [1, 2])
def test_resume_is_exact(tmp_path, every):
    whole = gan()
    tiny.fit(whole, 4, [ReferenceBatch(REFERENCE, every)])
    for steps in (3, 4):
        model = gan()
        tiny.fit(model, steps, [ReferenceBatch(REFERENCE, every), Checkpoint(tmp_path)])
    battery.assert_same(whole, model)


def test_two_replicas_equal_one():
    with battery.two_replicas().scope():
        two = gan(run_eagerly=False)
    one = gan(run_eagerly=False)
    for model in (one, two):
        tiny.fit(model, 3, [ReferenceBatch(REFERENCE)])
    for a, b in zip(one.variables, two.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-5, err_msg=a.path)


def test_a_network_without_virtual_norm():
    with pytest.raises(ValueError, match="has no VirtualBatchNormalization"):
        tiny.fit(tiny.gan(), 1, [ReferenceBatch(REFERENCE)])
    with pytest.raises(ValueError, match="every is 0"):
        ReferenceBatch(tf.zeros([2, 4, 4, 1]), every=0)
