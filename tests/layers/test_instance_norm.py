import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import InstanceNormalization


def by_hand(x, gamma, beta, epsilon):
    mean, variance = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * gamma + beta


# Small samples take one way, large ones another, sizes that are not known the first.
@pytest.mark.parametrize(
    ("shape", "known"), [((3, 4, 5, 2), True), ((2, 64, 64, 8), True), ((2, 64, 64, 8), False)]
)
def test_numbers_and_gradients(shape, known):
    rng = np.random.default_rng(0)
    x = (3.0 * rng.normal(size=shape) + 2.0).astype(np.float32)
    layer = InstanceNormalization(epsilon=1e-3)
    layer.build(shape)
    gamma, beta = (rng.normal(size=shape[-1]).astype(np.float32) for _ in range(2))
    layer.set_weights([gamma, beta])
    weights = rng.normal(size=shape).astype(np.float32)

    @tf.function(input_signature=[tf.TensorSpec(shape if known else [None] * 3 + [shape[3]])])
    def both(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
            loss = tf.reduce_sum(y * weights)
        return y, *tape.gradient(loss, [x, layer.gamma.value, layer.beta.value])

    y, dx, dgamma, dbeta = both(tf.constant(x))
    wide, ones = x.astype(np.float64), np.ones(shape[-1])
    np.testing.assert_allclose(y, by_hand(wide, gamma, beta, 1e-3), atol=1e-4)
    normal = by_hand(wide, ones, 0.0, 1e-3)
    np.testing.assert_allclose(dgamma, (weights * normal).sum((0, 1, 2)), rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(dbeta, weights.sum((0, 1, 2)), rtol=1e-3, atol=1e-2)
    d = weights.astype(np.float64) * gamma

    def mean(v):
        return v.mean((1, 2), keepdims=True)

    # The closed form: (d - mean d - x̂ mean(d x̂)) / σ, x̂ with ε in σ.
    expected = (d - mean(d) - normal * mean(d * normal)) / np.sqrt(
        wide.var((1, 2), keepdims=True) + 1e-3
    )
    np.testing.assert_allclose(dx, expected, atol=1e-4)
