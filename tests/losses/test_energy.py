"""Energies: margins, and the equilibrium that BEGAN keeps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo import losses
from tfgan_zoo.training import RandomStream

REAL, FAKE = tf.constant([0.5, 0.3]), tf.constant([0.1, 0.2])  # means 0.4 and 0.15


def stream(samples=2):
    return RandomStream(0, tf.constant(0, tf.int64), samples)


def began(k=0.0, **arguments):
    loss = losses.get({"name": "began", **arguments})
    loss.k.assign(k)
    return loss


def test_fakes_beyond_the_margin_are_left_alone():
    loss = losses.get({"name": "energy_based", "margin": 2.0})
    fake = tf.constant([0.5, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = loss.discriminator(REAL, fake)
    np.testing.assert_allclose(value, 0.4 + 0.5 * (1.5 + 0.0), rtol=1e-6)
    np.testing.assert_allclose(tape.gradient(value, fake), [-0.5, 0.0])
    np.testing.assert_allclose(loss.generator(None, fake), 1.75)


def test_k_is_a_fake_s_weight_and_moves_after_the_loss():
    loss = began(0.25, gamma=0.7, gain=0.1)
    with stream().active():
        value = loss.discriminator(REAL, FAKE)
    np.testing.assert_allclose(value, 0.4 - 0.25 * 0.15, rtol=1e-6)
    np.testing.assert_allclose(loss.k, 0.25 + 0.1 * (0.7 * 0.4 - 0.15), rtol=1e-6)


def test_k_stays_between_0_and_1():
    for k, real, fake, wanted in ((0.9, 4.0, 0.0, 1.0), (0.1, 0.0, 4.0, 0.0)):
        loss = began(k, gain=1.0)
        with stream(1).active():
            loss.discriminator(tf.constant([real]), tf.constant([fake]))
        assert loss.k.numpy() == wanted


def test_outside_of_a_training_step_k_stays():
    loss = began(0.25, gain=1.0)
    np.testing.assert_allclose(loss.discriminator(REAL, FAKE), 0.4 - 0.25 * 0.15, rtol=1e-6)
    with stream().active():
        loss.generator(REAL, FAKE)
    assert loss.k.numpy() == 0.25


def test_gradients_with_k_at_work():
    loss = began(0.25, gain=1.0)
    with stream().active(), tf.GradientTape() as tape:
        tape.watch([REAL, FAKE])
        value = loss.discriminator(REAL, FAKE)
    by_real, by_fake = tape.gradient(value, [REAL, FAKE])
    np.testing.assert_allclose(by_real, [0.5, 0.5])
    np.testing.assert_allclose(by_fake, [-0.125, -0.125])


def test_convergence():
    loss = began(gamma=0.5)
    np.testing.assert_allclose(loss.convergence(REAL, FAKE), 0.4 + 0.05, rtol=1e-6)
    np.testing.assert_allclose(loss.convergence(REAL, 2 * FAKE), 0.4 + 0.1, rtol=1e-6)


def test_two_replicas_move_k_as_one_does():
    strategy = battery.two_replicas()
    with strategy.scope():
        loss = began(0.25, gamma=0.7, gain=0.1)

    def energies(scale):
        halves = [scale[0], scale[1]]
        return strategy.experimental_distribute_values_from_function(
            lambda c: halves[c.replica_id_in_sync_group][None]
        )

    @tf.function
    def step(real, fake):
        with stream(1).active():
            return loss.discriminator(real, fake)

    strategy.run(step, args=(energies(REAL), energies(FAKE)))
    np.testing.assert_allclose(
        [v.numpy() for v in strategy.experimental_local_results(loss.k.value)],
        [0.25 + 0.1 * (0.7 * 0.4 - 0.15)] * 2,
        rtol=1e-6,
    )


def game(loss):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Reshape((2, 2, 1))]
    )
    energy = keras.Sequential(
        [keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "softplus")]
    )
    model = zoo.GAN(generator, energy)
    model.compile(loss=loss)
    return model


@pytest.mark.parametrize("same_object", [True, False])
def test_compiled_again_k_begins_at_0(same_object):
    model = game({"name": "began", "gain": 0.5})
    model.adversarial_loss.k.assign(0.5)
    model.compile(loss=model.adversarial_loss if same_object else "began")
    assert model.adversarial_loss.k.numpy() == 0.0
    with battery.two_replicas().scope():
        model = game({"name": "began", "gain": 0.5})
        model.adversarial_loss.k.assign(0.5)
        model.compile(loss=model.adversarial_loss)
    copies = battery.two_replicas().experimental_local_results(model.adversarial_loss.k.value)
    assert [copy.numpy() for copy in copies] == [0.0, 0.0]


def test_a_model_holds_k_and_a_saved_one_brings_it_back(tmp_path):
    model = game({"name": "began", "gain": 0.5})
    assert any(v is model.adversarial_loss.k for v in model.state_variables)
    images = battery.images(8, (2, 2, 1))
    model.adversarial_loss.k.assign(0.5)
    model.fit(images, batch_size=8, verbose=0)
    assert model.adversarial_loss.k.numpy() != 0.5
    model.adversarial_loss.k.assign(0.375)
    model.evaluate(images, batch_size=4, verbose=0)
    assert model.adversarial_loss.k.numpy() == 0.375
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert again.adversarial_loss.k.numpy() == 0.375
    assert again.adversarial_loss.gain == 0.5


def test_under_half_precision_k_is_a_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert losses.get("began").k.dtype == "float32"
    finally:
        keras.config.set_dtype_policy(before)


def test_names():
    assert losses.BEGAN.name == losses.BEGAN().name == "began"
    assert losses.BEGAN(name="mine").name == "mine"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "energy_based", "margin": 0}, "margin is 0, expected a number above 0"),
        ({"name": "energy_based", "margin": "wide"}, "margin"),
        ({"name": "began", "gamma": 1.5}, "gamma"),
        ({"name": "began", "gain": -1}, "gain"),
        ({"name": "began", "gama": 0.5}, "did you mean 'gamma'"),
    ],
)
def test_errors(given, message):
    with pytest.raises(ValueError, match=message):
        losses.get(given)
