"""Networks that judge sentences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.networks import text
from tfgan_zoo.networks.text.convolutional import check_filters
from tfgan_zoo.training import RandomStream

V, T = 11, 6
TOKENS = np.array([[4, 5, 6, 7, 8, 9], [9, 4, 4, 2, 0, 0], [10, 6, 2, 0, 0, 0]], np.int32)

MAKERS = {
    "cnn": (text.text_cnn, {"embedding": 5, "widths": [1, 2, 4], "filters": [3, 4, 5]}),
    "dense": (text.recurrent_discriminator, {"embedding": 5, "units": 6, "depth": 2}),
    "sentence": (text.sentence_recurrent_discriminator, {"embedding": 5, "units": 6}),
    "representations": (
        text.representation_discriminator,
        {"embedding": 6, "representations": 3, "filters": 4, "units": 5},
    ),
}
SHAPES = {"cnn": (3,), "dense": (3, T), "sentence": (3,), "representations": (3, 3)}
every = pytest.mark.parametrize("name", MAKERS)


def make(name, **kwargs):
    maker, arguments = MAKERS[name]
    return maker(V, T, **{**arguments, **kwargs})


def moved(name, **kwargs):
    discriminator = make(name, **kwargs)
    for seed, weight in enumerate(discriminator.weights):
        noise = np.random.default_rng(seed).normal(size=weight.shape)
        weight.assign(0.5 * noise + weight.path.endswith("scale"))
    return discriminator


def array(variable):
    return np.float64(keras.ops.convert_to_numpy(variable))


def dense(layer, x):
    return x @ array(layer.kernel) + array(layer.bias)


@every
def test_ids_and_one_hot_tokens_are_judged_alike(name):
    discriminator = moved(name)
    logits = discriminator(TOKENS)
    assert logits.shape == SHAPES[name]
    assert logits.dtype == tf.float32
    assert logits.numpy().std() > 0.01
    np.testing.assert_allclose(discriminator(tf.one_hot(TOKENS, V)), logits, atol=1e-6)


@every
def test_soft_tokens_have_a_gradient(name):
    discriminator = moved(name)
    rng = np.random.default_rng(0)
    soft = tf.nn.softmax(2.0 * rng.normal(size=(3, T, V)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(soft)
        loss = tf.reduce_sum(tf.sin(discriminator(soft)))
    way = rng.normal(size=soft.shape).astype(np.float32)
    slope = float(tf.reduce_sum(tape.gradient(loss, soft) * way))
    ends = [float(tf.reduce_sum(tf.sin(discriminator(soft + h * way)))) for h in (2e-4, -2e-4)]
    assert abs(slope) > 0.01
    np.testing.assert_allclose(slope, (ends[0] - ends[1]) / 4e-4, rtol=0.02, atol=0.01)


@every
def test_logits_are_linear_in_the_features(name):
    discriminator = moved(name)
    features = discriminator.features(TOKENS).numpy()
    assert features.shape[:-1] == SHAPES[name]
    last = discriminator.body.get_layer("logits")
    np.testing.assert_allclose(dense(last, features)[..., 0], discriminator(TOKENS), atol=1e-5)


@every
def test_config_and_file(name, tmp_path):
    discriminator = make(name, seed=3)
    again = type(discriminator).from_config(discriminator.get_config())
    np.testing.assert_array_equal(again(TOKENS), discriminator(TOKENS))
    discriminator = moved(name, dtype="mixed_bfloat16")
    discriminator.save(tmp_path / "judge.keras")
    loaded = keras.models.load_model(tmp_path / "judge.keras")
    assert len(loaded.weights) == len(discriminator.weights)
    np.testing.assert_array_equal(loaded(TOKENS), discriminator(TOKENS))
    np.testing.assert_array_equal(keras.models.clone_model(again)(TOKENS), again(TOKENS))


@every
def test_mixed_precision_is_near(name):
    plain, mixed = moved(name), moved(name, dtype="mixed_bfloat16")
    logits = mixed(TOKENS)
    assert logits.dtype == tf.float32
    assert {w.dtype for w in mixed.trainable_weights} == {"float32"}
    difference = np.abs(logits - plain(TOKENS)).max()
    assert 1e-5 < difference < 0.2 * np.abs(plain(TOKENS)).max()
    np.testing.assert_allclose(mixed(tf.one_hot(TOKENS, V)), logits, atol=1e-6)


@every
def test_dropout_is_for_training_and_repeats(name):
    discriminator = moved(name, dropout=0.5)
    np.testing.assert_array_equal(discriminator(TOKENS), moved(name, dropout=0.0)(TOKENS))
    trained = []
    for step in (1, 1, 2):
        with RandomStream(0, tf.constant(step, tf.int64), len(TOKENS)).active():
            trained.append(discriminator(TOKENS, training=True).numpy())
    np.testing.assert_array_equal(trained[0], trained[1])
    assert np.abs(trained[0] - trained[2]).max() > 0.01
    assert np.abs(trained[0] - discriminator(TOKENS)).max() > 0.01


@every
def test_initial_weights_are_the_seed_s(name):
    one, same, other = (make(name, seed=s, dropout=0.0) for s in (1, 1, 2))
    for a, b, c in zip(one.weights, same.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a, b)
        assert "bias" in a.name or a.name == "scale" or (a.numpy() != c.numpy()).any(), a.path


@every
def test_sentences_of_another_length_or_vocabulary(name):
    discriminator = make(name)
    assert (discriminator.length, discriminator.vocabulary_size) == (T, V)
    with pytest.raises(ValueError, match=r"shape \(3, 5\), expected sentences of 6 tokens"):
        discriminator(TOKENS[:, :5])
    with pytest.raises(ValueError, match=r"expected .*a probability for each token"):
        discriminator(tf.one_hot(TOKENS, V + 1))


def test_the_dense_one_looks_back_only():
    discriminator = moved("dense")
    before = discriminator(TOKENS).numpy()
    for t in range(T):
        changed = TOKENS.copy()
        changed[0, t] = 3
        after = discriminator(changed).numpy()
        np.testing.assert_array_equal(after[0, :t], before[0, :t])
        np.testing.assert_array_equal(after[1:], before[1:])
        assert abs(after[0, t] - before[0, t]) > 1e-3


def test_the_dense_one_s_words_know_their_place():
    same = np.full([1, T], 4, np.int32)
    one, without = make("dense"), make("dense", position_waves=0)
    kernels = [d.body.get_layer("lstm_1").kernel.numpy() for d in (one, without)]
    assert kernels[0].shape[0] - kernels[1].shape[0] == 8
    one.body.get_layer("lstm_1").kernel.assign(np.vstack([0.0 * kernels[0][:5], kernels[0][5:]]))
    assert np.abs(np.diff(one(same))).max() > 1e-3  # only the waves are left to tell
    without.body.get_layer("lstm_1").kernel.assign(0.0 * kernels[1])
    np.testing.assert_array_equal(np.diff(without(same)), 0.0)


@pytest.mark.parametrize("name", ["cnn", "sentence", "representations"])
def test_padding_is_a_token_like_others_for_those_of_sentences(name):
    discriminator = moved(name)
    changed = TOKENS.copy()
    changed[1, -1] = 5  # behind the end, where no sampler writes
    before, after = discriminator(TOKENS).numpy(), discriminator(changed).numpy()
    assert np.abs(after[1] - before[1]).max() > 1e-3
    np.testing.assert_allclose(after[[0, 2]], before[[0, 2]], atol=1e-6)


def test_the_sentence_reader_reads_both_ways():
    discriminator = moved("sentence", depth=1)
    body = discriminator.body
    vectors = discriminator.embedding(TOKENS)
    forwards = body.get_layer("forwards_1")(vectors)[:, -1]
    backwards = body.get_layer("backwards_1")(vectors)[:, 0]
    ends = np.concatenate([forwards, backwards], axis=-1)
    hidden = np.tanh(dense(body.get_layer("features"), ends))
    expected = dense(body.get_layer("logits"), hidden)[:, 0]
    np.testing.assert_allclose(discriminator(TOKENS), expected, atol=1e-5)


def highway(layer, x):
    transform, b, gate, c = (array(w) for w in layer.weights)
    t = 1.0 / (1.0 + np.exp(-(x @ gate + c)))
    return t * np.maximum(x @ transform + b, 0.0) + (1.0 - t) * x


def phrases(layer, vectors, width):
    """Return a convolution's largest value over time, after ReLU: `[B, filters]`."""
    kernel = array(layer.kernel).reshape(-1, layer.kernel.shape[-1])
    places = range(vectors.shape[1] - width + 1)
    windows = [vectors[:, t : t + width].reshape(len(vectors), -1) for t in places]
    responses = [np.maximum(w @ kernel + array(layer.bias), 0.0) for w in windows]
    return np.max(responses, axis=0)


def test_the_cnn_is_what_the_authors_code_says():
    discriminator = moved("cnn")
    body, vectors = discriminator.body, array(discriminator.embedding.embeddings)[TOKENS]
    pooled = [phrases(body.get_layer(f"phrases_{w}"), vectors, w) for w in (1, 2, 4)]
    features = highway(body.get_layer("highway"), np.concatenate(pooled, axis=-1))
    np.testing.assert_allclose(discriminator.features(TOKENS), features, atol=1e-4)
    logits = dense(body.get_layer("logits"), features)[:, 0]
    np.testing.assert_allclose(discriminator(TOKENS), logits, atol=1e-4)


def test_representations_are_judged_one_by_one():
    discriminator = moved("representations")
    body, vectors = discriminator.body, array(discriminator.embedding.embeddings)[TOKENS]
    for index in range(3):
        part = vectors[..., 2 * index : 2 * index + 2]
        pooled = [phrases(body.get_layer(f"phrases_{w}"), part, w) for w in (2, 3, 4, 5)]
        x = highway(body.get_layer("highway"), np.concatenate(pooled, axis=-1))
        logits = dense(body.get_layer("logits"), dense(body.get_layer("features"), x))[:, 0]
        np.testing.assert_allclose(discriminator(TOKENS)[:, index], logits, atol=1e-4)


def test_seqgan_s_sizes_and_initial_weights():
    discriminator = text.text_cnn(5000, 20)
    assert discriminator.features(np.zeros([1, 20], np.int32)).shape == (1, 1720)
    weights = {w.path: w.numpy() for w in discriminator.trainable_weights}
    convolutions = sum(w * f for w, f in check_filters(None, None, 20).items()) * 64 + 1720
    count = 5000 * 64 + convolutions + 2 * (1720 * 1720 + 1720) + 1720 + 1
    assert convolutions == 12500 * 64 + 1720
    assert sum(w.size for w in weights.values()) == count
    embedding = weights["embedding/embeddings"]
    np.testing.assert_allclose([embedding.min(), embedding.max()], [-1.0, 1.0], atol=1e-3)
    # A normal distribution cut at two standard deviations, which has 0.8796 of its spread
    np.testing.assert_allclose(weights["phrases_10/kernel"].std(), 0.08796, rtol=0.02)
    assert np.abs(weights["phrases_10/kernel"]).max() <= 0.2
    np.testing.assert_array_equal(weights["phrases_1/bias"], np.float32(0.1))
    np.testing.assert_array_equal(weights["highway/gate/bias"], 0.0)


def test_filters_that_sentences_have_room_for():
    assert list(check_filters(None, None, 12)) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert check_filters([2, 3], None, 5) == {2: 200, 3: 200}
    short = text.representation_discriminator(V, 3, embedding=4, representations=4, filters=2)
    assert {x.name for x in short.body.layers} >= {"phrases_2", "phrases_3"}
    assert not {x.name for x in short.body.layers} & {"phrases_4", "phrases_5"}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("cnn", {"widths": [3, 7], "filters": 4}, "a width of 7 words; sentences have 6 at most"),
        ("cnn", {"filters": [4, 4]}, "expected as many filters as widths"),
        ("cnn", {"widths": [2, 2], "filters": 4}, "all widths different"),
        ("cnn", {"filters": 0}, "filters is 0"),
        ("dense", {"cell": "grru"}, "unknown cell 'grru' .did you mean 'gru'"),
        ("dense", {"depth": 0}, "depth is 0"),
        ("sentence", {"units": 0}, "units is 0"),
        ("representations", {"representations": 4}, "6 cannot be cut into 4 representations"),
    ],
)
def test_errors(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(name, **arguments)
