"""Texts and the policy gradient's noise, in files and in TensorBoard."""

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import text_battery
from tests.callbacks import events
from tfgan_zoo.callbacks import PolicyLogger, SampleTexts
from tfgan_zoo.training import PolicyDiagnosis

SIZES = {
    "network_arguments": {"embedding": 4, "units": 4},
    "discriminator_arguments": {"embedding": 4, "widths": (1, 2), "filters": 4},
}


def gan(**options):
    model = zoo.SeqGAN(text_battery.tokenizer(), likelihood_steps=1, **SIZES)
    model.compile(discriminator_steps=1, **options)
    return model


def data():
    batch = {"tokens": tf.constant(text_battery.sentences())}
    return tf.data.Dataset.from_tensors(batch).repeat()


def test_texts_are_written_at_the_start_on_schedule_and_at_the_end(tmp_path):
    model = gan(reward="sequence")
    callback = SampleTexts(tmp_path, every=2, samples=3, temperature=0.5, real=["a red cat"])
    model.fit(data(), steps_per_epoch=3, epochs=1, verbose=0, callbacks=[callback])
    written = sorted(p.name for p in (tmp_path / "samples").iterdir())
    assert written == [f"step_{step:08d}.txt" for step in (0, 2, 3)]
    last = (tmp_path / "samples" / "step_00000003.txt").read_text().splitlines()
    assert last == model.generate_texts(3, seed=0, temperature=0.5)
    assert {"real", "samples"} <= events.read(tmp_path / "tensorboard" / "samples").keys()


def test_the_diagnosis_takes_no_step_and_knows_the_noise():
    plain = gan(reward="constant", baseline="none")
    batch = next(iter(data()))
    before = [np.array(v.numpy()) for v in plain.state_variables]
    found = PolicyDiagnosis(plain, batch, repeats=4)()
    for variable, old in zip(plain.state_variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)
    np.testing.assert_allclose(found["returns"][0], 1.0)
    assert found["variance"] > 1e-4
    # Of a constant reward the others' mean leaves nothing.
    quiet = PolicyDiagnosis(gan(reward="constant", baseline="batch_mean"), batch, repeats=4)()
    assert quiet["variance"] == pytest.approx(0.0, abs=1e-12)
    assert quiet["gradient_norm"] == pytest.approx(0.0, abs=1e-6)


def test_the_diagnosis_is_logged_once_the_game_has_begun(tmp_path):
    model = gan(reward="sequence")
    callback = PolicyLogger(tmp_path, data(), every=1, repeats=2)
    model.fit(data(), steps_per_epoch=2, epochs=1, verbose=0, callbacks=[callback])
    tags = events.scalars(tmp_path / "tensorboard" / "policy")
    assert {"policy/variance", "policy/signal_to_noise", "returns/position_06"} <= set(tags)
    with pytest.raises(ValueError, match="repeats is 1"):
        PolicyLogger(tmp_path, data(), repeats=1)
