"""Improved GAN: what is its own; the battery is in test_battery."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax, logsumexp

import tfgan_zoo as zoo
from tests import battery

SHAPE = (16, 16, 1)


def make(**kwargs):
    return zoo.ImprovedGAN(SHAPE, latent_dim=8, generator_width=4, discriminator_width=4, **kwargs)


def batch_of(size, classes=3):
    return {
        "image": tf.constant(battery.images(size, SHAPE)),
        "labelled_image": tf.constant(battery.images(size, SHAPE, seed=1)),
        "label": tf.range(size) % classes,
    }


def test_an_image_is_real_by_all_classes_together():
    gan = make(num_classes=3)
    images = batch_of(4)["image"]
    judged = gan.judge({}, training=False)(images)
    classes = gan.discriminator(images, training=False).numpy()
    # With the logit of "fake" fixed to 0, D = Σ exp l / (Σ exp l + 1) = sigmoid(log Σ exp l).
    wanted = logsumexp(classes, axis=1, keepdims=True)
    np.testing.assert_allclose(judged, wanted, rtol=1e-5)
    together = np.exp(classes).sum(axis=1) / (np.exp(classes).sum(axis=1) + 1.0)
    np.testing.assert_allclose(tf.sigmoid(judged)[:, 0], together, rtol=1e-5)
    shares = gan.classify(images)
    with pytest.raises(ValueError, match=r"images are in \[.*\], expected \[-1, 1\]"):
        gan.classify(255 * images)
    with pytest.raises(ValueError, match="images have dtype uint8, expected floats"):
        gan.classify(np.zeros(images.shape, np.uint8))
    with pytest.raises(ValueError, match=r"images have shape .*, expected \(N, "):
        gan.classify(images[:, 1:])
    np.testing.assert_allclose(shares, np.exp(log_softmax(classes, axis=1)), rtol=1e-5)


def test_the_labelled_images_add_their_cross_entropy():
    gan = make(num_classes=3, dropout=0.0)
    gan.compile()
    batch = batch_of(6)
    logits = gan.discriminator(batch["labelled_image"], training=True).numpy()
    own = -log_softmax(logits, axis=1)[np.arange(6), batch["label"]]
    logs = gan.train_step(batch)
    np.testing.assert_allclose(logs["discriminator_class_loss"], own.mean(), rtol=1e-5)
    right = np.mean(logits.argmax(axis=1) == batch["label"].numpy())
    np.testing.assert_allclose(logs["discriminator_accuracy"], right, rtol=1e-6)
    unlabelled = make(dropout=0.0)
    unlabelled.compile()
    assert "discriminator_class_loss" not in unlabelled.train_step({"image": batch["image"]})


def test_the_generator_only_matches_features():
    gan = make(num_classes=3)
    gan.compile()
    logs = gan.train_step(batch_of(6))
    np.testing.assert_allclose(
        logs["generator_loss"], logs["generator_feature_matching"], rtol=1e-6
    )
    assert float(logs["generator_feature_matching"]) > 0.0
    # The ordinary game has no such term.
    gan = make(minibatch_discrimination=True)
    gan.compile()
    logs = gan.train_step({"image": batch_of(6)["image"]})
    assert "generator_feature_matching" not in logs
    assert any("minibatch" in layer.name for layer in gan.discriminator.layers)


def test_a_generator_without_a_loss_is_refused():
    gan = make(num_classes=3)
    with pytest.raises(ValueError, match="feature_matching"):
        gan.compile(penalties=[])
    with pytest.raises(ValueError, match="feature_matching"):
        gan.compile(penalties=["historical_averaging"])  # which looks at weights only
    gan.compile(penalties=["feature_matching", "historical_averaging"])
    with pytest.raises(ValueError, match="num_classes is 1"):
        make(num_classes=1)
    with pytest.raises(ValueError, match="knows no classes"):
        make().classify(batch_of(2)["image"])


@pytest.mark.parametrize(
    ("made", "asked", "message"),
    [
        ({}, {"top_k": 0.5}, "top_k chooses fakes by their logits.* minibatch_discrimination=True"),
        ({}, {"unrolled_steps": 1}, "unrolled_steps=1 .* matches features"),
        (
            {"num_classes": 3, "minibatch_discrimination": True},
            {"unrolled_steps": 2},
            "learns classes",
        ),
        ({"minibatch_discrimination": True}, {"top_k": 0.5, "unrolled_steps": 1}, None),
    ],
)
def test_what_its_generator_would_ignore_is_refused(made, asked, message):
    gan = make(**made)
    gan.compile()
    if message is None:
        gan.compile(**asked)
    else:
        with pytest.raises(ValueError, match=message):
            gan.compile(**asked)
    kept = {"top_k": None, "unrolled_steps": 0} if message else {"unrolled_steps": 1}
    assert {name: getattr(gan, name) for name in kept} == kept
    batch = batch_of(4) if gan.num_classes else {"image": batch_of(4)["image"]}
    gan.train_step(batch)


@pytest.mark.long
def test_it_learns_the_digits_from_ten_labels_each():
    data = zoo.datasets.load("digits", batch_size=50, image_size=16, labelled=100)
    test = zoo.datasets.load_arrays("digits", split="test", image_size=16)
    gan = zoo.ImprovedGAN(
        SHAPE, 10, latent_dim=16, generator_width=8, discriminator_width=8, dropout=0.1
    )
    gan.compile()
    gan.fit(data, steps_per_epoch=150, epochs=1, verbose=0)
    images = test.images.astype(np.float32) / 127.5 - 1.0
    accuracy = (gan.classify(images).argmax(axis=1) == test.labels).mean()
    assert accuracy > 0.75, accuracy
