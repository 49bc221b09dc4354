"""SNGAN, SAGAN and BigGAN pass the battery, and have their papers' settings."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo.layers import SelfAttention

IMAGES = battery.images(8, (16, 20, 1))
LABELS = np.array([0, 2, 1, 1, 0, 2, 2, 0], np.int32)


def awake(model):
    """Return a model whose attention does something: new, its scale is 0, and the rest does not learn."""
    networks = [model.generator, model.discriminator, model.averaged_generator]
    for network in networks[: 3 if model.averaged_generator else 2]:
        for layer in network.layers:
            if isinstance(layer, SelfAttention):
                layer.gamma.assign(0.5)
    return model


class Battery(battery.ModelBattery):
    def compiled(self, *, compile_options=None, **kwargs):
        # One turn of the discriminator is enough here, and traced sooner.
        options = {"discriminator_steps": 1, **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)


# BigGAN's blocks, or DCGAN's with spectral norm
@battery.keeping("test_training_is_finite_and_moves_everything", "test_resume_is_exact")
class TestSNGAN(Battery):
    batch = {"image": IMAGES}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return zoo.SNGAN((16, 20, 1), "cnn", 8, 4, 4, **kwargs)


@battery.keeping()  # BigGAN's, without labels
class TestSAGAN(Battery):
    batch = {"image": IMAGES}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        model = awake(zoo.SAGAN((16, 20, 1), None, 8, 4, 4, **kwargs))
        # Within both margins hinge loss has no slope by the bias: real and fake images cancel.
        logits = model.discriminator(IMAGES).numpy()
        model.discriminator.get_layer("logits").bias.assign([1.0 - np.median(logits)])
        return model


# It takes minutes; SNGAN and test_conditional have it of smaller networks.
@battery.keeping()
class TestBigGAN(Battery):
    half_tolerance = 0.1  # Adam's first steps have the size of the rate, whatever the gradient's
    batch = {"image": IMAGES, "label": LABELS}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return awake(zoo.BigGAN((16, 20, 1), 3, 16, 8, 8, **kwargs))


def step(model):
    batch = {"image": IMAGES, "label": LABELS}
    return model.train_step({k: tf.constant(batch[k]) for k in model.batch_fields})


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (zoo.SNGAN, {"architecture": "resnet", "generator_width": 4, "discriminator_width": 4}),
        (zoo.SAGAN, {"num_classes": 3, "generator_width": 4, "discriminator_width": 4}),
        (zoo.SAGAN, {"attention_stage": None, "generator_width": 4, "discriminator_width": 4}),
    ],
)
def test_the_other_ways_to_make_them_train_and_are_saved(make, options, tmp_path):
    model = make((16, 20, 1), **options)
    model.compile(discriminator_steps=1)
    assert all(np.isfinite(v) for v in step(model).values())
    model.save(tmp_path / "model.keras")
    loaded = zoo.load_model(tmp_path / "model.keras")
    assert loaded.get_config() == model.get_config()
    battery.assert_same(model, loaded)
    np.testing.assert_array_equal(model.generate(2, seed=1), loaded.generate(2, seed=1))


def adam(model):
    return {
        player: tuple(round(float(x), 7) for x in (o.learning_rate, o.beta_1, o.beta_2))
        for player, o in model.optimizers.items()
    }


@pytest.mark.parametrize(
    ("architecture", "loss", "steps", "setting"),
    [
        ("cnn", "non_saturating", 1, (2e-4, 0.5, 0.999)),
        ("resnet", "hinge", 5, (2e-4, 0.0, 0.9)),
    ],
)
def test_the_settings_of_sngan(architecture, loss, steps, setting):
    model = zoo.SNGAN((16, 16, 1), architecture, 4, 2, 2)
    model.compile()
    assert (model.adversarial_loss.name, model.discriminator_steps) == (loss, steps)
    assert adam(model) == {"discriminator": setting, "generator": setting}
    assert not any(hasattr(layer, "advance") for layer in model.generator._flatten_layers())
    weighted = [layer for layer in model.discriminator.layers if layer.weights]
    assert all(hasattr(layer, "advance") for layer in weighted)


@pytest.mark.parametrize(
    ("make", "steps", "rates", "beta_2"),
    [(zoo.SAGAN, 1, (4e-4, 1e-4), 0.9), (zoo.BigGAN, 2, (2e-4, 5e-5), 0.999)],
)
def test_the_settings_of_the_others(make, steps, rates, beta_2):
    model = make((16, 16, 1), num_classes=3, generator_width=4, discriminator_width=8)
    model.compile()
    assert (model.adversarial_loss.name, model.discriminator_steps) == ("hinge", steps)
    found = [(rate, 0.0, beta_2) for rate in rates]
    assert list(adam(model).values()) == found


def test_turns_move_the_vectors_once_each():
    model = zoo.SNGAN((16, 16, 1), "cnn", 4, 2, 2)
    model.compile()
    layer = model.discriminator.get_layer("down_2")
    layer.kernel.assign(battery.images(1, layer.kernel.shape)[0])
    moves, advance = [], type(layer).advance
    layer.advance = lambda: moves.append(advance(layer))
    u = layer.u.numpy()
    matrix = layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1])
    step_images = {"image": tf.constant(IMAGES[:, :, :16])}
    model.train_step(step_images)
    expected = matrix.T @ (matrix @ u)
    np.testing.assert_allclose(layer.u.numpy(), expected / np.linalg.norm(expected), atol=1e-5)
    assert len(moves) == 1
    model.discriminator_steps = 3
    model.train_step(step_images)
    assert len(moves) == 1 + 3


def test_a_bad_turn_puts_the_vectors_back():
    model = zoo.SNGAN((16, 16, 1), "cnn", 4, 2, 2)
    model.compile(run_eagerly=True)
    layer = model.discriminator.get_layer("down_2")
    layer.kernel.assign(battery.images(1, layer.kernel.shape)[0])
    before = battery.values(model.discriminator.weights)
    battery.poison(model, "discriminator", from_step=0)
    model.train_step({"image": tf.constant(IMAGES[:, :, :16])})
    for now, then in zip(battery.values(model.discriminator.weights), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_labels_matter_where_there_are_labels_only():
    conditional = awake(zoo.BigGAN((16, 16, 1), 3, 16, 8, 8))
    one, two = (conditional.generate(2, seed=0, label=label) for label in (0, 1))
    assert np.abs(one - two).max() > 1e-3
    plain = zoo.SAGAN((16, 16, 1), None, 8, 4, 4)
    assert set(plain.batch_fields) == {"image"}
    with pytest.raises((TypeError, ValueError), match="label"):
        plain.generate(2, seed=0, label=1)


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (zoo.SNGAN, {"architecture": "resnett"}, "did you mean 'resnet'"),
        (zoo.SNGAN, {"generator_width": 0}, "generator_width is 0"),
        (zoo.SAGAN, {"num_classes": 0}, "num_classes is 0"),
        (zoo.SAGAN, {"attention_stage": 0}, r"expected None, 1 \(8×8 maps\) or 2 \(4×4 maps\)"),
        (zoo.BigGAN, {"num_classes": 3, "attention_stage": 3}, "attention_stage is 3"),
        (zoo.BigGAN, {"num_classes": 3, "latent_dim": 15}, "4 equal parts, for which 12 or 16"),
        (zoo.BigGAN, {"num_classes": 3, "generator_width": 2}, "at least 8 channels, not 4"),
    ],
)
def test_arguments_that_cannot_be(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make((16, 16, 1), **arguments)


@pytest.mark.parametrize("name", ["SNGAN", "SAGAN", "BigGAN"])
def test_sizes_that_cannot_be_are_refused_by_the_model_s_name(name):
    options = {} if name != "BigGAN" else {"num_classes": 3}
    with pytest.raises(ValueError, match=f"{name} makes images from 16 to 128 pixels"):
        getattr(zoo, name)((8, 16, 1), **options)


def test_the_names_are_exported():
    for name in ("SNGAN", "SAGAN", "BigGAN"):
        assert zoo.models.get(name) is getattr(zoo, name)
        assert keras.saving.get_registered_name(getattr(zoo, name)) == f"tfgan_zoo>{name}"
