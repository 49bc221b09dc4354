"""Spectral normalisation against the singular value decomposition, and against what it must not be."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import SpectralConv2D, SpectralDense, SpectralEmbedding
from tfgan_zoo.training import RandomStream


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


KINDS = {
    "convolution": (lambda **k: SpectralConv2D(7, 3, padding="same", **k), normal(2, 5, 4, 3)),
    "dense": (lambda **k: SpectralDense(7, **k), normal(4, 6)),
    "embedding": (lambda **k: SpectralEmbedding(9, 4, **k), np.array([0, 3, 3, 8], np.int32)),
}


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    make, x = KINDS[request.param]
    layer = make()
    layer(x)
    # Far from what the layer was made with, so that u and v must follow.
    weight = layer.trainable_weights[0]
    weight.assign(3.0 * normal(*weight.shape, seed=1))
    return layer, weight, tf.constant(x)


def matrix(weight):
    return weight.numpy().reshape(-1, weight.shape[-1])


def a_step():
    return RandomStream(seed=0, step=tf.constant(0, tf.int64), local_batch=2).active()


def test_after_many_iterations_sigma_is_the_largest_singular_value(kind):
    layer, weight, _ = kind
    before = weight.numpy()
    for _ in range(300):
        layer.advance()
    left, values, right = np.linalg.svd(matrix(weight))
    np.testing.assert_allclose(layer.sigma(), values[0], rtol=1e-4)
    np.testing.assert_allclose(abs(left[:, 0] @ layer.v.numpy()), 1.0, atol=1e-4)
    np.testing.assert_allclose(abs(right[0] @ layer.u.numpy()), 1.0, atol=1e-4)
    np.testing.assert_allclose(layer.normalised(), before / values[0], rtol=2e-4)
    np.testing.assert_array_equal(weight.numpy(), before)


def test_one_iteration_is_the_paper_s(kind):
    layer, weight, _ = kind
    u = layer.u.numpy()
    layer.advance()
    v = matrix(weight) @ u
    v /= np.linalg.norm(v)
    sigma = np.linalg.norm(matrix(weight).T @ v)
    np.testing.assert_allclose(layer.v.numpy(), v, atol=1e-6)
    np.testing.assert_allclose(layer.u.numpy(), matrix(weight).T @ v / sigma, atol=1e-6)
    np.testing.assert_allclose(layer.sigma(), sigma, rtol=1e-5)


def test_new_layers_are_normalised_well_from_the_start():
    layer = SpectralDense(40)
    layer.build((None, 60))
    largest = np.linalg.svd(matrix(layer.kernel), compute_uv=False)[0]
    np.testing.assert_allclose(layer.sigma(), largest, rtol=0.05)


def test_outputs_are_those_of_a_plain_layer_with_divided_weights(kind):
    layer, weight, x = kind
    config = layer.get_config()
    plain = next(
        base for base in type(layer).__mro__[2:] if base.__module__.startswith("keras.src.layers")
    )
    stock = plain.from_config(config)
    stock(x)
    stock.trainable_weights[0].assign(weight.numpy() / layer.sigma())
    np.testing.assert_allclose(layer(x), stock(x), atol=1e-6)


def test_the_gradient_flows_through_sigma_with_u_and_v_fixed(kind):
    layer, weight, x = kind
    layer.advance()
    u, v = np.float64(layer.u.numpy()), np.float64(layer.v.numpy())
    shown = normal(*layer(x).shape, seed=2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x) * shown)
    gradient = tf.convert_to_tensor(tape.gradient(loss, weight.value)).numpy()
    with tf.GradientTape() as tape:  # of what W / σ is multiplied with
        inside = tf.convert_to_tensor(layer.normalised())
        tape.watch(inside)
        layer.normalised = lambda: inside
        loss = tf.reduce_sum(layer(x) * shown)
    outer = np.float64(tf.convert_to_tensor(tape.gradient(loss, inside)).numpy())

    def objective(w):
        return np.sum(outer * w) / (v @ w.reshape(len(v), -1) @ u)

    middle = np.float64(weight.numpy())
    for index in list(np.ndindex(*middle.shape))[::5]:
        step = np.zeros(middle.shape)
        step[index] = 1e-5
        slope = (objective(middle + step) - objective(middle - step)) / 2e-5
        np.testing.assert_allclose(gradient[index], slope, rtol=2e-3, atol=2e-4)
    # Multiplying W changes nothing; a projection's gradient knows nothing of that.
    np.testing.assert_allclose(np.sum(gradient * middle), 0.0, atol=2e-3)
    assert abs(np.sum(outer * middle)) > 0.1


def test_calls_move_nothing_in_a_step_and_only_u_and_v_outside(kind):
    layer, weight, x = kind
    before = battery.values([weight, layer.u, layer.v])
    with a_step():
        first, second = layer(x, training=True), layer(x, training=True)
        layer(x, training=False)
    np.testing.assert_array_equal(first, second)
    layer(x, training=False)
    for now, then in zip(battery.values([weight, layer.u, layer.v]), before, strict=True):
        np.testing.assert_array_equal(now, then)
    third = layer(x, training=True)
    assert not np.array_equal(layer.u.numpy(), before[1])
    assert not np.array_equal(third, first)
    np.testing.assert_array_equal(weight.numpy(), before[0])


def test_it_is_not_keras_s_projection():
    ours, x = SpectralDense(7), normal(4, 6)
    ours(x)
    inner = keras.layers.Dense(7)
    keras_s = keras.layers.SpectralNormalization(inner)
    keras_s(x)
    for kernel in (ours.kernel, inner.kernel):
        kernel.assign(5.0 * normal(6, 7, seed=1))
    for _ in range(100):
        ours(x, training=True)
        keras_s(x, training=True)
    assert np.linalg.svd(matrix(inner.kernel), compute_uv=False)[0] < 1.01
    np.testing.assert_array_equal(ours.kernel.numpy(), 5.0 * normal(6, 7, seed=1))
    np.testing.assert_allclose(ours.normalised(), inner.kernel.numpy(), atol=1e-3)


@pytest.mark.parametrize(("inputs", "units"), [(6, 1), (1, 6)])
def test_a_single_row_or_column_is_divided_by_its_length(inputs, units):
    layer = SpectralDense(units)
    layer.build((None, inputs))
    layer.advance()
    assert len(layer.weights) == 2
    kernel = layer.kernel.numpy()
    with tf.GradientTape() as tape:
        sigma = layer.sigma()
    np.testing.assert_allclose(sigma, np.linalg.norm(kernel), rtol=1e-6)
    slope = tape.gradient(sigma, layer.kernel.value)
    np.testing.assert_allclose(slope, kernel / np.linalg.norm(kernel), rtol=1e-5)


@pytest.mark.parametrize("units", [1, 3])
def test_zero_weights_stay_zero_and_recover(units):
    layer = SpectralDense(units, kernel_initializer="zeros")
    x = normal(4, 6)
    with tf.GradientTape() as tape:
        y = layer(x, training=True)
    np.testing.assert_array_equal(y, np.zeros([4, units]))
    assert np.isfinite(tape.gradient(y, layer.kernel.value)).all()
    layer.kernel.assign(normal(6, units))
    for _ in range(100):
        layer.advance()
    largest = np.linalg.svd(matrix(layer.kernel), compute_uv=False)[0]
    np.testing.assert_allclose(layer.sigma(), largest, rtol=1e-4)


def test_an_average_of_vectors_still_normalises(kind):
    layer, *_ = kind
    layer.advance()
    sigma = float(layer.sigma())
    layer.u.assign(0.9 * layer.u.numpy())
    layer.v.assign(0.8 * layer.v.numpy())
    np.testing.assert_allclose(layer.sigma(), sigma, rtol=1e-5)


def second_derivative(layer, x):
    x = tf.constant(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(tf.sin(layer(x)))
        penalty = tf.reduce_sum(tf.square(inner.gradient(y, x)))
    return penalty, outer.gradient(penalty, layer.trainable_weights[0].value)


@pytest.mark.parametrize("name", ["convolution", "dense"])
def test_second_derivatives(name):
    make, x = KINDS[name]
    layer = make()
    layer(x)
    layer.advance()
    _, gradient = second_derivative(layer, x)
    kernel = layer.kernel.numpy()
    for index in list(np.ndindex(*kernel.shape))[::11]:
        step = np.zeros(kernel.shape, np.float32)
        step[index] = 1e-2
        sides = []
        for moved in (kernel + step, kernel - step):
            layer.kernel.assign(moved)
            sides.append(float(second_derivative(layer, x)[0]))
        np.testing.assert_allclose(
            gradient[index], (sides[0] - sides[1]) / 2e-2, rtol=0.02, atol=0.02
        )


def test_saved_and_loaded_with_u_and_v(kind, tmp_path):
    layer, _, x = kind
    model = keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype), layer])
    for _ in range(3):
        layer.advance()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert len(loaded.weights) == len(model.weights)
    for a, b in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    np.testing.assert_array_equal(model(x), loaded(x))
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    np.testing.assert_array_equal(model(x), copy(x))


def test_what_is_exported_holds_sigma_still(kind, tmp_path):
    layer, _, x = kind
    tf.saved_model.save(
        layer,
        str(tmp_path),
        tf.function(lambda x: layer(x, training=False)).get_concrete_function(x),
    )
    served = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
    for _ in range(2):
        np.testing.assert_allclose(served(x)["output_0"], layer(x), atol=1e-6)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_mixed_float16_divides_in_float32(name):
    make, x = KINDS[name]
    plain, mixed = make(), make(dtype="mixed_float16")
    plain(x)
    mixed(x)
    # Its squares do not fit into float16.
    mixed.set_weights([1e4 * w if i == 0 else w for i, w in enumerate(plain.get_weights())])
    for layer in (plain, mixed):
        for _ in range(100):
            layer(x, training=True)
    assert {w.dtype for w in mixed.weights} == {"float32"}
    y = mixed(x)
    assert y.dtype == tf.float16
    np.testing.assert_allclose(mixed.sigma(), 1e4 * plain.sigma(), rtol=1e-4)
    np.testing.assert_allclose(y, plain(x), atol=5e-3)


def test_two_replicas_keep_the_same_u_and_v():
    strategy = battery.two_replicas()
    with strategy.scope():
        layer = SpectralDense(5)
        layer.build((None, 6))
    one = SpectralDense(5)
    one.build((None, 6))
    one.set_weights(layer.get_weights())
    x = strategy.experimental_distribute_values_from_function(
        lambda c: normal(4, 6, seed=c.replica_id_in_sync_group)
    )
    run = tf.function(lambda x: layer(x, training=True))
    for _ in range(3):
        strategy.run(run, [x])
        one.advance()
    for ours, single in ((layer.u, one.u), (layer.v, one.v)):
        first, second = strategy.experimental_local_results(ours.value)
        np.testing.assert_array_equal(first, second)
        np.testing.assert_allclose(first, single.numpy(), atol=1e-6)


def test_compiled_by_xla_it_is_the_same(kind):
    layer, _, x = kind
    weights = layer.get_weights()
    plain = layer(x, training=True)
    layer.set_weights(weights)
    fast = tf.function(lambda x: layer(x, training=True), jit_compile=True)(x)
    np.testing.assert_allclose(fast, plain, atol=1e-5)
