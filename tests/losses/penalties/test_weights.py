"""Penalties on weights, and weight clipping, against numbers worked out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests.losses.penalties import tiny
from tfgan_zoo.losses import penalties
from tfgan_zoo.losses.penalties import weights


def off_diagonal(matrix):
    products = matrix.T @ matrix
    return (products**2).sum() - (np.diag(products) ** 2).sum()


def test_orthogonal_leaves_lengths_free():
    matrix = np.float32([[1.0, 2.0, 0.0], [3.0, -1.0, 5.0]])
    # products of columns: 1·2 - 3·1 = -1, 3·5 = 15, -1·5 = -5; each counts twice
    np.testing.assert_allclose(weights.overlap(tf.constant(matrix)), 2 * (1 + 225 + 25))
    assert float(weights.overlap(tf.constant([[0.0, 3.0], [7.0, 0.0]]))) == 0.0


def test_orthogonal_takes_each_kernel_by_its_outputs():
    inputs, label = keras.Input((4, 4, 3)), keras.Input((), dtype="int32")
    x = keras.layers.Conv2D(5, 3, padding="same")(inputs)
    x = keras.layers.Conv2DTranspose(2, 3, strides=2)(x)
    frozen = keras.layers.Dense(4, trainable=False)
    x = keras.layers.Dense(3)(frozen(keras.layers.Flatten()(x)))
    x = keras.layers.BatchNormalization()(x) * keras.layers.Embedding(7, 3)(label)
    network = keras.Model([inputs, label], x)
    found = weights.matrices(network)
    assert [tuple(m.shape) for m in found] == [(27, 5), (45, 2), (4, 3)]
    convolution, transposed, dense = (
        layer.kernel.numpy()
        for layer in network.layers
        if hasattr(layer, "kernel") and layer is not frozen
    )
    expected = off_diagonal(convolution.reshape(27, 5)) + off_diagonal(dense)
    expected += off_diagonal(np.moveaxis(transposed, 2, 3).reshape(45, 2))
    here = tiny.turn(lambda x: x, np.zeros([2, 1]), network=network)
    np.testing.assert_allclose(penalties.Orthogonal().value(here), expected, rtol=1e-5)


class OneNumber(keras.layers.Layer):
    """x · θ."""

    def build(self, shape):
        self.theta = self.add_weight(name="theta", shape=(2,), initializer="zeros")

    def call(self, inputs):
        return inputs * self.theta


def test_historical_averaging_by_hand():
    network = keras.Sequential([keras.Input((2,)), OneNumber()])
    theta = network.layers[0].theta

    class Model:
        players = {"generator": [network]}

    penalty = penalties.HistoricalAveraging()
    penalty.start(Model)
    here = tiny.turn(lambda x: x, np.zeros([2, 1]), network=network)
    got = []
    for now in ([1.0, 0.0], [3.0, 1.0], [5.0, -4.0], [3.0, -1.0]):
        theta.assign(now)
        got.append(float(penalty.value(here)))
    # averages of what was: -, (1, 0), (2, .5), (3, -1)
    np.testing.assert_allclose(got, [0.0, 4 + 1, 9 + 20.25, 0.0], rtol=1e-6, atol=1e-6)


def test_historical_averaging_pulls_back_to_the_average():
    network = keras.Sequential([keras.Input((2,)), OneNumber()])
    theta = network.layers[0].theta

    class Model:
        players = {"generator": [network]}

    penalty = penalties.HistoricalAveraging()
    penalty.start(Model)
    here = tiny.turn(lambda x: x, np.zeros([2, 1]), network=network)
    penalty.value(here)
    theta.assign([3.0, -1.0])
    with tf.GradientTape() as tape:
        got = penalty.value(here)
    np.testing.assert_allclose(tape.gradient(got, theta.value), [6.0, -2.0])


# --- clipping -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "ok", "clipped"), [(0, True, True), (1, True, False), (0, False, False)]
)
def test_clipping(step, ok, clipped):
    network = keras.Sequential([keras.Input((2,)), OneNumber(), keras.layers.BatchNormalization()])
    network.layers[0].theta.assign([0.5, -0.03])
    penalty = penalties.WeightClipping(0.1, interval=2)
    penalty.project(network, tf.constant(step, tf.int64), tf.constant(ok))
    expected = [0.1, -0.03] if clipped else [0.5, -0.03]
    np.testing.assert_allclose(network.layers[0].theta.numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(network.layers[1].gamma.numpy(), 0.1 if clipped else 1.0, rtol=1e-6)
    # not weights, but statistics
    np.testing.assert_allclose(network.layers[1].moving_variance.numpy(), 1.0)


def test_a_clipped_critic_stays_in_the_box_and_the_generator_outside():
    gan = tiny.gan("weight_clipping", rate=0.5)
    before = [w.copy() for w in gan.generator.get_weights()]
    gan.fit(tf.constant(tiny.normal(16, *tiny.SHAPE) * 0.1), batch_size=8, verbose=0)
    largest = [np.abs(w).max() for w in gan.discriminator.get_weights()]
    np.testing.assert_allclose(max(largest), 0.01, rtol=1e-6)
    assert max(largest) <= np.float32(0.01)
    assert max(np.abs(w).max() for w in gan.generator.get_weights()) > 0.1
    assert any((a != b).any() for a, b in zip(before, gan.generator.get_weights(), strict=True))


def test_clipping_refuses_weights_that_are_divided_by_their_size():
    class Spectral(keras.layers.Dense):
        def advance(self):
            """Iterate."""

    generator, discriminator = tiny.networks()
    head = Spectral(1, name="head")(discriminator.layers[-2].output)
    gan = zoo.GAN(generator, keras.Model(discriminator.inputs, head))
    with pytest.raises(ValueError, match=r"discriminator's 'head' divides .* Leave one of the two"):
        gan.compile(penalties=["weight_clipping"])
    gan.compile(penalties=[{"name": "weight_clipping", "player": "generator"}])
