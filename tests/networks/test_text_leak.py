"""LeakGAN's generator: manager, worker, and what leaks to them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.networks.test_text_generators import TOKENS, T, V, by_steps, fed
from tfgan_zoo.networks import text

F, C = 14, 3
SIZES = {"embedding": 5, "units": 6, "manager_units": 4, "goal_size": 3, "horizon": C}


def away(network, size=0.5):
    """Move weights well away from where they start, biases, too."""
    for seed, weight in enumerate(network.trainable_weights):
        weight.assign(size * np.random.default_rng(seed).normal(size=weight.shape))
    return network


def judge(**kwargs):
    return away(
        text.text_cnn(V, T, embedding=4, widths=[1, 3], filters=[6, 8], dropout=0.5, **kwargs)
    )


def make(discriminator=None, **kwargs):
    """Return a generator that a discriminator leaks to."""
    generator = text.LeakGenerator(V, T, F, **{**SIZES, **kwargs})
    generator.leak = (judge() if discriminator is None else discriminator).features
    return generator


def moved(discriminator=None, **kwargs):
    return away(make(discriminator, **kwargs))


@pytest.mark.parametrize("horizon", [1, C, T + 2])
def test_read_and_step_agree(horizon):
    generator = moved(horizon=horizon)
    read = generator.read(TOKENS)
    assert read.shape == (3, T, V)
    assert read.dtype == tf.float32
    assert np.abs(read - read[:1]).max() > 0.1
    np.testing.assert_allclose(by_steps(generator, TOKENS), read, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(generator(TOKENS[:, :4]), read[:, :4], atol=1e-5, rtol=1e-5)


def test_rows_of_one_batch_may_be_at_different_places():
    generator, ahead = moved(), 4
    read, columns = generator.read(TOKENS), fed(generator, TOKENS).T
    first, second = generator.initial_state(1), generator.initial_state(1)
    for t in range(ahead):
        _, first = generator.step(tf.constant(columns[t, :1], tf.int32), first)
    state = tuple(tf.concat(parts, axis=0) for parts in zip(first, second, strict=True))
    for t in range(T - ahead):
        tokens = tf.constant([columns[ahead + t, 0], columns[t, 1]], tf.int32)
        logits, state = generator.step(tokens, state)
        np.testing.assert_allclose(logits[0], read[0, ahead + t], atol=1e-5, rtol=1e-5)
        np.testing.assert_allclose(logits[1], read[1, t], atol=1e-5, rtol=1e-5)


def test_no_logit_knows_its_token_or_later_ones():
    generator = moved()
    before = generator.read(TOKENS).numpy()
    for t in range(T):
        changed = TOKENS.copy()
        changed[0, t] = 3
        after = generator.read(changed).numpy()
        np.testing.assert_allclose(after[0, : t + 1], before[0, : t + 1], atol=1e-5)
        if t + 1 < T:
            assert np.abs(after[0, t + 1] - before[0, t + 1]).max() > 1e-3


def test_plan_and_logits_by_hand():
    discriminator = judge()
    generator = moved(discriminator)
    features, goals = generator.plan(TOKENS)
    assert features.shape == (3, T + 1, F)
    for t in range(T + 1):
        beginning = np.where(np.arange(T) < t, TOKENS, 0)
        np.testing.assert_allclose(features[:, t], discriminator.features(beginning), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(goals, axis=-1), 1.0, rtol=1e-5)
    manager, worker = generator.manager, generator.worker
    directions = manager.direction(manager.cell(features[:, :-1])).numpy()
    lengths = np.linalg.norm(directions, axis=-1, keepdims=True)
    np.testing.assert_allclose(goals, directions / lengths, atol=1e-5)
    # w_t is ψ of the last three goals, its own included; O_t is linear in the worker's output.
    outputs = worker.cell(worker.embedding(fed(generator, TOKENS))).numpy()
    psi = worker.goal_embedding.kernel.numpy()
    matrix = worker.logits.kernel.numpy().reshape(SIZES["units"] + 1, SIZES["goal_size"], V)
    bias = worker.logits.bias.numpy()
    written = [2, *range(4, V)]
    for t in range(T):
        w = goals.numpy()[:, max(t - C + 1, 0) : t + 1].sum(axis=1) @ psi
        o = np.einsum("bu,ukv->bvk", outputs[:, t], matrix[:-1]) + matrix[-1].T
        logits = np.einsum("bvk,bk->bv", o, w) + bias
        np.testing.assert_allclose(
            generator(TOKENS).numpy()[:, t, written], logits[:, written], atol=1e-4
        )


def test_the_discriminator_is_no_part_of_it():
    discriminator = judge()
    generator = moved(discriminator)
    theirs = {id(v) for v in discriminator.variables}
    assert not theirs & {id(v) for v in generator.variables}
    parts = generator.worker.variables + generator.manager.variables
    assert {id(v) for v in generator.variables} == {id(v) for v in parts}
    assert len(parts) == len(generator.variables)
    with tf.GradientTape() as tape:
        _, goals = generator.plan(TOKENS)
        loss = tf.reduce_sum(generator(TOKENS) ** 2) + tf.reduce_sum(goals)
    variables = [v.value for v in discriminator.trainable_variables]
    assert tape.gradient(loss, variables) == [None] * len(variables)
    # and it is asked without dropout, whatever the generator is told
    np.testing.assert_array_equal(generator(TOKENS, training=True), generator(TOKENS))
    before = generator(TOKENS).numpy()
    away(discriminator, 1.0)
    assert np.abs(generator(TOKENS) - before).max() > 1e-3  # but it is the live one


def slope_and_gradient(player, loss):
    """Return a loss's slope along its gradient by a player's weights, by hand and by the tape."""
    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, [v.value for v in player.trainable_variables])
    ways = [0.3 * gradient / np.linalg.norm(gradient) for gradient in gradients]
    slope, ends = 0.0, []
    for variable, gradient, way in zip(player.trainable_variables, gradients, ways, strict=True):
        assert np.abs(gradient).max() > 1e-5, variable.path
        slope += float(tf.reduce_sum(gradient * way))
    for step in (3e-3, -6e-3):
        for variable, way in zip(player.trainable_variables, ways, strict=True):
            variable.assign_add(step * way)
        ends.append(float(loss()))
    return (ends[0] - ends[1]) / 6e-3, slope


def test_gradients_reach_every_weight_and_are_right():
    generator = moved(never_written=())

    def likelihood():
        logs = tf.nn.log_softmax(generator(TOKENS))
        return -tf.reduce_sum(tf.gather(logs, TOKENS, batch_dims=2))

    way = np.random.default_rng(0).normal(size=(3, T, F)).astype(np.float32)

    def directions():
        return tf.reduce_sum(generator.plan(TOKENS)[1] * way)

    for player, loss in ((generator.worker, likelihood), (generator.manager, directions)):
        by_hand, slope = slope_and_gradient(player, loss)
        np.testing.assert_allclose(slope, by_hand, rtol=0.01)
    with tf.GradientTape() as tape:
        value = likelihood()
    variables = [v.value for v in generator.manager.trainable_variables]
    assert tape.gradient(value, variables) == [None] * len(variables)


def test_mixed_precision_is_near():
    plain, mixed = moved(), moved(judge(dtype="mixed_bfloat16"), dtype="mixed_bfloat16")
    read = mixed(TOKENS)
    assert read.dtype == tf.float32
    assert {w.dtype for w in mixed.weights} == {"float32"}
    assert mixed.manager.cell.compute_dtype == mixed.worker.cell.compute_dtype == "bfloat16"
    written = [2, *range(4, V)]
    logits, exact, steps = (
        x.numpy()[..., written] for x in (read, plain(TOKENS), by_steps(mixed, TOKENS))
    )
    np.testing.assert_allclose(steps, logits, atol=0.1)
    assert 1e-4 < np.abs(logits - exact).max() < 0.3


def test_config_and_file(tmp_path):
    discriminator = judge()
    generator = make(discriminator, seed=3, start_token=4, never_written=[5, 6], name="writer")
    again = type(generator).from_config(generator.get_config())
    again.leak = discriminator.features
    np.testing.assert_array_equal(again(TOKENS), generator(TOKENS))
    generator = moved(discriminator)
    generator.save(tmp_path / "writer.keras")
    loaded = keras.models.load_model(tmp_path / "writer.keras")
    with pytest.raises(ValueError, match=r"nothing leaks to it; set `generator\.leak = "):
        loaded(TOKENS)
    loaded.leak = discriminator.features
    np.testing.assert_array_equal(loaded(TOKENS), generator(TOKENS))


def test_initial_weights_are_the_seed_s():
    one, same, other = (make(seed=s) for s in (1, 1, 2))
    for a, b, c in zip(one.weights, same.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.numpy().std() == 0.0 or "bias" in a.name or (a.numpy() != c.numpy()).any()


def test_errors():
    with pytest.raises(ValueError, match="horizon is 0, expected an int of at least 1"):
        make(horizon=0)
    generator = text.LeakGenerator(V, T, 13)
    generator.leak = judge().features
    with pytest.raises(ValueError, match=r"shape \(18, 14\) leak to it, expected 13 a sentence"):
        generator(TOKENS)
    with pytest.raises(ValueError, match=r"shape \(3, 7\), expected sentences of 1 to 6 tokens"):
        make()(np.zeros([3, 7], np.int32))
