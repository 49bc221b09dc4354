"""The GAN of labelled images."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery

SHAPE, CLASSES = (4, 4, 1), 3


def networks(dtype=None, classes=CLASSES):
    latents, label = keras.Input((5,)), keras.Input((), dtype="int32")
    told = keras.layers.Embedding(classes, 5, embeddings_initializer="ones")(label)
    hidden = keras.layers.Dense(8, "relu", dtype=dtype)(told * latents + told)
    flat = keras.layers.Dense(16, "tanh", dtype=dtype)(hidden)
    images = keras.layers.Reshape(SHAPE, dtype="float32")(flat)
    generator = keras.Model([latents, label], images, name="generator")

    image, seen_label = keras.Input(SHAPE), keras.Input((), dtype="int32")
    features = keras.layers.Dense(8, "relu", dtype=dtype)(keras.layers.Flatten()(image))
    of_class = keras.layers.Embedding(classes, 8)(seen_label)
    features = keras.layers.Multiply(dtype="float32", name="features")([features, 1.0 + of_class])
    logits = keras.layers.Dense(1, dtype="float32")(features)
    return generator, keras.Model([image, seen_label], logits, name="discriminator")


@battery.of_own_networks
class TestConditionalGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, SHAPE), "label": np.int32([0, 1, 2, 0, 1, 2, 1, 0])}

    def make(self, dtype=None, seed=0, **kwargs):
        keras.utils.set_random_seed(seed)
        return zoo.ConditionalGAN(*networks(dtype), CLASSES, seed=seed, **kwargs)


def make(**kwargs):
    return zoo.ConditionalGAN(*networks(), CLASSES, **kwargs)


def test_images_of_a_class():
    gan = make()
    gan.generator.layers[1].set_weights([np.float32([[0.0] * 5, [1.0] * 5, [2.0] * 5])])
    ones = gan.generate(4, seed=1, label=1)
    np.testing.assert_allclose(gan.generate(4, seed=1, label=[1] * 4), ones, atol=1e-6)
    by_turns = gan.generate(4, seed=1)  # classes 0, 1, 2, 0
    np.testing.assert_allclose(by_turns[1], ones[1], atol=1e-6)
    assert np.abs(by_turns[2] - ones[2]).max() > 1e-3
    mixed = gan.generate(3, seed=1, label=np.int64([2, 1, 0]), batch_size=2)
    np.testing.assert_allclose(mixed[1], ones[1], atol=1e-6)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (3, "expected classes from 0 to 2"),
        (-1, "expected classes from 0 to 2"),
        ([0, 1], "expected an int, or 3 of them"),
        (1.0, "expected an int, or 3 of them"),
        ("two", "expected an int, or 3 of them"),
        ([[0], [1], [2]], "expected an int, or 3 of them"),
    ],
)
def test_labels_that_are_none(label, message):
    with pytest.raises(ValueError, match=message):
        make().generate(3, label=label)


def test_conditions_that_it_does_not_take():
    with pytest.raises(
        ValueError, match="unknown input of ConditionalGAN 'caption'; valid names: label"
    ):
        make().generate(3, caption=[1, 2, 3])


def test_labels_of_a_batch_out_of_range():
    gan = make()
    gan.compile()
    batch = {"image": battery.images(8, SHAPE), "label": np.int32([0, 1, 2, 3] * 2)}
    with pytest.raises(zoo.training.BatchValueError, match="label"):
        gan.fit(batch, batch_size=8, verbose=0)


def test_a_savedmodel_refuses_labels_that_are_no_class(tmp_path):
    gan = make()
    gan.export(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures["sample_given"]
    seed = tf.constant(3, tf.int64)
    made = served(seed=seed, label=tf.constant([2, 0]))["images"]
    np.testing.assert_allclose(made, gan.generate(2, seed=3, label=[2, 0]), atol=1e-6)
    for wrong in ([0, 3], [-1, 0]):
        with pytest.raises(tf.errors.InvalidArgumentError, match="labels are expected from 0 to 2"):
            served(seed=seed, label=tf.constant(wrong))


def test_networks_that_take_no_label():
    generator, discriminator = networks()
    plain = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(16), keras.layers.Reshape(SHAPE)]
    )
    with pytest.raises(ValueError, match=r"takes \[latents, labels\], labels of shape"):
        zoo.ConditionalGAN(plain, discriminator, CLASSES)
    judge = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"takes \[images, labels\]"):
        zoo.ConditionalGAN(generator, judge, CLASSES)
    with pytest.raises(ValueError, match="packing joins images of several classes"):
        zoo.ConditionalGAN(generator, discriminator, CLASSES, packing=2)
    with pytest.raises(ValueError, match="num_classes is 0"):
        zoo.ConditionalGAN(generator, discriminator, 0)


def test_penalties_and_the_look_ahead_are_told_the_labels():
    gan = make()
    data = {"image": battery.images(8, SHAPE), "label": np.int32([0, 1, 2, 0, 1, 2, 1, 0])}
    gan.compile(
        penalties=[
            "gradient_penalty",
            "consistency",
            "lecam",
            "latent_consistency",
            "feature_matching",
        ]
    )
    history = gan.fit(data, batch_size=4, verbose=0).history
    assert all(np.isfinite(v).all() for v in history.values())
    gan.compile(unrolled_steps=1, top_k=0.5, penalties=["path_length", "pull_away"])
    history = gan.fit(data, batch_size=4, verbose=0).history
    assert all(np.isfinite(v).all() for v in history.values())
