"""The relational memory against loops."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import RelationalMemory


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


X = normal(2, 5, 4)


def build(slots=3, **kwargs):
    layer = RelationalMemory(head_size=3, heads=2, slots=slots, **kwargs)
    layer.build((None, None, 4))
    for seed, weight in enumerate(layer.weights):
        weight.assign(0.5 * normal(*weight.shape, seed=seed))
    return layer


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def by_loops(layer, inputs):
    """Return one sentence's outputs, with the memory as in the paper: row by row, head by head."""

    def dense(name, x):
        part = getattr(layer, f"_{name}")
        return x @ np.float64(part.kernel) + (np.float64(part.bias) if part.use_bias else 0.0)

    def norm(name, x):
        part = getattr(layer, f"_{name}")
        deviation = np.sqrt(x.var() + 1e-5)
        return np.float64(part.gamma) * (x - x.mean()) / deviation + np.float64(part.beta)

    memory, outputs = np.eye(layer.slots, 6), []
    for token in np.float64(inputs):
        row = dense("input", token)
        rows = [*memory, row]
        asked = [np.split(norm("attention_norm", dense("attention", r)), 3) for r in rows]
        new = []
        for slot in range(layer.slots):
            seen = np.zeros(6)
            for head in range(2):
                part = slice(3 * head, 3 * head + 3)
                query = asked[slot][0][part]
                scores = np.exp([query @ key[part] / np.sqrt(3.0) for _, key, _ in asked])
                seen[part] = sum(
                    s * value[part]
                    for s, (_, _, value) in zip(scores / scores.sum(), asked, strict=True)
                )
            mixed = norm("first_norm", memory[slot] + seen)
            hidden = np.maximum(dense("hidden", mixed), 0.0)
            mixed = norm("second_norm", mixed + dense("mixed", hidden))
            gates = dense("input_gates", row) + dense("memory_gates", np.tanh(memory[slot]))
            kept = sigmoid(gates[1] + 1.0) * memory[slot]
            new.append(sigmoid(gates[0]) * np.tanh(mixed) + kept)
        memory = np.array(new)
        outputs.append(memory.ravel())
    return np.array(outputs)


@pytest.mark.parametrize("slots", [1, 3])
def test_it_is_what_the_loops_say(slots):
    layer = build(slots)
    expected = [by_loops(layer, sentence) for sentence in X]
    np.testing.assert_allclose(layer(X), expected, atol=1e-5)


def test_step_by_step_it_is_the_same():
    layer, read = build(), build()(X)
    memory = layer.initial_state(2)
    for t in range(5):
        output, memory = layer.step(X[:, t], memory)
        np.testing.assert_allclose(output, read[:, t], atol=1e-6)
    np.testing.assert_allclose(tf.reshape(memory, [2, -1]), read[:, 4], atol=1e-6)


def test_mixed_precision_is_near_and_keeps_its_memory_in_float32():
    mixed = build(dtype="mixed_bfloat16")
    read = mixed(X)
    assert read.dtype == tf.bfloat16
    np.testing.assert_allclose(tf.cast(read, tf.float32), build()(X), atol=0.1)
    _, memory = mixed.step(X[:, 0], mixed.initial_state(2))
    assert memory.dtype == tf.float32


def test_shapes_errors_and_config():
    layer = RelationalMemory(3, 2, 3, keras.initializers.GlorotUniform(seed=1))
    assert layer(keras.Input((5, 4))).shape == (None, 5, 18)
    again = RelationalMemory.from_config(layer.get_config())
    np.testing.assert_array_equal(again(X), layer(X))
    assert (layer._hidden.kernel.numpy() != layer._mixed.kernel.numpy()).any()
    with pytest.raises(ValueError, match="slots is 0"):
        RelationalMemory(3, slots=0)
