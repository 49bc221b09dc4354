"""Decoding against exact probabilities: all sentences of a tiny generator are enumerated."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests import battery, tabular
from tfgan_zoo.training import decoding, roll_outs

# Without an end, and with one: `<pad>`, `<bos>`, `<eos>` and two words.
ENDLESS = {"vocabulary": 3, "length": 4}
ENDING = {"vocabulary": 5, "length": 4, "start_token": 1, "never_written": (0, 1)}
KINDS = [(ENDLESS, None), (ENDING, 2)]


def uniforms(*shape, seed=0):
    return tf.random.stateless_uniform(shape, [seed, 7])


def compiled(function, *arguments, **named):
    return tf.function(function)(*arguments, **named)


def frequencies(tokens, sentences):
    """Return how often each sentence is among the tokens' rows."""
    place = {tuple(sentence): i for i, sentence in enumerate(sentences)}
    rows, counts = np.unique(tokens, axis=0, return_counts=True)
    found = np.zeros(len(sentences))
    for row, count in zip(rows, counts, strict=True):
        found[place[tuple(row)]] = count  # a KeyError is a sentence that cannot be
    return found / len(tokens)


def assert_within(found, exact, count, errors=4.0):
    """Assert that frequencies are within some standard errors of probabilities."""
    standard = np.sqrt(exact * (1 - exact) / count)
    np.testing.assert_array_less(np.abs(found - exact), errors * standard + 1e-9)


# --- one token ------------------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", [1, 5, 64, 65, 97, 5000, 5003])
def test_categorical_inverts_the_distribution_function(vocabulary):
    random = np.random.default_rng(vocabulary)
    weights = random.integers(0, 9, size=(3, vocabulary))
    weights[:, random.integers(vocabulary)] += 1
    total = weights.sum(1)
    logits = np.log(np.maximum(weights, 1e-30)) - 1e9 * (weights == 0)
    # In the middle of each of the distribution function's steps' units: exact in spite of rounding.
    grid = np.stack([(np.linspace(0, t - 1, 4096).astype(int) + 0.5) / t for t in total])
    expected = [
        np.searchsorted(w.cumsum(), g * t, side="right")
        for w, g, t in zip(weights, grid, total, strict=True)
    ]
    found = decoding.categorical(tf.constant(logits, tf.float32), tf.constant(grid, tf.float32))
    np.testing.assert_array_equal(found, expected)
    one = decoding.categorical(
        tf.constant(logits, tf.float32), tf.constant(grid[:, 99], tf.float32)
    )
    np.testing.assert_array_equal(one, np.array(expected)[:, 99])
    assert one.dtype == tf.int32


def test_a_border_belongs_to_the_token_after_it():
    borders = tf.constant([[0.0, 0.25, 0.5, 0.75]])
    np.testing.assert_array_equal(decoding.categorical(tf.zeros([1, 4]), borders), [[0, 1, 2, 3]])
    below = borders[:, 1:] - 2.0**-23
    np.testing.assert_array_equal(decoding.categorical(tf.zeros([1, 4]), below), [[0, 1, 2]])


@pytest.mark.parametrize("vocabulary", [4, 100, 5000, 5003])
@pytest.mark.parametrize("never", [-math.inf, -1e9, -200.0])
def test_no_token_of_probability_0_at_the_edges(vocabulary, never):
    random = np.random.default_rng(0)
    logits = random.normal(size=(64, vocabulary)).astype(np.float32)
    possible = random.random((64, vocabulary)) < 4 / vocabulary
    possible[:, 1] |= ~possible.any(1)
    possible[:, [0, -1]] = False
    logits[~possible] = never
    below = np.nextafter(np.float32(1), np.float32(0))
    edges = np.float32(
        [0.0, 2.0**-23, 0.5, 1 - 2.0**-23, below, 1.0]
    )  # 1 is out of range, but harmless
    found = decoding.categorical(logits, tf.tile(edges[None], [64, 1])).numpy()
    assert np.take_along_axis(possible, found, axis=1).all()
    first, last = possible.argmax(1), vocabulary - 1 - possible[:, ::-1].argmax(1)
    np.testing.assert_array_equal(found[:, 0], first)
    for edge in (-2, -1):
        np.testing.assert_array_equal(found[:, edge], last)


def test_tokens_stay_in_range_whatever_comes():
    for logits in (
        np.full([2, 5000], np.nan),
        np.full([2, 5000], -np.inf),
        np.full([2, 7], np.inf),
    ):
        found = decoding.categorical(
            tf.constant(logits, tf.float32), tf.constant([0.3, 0.9])
        ).numpy()
        assert ((found >= 0) & (found < logits.shape[1])).all()


def test_a_large_vocabulary_is_drawn_as_it_should_be():
    logits = tf.constant(np.random.default_rng(0).normal(size=(1, 5000)) * 2, tf.float32)
    exact = tf.nn.softmax(tf.cast(logits, tf.float64))[0].numpy()
    drawn = decoding.categorical(logits, uniforms(1, 100_000)).numpy()
    found = np.bincount(drawn[0], minlength=5000) / 100_000
    likely = exact > 2e-4
    assert likely.sum() > 500
    assert_within(found[likely], exact[likely], 100_000, errors=4.5)


# --- filters --------------------------------------------------------------------------------------

PROBABILITIES = [0.1, 0.3, 0.05, 0.3, 0.25]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        ({"top_k": 2}, [0, 0.5, 0, 0.5, 0]),
        ({"top_k": 1}, [0, 1, 0, 0, 0]),
        ({"top_k": 3}, [0, 0.3 / 0.85, 0, 0.3 / 0.85, 0.25 / 0.85]),
        ({"top_k": 5}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        ({"top_p": 0.29}, [0, 1, 0, 0, 0]),
        ({"top_p": 0.31}, [0, 0.5, 0, 0.5, 0]),
        ({"top_p": 0.84}, [0, 0.3 / 0.85, 0, 0.3 / 0.85, 0.25 / 0.85]),
        ({"top_p": 0.86}, [0.1 / 0.95, 0.3 / 0.95, 0, 0.3 / 0.95, 0.25 / 0.95]),
        ({"top_p": 1.0}, [0.1, 0.3, 0.05, 0.3, 0.25]),
        # of what top_k leaves (a half each): one is enough for 0.49, not for 0.51
        ({"top_k": 2, "top_p": 0.49}, [0, 1, 0, 0, 0]),
        ({"top_k": 2, "top_p": 0.51}, [0, 0.5, 0, 0.5, 0]),
        # p^(1/2) and p^2, normalised
        ({"temperature": 2.0}, np.sqrt(PROBABILITIES) / np.sqrt(PROBABILITIES).sum()),
        ({"temperature": 0.5}, np.square(PROBABILITIES) / np.square(PROBABILITIES).sum()),
        # at temperature 1/2 the best has .09 of .255: before the filter, not after
        ({"temperature": 0.5, "top_p": 0.35}, [0, 1, 0, 0, 0]),
        ({"temperature": 0.5, "top_p": 0.36}, [0, 0.5, 0, 0.5, 0]),
    ],
)
def test_filtered(arguments, expected):
    logits = tf.math.log([[PROBABILITIES, PROBABILITIES[::-1]]]) + 3.0
    if "temperature" in arguments:
        tensor = {**arguments, "temperature": tf.constant(arguments["temperature"])}
        found = tf.nn.softmax(decoding.filtered(logits, **tensor))
        np.testing.assert_allclose(found[0, 0], expected, atol=1e-6)
    found = tf.nn.softmax(decoding.filtered(logits, **arguments)).numpy()
    np.testing.assert_allclose(found[0, 0], expected, atol=1e-6)
    if "top_k" not in arguments and "top_p" not in arguments:
        np.testing.assert_allclose(found[0, 1], expected[::-1], atol=1e-6)


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
    generator = tabular.Table(**ENDLESS)
    with pytest.raises(ValueError, match=message):
        decoding.sample(generator, uniforms(2, 4), None, **arguments)


def test_a_temperature_that_is_computed_is_checked_when_it_is_there():
    with pytest.raises(tf.errors.InvalidArgumentError, match="temperature must be above 0"):
        compiled(decoding.filtered, tf.zeros([1, 3]), tf.constant(0.0))


# --- sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_samples_have_the_exact_distribution(sizes, end):
    generator, count = tabular.Table(**sizes), 100_000
    sentences, exact = tabular.sentences(generator, end)
    np.testing.assert_allclose(exact.sum(), 1.0)
    tokens = compiled(decoding.sample, generator, uniforms(count, 4), end)
    assert tokens.dtype == tf.int32
    assert tokens.shape == (count, 4)
    assert_within(frequencies(tokens.numpy(), sentences), exact, count)


@pytest.mark.parametrize(
    "arguments",
    [{"temperature": 0.5}, {"top_k": 2}, {"top_p": 0.6}, {"temperature": 2.0, "top_k": 2}],
)
def test_filters_apply_at_each_position(arguments):
    generator, count = tabular.Table(**ENDLESS), 100_000
    given = decoding.filtered(generator.table, **arguments)
    generator.table.assign(tf.maximum(given, tabular.NEVER))
    sentences, exact = tabular.sentences(generator, None)
    tokens = compiled(
        decoding.sample, tabular.Table(**ENDLESS), uniforms(count, 4), None, **arguments
    )
    assert_within(frequencies(tokens.numpy(), sentences), exact, count)


def test_a_sentence_depends_on_its_own_uniforms_only():
    generator = tabular.Table(**ENDING)
    drawn = uniforms(50, 4)
    many = compiled(decoding.sample, generator, drawn, 2)
    np.testing.assert_array_equal(compiled(decoding.sample, generator, drawn[:7], 2), many[:7])
    np.testing.assert_array_equal(compiled(decoding.sample, generator, drawn[::-1], 2), many[::-1])


def test_after_the_end_there_is_nothing():
    generator = tabular.Table(**ENDING)
    tokens = compiled(decoding.sample, generator, uniforms(500, 4), 2).numpy()
    ended = np.cumsum(tokens == 2, axis=1) - (tokens == 2) > 0
    assert 0.2 < ended.mean() < 0.8
    assert (tokens[ended] == 0).all()
    assert (tokens[~ended] >= 2).all()
    np.testing.assert_array_equal(decoding.mask_of(tokens, 2), ~ended)
    np.testing.assert_array_equal(decoding.mask_of(tokens, None), np.ones_like(tokens))


def test_greedy_takes_the_most_probable_token():
    generator = tabular.Table(**ENDING, seed=3)
    tokens = compiled(decoding.sample, generator, uniforms(2, 4), 2, greedy=True).numpy()
    table, last, expected = generator.probabilities(), 1, []
    for position in range(4):
        last = table[position, last].argmax() if 2 not in expected else 0
        expected.append(last)
    np.testing.assert_array_equal(tokens, [expected] * 2)


def test_prompts_are_kept_and_gone_on_with():
    generator, count = tabular.Table(**ENDING), 60_000
    prompts = np.int32([[3, 0, 0], [4, 3, 0], [0, 0, 0], [3, 4, 4], [4, 2, 0]])
    tokens = compiled(
        decoding.sample, generator, uniforms(5 * count, 4), 2, prefix=np.repeat(prompts, count, 0)
    )
    for prompt, rows in zip(prompts, tokens.numpy().reshape(5, count, 4), strict=True):
        begin = [token for token in prompt if token]
        assert (rows[:, : len(begin)] == begin).all()
        sentences, exact = tabular.sentences(generator, 2, begin)
        assert_within(frequencies(rows, sentences), exact, count)


# --- probabilities --------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_log_probabilities_are_those_it_was_sampled_with(sizes, end):
    generator = tabular.Table(**sizes)
    tokens = compiled(decoding.sample, generator, uniforms(100, 4), end)
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


# --- roll-outs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_roll_outs_keep_beginnings_and_go_on_as_the_generator_does(sizes, end):
    generator, count = tabular.Table(**sizes), 20_000
    given = {None: [[0, 1, 2, 1], [2, 2, 0, 0]], 2: [[3, 4, 4, 3], [4, 3, 2, 0], [2, 0, 0, 0]]}[end]
    tokens = tf.constant(given)
    completed = compiled(
        decoding.roll_out, generator, tokens, uniforms(len(given), count, 3, 4), end
    )
    assert completed.dtype == tf.int32
    assert completed.shape == (3, count, len(given), 4)
    for length in (1, 2, 3):
        for row, sentence in enumerate(given):
            found = completed[length - 1, :, row].numpy()
            assert (found[:, :length] == sentence[:length]).all()
            sentences, exact = tabular.sentences(generator, end, sentence[:length])
            np.testing.assert_allclose(exact.sum(), 1.0)
            assert_within(frequencies(found, sentences), exact, count)


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_a_roll_out_depends_on_its_own_uniforms_only(sizes, end, monkeypatch):
    generator = tabular.Table(**sizes)
    tokens = compiled(decoding.sample, generator, uniforms(6, 4), end)
    drawn = uniforms(6, 5, 3, 4)
    all_at_once = compiled(decoding.roll_out, generator, tokens, drawn, end)
    one = compiled(decoding.roll_out, generator, tokens[2:3], drawn[2:3, 3:4], end)
    np.testing.assert_array_equal(one[:, 0, 0], all_at_once[:, 3, 2])
    # In parts of seven rows: 30, 60 and 90 rows make parts with a remainder.
    monkeypatch.setattr(roll_outs, "_LOGITS_AT_ONCE", 7 * generator.vocabulary_size)
    parts = compiled(decoding.roll_out, generator, tokens, drawn, end)
    np.testing.assert_array_equal(parts, all_at_once)


def test_roll_outs_by_hand():
    """Each goes on with its own uniforms by inversion of the distribution function."""
    generator = tabular.Table(**ENDLESS)
    tokens, drawn = np.int32([[0, 1, 2, 1]]), uniforms(1, 2, 3, 4).numpy()
    completed = compiled(decoding.roll_out, generator, tf.constant(tokens), drawn, None).numpy()
    sums = generator.probabilities().cumsum(-1)
    for length in (1, 2, 3):
        for n in (0, 1):
            row = list(tokens[0, :length])
            for position in range(length, 4):
                u = drawn[0, n, length - 1, position]
                row.append(np.searchsorted(sums[position, row[-1]], u, side="right"))
            np.testing.assert_array_equal(completed[length - 1, n, 0], row)


def test_two_replicas_write_what_one_writes():
    strategy, drawn = battery.two_replicas(), (uniforms(6, 4), uniforms(6, 5, 3, 4))
    with strategy.scope():
        generator = tabular.Table(**ENDING)

    def write(first, second):
        tokens = decoding.sample(generator, first, 2)
        return tokens, decoding.roll_out(generator, tokens, second, 2)

    def halves(values):
        return strategy.experimental_distribute_values_from_function(
            lambda context: tf.split(values, 2)[context.replica_id_in_sync_group]
        )

    one = compiled(write, *drawn)
    two = strategy.run(tf.function(write), args=tuple(halves(x) for x in drawn))
    for whole, parts, axis in zip(one, two, (0, 2), strict=True):
        parts = strategy.experimental_local_results(parts)
        np.testing.assert_array_equal(np.concatenate(parts, axis), whole)


def test_batches_of_unknown_size_and_xla():
    generator = tabular.Table(**ENDING)
    drawn = uniforms(6, 4), uniforms(6, 5, 3, 4), uniforms(6, 4, 5), tf.fill([6, 1], 3)

    def everything(first, second, third, prefix):
        tokens = decoding.sample(generator, first, 2, prefix=prefix)
        return (
            tokens,
            decoding.roll_out(generator, tokens, second, 2),
            decoding.gumbel(generator, third, 2)[0],
        )

    known = compiled(everything, *drawn)
    unknown = [tf.TensorSpec([None, *x.shape[1:]]) for x in drawn[:3]]
    unknown.append(tf.TensorSpec([None, None], tf.int32))
    for other in (
        tf.function(everything, input_signature=unknown),
        tf.function(everything, jit_compile=True),
    ):
        for a, b in zip(known, other(*drawn), strict=True):
            np.testing.assert_array_equal(a, b)


# --- Gumbel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_gumbel_samples_have_the_exact_distribution(sizes, end):
    generator, count = tabular.Table(**sizes), 100_000
    sentences, exact = tabular.sentences(generator, end)
    drawn = uniforms(count, 4, generator.vocabulary_size)
    tokens, noise = compiled(decoding.gumbel, generator, drawn, end)
    assert_within(frequencies(tokens.numpy(), sentences), exact, count)
    # the Gumbel distribution's mean and variance
    np.testing.assert_allclose(np.mean(noise), 0.5772, atol=0.01)
    np.testing.assert_allclose(np.var(noise), math.pi**2 / 6, rtol=0.02)


def test_the_edges_of_the_uniforms_make_finite_noise():
    edges = tf.reshape(tf.constant([0.0, 1 - 2.0**-23, 0.5]), [1, 1, 3])
    _, noise = decoding.gumbel(tabular.Table(3, 1), edges, None)
    np.testing.assert_allclose(noise[0, 0], [-2.812, 15.942, 0.3665], atol=1e-3)


@pytest.mark.parametrize(("sizes", "end"), KINDS)
def test_soft_tokens_are_those_of_the_loop(sizes, end):
    """RelGAN's loop over positions, with the tape open, gives the same numbers and gradients."""
    generator = tabular.Table(**sizes)
    vocabulary, beta = generator.vocabulary_size, 1.7
    tokens, noise = compiled(decoding.gumbel, generator, uniforms(20, 4, vocabulary), end)
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
