"""PixelDA passes the battery."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.adaptation_battery import AdaptationBattery

SIZES = {"blocks": 1, "generator_width": 4, "discriminator_width": 4, "classifier_width": 4}


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestPixelDA(AdaptationBattery):
    def make(self, **kwargs):
        return zoo.PixelDA((16, 20, 1), 3, **{**SIZES, **kwargs})

    def use(self, model, images, **which):
        return model.translate(images, **which)

    def ways(self):
        return [({}, "serving_default", {}), ({}, "translate", {})]


def test_the_losses_are_the_papers():
    model = TestPixelDA().make()
    model.compile()
    batch = {k: tf.constant(v) for k, v in TestPixelDA.batch.items()}
    fakes = tf.constant(battery.images(8, (16, 20, 1), seed=9))
    model.unpack(batch)
    real, fake = (model.discriminator(x).numpy() for x in (batch["target"], fakes))
    loss, _ = model.discriminator_loss(batch, fakes, training=False)
    expected = np.logaddexp(0.0, -real).mean() + np.logaddexp(0.0, fake).mean()
    np.testing.assert_allclose(loss, expected, rtol=1e-5)

    def cross_entropy(images):
        shares = model.classify(images.numpy())
        return -np.log(shares[np.arange(8), batch["label"]]).mean()

    loss, logs = model.classifier_loss(batch, fakes)
    expected = cross_entropy(batch["source"]) + cross_entropy(fakes)
    np.testing.assert_allclose(loss, expected, rtol=1e-4)
    right = model.classify(fakes.numpy()).argmax(axis=1) == batch["label"].numpy()
    np.testing.assert_allclose(logs["fake_accuracy"], right.mean(), rtol=1e-5)
    loss, _ = model.generator_loss(batch, fakes, training=False)
    game = np.logaddexp(0.0, -fake).mean()
    np.testing.assert_allclose(loss, 0.011 * game + 0.01 * cross_entropy(fakes), rtol=1e-4)


def test_the_networks_are_the_papers():
    model = zoo.PixelDA((28, 28, 3))
    shapes = {v.path: tuple(v.shape) for v in model.generator.weights if "kernel" in v.path}
    assert shapes["from_image/kernel"] == (3, 3, 4, 64)  # three colours and the noise
    assert sum("block" in path for path in shapes) == 12
    widths = [
        layer.filters
        for layer in model.discriminator.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert widths == [64, 128, 256, 512]  # 28, 14, 7 and 4 pixels
    optimizer = model.default_optimizers()["generator"]
    rates = [float(optimizer._learning_rate(step)) for step in (0, 19999, 20000)]
    np.testing.assert_allclose(rates, [1e-3, 1e-3, 0.95e-3], rtol=1e-5)


def test_noise_makes_different_images_of_one():
    model = TestPixelDA().make()
    for variable in model.generator.get_layer("project").trainable_variables:
        variable.assign(5.0 * variable)
    images = np.repeat(TestPixelDA.batch["source"][:1], 4, axis=0)
    made = model.translate(images)
    assert np.abs(made[1:] - made[0]).reshape(3, -1).max(axis=1).min() > 1e-4
    np.testing.assert_allclose(model.translate(images, batch_size=1), made, atol=1e-6)
    plain = model(tf.constant(images)).numpy()  # outside of a stream there is none
    np.testing.assert_allclose(plain[1:], plain[:-1], atol=1e-6)


def test_any_loss_and_penalty():
    model = TestPixelDA().make(discriminator_norm="none")
    model.compile(loss="wasserstein", penalties=["gradient_penalty"], discriminator_steps=2)
    batch = {k: tf.constant(v) for k, v in TestPixelDA.batch.items()}
    assert model.train_step(batch)["discriminator_gradient_penalty"] > 0.0
    assert int(model.optimizers["discriminator"].iterations.numpy()) == 2
    with pytest.raises(ValueError, match="are all 0"):
        model.compile(adversarial_weight=0, task_weight=0)
    with pytest.raises(ValueError, match="is a BatchNormalization"):
        TestPixelDA().make().compile(penalties=["r1"])


def test_evaluate_tells_the_accuracy_on_the_target_domain():
    model = TestPixelDA().make()
    model.compile()
    test = {"target": TestPixelDA.batch["target"], "target_label": TestPixelDA.batch["label"]}
    told = model.evaluate(test, batch_size=8, verbose=0, return_dict=True)
    right = (model.classify(test["target"]).argmax(axis=1) == test["target_label"]).mean()
    np.testing.assert_allclose(told["classifier_target_accuracy"], right, rtol=1e-5)
