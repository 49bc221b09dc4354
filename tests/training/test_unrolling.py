"""Unrolled GANs: the look ahead against finite differences of the function that it composes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.losses.penalties import tiny

RATE = 0.3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(x))


class Formula:
    """The unrolled loss of a linear discriminator w x + b and a generator tanh(z v + c), in float64."""

    def __init__(self, gan, images, latents):
        self.x = images.reshape(len(images), -1).astype(np.float64)
        self.z = latents.astype(np.float64)
        self.d = [v.numpy().astype(np.float64) for v in gan.discriminator.trainable_variables]
        self.g = [v.numpy().astype(np.float64) for v in gan.generator.trainable_variables]

    def loss(self, g, steps, update):
        fake = np.tanh(self.z @ g[0] + g[1])
        d = self.d
        for time in range(steps):
            real_slope = (sigmoid(self.x @ d[0] + d[1]) - 1) / len(self.x)
            fake_slope = sigmoid(fake @ d[0] + d[1]) / len(fake)
            slopes = [self.x.T @ real_slope + fake.T @ fake_slope]
            slopes.append(real_slope.sum(0) + fake_slope.sum(0))
            d = update(d, slopes, time)
        return softplus(-(fake @ d[0] + d[1])).mean()

    def gradient(self, steps, update):
        found = [np.zeros_like(p) for p in self.g]
        for which, parameter in enumerate(self.g):
            for index in np.ndindex(parameter.shape):
                moved = []
                for size in (1e-5, -1e-5):
                    g = [p.copy() for p in self.g]
                    g[which][index] += size
                    moved.append(self.loss(g, steps, update))
                found[which][index] = (moved[0] - moved[1]) / 2e-5
        return found


def sgd(d, slopes, time):
    return [p - RATE * s for p, s in zip(d, slopes, strict=True)]


def adam_from(optimizer):
    """Adam by its paper's formulas, going on from an optimizer's moments."""
    first = [np.array(m.numpy(), np.float64) for m in optimizer._momentums]
    second = [np.array(v.numpy(), np.float64) for v in optimizer._velocities]
    begun = int(optimizer.iterations.numpy())
    states = [(first, second)]

    def update(d, slopes, time):
        first, second = states[0] if time == 0 else states[-1]
        t = begun + time + 1
        first = [0.5 * m + 0.5 * s for m, s in zip(first, slopes, strict=True)]
        second = [0.999 * v + 0.001 * s**2 for v, s in zip(second, slopes, strict=True)]
        states.append((first, second))
        scale = RATE * np.sqrt(1 - 0.999**t) / (1 - 0.5**t)
        return [
            p - scale * m / (np.sqrt(v) + 1e-7) for p, m, v in zip(d, first, second, strict=True)
        ]

    return update


def networks():
    generator, _ = tiny.networks()
    discriminator = keras.Sequential(
        [keras.Input(tiny.SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    return generator, discriminator


def unrolled(optimizer, steps, loss="non_saturating"):
    keras.utils.set_random_seed(0)
    gan = zoo.GAN(*networks())
    gan.compile(
        loss=loss,
        optimizers={"discriminator": optimizer, "generator": keras.optimizers.SGD(0.1)},
        unrolled_steps=steps,
    )
    return gan


def generator_gradient(gan, images):
    batch = gan.unpack(tf.constant(images))
    latents = gan.draw_latents().numpy()
    batch = gan.unpack(tf.constant(images))  # the same latents once more
    variables = [v.value for v in gan.generator.trainable_variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape, gan.random.active():
        tape.watch(variables)
        loss, _ = gan.generator_loss(batch)
    return float(loss), tape.gradient(loss, variables), latents


@pytest.mark.parametrize(
    ("kind", "steps"), [("sgd", 0), ("sgd", 1), ("sgd", 3), ("adam", 1), ("adam", 2)]
)
def test_the_gradient_goes_through_the_updates(kind, steps):
    images = battery.images(6, tiny.SHAPE)
    if kind == "sgd":
        optimizer, update = keras.optimizers.SGD(RATE), sgd
    else:
        optimizer = keras.optimizers.Adam(RATE, beta_1=0.5)
    gan = unrolled(optimizer, steps)
    if kind == "adam":  # moments that are not zero
        for seed, (m, v) in enumerate(
            zip(optimizer._momentums, optimizer._velocities, strict=True)
        ):
            m.assign(0.1 * tiny.normal(*m.shape, seed=seed))
            v.assign(0.05 + tiny.normal(*v.shape, seed=seed) ** 2)
        optimizer.iterations.assign(4)
        update = adam_from(optimizer)
    loss, gradient, latents = generator_gradient(gan, images)
    formula = Formula(gan, images, latents)
    np.testing.assert_allclose(loss, formula.loss(formula.g, steps, update), rtol=1e-5)
    for got, expected in zip(gradient, formula.gradient(steps, update), strict=True):
        np.testing.assert_allclose(got, expected, rtol=2e-3, atol=1e-5)
    if steps:  # and not around them
        plain = formula.gradient(0, update)
        assert max(np.abs(g - p).max() for g, p in zip(gradient, plain, strict=True)) > 1e-3


def test_adam_s_first_look_ahead_is_finite():
    gan = unrolled(keras.optimizers.Adam(1e-3), 2)
    _, gradient, _ = generator_gradient(gan, np.zeros([4, *tiny.SHAPE], np.float32))
    assert all(np.isfinite(g).all() for g in gradient)


def test_looking_ahead_changes_the_discriminator_by_its_own_turns_only():
    images = battery.images(8, tiny.SHAPE)
    gans = [unrolled(keras.optimizers.Adam(0.01), steps) for steps in (0, 3)]
    for gan in gans:
        gan.fit(images, batch_size=8, verbose=0)
    plain, ahead = (g.discriminator.get_weights() for g in gans)
    for a, b in zip(plain, ahead, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert int(gans[1].discriminator_optimizer.iterations.numpy()) == 1
    plain, ahead = (g.generator.get_weights()[0] for g in gans)
    assert np.abs(plain - ahead).max() > 1e-5


def test_two_replicas_equal_one():
    data = tf.data.Dataset.from_tensor_slices(battery.images(24, tiny.SHAPE)).batch(8)
    one = unrolled(keras.optimizers.SGD(0.2), 2)
    with battery.two_replicas().scope():
        two = unrolled(keras.optimizers.SGD(0.2), 2)
    for gan in (one, two):
        gan.fit(data, verbose=0)
    for a, b in zip(one.state_variables, two.state_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=2e-6, err_msg=a.path)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.optimizers.Adam(0.1, amsgrad=True),
        keras.optimizers.RMSprop(),
        keras.optimizers.AdamW(),
    ],
)
def test_optimizers_that_it_cannot_look_through(optimizer):
    with pytest.raises(ValueError, match=f"not for {type(optimizer).__name__}"):
        unrolled(optimizer, 1)
    unrolled(keras.optimizers.SGD(0.1), 1)


@pytest.mark.parametrize(
    "options",
    [{"clipnorm": 1.0}, {"clipvalue": 1.0}, {"global_clipnorm": 1.0}, {"weight_decay": 0.1}],
)
def test_options_that_it_cannot_look_through(options):
    with pytest.raises(ValueError, match=f"without {next(iter(options))}"):
        unrolled(keras.optimizers.SGD(0.1, **options), 1)


def test_a_loss_keeps_count_of_what_happens_only():
    counts = []
    for steps in (0, 3):
        gan = zoo.BEGAN((16, 16, 1), 4, generator_width=4, discriminator_width=4)
        gan.compile(loss={"name": "began", "gain": 0.5}, unrolled_steps=steps)
        gan.train_step({"image": tf.constant(battery.images(8, (16, 16, 1)))})
        counts.append(float(gan.adversarial_loss.k.numpy()))
    assert counts[0] == pytest.approx(counts[1], rel=1e-5)
    assert counts[0] > 0.0
