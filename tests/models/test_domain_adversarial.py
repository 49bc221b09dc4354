"""DANN passes the battery."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery, translation_battery
from tests.adaptation_battery import AdaptationBattery
from tfgan_zoo.training import Annealed, BatchValueError

LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1], np.int32)


@translation_battery.kept
class TestDomainAdversarialNetwork(AdaptationBattery):
    def make(self, **kwargs):
        return zoo.DomainAdversarialNetwork((16, 20, 1), 3, 10, 4, **kwargs)


def test_the_schedules_are_the_papers():
    model = zoo.DomainAdversarialNetwork((16, 16, 1), 2, total_steps=100, width=2)
    for step in (0, 20, 100, 500):
        p = min(step / 100, 1.0)
        strength = 2.0 / (1.0 + math.exp(-10.0 * p)) - 1.0
        np.testing.assert_allclose(model.strength(step), strength, rtol=1e-5, atol=1e-7)
        rate = 0.01 / (1.0 + 10.0 * p) ** 0.75
        np.testing.assert_allclose(Annealed(0.01, 100)(step), rate, rtol=1e-5)
    model.compile()
    optimizer = model.optimizers["classifier"]
    assert optimizer.momentum == 0.9
    np.testing.assert_allclose(optimizer.learning_rate, 0.01, rtol=1e-6)


@pytest.mark.parametrize("weight", [1.0, 0.5])
def test_who_learns_what(weight):
    """The domain classifier descends, the features ascend, λ times as far; the labels as ever."""
    model = TestDomainAdversarialNetwork().make()
    rate = 0.1
    model.compile({"classifier": keras.optimizers.SGD(rate)}, domain_weight=weight)
    model.iterations.assign(3)
    batch = {k: tf.constant(v) for k, v in TestDomainAdversarialNetwork.batch.items()}
    strength = 2.0 / (1.0 + math.exp(-3.0)) - 1.0
    parts = {
        "features": model.feature_extractor,
        "labels": model.label_predictor,
        "domains": model.domain_classifier,
    }
    variables = {k: [v.value for v in net.trainable_variables] for k, net in parts.items()}
    with tf.GradientTape(persistent=True) as tape:
        source, target = (model.feature_extractor(batch[k]) for k in ("source", "target"))
        label_loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=batch["label"], logits=model.label_predictor(source)
            )
        )
        domain_loss = tf.reduce_mean(tf.nn.softplus(-model.domain_classifier(source)))
        domain_loss += tf.reduce_mean(tf.nn.softplus(model.domain_classifier(target)))
    of_label = {k: tape.gradient(label_loss, v) for k, v in variables.items()}
    of_domain = {k: tape.gradient(domain_loss, v) for k, v in variables.items()}
    before = {k: battery.values(net.trainable_variables) for k, net in parts.items()}
    logs = model.train_step(batch)
    signs = {"features": -strength * weight, "labels": 0.0, "domains": weight}
    for name, network in parts.items():
        for index, variable in enumerate(network.trainable_variables):
            expected = before[name][index].astype(np.float64)
            for gradients, factor in ((of_label, 1.0), (of_domain, signs[name])):
                if gradients[name][index] is not None:
                    expected -= rate * factor * gradients[name][index].numpy()
            np.testing.assert_allclose(variable.numpy(), expected, atol=1e-6, err_msg=variable.path)
    np.testing.assert_allclose(logs["classifier_label_loss"], label_loss, rtol=1e-5)
    np.testing.assert_allclose(logs["classifier_domain_loss"], domain_loss, rtol=1e-5)


def test_without_the_game_it_is_a_classifier_of_the_source():
    model = TestDomainAdversarialNetwork().make()
    model.compile(domain_weight=0)
    before = battery.values(model.domain_classifier.variables)
    logs = model.train_step(
        {k: tf.constant(v) for k, v in TestDomainAdversarialNetwork.batch.items()}
    )
    assert "classifier_domain_loss" not in logs
    for variable, old in zip(model.domain_classifier.variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old)


def test_any_loss_and_penalty_of_a_critic():
    model = TestDomainAdversarialNetwork().make()
    model.compile(loss="wasserstein", penalties=["gradient_penalty"])
    logs = model.train_step(
        {k: tf.constant(v) for k, v in TestDomainAdversarialNetwork.batch.items()}
    )
    assert logs["classifier_domain_gradient_penalty"] > 0.0
    for options, message in (
        ({"penalties": ["feature_matching"]}, "feature_matching is for a generator"),
        (
            {"penalties": ["r1"], "domain_weight": 0},
            "domain_weight is 0, so there is no game that r1",
        ),
        ({"penalties": ["consistency"]}, r"images of shape \(height, width, channels\)"),
        ({"discriminator_steps": 2}, "one step trains all networks"),
    ):
        with pytest.raises(ValueError, match=message):
            model.compile(**options)
    assert [p.kind for p in model.penalties] == ["gradient_penalty"]


def test_evaluate_tells_the_accuracy_on_the_target_domain():
    model = TestDomainAdversarialNetwork().make()
    model.compile()
    images = battery.images(10, (16, 20, 1), seed=3)
    labels = (np.arange(10) % 3).astype(np.int32)
    test = {"target": images, "target_label": labels}
    told = model.evaluate(test, batch_size=4, verbose=0, return_dict=True)  # 4, 4 and 2
    right = (model.classify(images).argmax(axis=1) == labels).mean()
    np.testing.assert_allclose(told["classifier_target_accuracy"], right, rtol=1e-5)
    with pytest.raises(ValueError, match=r"lacks a key .*'target_label'"):
        model.evaluate({"target": images}, verbose=0)
    with pytest.raises(BatchValueError, match="'target_label'"):
        model.evaluate({"target": images, "target_label": labels + 3}, verbose=0)
    with pytest.raises(BatchValueError, match=r"'label'.* in \[0, 2\]"):
        model.fit({**TestDomainAdversarialNetwork.batch, "label": LABELS + 1}, verbose=0)


def test_it_learns_for_both_domains():
    """Two classes, bars that lie or stand; the target domain is darker and flatter."""
    rng = np.random.default_rng(0)

    def bars(count):
        labels = rng.integers(0, 2, count).astype(np.int32)
        images = np.full((count, 16, 16, 1), -0.5, np.float32)
        for image, label in zip(images, labels, strict=True):
            place = rng.integers(3, 12)
            image[(slice(place, place + 2), slice(2, 14))[:: 1 if label else -1]] = 0.5
        return images + 0.1 * rng.normal(size=images.shape).astype(np.float32), labels

    source, labels = bars(256)
    target, target_labels = bars(256)
    batch = {"source": source, "label": labels, "target": 0.8 * target - 0.1}
    model = zoo.DomainAdversarialNetwork((16, 16, 1), 2, total_steps=2000, width=8)
    model.compile()
    history = model.fit(batch, batch_size=32, epochs=6, verbose=0).history
    assert history["classifier_source_accuracy"][-1] > 0.95
    assert 0.0 < history["classifier_domain_loss"][-1] < 2.0 * np.log(2.0)
    test = {"target": batch["target"], "target_label": target_labels}
    told = model.evaluate(test, batch_size=64, verbose=0, return_dict=True)
    assert told["classifier_target_accuracy"] > 0.9, told


def test_what_cannot_be_is_refused_by_name():
    with pytest.raises(ValueError, match="must be at least 16; the nearest that works is 16×28"):
        zoo.DomainAdversarialNetwork((12, 28, 1))
    with pytest.raises(ValueError, match="num_classes is 1"):
        zoo.DomainAdversarialNetwork((28, 28, 1), 1)
    with pytest.raises(ValueError, match="total_steps is 0"):
        zoo.DomainAdversarialNetwork((28, 28, 1), total_steps=0)
