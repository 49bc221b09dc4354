"""Check that an exported SavedModel serves: TensorFlow and NumPy only, no tfgan_zoo, no Keras.

    python export/check_savedmodel.py runs/demo/savedmodel

Loads the model twice, with `tf.saved_model.load` and with the session loader that TensorFlow Serving uses,
asks every signature, and compares with the images that the exporter stored. Exit status 0 if all agree
within 1e-5, else 1.
"""

import argparse
import os
import sys
import zipfile

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow starts
import tensorflow as tf

TOLERANCE = 1e-5


def to_uint8(images):
    """Map images in [-1, 1] to 0…255."""
    return np.clip(np.round((images + 1.0) * 127.5), 0, 255).astype(np.uint8)


def requests(reference):
    """Return the requests to make, as (signature, inputs, expected images)."""
    images, seed = reference["images"], reference["seed"]
    inputs = {name: rows for name, rows in reference.items() if name not in ("images", "seed")}
    count = np.int32(len(images))
    return [
        ("serving_default", inputs, images),
        ("serving_default", {name: rows[:1] for name, rows in inputs.items()}, images[:1]),
        ("serving_uint8", inputs, to_uint8(images)),
        ("sample", {"n": count, "seed": seed}, images),
        ("sample_uint8", {"n": count, "seed": seed}, to_uint8(images)),
    ]


def by_object_loader(path):
    """Return a function that asks a signature of the model loaded as an object."""
    model = tf.saved_model.load(path)

    def ask(signature, inputs):
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        return model.signatures[signature](**tensors)["images"].numpy()

    ask.model = model  # the signatures hold its variables weakly
    ask.signatures = set(model.signatures)
    return ask


def by_session_loader(path):
    """Return a function that asks a signature of the model loaded into a session, as a server does."""
    session = tf.compat.v1.Session(graph=tf.Graph())
    with session.graph.as_default():
        meta = tf.compat.v1.saved_model.loader.load(session, [tf.saved_model.SERVING], path)

    def ask(signature, inputs):
        definition = meta.signature_def[signature]
        feed = {definition.inputs[name].name: value for name, value in inputs.items()}
        return session.run(definition.outputs["images"].name, feed)

    ask.signatures = set(meta.signature_def)
    return ask


def check(path):
    """Check one SavedModel, a line for each request; return how many are wrong."""
    reference_file = os.path.join(path, "assets.extra", "reference.npz")
    if not os.path.exists(reference_file):
        raise FileNotFoundError(
            f"{path!r} is not a SavedModel exported by tfgan_zoo: no {reference_file}"
        )
    with np.load(reference_file) as stored:
        reference = dict(stored)
    wrong = 0
    for loader in (by_object_loader, by_session_loader):
        ask = loader(path)
        for signature, inputs, expected in requests(reference):
            if signature not in ask.signatures:
                wrong += 1
                print(f"WRONG {loader.__name__:17s} {signature:15s} is missing")
                continue
            images = ask(signature, inputs)
            # A last-bit difference before rounding may move a uint8 value by one.
            tolerance = 1 if expected.dtype == np.uint8 else TOLERANCE
            same = images.shape == expected.shape and images.dtype == expected.dtype
            error = np.max(np.abs(images.astype(float) - expected)) if same else np.inf
            verdict = "ok" if error <= tolerance else "WRONG"
            wrong += verdict == "WRONG"
            print(
                f"{verdict:5s} {loader.__name__:17s} {signature:15s} {images.shape} {images.dtype} "
                f"largest difference {error:.2g}"
            )
    return wrong


def main():
    """Check one SavedModel; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("savedmodel", help="folder of the SavedModel")
    path = parser.parse_args().savedmodel
    try:
        return 1 if check(path) else 0
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, tf.errors.OpError) as error:
        print(f"WRONG {path!r} cannot be checked: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
