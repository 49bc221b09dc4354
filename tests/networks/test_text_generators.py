"""Networks that write tokens keep the protocol's promises."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.networks import text
from tfgan_zoo.training import RandomStream, averaging

V, T = 11, 6
TOKENS = np.array([[4, 5, 6, 7, 8, 9], [9, 4, 4, 2, 0, 0], [10, 6, 2, 0, 0, 0]], np.int32)

KINDS = {
    "lstm": ("lstm", {"embedding": 5, "units": 6, "depth": 2}),
    "tied": ("lstm", {"embedding": 5, "units": 6, "tied": True}),
    "gru": ("gru", {"embedding": 5, "units": 6, "depth": 2}),
    "normal": ("gru", {"embedding": 5, "units": 6, "initializer": 0.3}),
    "transformer": ("transformer", {"length": T + 1, "width": 8, "heads": 2, "depth": 2}),
    "relational": ("relational", {"embedding": 5, "slots": 2, "heads": 2, "head_size": 3}),
}


def make(name, /, **kwargs):
    kind, arguments = KINDS[name]
    return text.token_generator(kind, V, **{**arguments, **kwargs})


def moved(name, /, **kwargs):
    """Return a generator whose weights are all well away from where they start, biases, too."""
    generator = make(name, **kwargs)
    for seed, weight in enumerate(generator.weights):
        noise = np.random.default_rng(seed).normal(size=weight.shape)
        weight.assign(0.5 * noise + (weight.path.endswith(("gamma", "scale"))))
    return generator


def fed(generator, tokens):
    """Return what `step` is given to write these tokens."""
    return np.concatenate([np.full([len(tokens), 1], generator.start_token), tokens[:, :-1]], 1)


def by_steps(generator, tokens):
    state, logits = generator.initial_state(len(tokens)), []
    for column in fed(generator, tokens).T:
        next_logits, state = generator.step(tf.constant(column, tf.int32), state)
        logits.append(next_logits)
    return tf.stack(logits, axis=1)


every = pytest.mark.parametrize("name", KINDS)


@every
def test_read_and_step_agree(name):
    generator = moved(name)
    read = generator.read(TOKENS)
    assert read.shape == (3, T, V)
    assert read.dtype == tf.float32
    assert np.abs(read - read[:1]).max() > 0.1  # something to agree on
    np.testing.assert_allclose(by_steps(generator, TOKENS), read, atol=1e-5, rtol=1e-5)
    np.testing.assert_array_equal(generator(TOKENS), read)


@every
def test_compiled_they_agree_too(name):
    generator = moved(name)

    @tf.function
    def loop(columns):
        logits = tf.TensorArray(tf.float32, T)
        state = generator.initial_state(tf.shape(columns)[1])
        for t in tf.range(T):
            next_logits, state = generator.step(columns[t], state)
            logits = logits.write(t, next_logits)
        return tf.transpose(logits.stack(), [1, 0, 2])

    columns = tf.constant(fed(generator, TOKENS).T, tf.int32)
    read = tf.function(generator.read)(TOKENS)
    np.testing.assert_allclose(loop(columns), read, atol=1e-5, rtol=1e-5)


@every
def test_rows_of_one_batch_may_be_at_different_places(name):
    generator, ahead = moved(name), 3
    read, columns = generator.read(TOKENS), fed(generator, TOKENS).T
    first, second = generator.initial_state(1), generator.initial_state(1)
    for t in range(ahead):
        _, first = generator.step(tf.constant(columns[t, :1], tf.int32), first)
    state = tuple(tf.concat(parts, axis=0) for parts in zip(first, second, strict=True))
    assert all(part.shape[0] == 2 for part in state)
    for t in range(T - ahead):
        tokens = tf.constant([columns[ahead + t, 0], columns[t, 1]], tf.int32)
        logits, state = generator.step(tokens, state)
        np.testing.assert_allclose(logits[0], read[0, ahead + t], atol=1e-5, rtol=1e-5)
        np.testing.assert_allclose(logits[1], read[1, t], atol=1e-5, rtol=1e-5)


@every
def test_no_logit_knows_its_token_or_later_ones(name):
    generator = moved(name)
    before = generator.read(TOKENS).numpy()
    for t in range(T):
        changed = TOKENS.copy()
        changed[0, t] = 10
        after = generator.read(changed).numpy()
        np.testing.assert_array_equal(after[0, : t + 1], before[0, : t + 1])
        np.testing.assert_array_equal(after[1:], before[1:])
        if t + 1 < T:
            assert np.abs(after[0, t + 1] - before[0, t + 1]).max() > 1e-3


@every
def test_what_is_never_written_is_never_probable(name):
    never = (0, 1, 3, 8)
    generator = moved(name, never_written=never)
    for weight in generator.weights:
        if weight.path.endswith("logits/bias"):
            weight.assign(weight + 50.0 * np.isin(np.arange(V), never))
    logits = by_steps(generator, TOKENS).numpy()
    probable = tf.nn.softmax(logits / 100.0).numpy()
    np.testing.assert_array_equal(probable[..., never], 0.0)
    assert (np.delete(probable, never, axis=-1) > 0.05).all()
    assert np.isfinite(logits).all()


@every
def test_the_start_token_and_free_vocabularies(name):
    one, other = (moved(name, start_token=s, never_written=()) for s in (0, 1))
    assert np.abs(one.read(TOKENS)[:, 0] - other.read(TOKENS)[:, 0]).max() > 1e-3
    logits = one.read(TOKENS).numpy()
    assert logits.min() > -1e3  # all may be written


@every
def test_mixed_precision_is_near(name):
    plain, mixed = moved(name), moved(name, dtype="mixed_bfloat16")
    read = mixed(TOKENS)
    assert read.dtype == tf.float32
    assert {w.dtype for w in mixed.weights} == {"float32"}
    written = [t for t in range(V) if t not in mixed.never_written]

    def logits(x):
        return np.float32(x)[..., written]

    np.testing.assert_allclose(logits(by_steps(mixed, TOKENS)), logits(read), atol=0.1)
    np.testing.assert_allclose(logits(read), logits(plain(TOKENS)), atol=0.3)
    assert np.abs(logits(read) - logits(plain(TOKENS))).max() > 1e-4


@every
def test_gradients_reach_every_weight_and_are_right(name):
    generator = moved(name, never_written=())

    def loss():
        logs = tf.nn.log_softmax(generator(TOKENS))
        return -tf.reduce_sum(tf.gather(logs, TOKENS, batch_dims=2))

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, [v.value for v in generator.trainable_variables])
    slope, ends = 0.0, []
    ways = [0.3 * gradient / np.linalg.norm(gradient) for gradient in gradients]  # all count alike
    for variable, gradient, way in zip(generator.trainable_variables, gradients, ways, strict=True):
        assert np.abs(gradient).max() > 1e-4, variable.path
        slope += float(tf.reduce_sum(gradient * way))
    for step in (1e-2, -2e-2):
        for variable, way in zip(generator.trainable_variables, ways, strict=True):
            variable.assign_add(step * way)
        ends.append(float(loss()))
    np.testing.assert_allclose(slope, (ends[0] - ends[1]) / 2e-2, rtol=0.01)


@every
def test_config_copy_and_file(name, tmp_path):
    generator = make(name, seed=3, start_token=4, never_written=[5, 6], name="writer")
    again = type(generator).from_config(generator.get_config())
    np.testing.assert_array_equal(again(TOKENS), generator(TOKENS))  # the seed's initial weights
    generator = moved(name, name="writer", dtype="mixed_bfloat16")
    np.testing.assert_array_equal(averaging.averaged_copy(generator)(TOKENS), generator(TOKENS))
    generator.save(tmp_path / "writer.keras")
    loaded = keras.models.load_model(tmp_path / "writer.keras")
    assert loaded.get_config() == generator.get_config()
    np.testing.assert_array_equal(loaded(TOKENS), generator(TOKENS))


@every
def test_initial_weights_are_the_seed_s(name):
    one, same, other = (make(name, seed=s) for s in (1, 1, 2))
    for a, b, c in zip(one.weights, same.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.numpy().std() == 0.0 or "bias" in a.name or (a.numpy() != c.numpy()).any()
    drawn = [w.numpy() for w in one.weights if w.numpy().std() > 0.0 and "bias" not in w.name]
    for index, a in enumerate(drawn):
        for b in drawn[:index]:
            assert a.shape != b.shape or (a != b).any()  # weights of one shape differ


def test_seqgan_s_initial_weights():
    generator = text.token_generator("lstm", 5000, initializer=0.1, never_written=(), start_token=0)
    count = 5000 * 32 + 2 * 32 * 128 + 128 + 32 * 5000 + 5000
    assert sum(int(np.prod(w.shape)) for w in generator.weights) == count
    for weight in generator.weights:
        drawn = weight.numpy()
        error = 0.1 / np.sqrt(2 * drawn.size)  # of a standard deviation
        assert abs(drawn.std() - 0.1) < 4 * error, weight.path
        assert abs(drawn.mean()) < 4 * 0.1 / np.sqrt(drawn.size), weight.path


def test_tied_weights_are_one():
    tied, free = make("tied"), make("tied", tied=False)
    sizes = [sum(int(np.prod(w.shape)) for w in g.weights) for g in (tied, free)]
    assert sizes[1] - sizes[0] == 6 * V - 6 * 5  # a matrix to the vocabulary, but no projection
    states = tied.cells[0](tied.embedding(tied.shifted(tf.constant(TOKENS)))).numpy()
    by_hand = states @ tied.projection.kernel.numpy() @ tied.embedding.embeddings.numpy().T
    written = [2, *range(4, V)]
    np.testing.assert_allclose(tied(TOKENS).numpy()[..., written], by_hand[..., written], atol=1e-6)


@pytest.mark.parametrize("name", ["lstm", "transformer"])
def test_dropout_is_for_training(name):
    plain, dropping = moved(name), moved(name, dropout=0.4)
    np.testing.assert_array_equal(dropping(TOKENS), plain(TOKENS))
    np.testing.assert_array_equal(by_steps(dropping, TOKENS), by_steps(plain, TOKENS))
    trained = []
    for step in (1, 1, 2):
        with RandomStream(0, tf.constant(step, tf.int64), len(TOKENS)).active():
            trained.append(dropping(TOKENS, training=True).numpy())
    np.testing.assert_array_equal(trained[0], trained[1])
    assert np.abs(trained[0] - trained[2]).max() > 0.1
    assert np.abs(trained[0] - plain(TOKENS)).max() > 0.1


@dataclasses.dataclass
class Spec:
    vocabulary_size: int = V
    length: int = T
    start_token: int = 4
    never_written: tuple = (5,)


@pytest.mark.parametrize("kind", text.GENERATORS)
def test_made_for_the_tokens_of_a_data_set(kind):
    generator = text.make(kind, Spec(), seed=5, dtype="mixed_bfloat16")
    assert (generator.vocabulary_size, generator.start_token) == (V, 4)
    assert (generator.never_written, generator.seed) == ((5,), 5)
    assert generator.length == (T if kind == "transformer" else None)
    assert generator.compute_dtype == "bfloat16"
    assert generator(TOKENS).shape == (3, T, V)


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        ("lstn", {}, r"unknown generator 'lstn' \(did you mean 'lstm'\?\)"),
        ("lstm", {"start_token": V}, f"token {V} is not among the {V} of the vocabulary"),
        ("gru", {"never_written": (-1,)}, "token is -1, expected an int of at least 0"),
        ("lstm", {"never_written": range(V)}, f"never_written names all {V} tokens"),
        ("lstm", {"units": 0}, "units is 0"),
        ("lstm", {"dropout": 1.5}, "dropout is 1.5"),
        ("lstm", {"initializer": "normal"}, "initializer is 'normal', expected a number"),
        ("transformer", {"length": 4, "width": 6, "heads": 4}, "width of 6 cannot be shared"),
        ("relational", {"heads": 0}, "heads is 0"),
    ],
)
def test_errors(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        text.token_generator(kind, V, **arguments)


def test_sentences_that_are_too_long():
    generator = make("transformer", length=5)
    with pytest.raises(ValueError, match=r"shape \(3, 6\), expected sentences of 1 to 5 tokens"):
        generator(TOKENS)
    with pytest.raises(ValueError, match="expected sentences of known length"):
        tf.function(make("lstm").read).get_concrete_function(tf.TensorSpec([2, None], tf.int32))
