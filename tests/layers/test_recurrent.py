"""The recurrent layer against Keras's and against loops."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import Recurrent

KERAS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


X = normal(3, 6, 4)


def build(cell, **kwargs):
    layer = Recurrent(5, cell, **kwargs)
    layer.build((None, None, 4))
    for seed, weight in enumerate(layer.weights):
        weight.assign(normal(*weight.shape, seed=seed + 1))
    return layer


def by_steps(layer, x):
    state, outputs = layer.initial_state(len(x)), []
    for t in range(x.shape[1]):
        output, state = layer.step(x[:, t], state)
        outputs.append(output)
    return np.stack(outputs, axis=1), state


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("backwards", [False, True])
def test_it_is_keras_s(cell, backwards):
    layer = build(cell, backwards=backwards)
    peer = KERAS[cell](5, return_sequences=True, go_backwards=backwards)
    peer.build(X.shape)
    peer.set_weights(layer.get_weights())
    expected = peer(X).numpy()
    expected = expected[:, ::-1] if backwards else expected
    np.testing.assert_allclose(layer(X), expected, atol=1e-5)
    if not backwards:
        np.testing.assert_allclose(by_steps(layer, X)[0], expected, atol=1e-5)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_initial_weights_are_keras_s(cell):
    layer = Recurrent(64, cell)
    layer.build((None, None, 32))
    peer = KERAS[cell](64)
    peer.build((None, None, 32))
    for own, theirs in zip(layer.get_weights(), peer.get_weights(), strict=True):
        assert own.shape == theirs.shape
    for name in ("kernel", "recurrent_kernel"):
        own, theirs = getattr(layer, name).numpy(), getattr(peer.cell, name).numpy()
        np.testing.assert_allclose(own.std(), theirs.std(), rtol=0.03)
    np.testing.assert_array_equal(layer.bias.numpy(), peer.cell.bias.numpy())


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def normed(x, scale, bias):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return scale * (x - mean) / np.sqrt(variance + 1e-5) + bias


def test_layer_norm_of_an_lstm():
    layer = build("lstm", layer_norm=True)
    kernel, recurrent, bias, scale = (np.float64(w) for w in layer.get_weights())
    h = c = np.zeros([3, 5])
    for t in range(6):
        i, f, g, o = np.split(normed(X[:, t] @ kernel + h @ recurrent, scale, bias), 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        np.testing.assert_allclose(layer(X)[:, t], h, atol=1e-5)


def test_layer_norm_of_a_gru():
    layer = build("gru", layer_norm=True)
    kernel, recurrent, bias, scale = (np.float64(w) for w in layer.get_weights())
    h = np.zeros([3, 5])
    for t in range(6):
        x = np.split(normed(X[:, t] @ kernel, scale[0], bias[0]), 3, axis=-1)
        own = np.split(normed(h @ recurrent, scale[1], bias[1]), 3, axis=-1)
        z, r = sigmoid(x[0] + own[0]), sigmoid(x[1] + own[1])
        h = z * h + (1 - z) * np.tanh(x[2] + r * own[2])
        np.testing.assert_allclose(layer(X)[:, t], h, atol=1e-5)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("layer_norm", [False, True])
def test_mixed_precision_is_near_and_keeps_its_state_in_float32(cell, layer_norm):
    plain = build(cell, layer_norm=layer_norm)
    mixed = build(cell, layer_norm=layer_norm, dtype="mixed_bfloat16")
    read = mixed(X)
    assert read.dtype == tf.bfloat16
    assert {w.dtype for w in mixed.weights} == {"float32"}
    np.testing.assert_allclose(tf.cast(read, tf.float32), plain(X), atol=0.06)
    steps, state = by_steps(mixed, tf.constant(X))
    np.testing.assert_allclose(np.float32(steps), tf.cast(read, tf.float32), atol=1e-2)
    assert {part.dtype for part in state} == {tf.float32}


def test_errors_and_config():
    with pytest.raises(ValueError, match="did you mean 'lstm'"):
        Recurrent(5, "lstmm")
    with pytest.raises(ValueError, match="sequences of unknown length"):
        tf.function(Recurrent(5)).get_concrete_function(tf.TensorSpec([2, None, 4]))
    layer = build("gru", layer_norm=True, backwards=True)
    again = Recurrent.from_config(layer.get_config())
    again.build((None, None, 4))
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(X), layer(X))
