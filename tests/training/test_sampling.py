"""Truncation and standing statistics."""

import math

import keras
import numpy as np
import pytest

import tfgan_zoo as zoo
from tests.losses.penalties import tiny
from tfgan_zoo.training import randomness


def make(**kwargs):
    return zoo.GAN(*tiny.networks(), **kwargs)


@pytest.mark.parametrize("limit", [0.3, 1.0, 2.5])
def test_truncated_latents_are_truncated_normal(limit):
    latents = tiny.normal(40000, 3)
    cut = make().truncate(latents, limit)
    assert cut.dtype == np.float32
    assert np.abs(cut).max() <= limit + 1e-6
    assert np.abs(cut).max() > 0.99 * limit
    inside = math.erf(limit / 2**0.5)
    density = math.exp(-(limit**2) / 2) / (2 * math.pi) ** 0.5
    variance = 1 - 2 * limit * density / inside
    error = (variance / cut.size) ** 0.5
    np.testing.assert_allclose(cut.mean(), 0.0, atol=4 * error)
    np.testing.assert_allclose(cut.var(), variance, rtol=0.02)
    # Each number stays where it was, and their order is kept.
    order = np.argsort(latents[:, 0])
    assert (np.diff(cut[order, 0]) >= 0).all()
    np.testing.assert_array_equal(np.sign(cut), np.sign(latents))


def test_far_out_latents_stay_inside_and_finite():
    cut = make().truncate(np.float32([[-12.0, 0.0, 12.0]]), 0.5)
    np.testing.assert_allclose(cut, [[-0.5, 0.0, 0.5]], atol=1e-6)
    np.testing.assert_allclose(
        make().truncate(np.float32([[-3.0, 2.0]]), 50.0), [[-3.0, 2.0]], rtol=1e-5
    )


def test_truncation_reaches_the_images():
    gan = make()
    latents = randomness.latents(5, (3,), 7).numpy()
    expected = gan.decode(gan.truncate(latents, 0.4))
    np.testing.assert_array_equal(gan.generate(5, seed=7, truncation=0.4), expected)
    assert np.abs(gan.generate(5, seed=7) - expected).max() > 0.01
    for wrong in (0.0, -1.0, "much"):
        with pytest.raises(ValueError, match="truncation is"):
            gan.generate(2, truncation=wrong)
    with pytest.raises(ValueError, match="GAN takes no 'label': it is not conditional"):
        gan.generate(2, label=1)


def with_batch_norm(**kwargs):
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(5),
            keras.layers.BatchNormalization(momentum=0.9, name="first"),
            keras.layers.Dense(16),
            keras.layers.Reshape(tiny.SHAPE),
            keras.layers.BatchNormalization(momentum=0.8, name="second"),
        ]
    )
    return zoo.GAN(generator, tiny.networks()[1], **kwargs)


@pytest.mark.parametrize("ema_decay", [None, 0.9])
def test_standing_statistics_are_those_of_all_batches(ema_decay):
    gan = with_batch_norm(ema_decay=ema_decay)
    network = gan.sampling_generator
    first, second = network.get_layer("first"), network.get_layer("second")
    settings = [(layer.momentum, layer.trainable) for layer in (first, second)]
    weights = [v.numpy() for v in gan.generator.weights]
    gan.use_standing_statistics(samples=70, batch_size=16, seed=3)  # four batches, six left over

    latents = randomness.latents(70, (3,), 3).numpy()[:64].astype(np.float64)
    kernel, bias = (w.numpy() for w in network.layers[0].weights)
    hidden = (latents @ kernel + bias).reshape(4, 16, 5)
    mean, variance = hidden.mean(1), hidden.var(1)
    np.testing.assert_allclose(first.moving_mean.numpy(), mean.mean(0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(first.moving_mean.numpy(), hidden.mean((0, 1)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(first.moving_variance.numpy(), variance.mean(0), rtol=1e-4)
    # The second layer sees what the first has normalised by each batch's own statistics.
    kernel, bias = (w.numpy() for w in network.layers[2].weights)
    normed = (hidden - mean[:, None]) / np.sqrt(variance[:, None] + first.epsilon)
    images = (normed @ kernel + bias).reshape(4, -1)
    np.testing.assert_allclose(second.moving_mean.numpy(), [images.mean()], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(second.moving_variance.numpy(), [images.var(1).mean()], rtol=1e-4)

    assert [(layer.momentum, layer.trainable) for layer in (first, second)] == settings
    if ema_decay is not None:  # the generator that trains is left alone
        for variable, old in zip(gan.generator.weights, weights, strict=True):
            np.testing.assert_array_equal(variable.numpy(), old)


def test_one_batch_of_all_gives_the_whole_set_s_statistics():
    gan = with_batch_norm()
    first = gan.generator.get_layer("first")
    gan.use_standing_statistics(samples=64, batch_size=64)
    kernel, bias = (w.numpy() for w in gan.generator.layers[0].weights)
    hidden = randomness.latents(64, (3,), 0).numpy() @ kernel + bias
    np.testing.assert_allclose(first.moving_variance.numpy(), hidden.var(0), rtol=1e-4)


def test_without_batch_norm_there_is_nothing_to_measure():
    for gan in (zoo.GAN(*tiny.networks()), zoo.StyleGAN2((16, 16, 1), 2, 2, 2, 4, 1)):
        name = type(gan).__name__
        with pytest.raises(
            ValueError, match=f"generator of this {name} has no batch norm.* without"
        ):
            gan.use_standing_statistics(samples=4, batch_size=2)


def test_settings_come_back_after_an_error():
    gan = with_batch_norm()
    second = gan.generator.get_layer("second")
    second.trainable = False
    with pytest.raises(ValueError, match="samples is 3, expected an int of at least 8"):
        gan.use_standing_statistics(samples=3, batch_size=8)
    gan.use_standing_statistics(samples=16, batch_size=8)
    assert (second.momentum, second.trainable) == (0.8, False)
