import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics import Extractor, weights_hash


def mean_colours(images):
    return np.mean(images, axis=(1, 2))


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (9, 8, 6, 3), dtype=np.uint8)


def small_network(scale=1.0):
    return keras.Sequential(
        [
            keras.Input((8, 6, 3)),
            keras.layers.Conv2D(4, 3, kernel_initializer=keras.initializers.GlorotUniform(seed=1)),
            keras.layers.Dropout(0.5),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Rescaling(scale),
        ]
    )


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 1), (0, 255), (-0.5, 2)])
def test_the_network_gets_the_range_that_it_wants(images, low, high):
    extractor = Extractor(mean_colours, name="mean", image_shape=(8, 6, 3), value_range=(low, high))
    found = extractor(images)
    assert found.logits is None
    expected = low + (high - low) * images.astype("float64").mean(axis=(1, 2)) / 255
    np.testing.assert_allclose(found.features, expected, rtol=1e-5)
    assert found.features.dtype == np.float32


def test_a_keras_model_is_run_as_in_inference_and_traced_once(images):
    model = small_network()
    extractor = Extractor(model, name="small", image_shape=(8, 6, 3))
    expected = model.predict(images / 127.5 - 1.0, verbose=0)
    for size in (1, 4, 512):
        found = extractor(images, batch_size=size).features
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    extractor(images[:, :5])
    assert extractor.network.experimental_get_tracing_count() == 1
    assert extractor._prepare.experimental_get_tracing_count() == 1


def test_any_other_callable_gets_arrays_of_the_size_that_was_said(images):
    seen = []

    def network(batch):
        seen.append(np.asarray(batch).shape)
        return tf.reduce_max(batch, axis=[1, 2]), [[1.0, 2.0]] * len(batch)

    extractor = Extractor(network, name="max", image_shape=(5, 7, 3), num_classes=2)
    found = extractor(images, batch_size=6)
    assert seen == [(6, 5, 7, 3), (3, 5, 7, 3)]
    assert found.logits.tolist() == [[1.0, 2.0]] * 9


def test_images_keep_their_size_for_a_network_that_takes_any(images):
    extractor = Extractor(
        lambda batch: np.asarray(batch)[:, -1, -1], name="corner", image_shape=(None, None, 3)
    )
    np.testing.assert_allclose(
        extractor(images).features, images[:, -1, -1] / 127.5 - 1, rtol=0, atol=1e-6
    )


def test_grey_images_are_repeated_to_rgb_and_no_other_channels_are(images):
    extractor = Extractor(mean_colours, name="mean", image_shape=(8, 6, 3), value_range=(0, 255))
    grey = images[..., :1]
    expected = np.repeat(grey.mean(axis=(1, 2)), 3, axis=1)
    np.testing.assert_allclose(extractor(grey).features, expected, rtol=1e-5)
    for channels in (2, 4):
        with pytest.raises(ValueError, match=rf"takes images of 3 channel\(s\), got {channels}"):
            extractor(np.zeros((2, 8, 6, channels), np.uint8))
    four = Extractor(mean_colours, name="mean", image_shape=(8, 6, 4))
    with pytest.raises(ValueError, match=r"takes images of 4 channel\(s\), got 1"):
        four(grey)


@pytest.mark.parametrize(
    ("returned", "num_classes", "message"),
    [
        (lambda b: np.zeros((len(b), 2, 2)), None, r"\[\[9, 2, 2\]\].*expected features \[9, D\]"),
        (lambda b: np.zeros((3, 2)), None, r"\[\[3, 2\]\] for 9 images"),
        (
            lambda b: (np.zeros((9, 2)), np.zeros((9, 5))),
            None,
            r"returned shapes \[\[9, 2\], \[9, 5\]\]",
        ),
        (lambda b: np.zeros((9, 2)), 5, r"expected features \[9, D\] and logits \[9, 5\]"),
        (lambda b: (np.zeros((9, 2)), np.zeros((9, 4))), 5, r"\[9, 4\]\].*and logits \[9, 5\]"),
    ],
)
def test_what_is_no_features_is_refused(images, returned, num_classes, message):
    extractor = Extractor(returned, name="bad", image_shape=(8, 6, 3), num_classes=num_classes)
    with pytest.raises(ValueError, match=message):
        extractor(images)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"name": ""}, "name is ''"),
        ({"name": "a[b]"}, "without commas and square brackets"),
        ({"name": "a, b"}, "without commas and square brackets"),
        ({"image_shape": (8, 6)}, r"image_shape is \(8, 6\), expected"),
        ({"image_shape": (8, None, 3)}, "image_shape is"),
        ({"image_shape": (8, 0, 3)}, "image_shape is"),
        ({"image_shape": (8, 6, None)}, "image_shape is"),
        ({"value_range": (1, 0)}, r"value_range is \(1, 0\), expected \(lowest, highest\)"),
        ({"value_range": (0, 1, 2)}, "value_range is"),
        ({"value_range": (0, float("inf"))}, "value_range is"),
    ],
)
def test_wrong_arguments_are_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        Extractor(mean_colours, **{"name": "a", "image_shape": (8, 6, 3), **kwargs})


def test_preprocessing_says_what_changes_the_features():
    def words(**kwargs):
        kwargs = {"image_shape": (8, 6, 3), **kwargs}
        return Extractor(mean_colours, name="a", **kwargs).preprocessing

    assert words() == "uint8, antialiased bicubic resize to 8x6, 3 channels, [-1, 1]"
    assert words(image_shape=(None, None, 1)) == "uint8, own size, 1 channels, [-1, 1]"
    assert words(value_range=(0, 255)).endswith("[0, 255]")


def test_the_hash_is_of_the_weights_and_not_of_their_names():
    one, other = small_network(), small_network()
    assert [w.path for w in one.weights] != [w.path for w in other.weights]
    assert weights_hash(one) == weights_hash(other)
    other.weights[1].assign([0.0, 0.0, 1e-6, 0.0])
    assert weights_hash(one) != weights_hash(other)


def test_the_hash_sees_order_and_shape():
    def of(*arrays):
        holder = tf.Module()
        holder.weights = [tf.constant(array, tf.float32) for array in arrays]
        return weights_hash(holder)

    hashes = [of([1, 2], [3, 4]), of([3, 4], [1, 2]), of([1, 2, 3, 4]), of([[1, 2]], [3, 4])]
    assert len(set(hashes)) == 4
    with pytest.raises(ValueError, match="no weights to hash"):
        weights_hash(keras.Sequential([keras.layers.Dense(2)]))
