"""The policy gradient against its exact value: the expectation over all batches of all sentences."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests import tabular
from tests.losses import enumerated
from tfgan_zoo.losses import policy
from tfgan_zoo.training import decoding

nltk = pytest.importorskip("nltk.translate.bleu_score")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.float64(x)))


def words(sentence):
    return [int(t) for t in itertools.takewhile(lambda t: t != enumerated.END, sentence)]


def bleu(sentence):
    references = [words(r) for r in enumerated.REAL]
    method = nltk.SmoothingFunction().method1
    return nltk.sentence_bleu(references, words(sentence), [1 / 3] * 3, method)


def log_rank(sentence):
    def unit(tokens):
        v = enumerated.embed(tf.constant([tokens]))[0].numpy().astype(np.float64)
        return v / np.linalg.norm(v)

    real = [unit(r) for r in enumerated.REAL]
    shares = []
    for u in real[:2]:
        own, others = np.exp(3 * unit(sentence) @ u), sum(np.exp(3 * c @ u) for c in real[2:])
        shares.append(own / (own + others))
    return np.log(np.mean(shares))


def judged(sentence):
    return sigmoid(enumerated.judge(tf.constant([sentence]))[0])


def discounted(sentence, discount, reward):
    """Return R_t by its definition, the end's reward going on."""
    logits = enumerated.judge_beginnings(tf.constant([sentence]))[0].numpy()
    end = len(words(sentence))
    r = [reward(logits[min(s, end)]) for s in range(enumerated.LENGTH)]
    return [
        sum(discount ** (s - t) * r[s] for s in range(t, enumerated.LENGTH))
        for t in range(enumerated.LENGTH)
    ]


# A reward, and what it should be worth to have written a sentence: a number, or one for each token.
REWARDS = {
    "bleu": ({"name": "bleu", "n": 3}, bleu),
    "constant": ({"name": "constant", "value": 2.0}, lambda y: 2.0),
    "rank": ({"name": "rank", "count": 2, "references": 2, "gamma": 3.0}, log_rank),
    "roll_outs": ({"name": "roll_outs", "count": 2}, judged),
    "sequence": ("sequence", judged),
    "steps": ("steps", lambda y: discounted(y, 0.23, lambda x: 2 * sigmoid(x) - 1)),
    "steps_log": (
        {"name": "steps", "discount": 1.0, "scale": "log"},
        lambda y: discounted(y, 1.0, lambda x: np.log(sigmoid(x))),
    ),
}


def expected(name):
    """Return what each of the world's sentences is worth, `[M, T]`."""
    _, tokens, *_ = enumerated.world()
    worth = [np.broadcast_to(REWARDS[name][1](y), enumerated.LENGTH) for y in tokens]
    return np.array(worth, np.float64)


def test_every_reward_is_here():
    assert {name.removesuffix("_log") for name in REWARDS} == set(policy.rewards.names()) - {
        "density_ratio"
    }
    assert set(enumerated.BASELINES) == set(policy.baselines.names())


@pytest.mark.parametrize("name", REWARDS)
def test_values_are_what_they_should_be(name):
    _, tokens, _, mask, _ = enumerated.world()
    reward = policy.rewards.get(REWARDS[name][0])
    tokens = tf.constant(tokens)
    values = reward.values(enumerated.turn(reward, tokens), tokens)
    assert values.dtype == tf.float32
    np.testing.assert_allclose(mask * values, mask * expected(name), atol=2e-6)


@pytest.mark.parametrize("name", REWARDS)
def test_the_expected_gradient_is_exact_with_every_baseline(name):
    """Over all pairs of sentences, weighed by their probability; roll-outs within their standard error."""
    generator, tokens, exact, *_ = enumerated.world()
    wanted = enumerated.gradient(exact[:, None] * expected(name))
    if name != "steps":  # an expectation of one number a sentence: its gradient by the table
        plain = tabular.exact_gradient(generator, enumerated.END, expected(name)[:, 0])
        np.testing.assert_allclose(wanted, plain.ravel(), atol=1e-6)
    reward = policy.rewards.get(REWARDS[name][0])
    pairs = np.array(list(itertools.product(range(len(tokens)), repeat=2)))
    batches, likely = tokens[pairs], exact[pairs].prod(1)
    made = enumerated.baselines()
    compute = tf.function(lambda uniforms: enumerated.advantages(reward, batches, made, uniforms))
    trials = {kind: [] for kind in made}
    for trial in range(40 if "roll_out" in reward.needs else 1):
        uniforms = None
        if "roll_out" in reward.needs:
            shape = [*batches.shape[:2], 2, enumerated.LENGTH - 1, enumerated.LENGTH]
            uniforms = tf.random.stateless_uniform(shape, [trial, 0])
        for kind, weights in compute(uniforms).items():
            trials[kind].append(likely @ enumerated.estimates(batches, weights.numpy()))
    for kind, found in trials.items():
        mean, tolerance = np.mean(found, axis=0), 2e-6
        if len(found) > 1:
            standard = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
            assert standard.max() < 0.02 * np.abs(wanted).max()
            tolerance += 4 * standard
        np.testing.assert_array_less(np.abs(mean - wanted), tolerance, err_msg=kind)
    assert name == "constant" or np.abs(wanted).max() > 0.01


def test_the_density_ratio_leads_to_the_data():
    """Its gradient, in large batches, is that of E D/(1-D) over its mean, within the standard error."""
    generator, tokens, exact, *_ = enumerated.world()
    ratio = np.exp(np.float64(enumerated.judge(tf.constant(tokens))))
    ratio /= exact @ ratio
    wanted = enumerated.gradient((exact * ratio)[:, None])
    reward, made = policy.rewards.get("density_ratio"), enumerated.baselines()
    uniforms = tf.random.stateless_uniform([60 * 2000, enumerated.LENGTH], [0, 1])
    batches = tf.function(decoding.sample)(generator, uniforms, enumerated.END).numpy()
    batches = batches.reshape(60, 2000, enumerated.LENGTH)
    found = tf.function(enumerated.advantages)(reward, batches, made)
    for kind, weights in found.items():
        each = enumerated.estimates(batches, weights.numpy())
        standard = each.std(0, ddof=1) / np.sqrt(60)
        np.testing.assert_array_less(
            np.abs(each.mean(0) - wanted), 4 * standard + 2e-6, err_msg=kind
        )
        assert standard.max() < 0.03 * np.abs(wanted).max()


def test_baselines_lower_the_variance():
    """The total variance of the gradient from batches of 8, against that without a baseline."""
    generator, *_ = enumerated.world()
    made = enumerated.baselines()
    made["critic"].value_head.kernel.assign(tf.zeros([enumerated.FEATURES, 1]))
    made["critic"].value_head.bias.assign([0.5])
    uniforms = tf.random.stateless_uniform([1000 * 8, enumerated.LENGTH], [0, 2])
    batches = tf.function(decoding.sample)(generator, uniforms, enumerated.END).numpy()
    batches = batches.reshape(1000, 8, enumerated.LENGTH)
    found = tf.function(enumerated.advantages)(policy.rewards.get("sequence"), batches, made)
    total = {
        kind: enumerated.estimates(batches, weights.numpy()).var(0).sum()
        for kind, weights in found.items()
    }
    shares = {kind: value / total["none"] for kind, value in total.items() if kind != "none"}
    wanted = {"batch_mean": 0.128, "critic": 0.113, "moving_mean": 0.177, "self_critical": 0.099}
    assert shares == pytest.approx(wanted, rel=0.2)


def test_the_mean_of_the_whole_batch_would_shrink_the_gradient():
    """By (n - 1) / n, at the first token, where all n run; without the sentence itself it is exact."""
    _, tokens, exact, *_ = enumerated.world()
    n, first = 3, np.eye(enumerated.LENGTH)[0]
    wanted = enumerated.gradient(exact[:, None] * expected("sequence") * first)
    triples = np.array(list(itertools.product(range(len(tokens)), repeat=n)))
    batches, likely = tokens[triples], exact[triples].prod(1)
    returns = expected("sequence")[triples]
    plain = enumerated.estimates(batches, (returns - returns.mean(1, keepdims=True)) * first)
    np.testing.assert_allclose(likely @ plain, wanted * (n - 1) / n, atol=1e-6)
    made = {k: b for k, b in enumerated.baselines().items() if k in ("batch_mean", "moving_mean")}
    reward = policy.rewards.get("sequence")
    ours = tf.function(enumerated.advantages)(reward, batches, made)["batch_mean"].numpy()
    ours = enumerated.estimates(batches, ours * first)
    np.testing.assert_allclose(likely @ ours, wanted, atol=1e-6)
    assert np.abs(wanted).max() > 0.01


# --- the loss -------------------------------------------------------------------------------------


def test_the_loss_s_gradient_is_the_policy_gradient():
    generator, tokens, *_ = enumerated.world()
    rows, mask = tf.constant(tokens[:6]), enumerated.mask_of(tokens[:6], enumerated.END)
    weights = tf.constant(enumerated.table(6, enumerated.LENGTH, seed=7))
    with tf.GradientTape() as tape:
        tape.watch(weights)
        log_probs, entropy = decoding.log_probabilities(generator, rows)
        value = policy.loss(log_probs, weights, mask)
    by_table, by_weights = tape.gradient(value, [generator.table, weights])
    np.testing.assert_allclose(
        np.ravel(by_table),
        -enumerated.estimates(tokens[None, :6], weights.numpy()[None])[0],
        atol=1e-6,
    )
    assert by_weights is None
    np.testing.assert_allclose(value, -np.sum(mask * weights * log_probs) / 6, rtol=1e-5)
    bonus = policy.loss(log_probs, weights, mask, entropy, 0.5) - value
    np.testing.assert_allclose(bonus, -0.5 * np.sum(mask * entropy) / 6, rtol=1e-4)


def test_entropy_raises_entropy():
    """A step down the bonus's gradient makes the distributions flatter."""
    generator = tabular.Table(3, 2)
    tokens = tf.constant([[0, 1], [2, 0]])
    zeros = tf.zeros([2, 2])
    with tf.GradientTape() as tape:
        log_probs, entropy = decoding.log_probabilities(generator, tokens)
        value = policy.loss(log_probs, zeros, zeros + 1.0, entropy, 0.1)
    generator.table.assign_sub(tape.gradient(value, generator.table))
    _, after = decoding.log_probabilities(generator, tokens)
    assert (after > entropy).numpy().all()


def test_ended_positions_do_not_count_even_where_their_probability_is_0():
    log_probs = tf.constant([[-1.0, -1e9]])
    value = policy.loss(log_probs, tf.constant([[2.0, 3.0]]), tf.constant([[1.0, 0.0]]))
    assert float(value) == 2.0
