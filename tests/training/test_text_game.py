"""What models of text promise beside the battery: phases, rewards in inference mode, clear refusals."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import text_battery
from tfgan_zoo.callbacks import ProgressBar, RunLogger
from tfgan_zoo.metrics import text as scores
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training import TextGAN, TokenSpec, decoding

SIZES = {
    "network_arguments": {"embedding": 4, "units": 4},
    "discriminator_arguments": {"embedding": 4, "widths": (1, 2), "filters": 4, "dropout": 0.5},
}


def seqgan(**options):
    return zoo.SeqGAN(text_battery.tokenizer(), **SIZES, **options)


def batch():
    return {"tokens": tf.constant(text_battery.sentences())}


def test_every_k_th_step_of_the_game_is_the_generators_too():
    gan = seqgan(likelihood_steps=1, discriminator_first=2)
    gan.compile(discriminator_steps=3)
    assert [gan.phase_at(step) for step in range(9)] == [
        "likelihood",
        *["discriminator"] * 2,
        *["discriminator", "discriminator", "adversarial"] * 2,
    ]


def test_executions_of_several_steps_must_fit_the_phases():
    gan = seqgan(likelihood_steps=3)
    with pytest.raises(ValueError, match=r"'likelihood' has 3 steps.* multiple of .*=2"):
        gan.compile(discriminator_steps=1, steps_per_execution=2)
    with pytest.raises(ValueError, match="discriminator_steps=2 needs steps_per_execution=1"):
        gan.compile(discriminator_steps=2, steps_per_execution=3)


def test_an_execution_from_an_odd_step_does_not_cross_the_end_of_a_phase():
    gan = seqgan(likelihood_steps=2)
    data = tf.data.Dataset.from_tensors(batch()).repeat()
    gan.compile(reward="sequence", discriminator_steps=1)
    gan.fit(data, steps_per_epoch=1, epochs=1, verbose=0)
    gan.compile(reward="sequence", discriminator_steps=1, steps_per_execution=2)
    with pytest.raises(
        ValueError, match=r"2 steps of an execution from step 1 cross .*'likelihood'"
    ):
        gan.fit(data, steps_per_epoch=2, epochs=1, verbose=0)
    assert int(gan.iterations.numpy()) == 1


def test_rewards_are_judged_in_inference_mode():
    gan = seqgan()
    gan.compile(reward="sequence")
    data = gan.unpack(batch())
    with gan.random.active():
        turn = gan.turn(data, data["tokens"])
        first, second = gan.reward.returns(turn), gan.reward.returns(turn)
        dropped = tf.sigmoid(gan.discriminator(data["tokens"], training=True))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first[:, 0] - dropped).max() > 1e-3  # there is dropout to leave out


@pytest.mark.parametrize("at_once", [1, 2])
def test_evaluate_gives_the_likelihood_of_all_held_out_tokens(at_once):
    model = zoo.LanguageModel(text_battery.tokenizer(), network_arguments={"units": 4})
    model.compile(steps_per_execution=at_once)
    # Batches of 3, 3 and 2 sentences of different lengths.
    data = tf.data.Dataset.from_tensor_slices(batch()).batch(3)
    expected = scores.nll(model, text_battery.sentences())
    for _ in range(2):  # an evaluation begins anew
        found = model.evaluate(data, return_dict=True, verbose=0)
        assert found["generator_nll"] == pytest.approx(expected, rel=1e-6)
    history = model.fit(data, validation_data=data, epochs=1, verbose=0).history
    after = scores.nll(model, text_battery.sentences())
    assert history["val_generator_nll"] == [pytest.approx(after, rel=1e-6)]
    assert after != pytest.approx(expected, rel=1e-3)


def test_unknown_words_are_learned_and_not_shown():
    model = zoo.LanguageModel(text_battery.tokenizer(), network_arguments={"units": 8})
    model.compile({"generator": keras.optimizers.Adam(0.05)})
    tokens = model.tokenizer.tokens(["a zebra sat", "a zebra"] * 4)
    data = tf.data.Dataset.from_tensors({"tokens": tokens}).repeat()
    model.fit(data, steps_per_epoch=60, epochs=1, verbose=0)
    assert scores.nll(model, tokens.numpy()) < 0.5
    with_unknown = decoding.sample(model.generator, tf.random.uniform([50, 6]), 2).numpy()
    assert (with_unknown == 3).any()
    assert not (model.generate(50, seed=0) == 3).any()
    assert not any("<unk>" in text for text in model.generate_texts(50, seed=0))


def test_the_log_probability_at_a_temperature():
    model = zoo.LanguageModel(text_battery.tokenizer(), network_arguments={"units": 4})
    tokens = text_battery.sentences()
    cold, mask = model.log_probabilities(tokens, temperature=0.5)
    logits = 2.0 * model.generator(tokens)
    expected = tf.gather(tf.nn.log_softmax(logits), tokens, batch_dims=2) * mask
    np.testing.assert_allclose(cold, expected, atol=1e-5)


def test_callbacks_live_through_phases(tmp_path, capsys):
    gan = seqgan(likelihood_steps=2, discriminator_first=2)
    gan.compile(reward="sequence", discriminator_steps=2)
    shown = [ProgressBar(8, every=1), RunLogger(tmp_path, every=4)]
    data = tf.data.Dataset.from_tensors(batch()).repeat()
    gan.fit(data, steps_per_epoch=8, epochs=1, verbose=0, callbacks=shown)
    printed = capsys.readouterr().out
    assert "step 1 of 8: generator_loss" in printed
    assert "step 3 of 8: discriminator_loss" in printed
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    # Of each player the last values since the line before, whosever turn the last step was.
    assert all({"discriminator_loss", "generator_loss"} <= line.keys() for line in lines)


def test_a_reward_and_a_discriminator_that_do_not_go_together():
    gan = seqgan()
    gan.compile(reward="sequence")
    with pytest.raises(ValueError, match="needs a logit for each token"):
        gan.compile(reward="steps", discriminator_steps=1)
    assert gan.reward.kind == "sequence"  # as before
    dense = zoo.ScratchGAN(text_battery.tokenizer(), **{**SIZES, "discriminator_arguments": {}})
    with pytest.raises(ValueError, match="needs one logit a sentence"):
        dense.compile(reward="sequence")
    with pytest.raises(ValueError, match="cross-entropy of each beginning"):
        dense.compile(loss="hinge")
    with pytest.raises(ValueError, match="is one of energies"):
        gan.compile(loss="energy_based")


def test_compiled_again_only_the_last_baseline_is_there():
    gan = seqgan()
    for _ in range(2):
        gan.compile(reward="sequence", baseline="critic")
    assert sum("value" in v.path for v in gan.variables) == 2
    gan.compile(reward="sequence", baseline="none")
    assert list(gan.players) == ["discriminator", "generator"]


def test_tokens_that_are_none():
    gan = seqgan()
    with pytest.raises(ValueError, match=r"in \[0, 99\], the vocabulary's in \[0, 9\]"):
        gan.log_probabilities([[4, 99, 2, 0, 0, 0]])
    with pytest.raises(ValueError, match="float64, expected ints"):
        gan.generate(1, prompts=[[0.5]])
    with pytest.raises(ValueError, match=r"seed is 1\.5"):
        gan.generate(1, seed=1.5)


def test_prompts_in_other_clothes():
    gan = seqgan()
    expected = gan.generate(2, seed=0, prompts=["a red", "dog"])
    for prompts in (np.array(["a red", "dog"]), tf.constant(["a red", "dog"]), [b"a red", b"dog"]):
        np.testing.assert_array_equal(gan.generate(2, seed=0, prompts=prompts), expected)


def test_two_networks_of_the_users_own_without_a_tokenizer(tmp_path):
    spec = TokenSpec(7, 5, start_token=0, end_token=None, never_written=())
    gan = TextGAN(
        networks.make("gru", spec, units=4, embedding=4),
        networks.sentence_recurrent_discriminator(7, 5, embedding=4, units=4),
        spec,
        likelihood_steps=1,
    )
    gan.compile()
    tokens = np.random.default_rng(0).integers(0, 7, [8, 5]).astype(np.int32)
    gan.fit(
        tf.data.Dataset.from_tensors({"tokens": tokens}).repeat(),
        steps_per_epoch=3,
        epochs=1,
        verbose=0,
    )
    written = gan.generate(20, seed=0)
    assert set(np.unique(written)) == set(range(7))  # 0 is a word here, and nothing ends
    gan.save(tmp_path / "model.keras")
    loaded = zoo.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.generate(20, seed=0), written)
    np.testing.assert_array_equal(
        gan.generate(2, seed=0, prompts=np.array([[3, 4], [5, 0]], np.int32))[:, 0], [3, 5]
    )
    with pytest.raises(ValueError, match="made with a TokenSpec"):
        gan.generate_texts(1)
    with pytest.raises(ValueError, match="need a model with a Tokenizer"):
        gan.generate(1, prompts="a cat")


def test_a_spec_checks_its_tokens():
    with pytest.raises(ValueError, match="token 9 is not among the 5"):
        TokenSpec(5, 4, start_token=9)
    with pytest.raises(ValueError, match="needs a Tokenizer"):
        zoo.LanguageModel(5)
    spec = TokenSpec(7, 5)
    writer = networks.make("lstm", spec, units=4)
    with pytest.raises(ValueError, match="generator's start_token is 1, that of the tokens 2"):
        TextGAN(writer, networks.text_cnn(7, 5, filters=4), TokenSpec(7, 5, start_token=2))
    with pytest.raises(ValueError, match="discriminator's length is 4, that of the tokens 5"):
        TextGAN(writer, networks.text_cnn(7, 4, filters=4), spec)
    short = networks.token_generator("transformer", 7, length=3, width=8, heads=2, depth=1)
    with pytest.raises(ValueError, match="writes 3 tokens at most, sentences have 5"):
        TextGAN(short, networks.text_cnn(7, 5, filters=4), spec)
    with pytest.raises(ValueError, match=r"'unit' .did you mean 'units'"):
        zoo.SeqGAN(spec, network_arguments={"unit": 3})
    with pytest.raises(ValueError, match=r"'filter' .did you mean 'filters'"):
        zoo.SeqGAN(spec, discriminator_arguments={"filter": 3})
    larger, judge = networks.token_generator("lstm", 9, units=4), networks.text_cnn(7, 5, filters=4)
    with pytest.raises(ValueError, match="writes 9 tokens, the vocabulary has 7"):
        TextGAN(larger, judge, TokenSpec(7, 5))
