import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics import extractors, weights_hash
from tfgan_zoo.metrics.user_extractors import keras_application

RANGE = "range=0,1"


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), dtype=np.uint8)


def classifier(size=(8, 6), seed=0, outputs=2):
    images = keras.Input((*size, 3))
    features = keras.layers.GlobalAveragePooling2D()(
        keras.layers.Conv2D(
            4, 3, activation="relu", kernel_initializer=keras.initializers.GlorotUniform(seed=seed)
        )(images)
    )
    logits = keras.layers.Dense(7, kernel_initializer=keras.initializers.GlorotUniform(seed=seed))
    return keras.Model(images, [features, logits(features)] if outputs == 2 else features)


def saved(path, output, shape=(None, 8, 6, 3), dtype=tf.float32, signature="serving_default"):
    module = tf.Module()
    module.scale = tf.Variable(tf.cast(2.0, dtype))
    spec = tf.TensorSpec(shape, dtype, name="pictures")
    serve = tf.function(lambda pictures: output(module.scale * pictures), input_signature=[spec])
    tf.saved_model.save(module, str(path), signatures={signature: serve})
    return path


def means(x):
    return tf.reduce_mean(x, axis=[1, 2])


# ---------------------------------------------------------------------- keras.applications


@pytest.fixture(scope="module")
def mobilenet(tmp_path_factory):
    keras.utils.set_random_seed(3)
    model = keras.applications.MobileNet(weights=None, include_top=False, pooling="avg")
    # As Keras draws them, what is seen fades away over the depth; so it does not.
    for weight in model.weights:
        if len(weight.shape) == 4:
            fan_in = np.prod(weight.shape[:2]) * (1 if weight.shape[-1] == 1 else weight.shape[2])
            weight.assign(np.random.default_rng(3).normal(size=weight.shape) * (2 / fan_in) ** 0.5)
    path = tmp_path_factory.mktemp("mobilenet") / "mobilenet_notop.weights.h5"
    model.save_weights(path)
    return model, path


def test_a_keras_application_has_its_own_preprocessing_and_size(mobilenet):
    model, path = mobilenet
    keras.mixed_precision.set_global_policy("mixed_float16")
    extractor = extractors.get(f"keras:MobileNet:{path}")
    assert keras.mixed_precision.dtype_policy().name == "mixed_float16"
    assert extractor.image_shape == (224, 224, 3)
    assert extractor.num_classes is None
    assert not extractor.is_inception
    images = np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)
    found = extractor(images, batch_size=2)
    ready = keras.applications.mobilenet.preprocess_input(images.astype("float32"))
    expected = model.predict(ready, verbose=0)
    assert expected.std() > 0.1
    np.testing.assert_allclose(found.features, expected, rtol=0, atol=1e-4)
    assert found.logits is None


def test_its_name_changes_with_the_weights_and_not_with_the_place(mobilenet, tmp_path):
    model, path = mobilenet
    copy = shutil.copy(path, tmp_path / "other_place.weights.h5")
    assert keras_application(f"MobileNet:{copy}").name == f"mobilenet-{weights_hash(model)[:8]}"
    bias = model.weights[-1]
    before = bias.numpy()
    bias.assign_add(np.eye(1, bias.shape[0], 5)[0] * 1e-3)
    changed = f"mobilenet-{weights_hash(model)[:8]}"
    model.save_weights(tmp_path / "changed.weights.h5")
    bias.assign(before)
    assert changed != f"mobilenet-{weights_hash(model)[:8]}"
    assert keras_application(f"MobileNet:{tmp_path / 'changed.weights.h5'}").name == changed


def test_weights_that_keras_leaves_at_random_are_refused(mobilenet, monkeypatch):
    monkeypatch.setattr(keras.Model, "load_weights", lambda model, path: None)
    with pytest.raises(ValueError, match=r"weights of MobileNet without.*it lacks conv1/kernel, "):
        keras_application(f"MobileNet:{mobilenet[1]}")


def test_keras_applications_are_never_downloaded_and_errors_say_what_is_missing(
    mobilenet, tmp_path, monkeypatch
):
    def download(*args, **kwargs):
        raise AssertionError("a download")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", download)
    for spec in ("keras:ResNet50", "keras:ResNet50:"):
        with pytest.raises(
            ValueError, match=r"keras:ResNet50:PATH needs a PATH .*nothing is downl"
        ):
            extractors.get(spec)
    with pytest.raises(FileNotFoundError, match="there is no 'imagenet'"):
        extractors.get("keras:ResNet50:imagenet")
    with pytest.raises(ValueError, match="did you mean 'MobileNet'"):
        extractors.get(f"keras:mobilnet:{mobilenet[1]}")
    with pytest.raises(ValueError, match=r"does not hold the weights of MobileNetV3Small without"):
        extractors.get(f"keras:MobileNetV3Small:{mobilenet[1]}")
    (tmp_path / "no.h5").write_bytes(b"no weights")
    with pytest.raises(ValueError, match=r"no\.h5 does not hold the weights of MobileNet without"):
        extractors.get(f"keras:MobileNet:{tmp_path / 'no.h5'}")


# ---------------------------------------------------------------------- SavedModels, .keras files


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_keras_file_gives_what_the_model_gives(tmp_path, images, outputs):
    model = classifier(outputs=outputs)
    model.save(tmp_path / "net.keras")
    extractor = extractors.get(f"savedmodel:{tmp_path / 'net.keras'}?{RANGE}")
    assert extractor.name.startswith("net-")
    assert extractor.image_shape == (8, 6, 3)
    expected = model.predict(images / 255.0, verbose=0)
    found = extractor(images)
    if outputs == 1:
        assert found.logits is None
        expected = [expected]
    else:
        assert extractor.num_classes == 7
        np.testing.assert_allclose(found.logits, expected[1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.features, expected[0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        extractor(images, batch_size=2).features, found.features, rtol=0, atol=1e-6
    )


def test_an_exported_keras_model_is_read_by_the_order_of_its_outputs(tmp_path, images):
    model = classifier()
    model.export(tmp_path / "net", verbose=False)
    found = extractors.get(f"savedmodel:{tmp_path / 'net'}?{RANGE}")(images)
    features, logits = model.predict(images / 255.0, verbose=0)
    np.testing.assert_allclose(found.features, features, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.logits, logits, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "output",
    [
        lambda x: {"logits": -means(x), "features": means(x)},
        lambda x: {"features": means(x)},
        lambda x: {"pooled": means(x)},
    ],
)
def test_a_saved_model_gives_features_and_logits_by_their_names(tmp_path, images, output):
    extractor = extractors.get(f"savedmodel:{saved(tmp_path / 'net', output)}?range=0,255")
    found = extractor(images)
    np.testing.assert_allclose(found.features, 2.0 * images.mean(axis=(1, 2)), rtol=1e-5)
    assert (found.logits is None) == (extractor.num_classes is None)
    if found.logits is not None:
        np.testing.assert_array_equal(found.logits, -found.features)


def test_the_name_changes_with_weights_range_and_size_but_not_with_the_place(tmp_path):
    free = (None, None, None, 3)
    path = saved(tmp_path / "net", means, shape=free)
    first = f"savedmodel:{path}?{RANGE}&size=8"
    name = extractors.get(first).name
    shutil.copytree(path, tmp_path / "copies" / "net")
    assert extractors.get(f"savedmodel:{tmp_path / 'copies' / 'net'}?{RANGE}&size=8").name == name
    others = [
        f"savedmodel:{path}?range=-1,1&size=8",
        f"savedmodel:{path}?{RANGE}&size=9",
        f"savedmodel:{saved(tmp_path / 'b' / 'net', lambda x: means(x) + 1, shape=free)}?{RANGE}&size=8",
    ]
    found = [extractors.get(spec) for spec in others]
    assert found[1].image_shape == (9, 9, 3)
    assert len({name, *(extractor.name for extractor in found)}) == 4
    assert all(extractor.name.startswith("net-") for extractor in found)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", r"range is None, expected two numbers, as in savedmodel:PATH\?range=0,1"),
        ("?range=0", "range is '0', expected two numbers"),
        ("?range=a,b", "range is 'a,b', expected two numbers"),
        ("?range=1,0", r"value_range is \(1.0, 0.0\)"),
        ("?range=nan,1", r"value_range is \(nan, 1.0\)"),
        ("?range=0,1&sise=8", "unknown option of savedmodel 'sise' .did you mean 'size'"),
        ("?range=0,1&size=8x8", "size is '8x8', expected an int"),
        ("?range=0,1&size=16", r"size is 16, but the network in .* takes images of \[8, 6, 3\]"),
    ],
)
def test_what_a_spec_lacks_is_said(tmp_path, query, message):
    path = saved(tmp_path / "net", means)
    with pytest.raises(ValueError, match=message):
        extractors.get(f"savedmodel:{path}{query}")


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"output": lambda x: x}, r"returns shapes \[\[2, 8, 6, 3\]\] for 2 images, expected feat"),
        ({"output": lambda x: {"a": means(x), "b": means(x)}}, r"returns \['a', 'b'\], expected"),
        ({"output": lambda x: means(x) / 0.0}, "not finite for grey images"),
        (
            {"shape": (None, 8), "output": abs},
            r"takes pictures: float32 \(None, 8\), expected float32 images",
        ),
        ({"shape": (1, 8, 6, 3)}, r"takes pictures: float32 \(1, 8, 6, 3\), expected"),
        ({"dtype": tf.float64}, "takes pictures: float64"),
        ({"shape": (None, None, None, 3)}, r"of any size .*; say the size, as in .*size=224"),
        ({"signature": "features"}, r"no signature 'serving_default', only \['features'\]"),
    ],
)
def test_a_saved_model_that_is_no_extractor_is_refused(tmp_path, kwargs, message):
    kwargs = {"output": means, **kwargs}
    path = saved(tmp_path / "net", **kwargs)
    with pytest.raises(ValueError, match=message):
        extractors.get(f"savedmodel:{path}?{RANGE}")


def test_files_that_are_no_models_are_refused(tmp_path):
    (tmp_path / "net.keras").write_bytes(b"no model")
    with pytest.raises(ValueError, match=r"net\.keras could not be read as a Keras model"):
        extractors.get(f"savedmodel:{tmp_path / 'net.keras'}?{RANGE}")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ValueError, match="could not be read as a SavedModel"):
        extractors.get(f"savedmodel:{tmp_path / 'folder'}?{RANGE}")
    with pytest.raises(FileNotFoundError, match=r"there is no .*nothing_here"):
        extractors.get(f"savedmodel:{tmp_path / 'nothing_here'}?{RANGE}")
    with pytest.raises(ValueError, match=r"savedmodel:PATH.* needs a PATH"):
        extractors.get(f"savedmodel:?{RANGE}")
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(tmp_path / "dense.keras")
    with pytest.raises(ValueError, match=r"input shape \(None, 4\), expected \[N, H, W, C\]"):
        extractors.get(f"savedmodel:{tmp_path / 'dense.keras'}?{RANGE}")


def test_unknown_kinds_and_names_get_the_nearest():
    with pytest.raises(
        ValueError, match=r"unknown kind of extractor 'kears' .did you mean 'keras'"
    ):
        extractors.get("kears:ResNet50:a.h5")
    with pytest.raises(ValueError, match=r"valid names: .*inception:PATH"):
        extractors.get("inceptionv3")
