"""Self-attention against loops."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo.layers import SelfAttention, SpectralConv2D


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def seeded(spectral=False, **kwargs):
    layer = SelfAttention(spectral, keras.initializers.RandomNormal(seed=1), **kwargs)
    layer.build((None, 5, 6, 16))
    layer.gamma.assign(0.7)
    for seed, name in enumerate(("query", "key", "value", "output")):
        convolution = getattr(layer, f"_{name}")
        convolution.kernel.assign(0.5 * normal(*convolution.kernel.shape, seed=seed))
        for _ in range(50 if spectral else 0):
            convolution.advance()
    return layer


def kernels(layer):
    """Return each convolution's matrix; normalised where it is."""
    found = {}
    for name in ("query", "key", "value", "output"):
        convolution = getattr(layer, f"_{name}")
        kernel = convolution.normalised() if layer.spectral else convolution.kernel
        found[name] = np.float64(keras.ops.convert_to_numpy(kernel))[0, 0]
    return found


def pooled(maps):
    height, width, _ = maps.shape
    return np.array(
        [
            maps[row : row + 2, column : column + 2].max((0, 1))
            for row in range(0, height, 2)
            for column in range(0, width, 2)
        ]
    )


def by_loops(x, matrices, gamma):
    y = np.zeros(x.shape)
    for sample, maps in enumerate(np.float64(x)):
        keys, values = pooled(maps @ matrices["key"]), pooled(maps @ matrices["value"])
        for row, column in np.ndindex(*maps.shape[:2]):
            scores = np.exp(keys @ (maps[row, column] @ matrices["query"]))
            seen = scores @ values / scores.sum()
            y[sample, row, column] = maps[row, column] + gamma * (seen @ matrices["output"])
    return y


@pytest.mark.parametrize("spectral", [False, True])
def test_it_is_what_the_loops_say(spectral):
    layer, x = seeded(spectral=spectral), normal(2, 5, 6, 16)
    expected = by_loops(x, kernels(layer), 0.7)
    assert np.abs(expected - x).max() > 0.1
    np.testing.assert_allclose(layer(x), expected, atol=2e-5)


def test_shapes_of_the_kernels():
    shapes = {name: matrix.shape for name, matrix in kernels(seeded()).items()}
    assert shapes == {"query": (16, 2), "key": (16, 2), "value": (16, 8), "output": (8, 16)}
    assert sum(int(np.prod(w.shape)) for w in seeded().weights) == 2 * 32 + 128 + 128 + 1


def test_new_it_is_the_identity_and_its_scale_learns_first():
    layer, x = SelfAttention(), tf.constant(normal(2, 4, 4, 8))
    with tf.GradientTape() as tape:
        y = layer(x)
        loss = tf.reduce_sum(tf.sin(y))
    np.testing.assert_array_equal(y, x)
    assert float(layer.gamma.numpy()) == 0.0
    assert abs(float(tape.gradient(loss, layer.gamma.value))) > 0.0


def test_convolutions_of_one_shape_do_not_start_alike():
    layer = SelfAttention(kernel_initializer=keras.initializers.RandomNormal(seed=1))
    layer.build((None, 4, 4, 16))
    found = kernels(layer)
    assert not np.array_equal(found["query"], found["key"])


def test_spectral_convolutions_are_found_by_the_base_class():
    inputs = keras.Input((5, 6, 16))
    model = keras.Model(inputs, SelfAttention(spectral=True)(inputs))
    found = [layer for layer in model._flatten_layers() if hasattr(layer, "advance")]
    assert len(found) == 4
    assert {type(layer) for layer in found} == {SpectralConv2D}


def test_too_few_channels():
    with pytest.raises(ValueError, match="at least 8 channels, not 7"):
        SelfAttention()(np.zeros([1, 4, 4, 7], np.float32))


@pytest.mark.parametrize("spectral", [False, True])
def test_saved_and_loaded(spectral, tmp_path):
    model = keras.Sequential([keras.Input((5, 6, 16)), seeded(spectral=spectral)])
    x = normal(2, 5, 6, 16)
    for layer in model._flatten_layers():
        if hasattr(layer, "advance"):
            layer.advance()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert len(loaded.weights) == len(model.weights) == (13 if spectral else 5)
    np.testing.assert_array_equal(model(x), loaded(x))


def test_mixed_float16_is_near():
    plain, mixed = seeded(), seeded(dtype="mixed_float16")
    x = normal(2, 5, 6, 16)
    assert mixed(x).dtype == tf.float16
    assert {w.dtype for w in mixed.weights} == {"float32"}
    np.testing.assert_allclose(mixed(x), plain(x), atol=2e-2)
    # e¹² does not fit into float16; a softmax that takes off the largest score, in float32, is at home there.
    far = keras.ops.convert_to_numpy(mixed(30 * x))
    assert np.isfinite(far).all()


def test_second_derivatives():
    layer = seeded()
    x, way = tf.constant(normal(1, 5, 6, 16)), normal(1, 5, 6, 16, seed=3)

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(tf.sin(layer(x)))
        return tf.reduce_sum(tape.gradient(loss, x) * way)

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = slope(x)
    curvature = float(tf.reduce_sum(tape.gradient(value, x) * way))
    numeric = float(slope(x + 1e-3 * way) - slope(x - 1e-3 * way)) / 2e-3
    np.testing.assert_allclose(curvature, numeric, rtol=2e-2)


def test_compiled_by_xla_it_is_the_same():
    layer, x = seeded(spectral=True), normal(2, 5, 6, 16)
    np.testing.assert_allclose(tf.function(layer, jit_compile=True)(x), layer(x), atol=1e-5)


def test_two_replicas_keep_the_same_vectors():
    strategy = battery.two_replicas()
    with strategy.scope():
        layer = seeded(spectral=True)
    halves = strategy.experimental_distribute_values_from_function(
        lambda c: normal(2, 5, 6, 16, seed=c.replica_id_in_sync_group)
    )
    strategy.run(tf.function(lambda x: layer(x, training=True)), [halves])
    for weight in layer.weights:
        first, second = strategy.experimental_local_results(weight.value)
        np.testing.assert_array_equal(first, second)
