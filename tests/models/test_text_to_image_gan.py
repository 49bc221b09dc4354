"""Images from captions."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.served import assert_serves
from tfgan_zoo.layers import Tokenizer
from tfgan_zoo.networks import text_to_image
from tfgan_zoo.networks.attention_stages import attention_size
from tfgan_zoo.training import walking

SHAPE, DEPTH = (16, 16, 1), {"encoder_width": 8, "encoder_depth": 1, "encoder_heads": 2}
TOKENIZER = Tokenizer(["a", "red", "blue", "circle", "square"], length=5)
TEXTS = ["a red circle", "a blue circle", "a red square", "a blue square circle"]
SIZES = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 6, "conditioning_dim": 3}
BATCH = {
    "image": battery.images(8, SHAPE),
    "caption": TOKENIZER.tokens(TEXTS * 2).numpy(),
}


def make(**kwargs):
    return zoo.TextToImageGAN(SHAPE, TOKENIZER, TEXTS[:3], **{**SIZES, **DEPTH, **kwargs})


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestTextToImageGAN(battery.ModelBattery):
    batch = BATCH
    still = "logits/bias"  # of hinge loss, while all logits are within the margins

    def make(self, **kwargs):
        return make(**kwargs)


@battery.keeping()
class TestTextToImageGANOfOtherParts(battery.ModelBattery):
    batch = BATCH
    still = "logits/bias"  # as above

    def make(self, **kwargs):
        parts = {"generator_condition": "concatenate", "discriminator_condition": "concatenate"}
        parts |= {"conditioning_dim": 0, "pooling": "attention", "architecture": "dcgan"}
        return make(**parts, **kwargs)


@battery.keeping()
class TestTextToImageGANWhosePlacesLook(battery.ModelBattery):
    batch = BATCH
    still = "logits/bias"  # as above

    def make(self, **kwargs):
        return make(conditioning_dim=0, architecture="deep_dcgan", attention_stage=1, **kwargs)


def batch():
    return {key: tf.constant(value) for key, value in BATCH.items()}


def test_the_generators_loss_has_the_divergence_of_its_captions():
    gan = make()
    gaussians = text_to_image.gaussians_of(gan.generator)(BATCH["caption"]).numpy()
    mean, log_variance = np.split(np.float64(gaussians), 2, axis=1)
    kl = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean() / 2
    assert kl > 0.01
    gan.compile(kl_weight=0.5)
    loss, logs = gan.generator_lesson(batch(), None)
    np.testing.assert_allclose(loss, 0.5 * kl, rtol=1e-4)
    np.testing.assert_allclose(logs["kl"], kl, rtol=1e-4)
    assert make(conditioning_dim=0).generator_lesson(batch(), None) == (0.0, {})


def test_a_captions_condition_is_a_draw_by_the_last_latents():
    gan = make()
    latents = zoo.training.latents(4, gan.latent_shape, seed=1).numpy()
    assert gan.latent_shape == (9,)
    layers = [layer.name for layer in gan.generator.layers]
    assert walking.GAUSSIANS in layers
    kernel, bias = gan.generator.get_layer(walking.GAUSSIANS).weights
    kernel.assign(tf.zeros_like(kernel))
    bias.assign([0.5, -1.0, 2.0] + [2 * np.log(3.0)] * 3)  # N(·, 3²), whatever the caption
    with_noise = gan.decode(latents, caption=TEXTS[0])
    np.testing.assert_allclose(gan.decode(latents, caption=TEXTS[1]), with_noise, atol=1e-6)
    drawn = np.float32([0.5, -1.0, 2.0]) + 3.0 * latents[:, 6:]
    bias.assign([0.0] * 3 + [0.0] * 3)
    moved = np.concatenate([latents[:, :6], drawn], axis=1)
    np.testing.assert_allclose(gan.decode(moved, caption=TEXTS[0]), with_noise, atol=1e-5)
    assert np.abs(gan.decode(latents, caption=TEXTS[0]) - with_noise).max() > 1e-5


@pytest.mark.parametrize("conditions", ["projection", "concatenate"])
def test_both_players_see_the_caption(conditions):
    generator = {"projection": "batch_norm", "concatenate": "concatenate"}[conditions]
    gan = make(generator_condition=generator, discriminator_condition=conditions)
    latents = zoo.training.latents(2, gan.latent_shape, seed=1).numpy()
    tokens = [BATCH["caption"][[row, row]] for row in (0, 1)]
    images = [gan.generator([latents, rows]).numpy() for rows in tokens]
    assert np.abs(images[0] - images[1]).max() > 1e-6
    logits = [gan.discriminator([BATCH["image"][:2], rows]).numpy() for rows in tokens]
    assert np.abs(logits[0] - logits[1]).max() > 1e-6
    mine = {id(v) for v in gan.generator.variables}
    assert not mine & {id(v) for v in gan.discriminator.variables}  # each reads by itself


def test_places_look_at_the_words_in_both_players():
    """Other words, the vector of the text unchanged: only places that look at the words can tell."""
    gan = make(conditioning_dim=0, architecture="deep_dcgan", attention_stage=1)
    latents = zoo.training.latents(1, gan.latent_shape, seed=1).numpy()
    read, draw = walking.halves_of(gan.generator)
    assert len(draw.inputs) == 4  # latents, the vector, the words and which there are
    first, second = ([each.numpy() for each in read(BATCH["caption"][[row]])] for row in (0, 2))
    (words,) = [at for at, each in enumerate(first) if each.ndim == 3]
    image = draw([latents, *first]).numpy()
    mixed = [second[at] if at == words else each for at, each in enumerate(first)]
    assert np.abs(draw([latents, *mixed]).numpy() - image).max() > 1e-6
    (presence,) = [at for at, each in enumerate(first) if each.shape == (1, 5)]
    beyond = [each.copy() for each in first]
    beyond[words][:, first[presence][0] == 0] += 1.0
    np.testing.assert_array_equal(draw([latents, *beyond]), image)  # no word there

    (reading,) = [layer for layer in gan.discriminator.layers if layer.name == "reading"]
    assert reading.output.shape[1:3] == (8, 8)
    logits = gan.discriminator([BATCH["image"][:2], BATCH["caption"][:2]]).numpy()
    reading.weights[-2].assign(2 * reading.weights[-2])  # of what was seen
    again = gan.discriminator([BATCH["image"][:2], BATCH["caption"][:2]]).numpy()
    assert np.abs(logits - again).min() > 1e-6


@pytest.mark.parametrize("conditions", ["projection", "concatenate"])
def test_a_discriminator_that_looks_reads_its_captions_once(conditions):
    parts = {"conditioning_dim": 0, "architecture": "deep_dcgan", "attention_stage": 1}
    gan = make(discriminator_condition=conditions, **parts)
    encoders = [layer for layer in gan.discriminator.layers if layer.name == "text_encoder"]
    assert len(encoders) == 1
    assert len(gan.discriminator.inputs) == 2


@pytest.mark.parametrize("architecture", ["dcgan", "deep_dcgan", "resnet", "sndcgan"])
def test_places_look_in_any_architecture_with_maps_and_with_any_heads(architecture):
    sizes = {"encoder_width": 6, "encoder_heads": 3, "conditioning_dim": 0}
    gan = make(architecture=architecture, attention_stage=1, dtype="mixed_float16", **sizes)
    assert gan.generate(1, seed=0, caption=TEXTS[0]).dtype == np.float32
    assert np.isfinite(gan.discriminator([BATCH["image"], BATCH["caption"]])).all()
    (reading,) = [layer for layer in gan.discriminator.layers if layer.name == "reading"]
    assert (reading.heads, reading.compute_dtype) == (3, "float16")


def test_maps_that_are_not_there_cannot_look():
    with pytest.raises(ValueError, match=r"attention_stage is 3, expected None, 1 \(8×8 maps\)"):
        make(attention_stage=3)
    with pytest.raises(ValueError, match="image_shape is None, expected"):
        attention_size(None, 1)
    with pytest.raises(ValueError, match=r"has no maps of 8×8 places .* leave out attention_stage"):
        make(architecture="mlp", generator_condition="concatenate", attention_stage=1)


def test_wrong_pairs_are_other_captions():
    gan = make()
    (wrong,), found = gan.wrong_conditions(gan.unpack(batch()))
    assert found.numpy().all()
    assert (wrong.numpy() != BATCH["caption"]).any(axis=1).all()


def test_a_discriminator_that_is_not_told():
    gan = make(discriminator_condition="none")
    assert len(gan.discriminator.inputs) == 1
    assert gan.discriminator_conditions(batch()) == []
    with pytest.raises(ValueError, match=r"discriminator_condition is 'none': compile with wrong"):
        gan.compile()
    gan.compile(wrong_pairs=False)


def test_strings_are_their_tokens_and_examples_take_turns():
    gan = make()
    told = gan.generate(3, seed=2, caption=TEXTS[:3])
    np.testing.assert_allclose(gan.generate(3, seed=2), told, atol=1e-6)
    tokens = gan.generate(3, seed=2, caption=BATCH["caption"][:3])
    np.testing.assert_allclose(tokens, told, atol=1e-6)
    five = gan.generate(5, seed=2)
    np.testing.assert_allclose(
        five, gan.generate(5, seed=2, caption=TEXTS[:3] + TEXTS[:2]), atol=1e-6
    )
    assert np.abs(gan.generate(3, seed=2, caption=TEXTS[0]) - told)[1:].max() > 1e-6
    with pytest.warns(UserWarning, match="the vocabulary lacks 'pink'"):
        unknown = gan.generate(1, seed=2, caption="a pink circle")
    rows = gan.generate(1, seed=2, caption=[[4, 3, 7]])
    np.testing.assert_allclose(unknown, rows, atol=1e-6)
    with pytest.raises(ValueError, match="unknown input of TextToImageGAN 'label'; valid names: c"):
        gan.generate(1, label=1)


@pytest.mark.parametrize("parts", [{}, {"conditioning_dim": 0, "attention_stage": 1}])
def test_the_export_takes_strings(tmp_path, parts):
    gan = make(ema_decay=0.5, **parts)
    gan.export(tmp_path / "saved")
    assert_serves(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures
    assert served["serving_default"].structured_input_signature[1]["caption"].dtype == tf.string

    def ask(*captions):
        asked = {"seed": tf.constant(5, tf.int64), "caption": tf.constant(captions)}
        return served["sample_given"](**asked)["images"].numpy()

    expected = gan.generate(70, seed=5, caption=[TEXTS[1]] * 69 + [TEXTS[0]])
    np.testing.assert_allclose(ask(*[TEXTS[1]] * 69, TEXTS[0]), expected, atol=1e-5)
    unknown = gan.generate(1, seed=5, caption=[[4, 3, 7]])
    np.testing.assert_allclose(ask("a pink circle"), unknown, atol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="captions without words"):
        ask("a circle", "")
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than the 5 words"):
        ask("a a a a a a")


def test_a_checkpoint_of_other_words_is_refused():
    other = Tokenizer(["a", "blue", "red", "circle", "square"], length=5)
    gan = zoo.TextToImageGAN(SHAPE, other, TEXTS, **SIZES, **DEPTH)
    with pytest.raises(ValueError, match=r"another one: .* word 1 is 'red' there, 'blue' here"):
        gan.check_config(make().get_config())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"generator_condition": "bath_norm"}, "did you mean 'batch_norm'"),
        ({"discriminator_condition": "project"}, "did you mean 'projection'"),
        ({"pooling": "max"}, "unknown pooling 'max'"),
        ({"encoder_heads": 3}, "cannot be shared among 3 heads"),
        ({"conditioning_dim": -1}, "conditioning_dim is -1"),
        ({"architecture": "mlp"}, "has no batch norm"),
    ],
)
def test_what_is_no_text_to_image_gan(arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)
    with pytest.raises(ValueError, match="kl_weight is -1"):
        make().compile(kl_weight=-1)


def test_captions_that_are_no_tokens_yet():
    gan = make()
    gan.compile()
    batch = {"image": tf.constant(battery.images(2, SHAPE)), "caption": tf.constant(TEXTS[:2])}
    with pytest.raises(ValueError, match=r"dtype string, .* int32; .*info\.tokenizer\.tokens"):
        gan.train_step(batch)


def test_the_norm_of_the_discriminator():
    gan = make(architecture="dcgan", discriminator_norm="none")
    kinds = {type(layer) for layer in gan.discriminator._flatten_layers()}
    assert not any(issubclass(kind, keras.layers.BatchNormalization) for kind in kinds)
    gan.compile(loss="non_saturating", penalties=["r1"])
    assert float(gan.train_step(batch())["discriminator_r1"]) > 0
    with pytest.raises(ValueError, match="r1 takes the gradient of each sample"):
        make(architecture="dcgan").compile(loss="non_saturating", penalties=["r1"])
    with pytest.raises(ValueError, match="only the architecture 'dcgan' has a choice of norms"):
        make(architecture="sndcgan", discriminator_norm="none")
    with pytest.raises(ValueError, match="unknown norm 'bach'"):
        make(architecture="dcgan", discriminator_norm="bach")
