"""Rewards against numbers worked out by hand, and BLEU against NLTK."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import tabular
from tests.losses import enumerated
from tfgan_zoo.losses import policy
from tfgan_zoo.losses.policy import rewards
from tfgan_zoo.sentences import mask_of
from tfgan_zoo.training import decoding


def turn(tokens, judge=None, end_token=2, **others):
    tokens = tf.constant(tokens, tf.int32)
    return policy.Turn(
        tokens=tokens, mask=mask_of(tokens, end_token), end_token=end_token, judge=judge, **others
    )


def log_odds(*shares):
    shares = np.float32(shares)
    return lambda tokens: tf.constant(np.log(shares / (1 - shares)))


# --- from a discriminator -------------------------------------------------------------------------


@pytest.mark.parametrize("column", [False, True])
def test_sequence(column):
    def judge(tokens):
        logits = log_odds(0.25, 0.9)(tokens)
        return tf.cast(logits[:, None] if column else logits, tf.float16)

    found = rewards.Sequence().returns(turn([[4, 2, 0], [4, 4, 4]], judge))
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found, [[0.25] * 3, [0.9] * 3], atol=1e-3)


def test_the_end_is_absorbing():
    judge = log_odds([0.75, 0.5, 0.9, 0.9], [0.25, 1e-6, 0.75, 0.5])
    here = turn([[4, 2, 0, 0], [4, 4, 4, 4]], judge)
    # r: 1/2, 0 and the end's 0 again; -1/2, -1, 1/2, 0
    found = rewards.Steps(discount=0.5).returns(here)
    np.testing.assert_allclose(found[0], [0.5, 0, 0, 0], atol=1e-5)
    np.testing.assert_allclose(found[1], [-0.5 - 0.5 + 0.125, -1 + 0.25, 0.5, 0], atol=1e-5)
    # an end with 1/2 goes on being worth 1/2, to the last of four positions
    judge = log_odds([0.5, 0.75, 1e-6, 1e-6], [0.5] * 4)
    found = rewards.Steps(discount=1.0).returns(turn([[4, 2, 0, 0], [4, 4, 4, 4]], judge))
    np.testing.assert_allclose(found[0, :2], [1.5, 1.5], atol=1e-5)
    found = rewards.Steps(discount=0.5).returns(turn([[4, 2, 0, 0], [4, 4, 4, 4]], judge))
    np.testing.assert_allclose(found[0, :2], [0.25 + 0.125 + 0.0625, 0.5 + 0.25 + 0.125], atol=1e-5)


def test_without_an_end_nothing_is_absorbed():
    judge = log_odds([0.5, 0.75, 0.25])
    found = rewards.Steps(discount=1.0).returns(turn([[4, 2, 0]], judge, end_token=None))
    np.testing.assert_allclose(found, [[0.0, 0.0, -0.5]], atol=1e-6)


def test_log_rewards_and_no_discount_at_all():
    judge = log_odds([0.5, 0.25, 0.125])
    here = turn([[4, 4, 4]], judge)
    logs = np.log([0.5, 0.25, 0.125])
    found = rewards.Steps(discount=0.0, scale="log").returns(here)
    np.testing.assert_allclose(found[0], logs, rtol=1e-5)
    found = rewards.Steps(discount=0.95, scale="log").returns(here)
    np.testing.assert_allclose(found[0, 0], logs @ [1, 0.95, 0.95**2], rtol=1e-5)
    far = rewards.Steps(scale="log").returns(turn([[4]], lambda tokens: tf.constant([[-200.0]])))
    np.testing.assert_allclose(far, [[-200.0]])


def test_density_ratio():
    # odds 1, 3 and 1/4: mean 17/12
    here = turn([[4, 4]] * 3, log_odds(0.5, 0.75, 0.2))
    found = rewards.DensityRatio().returns(here)
    np.testing.assert_allclose(found[:, 0], np.array([1, 3, 0.25]) * 12 / 17, rtol=1e-5)
    np.testing.assert_array_equal(found[:, 0], found[:, 1])
    # logits that would overflow, alone
    here = turn([[4]] * 3, lambda tokens: tf.constant([200.0, 200.0, -200.0]))
    np.testing.assert_allclose(rewards.DensityRatio().returns(here)[:, 0], [1.5, 1.5, 0], rtol=1e-4)
    # other sentences count in the same unit
    here = turn([[4], [3]], lambda y: tf.where(y[:, 0] == 4, tf.math.log(3.0), 0.0))
    found = rewards.DensityRatio().values(here, tf.constant([[4], [4], [9]]))
    np.testing.assert_allclose(found[:, 0], [1.5, 1.5, 0.5], rtol=1e-6)


def test_roll_out_values_are_the_exact_expectation_within_their_standard_error():
    generator, tokens, *_ = enumerated.world()
    tokens, count = tf.constant(tokens), 3000
    shape = [len(tokens), count, enumerated.LENGTH - 1, enumerated.LENGTH]
    completed = tf.function(decoding.roll_out)(
        generator, tokens, tf.random.stateless_uniform(shape, [0, 3]), enumerated.END
    )
    reward = rewards.RollOuts(count)
    found = reward.returns(enumerated.turn(reward, tokens, lambda n: completed)).numpy()
    for row, sentence in enumerate(tokens.numpy()):
        for position in range(enumerated.LENGTH):
            rest, likely = tabular.sentences(generator, enumerated.END, sentence[: position + 1])
            scores = tf.sigmoid(enumerated.judge(tf.constant(rest))).numpy().astype(np.float64)
            mean = likely @ scores
            error = np.sqrt(max(likely @ (scores - mean) ** 2, 0) / count)
            assert abs(found[row, position] - mean) < 4 * error + 1e-5
    assert (completed.numpy() != np.asarray(tokens)).any()


def test_rank_by_hand():
    # cosines with u = (1, 0) and (0, 1); s: .6 and .8; c: 1 and 0, 0 and 1
    found = rewards.rank_scores(
        tf.constant([[3.0, 4.0]]), tf.eye(2) * 5, tf.constant([[7.0, 0.0], [0.0, 0.1]]), gamma=2.0
    )
    e = np.exp
    by_first = e(1.2) / (e(1.2) + e(2) + e(0))
    by_second = e(1.6) / (e(1.6) + e(0) + e(2))
    np.testing.assert_allclose(found, [(by_first + by_second) / 2], rtol=1e-6)


def test_rank_needs_more_real_sentences_than_references():
    reward = rewards.Rank(count=1, references=6)
    here = enumerated.turn(reward, tf.constant(enumerated.REAL))
    with pytest.raises(ValueError, match=r"6 references leave no real sentence .* batch of 6"):
        reward.returns(here)


# --- BLEU -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("end", [2, None])
def test_bleu_is_nltk_s(n, end):
    nltk = pytest.importorskip("nltk.translate.bleu_score")
    random = np.random.default_rng(n)
    # few words and lengths from 0 to 9: repeated n-grams, short and empty sentences, ties of lengths
    sentences = random.integers(4, 8, size=(60, 9))
    references = random.integers(4, 8, size=(5, 9))
    if end is not None:
        for batch in (sentences, references):
            for row, length in zip(batch, random.integers(0, 10, size=len(batch)), strict=True):
                row[length : length + 1] = end
                row[length + 1 :] = 0
        sentences[:2] = references[:2]

    def words(row):
        return list(row[: list(row).index(end)] if end in row else row)

    method = nltk.SmoothingFunction().method1
    expected = [
        nltk.sentence_bleu([words(r) for r in references], words(s), [1 / n] * n, method)
        for s in sentences
    ]
    found = tf.function(rewards.sentence_bleu)(
        tf.constant(sentences), tf.constant(references), end, n
    )
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert len(set(np.round(expected, 4))) > 2


def test_bleu_of_sentences_shorter_than_n():
    found = rewards.sentence_bleu(tf.constant([[4, 5]]), tf.constant([[4, 5]]), None, n=3)
    # precisions 1, 1 and .1 / 1
    np.testing.assert_allclose(found, [0.1 ** (1 / 3)], rtol=1e-6)


# --- arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ("bleu", {"n": 2}),
        ("constant", {"value": 2.5}),
        ("density_ratio", {}),
        ("rank", {"count": 3, "references": 2, "gamma": 5.0}),
        ("roll_outs", {"count": 4}),
        ("sequence", {}),
        ("steps", {"discount": 0.5, "scale": "log"}),
    ],
)
def test_config_round_trip(given, changed):
    reward = rewards.get({"name": given, **changed})
    assert rewards.get(reward) is reward
    config = keras.saving.serialize_keras_object(reward)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(reward)
    assert again.get_config() == reward.get_config() == changed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rollouts", "unknown reward 'rollouts' .did you mean 'roll_outs'"),
        (
            {"name": "steps", "discout": 1},
            "unknown argument of steps 'discout' .did you mean 'discount'",
        ),
        (3.0, "a reward is one of bleu, .*got 3.0"),
        (rewards.Bleu, "a reward is one of"),
        ({"name": "steps", "discount": 1.5}, r"discount is 1\.5"),
        ({"name": "steps", "scale": "logs"}, "unknown scale 'logs' .did you mean 'log'"),
        ({"name": "roll_outs", "count": 0}, "count is 0"),
        ({"name": "rank", "references": 0}, "references is 0"),
        ({"name": "rank", "gamma": 0}, "gamma is 0, expected a number above 0"),
        ({"name": "bleu", "n": 0}, "n is 0"),
        ({"name": "constant", "value": "much"}, "value is 'much'"),
    ],
)
def test_errors(given, message):
    with pytest.raises(ValueError, match=message):
        rewards.get(given)


@pytest.mark.parametrize(
    ("reward", "judge", "message"),
    [
        ("sequence", log_odds([0.5, 0.5]), "needs one logit a sentence.*reward 'steps'"),
        ("density_ratio", log_odds([0.5, 0.5]), "needs one logit a sentence"),
        (
            "steps",
            log_odds(0.5),
            r"'steps' needs a logit for each token.*'roll_outs' and 'sequence'",
        ),
        ("steps", log_odds([0.5]), "'steps' needs a logit for each token"),
    ],
)
def test_a_discriminator_of_the_other_kind_is_refused(reward, judge, message):
    with pytest.raises(ValueError, match=message):
        rewards.get(reward).returns(turn([[4, 4]], judge))
