"""Extractors from files that the user has: `keras.applications` backbones, SavedModels, Keras models."""

import inspect
import urllib.parse
import warnings
import zipfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.errors import unknown
from tfgan_zoo.metrics.extractor import Extractor, check_range
from tfgan_zoo.metrics.fingerprints import files_hash, plain, weights_hash

# Sizes that the networks were trained at; of all others it is 224.
_SIZES = {
    **dict.fromkeys(("InceptionV3", "InceptionResNetV2", "Xception"), 299),
    "NASNetLarge": 331,
    **{f"EfficientNetB{n}": s for n, s in enumerate((224, 240, 260, 300, 380, 456, 528, 600))},
    **{f"EfficientNetV2B{n}": s for n, s in enumerate((224, 240, 260, 300))},
    "EfficientNetV2S": 384,
    "EfficientNetV2M": 480,
    "EfficientNetV2L": 480,
}


def keras_application(spec):
    """Return a backbone of `keras.applications` with weights from a file; nothing is downloaded.

    Features are the average of the last convolution's output over all places, at the image size that the
    network was trained with and after its own preprocessing. There are no logits.

    Args:
        spec: `NAME:PATH`, e.g. `ResNet50:resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`: the
            name of a function of `keras.applications`, and a file of the weights without the classes
            (`include_top=False`), in a format that Keras reads.

    Returns:
        `Extractor`, named e.g. `resnet50-1a2b3c4d`. InceptionV3 from here is not the network of the
        literature's FID: its weights were trained anew in Keras.

    Raises:
        ValueError: for an unknown name, with the nearest one; a path that is missing; weights of
            another network or with the classes.
        FileNotFoundError: where there is no such file.

    >>> keras_application("ResNet5:weights.h5")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: unknown network of keras.applications 'ResNet5' (did you mean 'ResNet50'?); valid names: ...
    """
    name, _, path = spec.partition(":")
    networks = {n: f for n, f in vars(keras.applications).items() if inspect.isfunction(f)}
    if name not in networks:
        raise ValueError(unknown("network of keras.applications", name, networks))
    path = existing(path, f"keras:{name}:PATH", "the network's weights without its classes")
    backbone = _float32(networks[name], path)
    preprocess = inspect.getmodule(networks[name]).preprocess_input
    size = _SIZES.get(name, 224)

    @tf.function(input_signature=[tf.TensorSpec((None, size, size, 3), tf.float32)])
    def network(images):
        images = preprocess(images, data_format="channels_last")
        return backbone(images, training=False)

    return Extractor(
        network,
        name=f"{name.lower()}-{weights_hash(backbone)[:8]}",
        image_shape=(size, size, 3),
        value_range=(0, 255),
    )


def saved_model(spec):
    """Return an extractor from a SavedModel or a .keras file: a network that takes images.

    It returns features [B, D]; or features and logits [B, K], as a pair or as a dict with these keys.
    Of a SavedModel the signature `serving_default` is used. The network is tried once on grey images.

    Args:
        spec: `PATH?range=LOW,HIGH`, or `PATH?range=LOW,HIGH&size=N`. `range` is the values that black and
            white have for the network (`-1,1`, `0,1` or `0,255`), which no file tells and which changes
            the features: it must be said. `size` is the side of the images, for a network that takes any.

    Returns:
        `Extractor`, named after the file and the hash of its content and of the range and size, e.g.
        `my_network-1a2b3c4d`.

    Raises:
        ValueError: for a spec without a range or with an unknown option; a file that is no model; a
            network with another input or output, or with values that are not finite.
        FileNotFoundError: where there is no such file.
    """
    path, _, query = spec.partition("?")
    options = dict(urllib.parse.parse_qsl(query))
    for option in options:
        if option not in ("range", "size"):
            raise ValueError(unknown("option of savedmodel", option, ["range", "size"]))
    form = "savedmodel:PATH?range=0,1"
    path = existing(path, form, "a SavedModel's folder or a .keras file")
    value_range = _numbers(options.get("range"), 2, float, "range", f"two numbers, as in {form}")
    check_range(value_range)
    network, shape = _load_keras(path) if path.is_file() else _load_saved(path)
    if "size" in options:
        (side,) = _numbers(options["size"], 1, int, "size", f"an int, as in {form}&size=224")
        if not all(own in (None, side) for own in shape[:2]):
            raise ValueError(
                f"size is {side}, but the network in {path} takes images of {list(shape)}"
            )
        shape = (side, side, shape[-1])
    if None in shape:
        raise ValueError(
            f"the network in {path} takes images of shape {list(shape)}, of any size or number of "
            f"channels; say the size, as in {form}&size=224, and save it with the channels fixed"
        )
    parts = _tried(network, np.full((2, *shape), sum(value_range) / 2, "float32"), path)
    return Extractor(
        network,
        name=f"{plain(path.stem)}-{files_hash(path, str(shape), str(value_range))[:8]}",
        image_shape=shape,
        num_classes=parts[1].shape[-1] if len(parts) == 2 else None,
        value_range=value_range,
    )


def existing(path, form, what):
    """Return a path to something that exists.

    Args:
        path: str; may be empty.
        form: how a spec with a path looks.
        what: what the path leads to.

    Raises:
        ValueError: for an empty path.
        FileNotFoundError: where there is nothing.
    """
    if not path:
        raise ValueError(
            f"{form} needs a PATH to {what}: nothing is downloaded, put the file on this machine first"
        )
    path = Path(path).expanduser()
    if not path.exists():
        raise FileNotFoundError(f"there is no {str(path)!r}; {form} needs a PATH to {what}")
    return path


def _float32(make, path):
    """Return a `keras.applications` backbone in float32 under any global dtype policy."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        backbone = make(include_top=False, weights=None, pooling="avg")
    finally:
        keras.config.set_dtype_policy(policy)
    fresh = backbone.get_weights()
    unfitting = (
        f"{path} does not hold the weights of {make.__name__} without its classes "
        "(include_top=False; such files are often called …_notop.h5): "
    )
    try:
        with warnings.catch_warnings():  # of parts that a file lacks: below, that is an error
            warnings.simplefilter("ignore", UserWarning)
            backbone.load_weights(path)
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{unfitting}{error}") from error
    lacking = [
        weight.path
        for weight, value in zip(backbone.weights, fresh, strict=True)
        if np.ptp(value) > 0 and np.array_equal(weight, value)
    ]
    if lacking:
        raise ValueError(f"{unfitting}it lacks {', '.join(lacking[:3])}")
    return backbone


def _load_keras(path):
    try:
        model = keras.saving.load_model(path, compile=False)
    except (ValueError, OSError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} could not be read as a Keras model: {error}") from error
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise ValueError(
            f"the Keras model in {path} has input shape {shape}, expected [N, H, W, C]"
        )
    network = tf.function(
        lambda images: _parts(model(images, training=False), path),
        input_signature=[tf.TensorSpec((None, None, None, shape[-1]), tf.float32)],
    )
    return network, shape[1:]


def _load_saved(path):
    try:
        loaded = tf.saved_model.load(str(path))
    except (ValueError, OSError, tf.errors.OpError) as error:
        raise ValueError(f"{path} could not be read as a SavedModel: {error}") from error
    if "serving_default" not in loaded.signatures:
        raise ValueError(
            f"the SavedModel in {path} has no signature 'serving_default', "
            f"only {sorted(loaded.signatures)}"
        )
    signature = loaded.signatures["serving_default"]
    taken = list(signature.structured_input_signature[1].items())
    spec = taken[0][1] if len(taken) == 1 else None
    if (
        spec is None
        or spec.dtype != tf.float32
        or not spec.shape.is_compatible_with([2, None, None, None])
    ):
        shown = ", ".join(f"{key}: {s.dtype.name} {s.shape}" for key, s in taken)
        raise ValueError(
            f"the SavedModel in {path} takes {shown or 'nothing'}, expected float32 images [N, H, W, C] "
            "alone, with any N"
        )
    key = taken[0][0]

    def network(images):
        # `loaded` owns the variables: as long as this function lives, they do.
        return _parts(loaded.signatures["serving_default"](**{key: images}), path)

    return network, tuple(spec.shape[1:])


def _parts(output, path):
    """Return features, or (features, logits), from what a saved network returned."""
    if isinstance(output, dict):
        # Keras names the outputs of an exported model, if nobody else did, by their place.
        for keys in (("features", "logits"), ("output_0", "output_1"), ("features",)):
            if set(keys) == set(output):
                return tuple(output[key] for key in keys)
        if len(output) != 1:
            raise ValueError(
                f"the network in {path} returns {sorted(output)}, expected 'features', or 'features' and "
                "'logits'"
            )
        return next(iter(output.values()))
    return output


def _tried(network, images, path):
    output = network(tf.constant(images))
    parts = [np.asarray(p) for p in (output if isinstance(output, (tuple, list)) else [output])]
    shapes = [list(part.shape) for part in parts]
    if len(parts) > 2 or any(len(shape) != 2 or shape[0] != len(images) for shape in shapes):
        raise ValueError(
            f"the network in {path} returns shapes {shapes} for {len(images)} images, expected features "
            f"[{len(images)}, D], or these and logits [{len(images)}, K]"
        )
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError(
            f"the network in {path} returns values that are not finite for grey images"
        )
    return parts


def _numbers(text, count, kind, option, expected):
    try:
        values = tuple(kind(part) for part in (text or "").split(","))
    except ValueError:
        values = ()
    if len(values) != count:
        raise ValueError(f"{option} is {text!r}, expected {expected}")
    return values
