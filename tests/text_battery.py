"""The checks that every model of text must pass: the battery, with sentences for images."""

import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.served import assert_serves
from tfgan_zoo.callbacks import Checkpoint, CheckpointError
from tfgan_zoo.layers import Tokenizer
from tfgan_zoo.training import BatchValueError

WORDS = ("a", "red", "blue", "cat", "dog", "sat")
LENGTH = 6
TEXTS = (
    "a red cat sat",
    "a blue dog sat",
    "a cat",
    "red dog sat",
    "a blue cat",
    "dog sat",
    "a red dog",
    "blue cat sat",
)


def tokenizer():
    """Return the tokenizer of the tests' texts."""
    return Tokenizer(WORDS, length=LENGTH)


def sentences():
    """Return the tests' texts as tokens [8, 6]."""
    return tokenizer().tokens(list(TEXTS)).numpy()


class TextBattery(battery.ModelBattery):
    """Checks for one model of text; `make(**kwargs)` makes a small one with `tokenizer()`."""

    batch = {"tokens": sentences()}
    # A sentence may turn out otherwise in half precision, and its loss with it.
    half_tolerance = 1.0
    sizes = {}

    # --- the checks ---------------------------------------------------------------------------

    def test_the_export_serves_in_a_fresh_process(self, tmp_path):
        model = self.compiled()
        self.train(model, 2)
        model.export(tmp_path / "saved")
        assert_serves(tmp_path / "saved")
        # The check compares with what the exporter stored: is it this model's?
        served = tf.saved_model.load(str(tmp_path / "saved")).signatures
        asked = {"seed": tf.constant(5, tf.int64), "temperature": tf.constant(0.5)}
        for n in (0, 1, 70, 300):  # more than are written at a time
            answer = served["sample"](n=tf.constant(n), **asked)
            assert answer["tokens"].shape == (n, LENGTH)
            if n:
                expected = model.generate(n, seed=5, temperature=0.5)
                np.testing.assert_array_equal(answer["tokens"], expected)
                assert [t.decode() for t in answer["texts"].numpy()] == model.texts(expected)
        answer = served["serving_default"](prompts=tf.constant(["a red", "", "dog"]), **asked)
        texts = [text.decode() for text in answer["texts"].numpy()]
        assert texts[0].startswith("a red")
        assert texts[2].startswith("dog")
        assert texts == model.generate_texts(3, 5, temperature=0.5, prompts=["a red", "", "dog"])
        log_probs = served["score"](texts=tf.constant(TEXTS))["log_probabilities"]
        np.testing.assert_allclose(log_probs, model.log_probabilities(sentences())[0], atol=1e-5)
        with pytest.raises(tf.errors.InvalidArgumentError, match="more than the 6"):
            served["serving_default"](prompts=tf.constant(["a a a a a a a"]), **asked)
        with pytest.raises(tf.errors.InvalidArgumentError, match="zebra"):
            served["serving_default"](prompts=tf.constant(["a zebra"]), **asked)

    def test_generate_repeats_and_extends(self):
        model = self.compiled()
        self.train(model, 3)
        many = model.generate(40, seed=4, batch_size=16)
        assert many.shape == (40, LENGTH)
        assert many.dtype == np.int32
        np.testing.assert_array_equal(model.generate(7, seed=4), many[:7])
        assert (model.generate(40, seed=5) != many).any()
        assert not np.isin(many, [1, 3]).any()  # neither <bos> nor <unk> is ever written
        ended = np.cumsum(many == 2, axis=1) - (many == 2) > 0
        assert (many[ended] == 0).all()
        assert (many[~ended] >= 2).all()
        for bad in ({"n": 0}, {"n": 1, "temperature": 0.0}, {"n": 1, "top_k": 99}):
            with pytest.raises(ValueError, match=list(bad)[-1]):
                model.generate(**bad)
        with pytest.raises(ValueError, match="zebra"):
            model.generate(1, prompts="a zebra")
        with pytest.raises(ValueError, match="more than the 6"):
            model.generate(1, prompts="a a a a a a a")

    def test_wrong_batches_get_clear_errors(self):
        model = self.compiled()
        tokens = self.batch["tokens"]

        def fit(batch):
            model.fit(tf.data.Dataset.from_tensors(batch), verbose=0)

        with pytest.raises(ValueError, match=r"lacks a key .*'tokens'.*did you mean 'token'"):
            fit({"token": tokens})
        with pytest.raises(ValueError, match=r"dtype float32, the model expects int32"):
            fit({"tokens": tokens.astype(np.float32)})
        with pytest.raises(ValueError, match=r"has shape \(8, 5\), the model expects \(None, 6\)"):
            fit({"tokens": tokens[:, :-1]})
        before = battery.values(model.state_variables)
        with pytest.raises(BatchValueError, match=r"\[0, 77\].*in \[0, 9\].*vocabulary"):
            fit({"tokens": np.where(tokens == 5, 77, tokens)})
        for variable, old in zip(model.state_variables, before, strict=True):
            np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)

    def test_the_vocabulary_must_be_the_checkpoints(self, tmp_path):
        model = self.compiled()
        self.train(model, 1, callbacks=[Checkpoint(tmp_path, every=1)])
        swapped = (*WORDS[:3], "dog", "cat", *WORDS[5:])
        wrong = {
            (*WORDS, "zebra"): "6 words there, 7 here",
            swapped: "word 3 is 'cat' there, 'dog' here",
        }
        for words, said in wrong.items():
            other = type(model)(Tokenizer(words, length=LENGTH), **self.sizes)
            other.compile()
            with pytest.raises(CheckpointError, match=said):
                self.train(other, 2, callbacks=[Checkpoint(tmp_path, every=1)])


class PhasedBattery(TextBattery):
    """And for those with phases: exact, wherever they are interrupted."""

    # The phases in their order, with who learns in each.
    phases = {
        "likelihood": {"generator"},
        "discriminator": {"discriminator"},
        "adversarial": {"discriminator", "generator"},
    }

    def test_resume_is_exact_in_the_middle_of_each_phase(self, tmp_path):
        phases = {"likelihood_steps": 2, "discriminator_first": 2}

        def model():
            return self.compiled(seed=3, **phases)

        through = model()
        assert [through.phase_at(step) for step in range(6)] == (
            [phase for phase in self.phases for _ in range(2)]
        )
        self.train(through, 6, callbacks=[Checkpoint(tmp_path / "through", every=1, keep=6)])
        for stop in (1, 3, 5):  # what a run leaves that is killed after this step
            left, folder = f"step_{stop:08d}", tmp_path / str(stop)
            shutil.copytree(tmp_path / "through" / left, folder / left)
            resumed, began = model(), []
            watch = keras.callbacks.LambdaCallback()
            watch.on_train_batch_begin = lambda step, logs, began=began: began.append(step)
            self.train(resumed, 6, callbacks=[Checkpoint(folder, every=6), watch])
            assert len(began) == 6 - stop
            battery.assert_same(through, resumed)

    def test_each_phase_moves_its_own_players(self):
        model = self.compiled(likelihood_steps=1, discriminator_first=1)
        for learners in self.phases.values():
            before = {p: battery.values(model.player_variables(p)) for p in model.players}
            history = self.train(model, 1)
            moved = {
                player
                for player, old in before.items()
                if any(
                    not np.array_equal(v.numpy(), o)
                    for v, o in zip(model.player_variables(player), old, strict=True)
                )
            }
            assert moved == learners
            assert {key.split("_")[0] for key in history} == moved
