"""Baselines against numbers worked out by hand, and on two replicas."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.losses import enumerated
from tfgan_zoo.losses import policy
from tfgan_zoo.losses.policy import baselines, rewards
from tfgan_zoo.training import decoding


def turn(mask, **others):
    mask = tf.constant(mask, tf.float32)
    return policy.Turn(tokens=tf.ones_like(mask, tf.int32), mask=mask, **others)


def test_batch_mean_leaves_out_the_sentence_itself_and_those_that_have_ended():
    mask = [[1, 1, 0], [1, 1, 1], [1, 0, 0]]
    returns = tf.constant([[1.0, 2.0, 50.0], [3.0, 5.0, 7.0], [8.0, 60.0, 70.0]])
    found, loss = baselines.BatchMean().advantage(turn(mask), returns, None)
    assert loss == 0
    expected = [
        [1 - (3 + 8) / 2, 2 - 5],
        # nobody else runs at the last: the mean over all of the others' 1, 2 and 8
        [3 - (1 + 8) / 2, 5 - 2, 7 - 11 / 3],
        [8 - (1 + 3) / 2],
    ]
    for row, wanted in zip(found.numpy(), expected, strict=True):
        np.testing.assert_allclose(row[: len(wanted)], wanted, rtol=1e-6)


def test_alone_there_is_no_batch_mean():
    found, _ = baselines.BatchMean().advantage(turn([[1, 1]]), tf.constant([[2.0, 3.0]]), None)
    np.testing.assert_array_equal(found, [[2.0, 3.0]])


def test_moving_mean_by_hand():
    baseline = baselines.MovingMean(decay=0.75)
    here = turn([[1, 1], [1, 0]])
    found = []
    for mean in (2.0, 6.0, 10.0):
        returns = tf.constant([[mean - 1, mean], [mean + 1, 99.0]])
        advantages, loss = baseline.advantage(here, returns, None)
        assert loss == 0
        found.append(float(mean - advantages[0, 1]))
    # weights 1/4 and 3/4: nothing yet; 2; (3/4 2 + 6) / (3/4 + 1)
    np.testing.assert_allclose(found, [0.0, 2.0, 7.5 / 1.75], rtol=1e-6)
    np.testing.assert_allclose(baseline.average, (0.75**2 * 2 + 0.75 * 6 + 10) / 4, rtol=1e-6)
    np.testing.assert_allclose(baseline.seen, 1 - 0.75**3, rtol=1e-6)


def test_self_critical_by_hand():
    def judge(tokens):
        return tf.where(tokens[:, 0] == 7, tf.math.log(3.0), 0.0)  # 3/4 and 1/2

    words = tf.constant([[7, 1], [5, 1]])
    here = turn([[1, 1], [1, 1]], judge=judge, greedy=lambda: words)
    returns = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    found, _ = baselines.SelfCritical().advantage(here, returns, rewards.Sequence())
    np.testing.assert_allclose(found, [[0.25, 1.25], [2.5, 3.5]], rtol=1e-6)


# --- the critic -----------------------------------------------------------------------------------


def critic(size=enumerated.FEATURES):
    made = baselines.Critic()
    made.build((None, enumerated.LENGTH, size))
    return made


def test_a_critic_knows_the_tokens_before_only():
    made = critic(2)
    made.value_head.kernel.assign([[1.0], [10.0]])
    made.value_head.bias.assign([0.5])
    states = tf.constant([[[1.0, 0.0], [2.0, 1.0], [3.0, 5.0]]])
    here = turn([[1, 1, 0]], features=lambda tokens: states)
    returns = tf.constant([[4.0, 4.0, 100.0]])
    found, loss = made.advantage(here, returns, None)
    np.testing.assert_allclose(found[0, :2], [4 - 0.5, 4 - 1.5], rtol=1e-6)
    np.testing.assert_allclose(loss, (3.5**2 + 2.5**2) / 3, rtol=1e-6)


def test_a_critic_s_loss_trains_the_critic_alone():
    made = critic()
    states, returns = tf.Variable(tf.ones([1, 3, 4])), tf.Variable(tf.ones([1, 3]) * 3.0)
    with tf.GradientTape() as tape:
        here = turn([[1, 1, 1]], features=lambda tokens: states * 1.0)
        advantages, loss = made.advantage(here, returns * 1.0, None)
        total = loss + 0.0 * tf.reduce_sum(tf.stop_gradient(advantages))
    gradients = tape.gradient(total, [states, returns, made.value_head.kernel.value])
    assert gradients[0] is None
    assert gradients[1] is None
    assert np.abs(gradients[2]).max() > 0


def test_a_critic_learns_the_enumerated_value():
    """Features that tell the beginnings apart: the regression's limit is the expected return of each."""
    _, tokens, exact, mask, _ = enumerated.world()
    codes, place = np.unique(enumerated.code(tf.constant(tokens)), return_inverse=True)
    one_hot = np.eye(len(codes), dtype=np.float32)[place.reshape(tokens.shape)]
    scores = tf.sigmoid(enumerated.judge(tf.constant(tokens))).numpy()
    made = critic(len(codes))
    # Every sentence as often as it is written: the loss is the expectation, and its minimum exact.
    often = tf.constant(exact * len(tokens), tf.float32)[:, None]
    here = policy.Turn(
        tokens=tf.constant(tokens), mask=mask * often, features=lambda _: tf.constant(one_hot)
    )
    returns = tf.tile(scores[:, None], [1, enumerated.LENGTH])
    optimizer = keras.optimizers.Adam(0.05)
    optimizer.build(made.trainable_variables)

    @tf.function
    def train():
        for _ in tf.range(600):
            with tf.GradientTape() as tape:
                _, loss = made.advantage(here, returns, None)
            variables = made.trainable_variables
            gradients = tape.gradient(loss, [v.value for v in variables])
            optimizer.apply(gradients, variables)

    train()
    values = made.values(tf.constant(one_hot)).numpy()
    for row, sentence in enumerate(tokens):
        for position in range(int(mask[row].sum())):
            same = (tokens[:, :position] == sentence[:position]).all(1)
            value = exact[same] @ scores[same] / exact[same].sum()
            np.testing.assert_allclose(values[row, position], value, atol=2e-3)


# --- replicas and files ---------------------------------------------------------------------------


def everything(made, tokens, real, completed):
    """Return dict of what each reward and baseline makes of one batch, a value a sentence."""
    found = {}
    for name in policy.rewards.names():
        arguments = {"rank": {"count": 3, "references": 2}, "roll_outs": {"count": 3}}
        reward = policy.rewards.get({"name": name, **arguments.get(name, {})})
        here = enumerated.turn(reward, tokens, lambda count: completed, real)
        found[name] = returns = reward.returns(here)
        if name == "density_ratio":
            for kind, baseline in made.items():
                found[kind], loss = baseline.advantage(here, returns, reward)
                found[f"{kind} loss"] = tf.fill([tf.shape(tokens)[0]], loss)
    return found


def test_two_replicas_equal_one():
    generator, sentences, *_ = enumerated.world()
    tokens, real = sentences[[0, 3, 14, 7, 7, 11]], enumerated.REAL
    uniforms = tf.random.stateless_uniform([6, 3, 2, 3], [0, 4])
    completed = decoding.roll_out(generator, tf.constant(tokens), uniforms, enumerated.END).numpy()
    one = enumerated.baselines()
    enumerated.set_past(one["moving_mean"])
    expected = tf.function(lambda: everything(one, tf.constant(tokens), real, completed))()
    strategy = battery.two_replicas()
    with strategy.scope():
        two = enumerated.baselines()
        enumerated.set_past(two["moving_mean"])

    def halves(values, axis=0):
        parts = np.split(values, 2, axis)
        return strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(parts[context.replica_id_in_sync_group])
        )

    @tf.function
    def step(tokens, real, completed):
        return everything(two, tokens, real, completed)

    found = strategy.run(step, args=(halves(tokens), halves(real), halves(completed, axis=2)))
    for name, whole in expected.items():
        parts = [x.numpy() for x in strategy.experimental_local_results(found[name])]
        if name.endswith("loss"):  # a mean over each replica's own
            np.testing.assert_allclose(np.mean(parts), whole[0], atol=1e-6, err_msg=name)
        else:
            np.testing.assert_allclose(np.concatenate(parts), whole, atol=2e-6, err_msg=name)
    for state in ("average", "seen"):
        copies = strategy.experimental_local_results(getattr(two["moving_mean"], state).value)
        np.testing.assert_array_equal(*copies)
        np.testing.assert_allclose(copies[0], getattr(one["moving_mean"], state), rtol=1e-6)


@pytest.mark.parametrize("name", baselines.names())
def test_config_round_trip(name):
    arguments = {"decay": 0.5} if name == "moving_mean" else {}
    baseline = baselines.get({"name": name, **arguments})
    assert baselines.get(baseline) is baseline
    config = keras.saving.serialize_keras_object(baseline)
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(baseline)
    assert arguments.items() <= again.get_config().items()
    assert again.get_config() == baseline.get_config()


def test_state_is_float32_and_known():
    keras.mixed_precision.set_global_policy("mixed_float16")
    moving, learned = baselines.MovingMean(), critic()
    assert [v.dtype for v in moving.non_trainable_variables] == ["float32"] * 2
    assert [v.dtype for v in learned.trainable_variables] == ["float32"] * 2
    here = turn([[1, 1, 1]], features=lambda tokens: tf.ones([1, 3, 4], tf.float16))
    advantages, loss = learned.advantage(here, tf.ones([1, 3]), None)
    assert advantages.dtype == loss.dtype == tf.float32


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("batchmean", "unknown baseline 'batchmean' .did you mean 'batch_mean'"),
        ({"name": "moving_mean", "decai": 0}, "unknown argument of moving_mean 'decai'"),
        ({"name": "moving_mean", "decay": 1}, r"decay is 1, expected a number in \[0, 1\)"),
        ({"name": "moving_mean", "decay": -0.1}, r"decay is -0\.1"),
        (None, "a baseline is one of batch_mean, .*got None"),
    ],
)
def test_errors(given, message):
    with pytest.raises(ValueError, match=message):
        baselines.get(given)
