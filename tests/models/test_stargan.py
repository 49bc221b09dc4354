"""StarGAN passes the battery."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

import tfgan_zoo as zoo
from tests import battery, translation_battery
from tfgan_zoo.networks.translation import resnet_generator

SIZES = {"blocks": 1, "generator_width": 4, "discriminator_width": 4}


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestStarGAN(translation_battery.TranslationBattery):
    key = "image"
    batch = {
        "image": battery.images(8, (8, 12, 3)),
        "label": np.array([0, 1, 2, 0, 1, 2, 0, 1], np.int32),
    }

    def make(self, **kwargs):
        return zoo.StarGAN((8, 12, 3), 3, **{**SIZES, **kwargs})

    def compiled(self, *, compile_options=None, **kwargs):
        # One turn of the discriminator is traced sooner than five.
        options = {"discriminator_steps": 1, **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)

    def ways(self):
        return [
            ({"label": 2}, "serving_default", {"label": 2}),
            ({"label": 0}, "translate", {"label": 0}),
        ]


def test_without_norm_what_passes_keeps_its_size():
    generator = TestStarGAN().make(norm="none", blocks=0, generator_width=64).generator
    images = battery.images(8, (32, 32, 3))
    inner = keras.Model(generator.inputs, generator.get_layer("down_2_relu").output)
    kept = np.mean(np.square(inner([images, np.zeros(8, np.int32)]))) / np.mean(np.square(images))
    assert 0.2 < kept < 5.0  # 0.005 with weights from N(0, 0.02²)


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("stage", [1, 2])
def test_with_skips_what_was_halved_is_seen_on_the_way_up(skips, stage):
    model = TestStarGAN().make(generator_skips=skips)
    images, labels = TestStarGAN.batch["image"], TestStarGAN.batch["label"]

    def told_apart():
        first, second = (model.generator([each, labels]) for each in (images, images[::-1]))
        return not np.array_equal(first, second)

    assert told_apart()
    kernel = model.generator.get_layer(f"up_{stage}").kernel
    kernel.assign(tf.zeros_like(kernel))  # nothing comes from below
    assert told_apart() == skips


def test_the_discriminator_has_no_norm_either():
    discriminator = zoo.StarGAN((32, 32, 3), 3, **SIZES).discriminator
    inner = keras.Model(discriminator.inputs, discriminator.get_layer("leaky_relu_4").output)
    images = battery.images(8, (32, 32, 3))
    kept = np.mean(np.square(inner(images))) / np.mean(np.square(images))
    assert 0.1 < kept < 5.0  # 6e-8 with weights from N(0, 0.02²)


def test_a_residual_generator_leaves_what_it_does_not_change():
    images, labels = TestStarGAN.batch["image"], TestStarGAN.batch["label"]
    generator = TestStarGAN().make(generator_residual=True, norm="none").generator
    last = generator.get_layer("to_image")
    assert np.std(last.kernel) == pytest.approx(0.02, rel=0.1)  # He's would be 0.1
    last.kernel.assign(tf.zeros_like(last.kernel))
    np.testing.assert_allclose(generator([images, labels]), 0.97 * images, atol=1e-5)
    last.bias.assign([0.5, 0.0, -9.0])
    made = generator([images, labels]).numpy()
    np.testing.assert_allclose(made[..., 0], np.tanh(0.5 + np.arctanh(0.97 * images[..., 0])), 1e-4)
    np.testing.assert_allclose(made[..., 2], -1.0, atol=1e-4)
    assert np.isfinite(generator([200 * images, labels])).all()


def test_a_residual_is_of_the_images_own_channels():
    with pytest.raises(ValueError, match="3 channels, which cannot become images of 1"):
        resnet_generator(3, 1, width=4, blocks=1, residual=True)


def test_the_losses_are_the_papers():
    model = TestStarGAN().make()
    model.compile(discriminator_steps=1, penalties=[])
    batch = {k: tf.constant(v) for k, v in TestStarGAN.batch.items()}
    model.unpack(batch)
    with model.random.active():
        fakes = model.fakes(batch)
    real_logits, real_domains = (x.numpy() for x in model.discriminator(batch["image"]))
    fake_logits, fake_domains = (x.numpy() for x in model.discriminator(fakes["image"]))
    every = np.arange(8)

    def cross_entropy(domains, labels):
        return -log_softmax(domains, axis=1)[every, labels].mean()

    loss, logs = model.discriminator_loss(batch, fakes)
    of_classes = cross_entropy(real_domains, batch["label"])
    np.testing.assert_allclose(
        loss, fake_logits.mean() - real_logits.mean() + of_classes, rtol=1e-4
    )
    np.testing.assert_allclose(logs["class_loss"], of_classes, rtol=1e-5)
    right = np.mean(real_domains.argmax(axis=1) == batch["label"].numpy())
    np.testing.assert_allclose(logs["class_accuracy"], right, rtol=1e-6)
    loss, logs = model.generator_loss(batch, fakes)
    returned = model.generator([fakes["image"], batch["label"]])
    expected = {
        "adversarial": -fake_logits.mean(),
        "class_loss": cross_entropy(fake_domains, fakes["label"]),
        "reconstruction": np.abs(returned - batch["image"]).mean(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4, err_msg=name)
    weights = {"adversarial": 1.0, "class_loss": 1.0, "reconstruction": 10.0}
    total = sum(weights[name] * value for name, value in expected.items())
    np.testing.assert_allclose(loss, total, rtol=1e-4)
    assert "identity" not in logs
    model.compile(discriminator_steps=1, penalties=[], identity_weight=3.0, adversarial_weight=2.0)
    loss, logs = model.generator_loss(batch, fakes)
    kept = model.generator([batch["image"], batch["label"]])
    identity = np.abs(kept - batch["image"]).mean()
    np.testing.assert_allclose(logs["identity"], identity, rtol=1e-4)
    np.testing.assert_allclose(loss, total + 3 * identity + logs["adversarial"], rtol=1e-4)


def test_fewer_stages_judge_smaller_patches():
    def discriminator(stages):
        model = zoo.StarGAN((16, 24, 3), 3, **SIZES, discriminator_stages=stages)
        assert model.get_config()["discriminator_stages"] == stages
        return model.discriminator

    assert [o.shape for o in discriminator(2).outputs] == [(None, 4, 6, 1), (None, 3)]
    widths = [v.shape[-1] for v in discriminator(2).weights if v.path.endswith("kernel")]
    assert sorted(widths) == [1, 3, 4, 8]
    assert [o.shape for o in discriminator(None).outputs] == [(None, 2, 3, 1), (None, 3)]
    with pytest.raises(ValueError, match="stages is 4; 16×24 pixels can be halved 3 times at most"):
        discriminator(4)
    with pytest.raises(ValueError, match="stages"):
        discriminator(0)


def test_the_defaults_are_the_papers():
    model = TestStarGAN().make()
    model.compile()
    assert model.discriminator_steps == 5
    assert [(p.kind, p.weight) for p in model.penalties] == [("gradient_penalty", 10.0)]
    assert model.adversarial_losses[0].name == "wasserstein"
    rates = [float(o.learning_rate) for o in model.optimizers.values()]
    np.testing.assert_allclose(rates, [1e-4, 1e-4], rtol=1e-6)
    logs = model.train_step({k: tf.constant(v) for k, v in TestStarGAN.batch.items()})
    assert int(model.optimizers["discriminator"].iterations.numpy()) == 5
    assert int(model.optimizers["generator"].iterations.numpy()) == 1
    assert logs["discriminator_gradient_penalty"] > 0.0


def test_domains_to_translate_to_are_uniform_and_drawn_anew():
    model = zoo.StarGAN((8, 8, 1), 3, 0, 1, 1)
    model.compile()
    model.generator = lambda inputs, training: inputs[0]
    drawn = []
    for step in range(4):
        model.iterations.assign(step)
        model.unpack({"image": tf.zeros([600, 8, 8, 1]), "label": tf.zeros([600], tf.int32)})
        drawn += [
            model.fakes({"image": tf.zeros([600, 8, 8, 1])})["label"].numpy() for _ in range(2)
        ]
    for labels in drawn:
        np.testing.assert_allclose(np.bincount(labels) / 600, 1 / 3, atol=0.08)
    assert len({labels.tobytes() for labels in drawn}) == len(drawn)


def test_it_learns_what_a_domain_is():
    """Three domains of one colour each: dark, grey and light."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 48).astype(np.int32)
    images = (labels[:, None, None, None] - 1.0) * 0.7 + 0.05 * rng.normal(size=(48, 8, 8, 1))
    model = zoo.StarGAN((8, 8, 1), 3, 0, 8, 8)
    adam = {player: keras.optimizers.Adam(3e-3, beta_1=0.5) for player in model.players}
    model.compile(adam, discriminator_steps=1, reconstruction_weight=1.0)
    model.fit(
        {"image": images.astype(np.float32), "label": labels}, batch_size=16, epochs=50, verbose=0
    )
    means = [model.translate(np.float32(images[:6]), label).mean() for label in range(3)]
    assert np.diff(means).min() > 0.3, means


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (3, "expected classes from 0 to 2"),
        (-1, "expected classes from 0 to 2"),
        (1.0, "expected an int, or 8 of them"),
        ([0, 1], "expected an int, or 8 of them"),
    ],
)
def test_labels_out_of_range(label, message):
    model = TestStarGAN().make()
    with pytest.raises(ValueError, match=message):
        model.translate(TestStarGAN.batch["image"], label)


def test_what_cannot_be_is_refused_by_name():
    with pytest.raises(ValueError, match="num_labels is 1"):
        zoo.StarGAN((8, 8, 3), 1)
    with pytest.raises(ValueError, match="the nearest that works is 32×64"):
        zoo.StarGAN((31, 64, 3), 3)
    with pytest.raises(ValueError, match="are all 0"):
        TestStarGAN().make().compile(adversarial_weight=0, class_weight=0, reconstruction_weight=0)
