"""What is LeakGAN's own: rounds before the game, likelihood within it, and who is rewarded for what."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import text_battery
from tfgan_zoo.losses import policy

SIZES = {
    "network_arguments": {"embedding": 8, "units": 8, "goal_size": 4, "horizon": 2},
    "discriminator_arguments": {"embedding": 8, "widths": (1, 2, 3), "filters": 8},
    "rounds": 1,
    "likelihood_every": 0,
}
BATCH = {"tokens": tf.constant(text_battery.sentences())}


def make(compile_options=None, **kwargs):
    gan = zoo.LeakGAN(text_battery.tokenizer(), **{**SIZES, **kwargs})
    gan.compile(**{"discriminator_steps": 1, "reward": "sequence", **(compile_options or {})})
    return gan


def away(network, size):
    for seed, weight in enumerate(network.trainable_weights):
        weight.assign_add(size * np.random.default_rng(seed).normal(size=weight.shape))


def test_discriminator_and_generator_learn_by_turns_before_the_game():
    gan = make(rounds=2, discriminator_first=3, likelihood_steps=4)
    expected = "d ll dd ll".replace(" ", "") + "a"
    assert "".join(gan.phase_at(step)[0] for step in range(8)) == expected
    assert sum(steps for _, steps in gan.phases[:-1]) == 7


def test_likelihood_comes_back_in_the_game():
    options = {"discriminator_steps": 2}
    gan = make(options, rounds=1, discriminator_first=1, likelihood_steps=1, likelihood_every=2)
    assert "".join(gan.phase_at(step)[0] for step in range(13)) == "dl" + 2 * "dadal" + "d"
    never = make(options, rounds=1, discriminator_first=1, likelihood_steps=1, likelihood_every=0)
    assert "".join(never.phase_at(step)[0] for step in range(8)) == "dl" + 3 * "da"
    with pytest.raises(ValueError, match="likelihood_every=2 needs steps_per_execution=1"):
        make({"steps_per_execution": 2}, likelihood_every=2)


def test_goals_are_valued_by_what_they_led_to_and_tokens_by_the_goals():
    gan = make()
    away(gan.discriminator, 0.3)
    policy_turn, goal_loss, seen = gan.policy_turn, gan.goal_loss, {}

    def watched_turn(turn):
        seen["returns"] = gan.reward.returns(turn)
        seen["plan"] = gan.generator.plan(turn.tokens)
        return policy_turn(turn)

    def watched_loss(tokens, values):
        seen.update(tokens=tokens, values=values)
        return goal_loss(tokens, values)

    gan.policy_turn, gan.goal_loss = watched_turn, watched_loss
    # A reward that tells its places apart.
    score = np.random.default_rng(0).normal(size=[8, 6]).astype(np.float32)
    gan.goal_reward.returns = lambda turn: tf.constant(score)
    logs = gan.train_step(BATCH)
    led_to = score[:, [1, 2, 3, 4, 5, 5]]  # c = 2
    ranks = 1 + (led_to[:, None] < led_to).sum(axis=1)
    assert (ranks.min(), ranks.max()) == (1, 8)
    np.testing.assert_allclose(
        seen["values"], 1 / (1 + np.exp(-16.0 * (0.5 - ranks / 8))), rtol=1e-4
    )
    features, goals = seen["plan"]
    np.testing.assert_allclose(
        seen["returns"], policy.goals.intrinsic_rewards(features, goals, 2), atol=1e-6
    )
    cosines = policy.goals.cosines(features, goals, 2).numpy()
    mask = gan.mask_of(seen["tokens"]).numpy()
    expected = -np.mean(np.sum(mask * seen["values"].numpy() * cosines, axis=1))
    np.testing.assert_allclose(logs["manager_loss"], expected, rtol=1e-4)
    np.testing.assert_allclose(
        logs["manager_cosine"], (mask * cosines).sum() / mask.sum(), rtol=1e-4
    )


def test_before_the_game_goals_learn_where_real_sentences_go():
    optimizers = {player: keras.optimizers.Adam(0.02) for player in ("generator", "manager")}
    gan = make({"optimizers": optimizers}, likelihood_steps=60)
    tokens = BATCH["tokens"]

    def cosine():
        return float(gan.goal_loss(tokens, tf.ones_like(tokens, tf.float32))[1]["cosine"])

    before = cosine()
    stream = tf.data.Dataset.from_tensors(BATCH).repeat()
    history = gan.fit(stream, steps_per_epoch=60, verbose=0).history
    assert abs(before) < 0.3
    assert 0.6 < cosine() < 1.0
    assert float(history["generator_loss"][0]) < np.log(8) - 0.1  # eight tokens may be written


def test_a_self_critical_baseline_asks_the_worker_s_own_reward():
    gan = make({"baseline": "self_critical"})
    gan.unpack(BATCH)
    turn = gan.turn(BATCH, BATCH["tokens"])
    advantages, _ = gan.baseline.advantage(turn, gan.reward.returns(turn), gan.reward)
    greedy = gan.reward.values(turn, turn.greedy())
    assert np.abs(greedy).max() > 0.01
    own = gan.reward.values(turn, turn.tokens)
    np.testing.assert_allclose(advantages, own - greedy, atol=1e-6)


def test_a_critic_learns_the_worker_s_returns():
    gan = make({"baseline": "critic"})
    assert list(gan.players) == ["discriminator", "generator", "critic", "manager"]
    before = [np.array(v) for v in gan.player_variables("critic")]
    logs = gan.train_step(BATCH)
    assert {key.split("_")[0] for key in logs} == set(gan.players)
    for variable, old in zip(gan.player_variables("critic"), before, strict=True):
        # the first step of Adam, whatever the gradient
        np.testing.assert_allclose(np.abs(variable.numpy() - old), 1e-3, rtol=0.3)


@pytest.mark.long
def test_the_export_holds_the_pair(tmp_path):
    gan = make()
    for network in (gan.generator, gan.discriminator):
        away(network, 0.3)
    gan.export(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures
    asked = {"seed": tf.constant(5, tf.int64), "temperature": tf.constant(0.5)}
    answer = served["sample"](n=tf.constant(70), **asked)
    np.testing.assert_array_equal(answer["tokens"], gan.generate(70, seed=5, temperature=0.5))
    scores = served["score"](texts=tf.constant(text_battery.TEXTS))["log_probabilities"]
    np.testing.assert_allclose(scores, gan.log_probabilities(BATCH["tokens"])[0], atol=1e-5)


def test_a_loaded_pair_is_connected(tmp_path):
    gan = make()
    for network in (gan.generator, gan.discriminator):
        away(network, 0.3)
    gan.save(tmp_path / "model.keras")
    loaded = zoo.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.generate(50, seed=1), gan.generate(50, seed=1))
    before = loaded.log_probabilities(BATCH["tokens"])[0]
    np.testing.assert_allclose(before, gan.log_probabilities(BATCH["tokens"])[0], atol=1e-6)
    away(gan.discriminator, 0.5)
    np.testing.assert_array_equal(loaded.log_probabilities(BATCH["tokens"])[0], before)
    away(loaded.discriminator, 0.5)
    after = loaded.log_probabilities(BATCH["tokens"])[0]
    assert np.abs(after - before).max() > 1e-3
    assert loaded.goal_reward.kind == "sequence"  # and not the worker's
