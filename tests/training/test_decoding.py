"""Decoding against exact probabilities: all sentences of a tiny generator are enumerated."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests import battery, tabular
from tfgan_zoo.training import decoding

# --- sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_samples_have_the_exact_distribution(sizes, end):
    generator, count = tabular.Table(**sizes), 100_000
    sentences, exact = tabular.sentences(generator, end)
    np.testing.assert_allclose(exact.sum(), 1.0)
    tokens = tabular.compiled(decoding.sample, generator, tabular.uniforms(count, 4), end)
    assert tokens.dtype == tf.int32
    assert tokens.shape == (count, 4)
    tabular.assert_within(tabular.frequencies(tokens.numpy(), sentences), exact, count)


@pytest.mark.parametrize(
    "arguments",
    [{"temperature": 0.5}, {"top_k": 2}, {"top_p": 0.6}, {"temperature": 2.0, "top_k": 2}],
)
def test_filters_apply_at_each_position(arguments):
    generator, count = tabular.Table(**tabular.ENDLESS), 100_000
    given = decoding.filtered(generator.table, **arguments)
    generator.table.assign(tf.maximum(given, tabular.NEVER))
    sentences, exact = tabular.sentences(generator, None)
    tokens = tabular.compiled(
        decoding.sample,
        tabular.Table(**tabular.ENDLESS),
        tabular.uniforms(count, 4),
        None,
        **arguments,
    )
    tabular.assert_within(tabular.frequencies(tokens.numpy(), sentences), exact, count)


def test_a_sentence_depends_on_its_own_uniforms_only():
    generator = tabular.Table(**tabular.ENDING)
    drawn = tabular.uniforms(50, 4)
    many = tabular.compiled(decoding.sample, generator, drawn, 2)
    np.testing.assert_array_equal(
        tabular.compiled(decoding.sample, generator, drawn[:7], 2), many[:7]
    )
    np.testing.assert_array_equal(
        tabular.compiled(decoding.sample, generator, drawn[::-1], 2), many[::-1]
    )


def test_after_the_end_there_is_nothing():
    generator = tabular.Table(**tabular.ENDING)
    tokens = tabular.compiled(decoding.sample, generator, tabular.uniforms(500, 4), 2).numpy()
    ended = np.cumsum(tokens == 2, axis=1) - (tokens == 2) > 0
    assert 0.2 < ended.mean() < 0.8
    assert (tokens[ended] == 0).all()
    assert (tokens[~ended] >= 2).all()
    np.testing.assert_array_equal(decoding.mask_of(tokens, 2), ~ended)
    np.testing.assert_array_equal(decoding.mask_of(tokens, None), np.ones_like(tokens))


def test_greedy_takes_the_most_probable_token():
    generator = tabular.Table(**tabular.ENDING, seed=3)
    tokens = tabular.compiled(
        decoding.sample, generator, tabular.uniforms(2, 4), 2, greedy=True
    ).numpy()
    table, last, expected = generator.probabilities(), 1, []
    for position in range(4):
        last = table[position, last].argmax() if 2 not in expected else 0
        expected.append(last)
    np.testing.assert_array_equal(tokens, [expected] * 2)


def test_prompts_are_kept_and_gone_on_with():
    generator, count = tabular.Table(**tabular.ENDING), 60_000
    prompts = np.int32([[3, 0, 0], [4, 3, 0], [0, 0, 0], [3, 4, 4], [4, 2, 0]])
    tokens = tabular.compiled(
        decoding.sample,
        generator,
        tabular.uniforms(5 * count, 4),
        2,
        prefix=np.repeat(prompts, count, 0),
    )
    for prompt, rows in zip(prompts, tokens.numpy().reshape(5, count, 4), strict=True):
        begin = [token for token in prompt if token]
        assert (rows[:, : len(begin)] == begin).all()
        sentences, exact = tabular.sentences(generator, 2, begin)
        tabular.assert_within(tabular.frequencies(rows, sentences), exact, count)


# --- probabilities --------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_log_probabilities_are_those_it_was_sampled_with(sizes, end):
    generator = tabular.Table(**sizes)
    tokens = tabular.compiled(decoding.sample, generator, tabular.uniforms(100, 4), end)
    log_probs, entropy = decoding.log_probabilities(generator, tokens)
    state, last = generator.initial_state(100), tf.fill([100], generator.start_token)
    mask = decoding.mask_of(tokens, end).numpy()
    for position in range(4):
        logits, state = generator.step(last, state)
        last = tokens[:, position]
        stepped = tf.nn.log_softmax(tf.cast(logits, tf.float64)).numpy()
        counts = mask[:, position] > 0
        np.testing.assert_allclose(
            log_probs[:, position][counts],
            np.take_along_axis(stepped, last.numpy()[:, None], 1)[counts, 0],
            atol=1e-5,
        )
        p = np.exp(stepped)
        np.testing.assert_allclose(
            entropy[:, position][counts],
            -(p * np.where(p > 0, stepped, 0)).sum(1)[counts],
            atol=1e-5,
        )
    sentences, exact = tabular.sentences(generator, end)
    log_probs, _ = decoding.log_probabilities(generator, tf.constant(sentences))
    total = tf.reduce_sum(log_probs * decoding.mask_of(sentences, end), axis=1)
    np.testing.assert_allclose(np.exp(total), exact, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"temperature": 0}, "temperature is 0, expected a number above 0; or sample greedily"),
        ({"temperature": -1.0}, r"temperature is -1\.0"),
        ({"temperature": math.nan}, "temperature is nan"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_k": 2.5}, r"top_k is 2\.5"),
        ({"top_k": 4}, "top_k is 4, but there are 3 tokens only"),
        ({"top_p": 0}, r"top_p is 0, expected a number in \(0, 1\]"),
        ({"top_p": 1.5}, r"top_p is 1\.5"),
        (
            {"prefix": tf.ones([2, 5], tf.int32)},
            "the prompts are 5 tokens long, sentences at most 4",
        ),
    ],
)
def test_errors(arguments, message):
    generator = tabular.Table(**tabular.ENDLESS)
    with pytest.raises(ValueError, match=message):
        decoding.sample(generator, tabular.uniforms(2, 4), None, **arguments)


def test_two_replicas_write_what_one_writes():
    strategy, drawn = battery.two_replicas(), (tabular.uniforms(6, 4), tabular.uniforms(6, 5, 3, 4))
    with strategy.scope():
        generator = tabular.Table(**tabular.ENDING)

    def write(first, second):
        tokens = decoding.sample(generator, first, 2)
        return tokens, decoding.roll_out(generator, tokens, second, 2)

    def halves(values):
        return strategy.experimental_distribute_values_from_function(
            lambda context: tf.split(values, 2)[context.replica_id_in_sync_group]
        )

    one = tabular.compiled(write, *drawn)
    two = strategy.run(tf.function(write), args=tuple(halves(x) for x in drawn))
    for whole, parts, axis in zip(one, two, (0, 2), strict=True):
        parts = strategy.experimental_local_results(parts)
        np.testing.assert_array_equal(np.concatenate(parts, axis), whole)


def test_batches_of_unknown_size_and_xla():
    generator = tabular.Table(**tabular.ENDING)
    drawn = (
        tabular.uniforms(6, 4),
        tabular.uniforms(6, 5, 3, 4),
        tabular.uniforms(6, 4, 5),
        tf.fill([6, 1], 3),
    )

    def everything(first, second, third, prefix):
        tokens = decoding.sample(generator, first, 2, prefix=prefix)
        return (
            tokens,
            decoding.roll_out(generator, tokens, second, 2),
            decoding.gumbel(generator, third, 2)[0],
        )

    known = tabular.compiled(everything, *drawn)
    unknown = [tf.TensorSpec([None, *x.shape[1:]]) for x in drawn[:3]]
    unknown.append(tf.TensorSpec([None, None], tf.int32))
    for other in (
        tf.function(everything, input_signature=unknown),
        tf.function(everything, jit_compile=True),
    ):
        for a, b in zip(known, other(*drawn), strict=True):
            np.testing.assert_array_equal(a, b)


# --- Gumbel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_gumbel_samples_have_the_exact_distribution(sizes, end):
    generator, count = tabular.Table(**sizes), 100_000
    sentences, exact = tabular.sentences(generator, end)
    drawn = tabular.uniforms(count, 4, generator.vocabulary_size)
    tokens, noise = tabular.compiled(decoding.gumbel, generator, drawn, end)
    tabular.assert_within(tabular.frequencies(tokens.numpy(), sentences), exact, count)
    # the Gumbel distribution's mean and variance
    np.testing.assert_allclose(np.mean(noise), 0.5772, atol=0.01)
    np.testing.assert_allclose(np.var(noise), math.pi**2 / 6, rtol=0.02)


def test_the_edges_of_the_uniforms_make_finite_noise():
    edges = tf.reshape(tf.constant([0.0, 1 - 2.0**-23, 0.5]), [1, 1, 3])
    _, noise = decoding.gumbel(tabular.Table(3, 1), edges, None)
    np.testing.assert_allclose(noise[0, 0], [-2.812, 15.942, 0.3665], atol=1e-3)


@pytest.mark.parametrize(("sizes", "end"), tabular.KINDS)
def test_soft_tokens_are_those_of_the_loop(sizes, end):
    """RelGAN's loop over positions, with the tape open, gives the same numbers and gradients."""
    generator = tabular.Table(**sizes)
    vocabulary, beta = generator.vocabulary_size, 1.7
    tokens, noise = tabular.compiled(
        decoding.gumbel, generator, tabular.uniforms(20, 4, vocabulary), end
    )
    weights = tf.constant(np.random.default_rng(1).normal(size=(20, 4, vocabulary)), tf.float32)
    with tf.GradientTape() as tape:
        soft = decoding.soft_tokens(generator, tokens, noise, beta, end)
        value = tf.reduce_sum(soft * weights)
    gradient = tape.gradient(value, generator.table)
    mask = decoding.mask_of(tokens, end)
    with tf.GradientTape() as tape:
        state, last = generator.initial_state(20), tf.fill([20], generator.start_token)
        looped = []
        for position in range(4):
            logits, state = generator.step(last, state)
            perturbed = logits + noise[:, position]
            runs = mask[:, position] > 0
            last = tf.where(runs, tf.argmax(perturbed, -1, output_type=tf.int32), 0)
            here = tf.nn.softmax(beta * perturbed)
            looped.append(tf.where(runs[:, None], here, tf.one_hot(0 * last, vocabulary)))
        looped = tf.stack(looped, axis=1)
        value = tf.reduce_sum(looped * weights)
    np.testing.assert_allclose(soft, looped, atol=1e-6)
    np.testing.assert_array_equal(tf.argmax(soft, -1), tokens)
    expected = tape.gradient(value, generator.table)
    np.testing.assert_allclose(gradient, expected, atol=1e-6)
    assert np.abs(gradient).max() > 0.01
    np.testing.assert_allclose(tf.reduce_sum(soft, -1), 1.0, atol=1e-6)
