"""Pix2Pix passes the battery."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.translation_battery import KEPT, TranslationBattery

SIZES = {"generator_width": 4, "discriminator_width": 4, "receptive_field": 16}


@battery.keeping(
    *KEPT,
    "test_an_update_moves_its_own_player_and_nobody_else",
    "test_load_model_gives_the_same_model",
    "test_generate_repeats_and_extends",
    "test_mixed_precision",
    "test_wrong_batches_get_clear_errors",
)
class TestPix2Pix(TranslationBattery):
    batch = {
        "source": battery.images(8, (16, 24, 1)),
        "target": battery.images(8, (16, 24, 3), seed=1),
    }

    def make(self, **kwargs):
        return zoo.Pix2Pix((16, 24, 3), 1, **{**SIZES, **kwargs})


def step(**options):
    """Return a model without noise, compiled so, and what its next step says, with what it made before."""
    model = TestPix2Pix().make(dropout=0.0)
    model.compile(**options)
    batch = {k: tf.constant(v) for k, v in TestPix2Pix.batch.items()}
    fakes = model.generator(batch["source"])
    real, fake = (
        model.discriminator([images, batch["source"]]).numpy()
        for images in (batch["target"], fakes)
    )
    logs = {key: value.numpy() for key, value in model.train_step(batch).items()}
    return model, batch, fakes, real, fake, logs


def softplus(x):
    return np.logaddexp(0.0, x).mean()


def test_the_losses_are_the_papers():
    model, batch, fakes, real, fake, logs = step()
    # D's loss is halved, and G is judged by the D that has just been trained.
    halved = 0.5 * (softplus(-real) + softplus(fake))
    np.testing.assert_allclose(logs["discriminator_loss"], halved, rtol=1e-5)
    distance = np.abs(batch["target"] - fakes).mean()
    np.testing.assert_allclose(logs["generator_l1"], distance, rtol=1e-5)
    after = softplus(-model.discriminator([fakes, batch["source"]]).numpy())
    np.testing.assert_allclose(logs["generator_adversarial"], after, rtol=1e-5)
    np.testing.assert_allclose(logs["generator_loss"], after + 100.0 * distance, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "terms"),
    [({"l1_weight": 0}, {"adversarial": 1.0}), ({"adversarial_weight": 0}, {"l1": 100.0})],
)
def test_each_term_can_be_switched_off(options, terms):
    model, *_, logs = step(**options)
    expected = sum(weight * logs[f"generator_{name}"] for name, weight in terms.items())
    np.testing.assert_allclose(logs["generator_loss"], expected, rtol=1e-6)
    plays = "adversarial" in terms
    assert ("discriminator_loss" in logs) == plays
    assert (int(model.optimizers["discriminator"].iterations.numpy()) == 1) == plays


def test_the_discriminator_may_have_a_norm_of_its_own():
    def norms(network):
        return {layer.name for layer in network.layers if "norm" in layer.name}

    both, own = (TestPix2Pix().make(discriminator_norm=norm) for norm in (None, "none"))
    assert norms(both.generator) == norms(own.generator) != set()
    assert norms(both.discriminator) == {"norm_2"}
    assert norms(own.discriminator) == set()


def test_any_loss_and_penalty():
    model, *_, logs = step(
        loss="wasserstein", penalties=["gradient_penalty"], discriminator_steps=2
    )
    assert logs["discriminator_gradient_penalty"] > 0.0
    assert int(model.optimizers["discriminator"].iterations.numpy()) == 2
    model, *_, logs = step(loss="relativistic_paired", penalties=["r1", "lecam"])
    assert np.isfinite(logs["generator_loss"])
    with pytest.raises(ValueError, match=r"path_length is about latents.* leave path_length out"):
        model.compile(penalties=["path_length"])
    assert [p.kind for p in model.penalties] == ["r1", "lecam"]  # as it was
    with pytest.raises(ValueError, match="is a BatchNormalization"):
        TestPix2Pix().make(norm="batch").compile(penalties=["r1"])


def test_what_it_learns():
    """A map that L1 alone can learn, from one channel to three."""
    source = np.sign(battery.images(16, (4, 4, 1))).repeat(4, axis=1).repeat(4, axis=2)
    target = np.concatenate([-source, 0.5 * source, -0.5 * source], axis=3)
    pairs = {"source": source, "target": target}
    model = zoo.Pix2Pix((16, 16, 3), 1, dropout=0.0, **SIZES)
    model.compile(optimizers={"generator": keras.optimizers.Adam(0.01)})
    before = model.evaluate(pairs, batch_size=16, verbose=0, return_dict=True)["generator_l1"]
    model.fit(pairs, batch_size=16, epochs=60, verbose=0)
    after = model.evaluate(pairs, batch_size=16, verbose=0, return_dict=True)["generator_l1"]
    assert before > 0.5
    assert after < 0.2
    made = np.abs(model.translate(source) - target).mean()
    np.testing.assert_allclose(made, after, rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": (30, 32, 3)}, "nearest that works is 32×32"),
        ({"image_shape": (48, 32, 3), "stages": 5}, "multiples of 32; the nearest .* 64×32"),
        ({"image_shape": (32, 32, 7)}, "has 7 channels"),
        ({"image_shape": (32, 32)}, r"expected \(height, width, channels\)"),
        ({"image_shape": (32, 32, 3), "norm": "instant"}, "did you mean 'instance'"),
        ({"image_shape": (32, 32, 3), "discriminator_norm": "bach"}, "did you mean 'batch'"),
        ({"image_shape": (32, 32, 3), "receptive_field": 0}, "receptive_field is 0"),
        ({"image_shape": (32, 32, 3), "dropout": 1.0}, "dropout is 1.0"),
    ],
)
def test_what_cannot_be_is_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        zoo.Pix2Pix(**arguments, generator_width=2, discriminator_width=2)


def test_a_game_without_a_loss_is_refused():
    with pytest.raises(ValueError, match="are all 0"):
        TestPix2Pix().make().compile(adversarial_weight=0, l1_weight=0)
