"""BEGAN passes the battery."""

import numpy as np
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo.features import features_of


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestBEGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        sizes = {"generator_width": 8, "discriminator_width": 8}
        return zoo.BEGAN((16, 20, 1), 8, **{"ema_decay": 0.9, **sizes, **kwargs})


def test_the_energy_is_the_samples_own_reconstruction_error():
    gan = TestBEGAN().make()
    network = gan.discriminator
    inner = features_of(network)
    assert inner.output_shape == (None, 8)  # the code
    images = battery.images(3, (16, 20, 1))
    autoencoder = type(network)(network.inputs, network.get_layer("to_image").output)
    errors = np.abs(images - autoencoder(images).numpy()).reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(network(images).numpy()[:, 0], errors, rtol=1e-5)
    assert np.ptp(errors) > 1e-3


def test_k_moves_towards_the_balance_and_is_logged():
    gan = TestBEGAN().make()
    gan.compile(loss={"name": "began", "gamma": 0.5, "gain": 0.1})
    batch = {"image": tf.constant(battery.images(8, (16, 20, 1)))}
    gan.unpack(batch)
    fakes = gan.fakes(batch)
    real = float(tf.reduce_mean(gan.discriminator(batch["image"])))
    fake = float(tf.reduce_mean(gan.discriminator(fakes)))
    with gan.random.active():
        loss, logs = gan.discriminator_loss(batch, fakes)
    np.testing.assert_allclose(loss, real, rtol=1e-5)  # k was 0
    k = np.clip(0.1 * (0.5 * real - fake), 0.0, 1.0)
    np.testing.assert_allclose(gan.adversarial_loss.k.numpy(), k, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(logs["convergence"], real + abs(0.5 * real - fake), rtol=1e-5)
    np.testing.assert_allclose(logs["k"], k, rtol=1e-4, atol=1e-7)


def test_an_energy_without_a_bound_is_warned_about(caplog):
    sizes = {"generator_width": 4, "discriminator_width": 4}
    zoo.DCGAN((16, 20, 1), 8, **sizes).compile(loss="energy_based")
    assert "takes the discriminator's output for an energy" in caplog.text
    caplog.clear()
    TestBEGAN().make().compile(loss="energy_based")
    assert "energy" not in caplog.text


def test_it_trains_eagerly_too():
    gan = TestBEGAN().make()
    gan.compile(run_eagerly=True)
    history = gan.fit(TestBEGAN.batch, batch_size=8, verbose=0).history
    assert 0.0 <= history["discriminator_k"][0] <= 1.0
