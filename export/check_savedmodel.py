"""Check that an exported SavedModel serves: TensorFlow and NumPy only, no tfgan_zoo, no Keras.

    python export/check_savedmodel.py runs/demo/savedmodel

Loads the model twice, with `tf.saved_model.load` and with the session loader that TensorFlow Serving uses,
asks every signature, and compares with the images or texts that the exporter stored. Exit status 0 if all
agree within 1e-5 (tokens and texts: exactly), else 1.
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
    """Return the requests to make, as (signature, inputs, output's name, expected output)."""
    if "tokens" in reference:
        return text_requests(reference)
    if any("/output/" in name for name in reference):
        return translation_requests(reference)
    images, seed = reference["images"], reference["seed"]
    inputs = {name: rows for name, rows in reference.items() if name not in ("images", "seed")}
    count = np.int32(len(images))
    conditions = {name: rows for name, rows in inputs.items() if name != "latents"}
    given = [("sample_given", images), ("sample_given_uint8", to_uint8(images))]
    asked = [(name, {"seed": seed, **conditions}, "images", rows) for name, rows in given]
    return [
        ("serving_default", inputs, "images", images),
        ("serving_default", {k: rows[:1] for k, rows in inputs.items()}, "images", images[:1]),
        ("serving_uint8", inputs, "images", to_uint8(images)),
        ("sample", {"n": count, "seed": seed}, "images", images),
        ("sample_uint8", {"n": count, "seed": seed}, "images", to_uint8(images)),
        *(asked if conditions else []),
    ]


def text_requests(reference):
    """Return the requests to make of a model that writes text."""
    tokens, seed = reference["tokens"], reference["seed"]
    asked = {"seed": seed, "temperature": np.float32(1.0)}
    has_texts = "texts" in reference
    nothing = np.array([b""] * len(tokens)) if has_texts else np.zeros_like(tokens[:, :1])
    scored = {"texts": reference["texts"]} if has_texts else {"tokens": tokens}
    found = [
        ("sample", {"n": np.int32(len(tokens)), **asked}, "tokens", tokens),
        ("sample", {"n": np.int32(1), **asked}, "tokens", tokens[:1]),
        ("serving_default", {"prompts": nothing, **asked}, "tokens", tokens),
        ("score", scored, "log_probabilities", reference["log_probabilities"]),
    ]
    if has_texts:
        found.append(("sample", found[0][1], "texts", reference["texts"]))
    return found


def translation_requests(reference):
    """Return the requests to make of a model that translates images: each route, and the default one."""
    routes = {}
    for name, values in reference.items():
        if "/" in name:
            route, side, key = name.split("/")
            routes.setdefault(route, {"input": {}, "output": {}})[side][key] = values
    found = []
    for route, sides in routes.items():
        inputs, ((output, rows),) = sides["input"], sides["output"].items()
        one = {name: values[:1] for name, values in inputs.items()}
        asked = [
            (route, inputs, output, rows),
            (route, one, output, rows[:1]),
        ]
        if output == "images":
            asked.append((f"{route}_uint8", inputs, output, to_uint8(rows)))
        if not found:  # the first is the default, too
            asked.append(("serving_default", *asked[0][1:]))
        found += asked
    return found


def difference(given, expected):
    """Return the largest difference of two arrays, infinite where they cannot be compared."""
    if given.dtype == object:  # strings, as bytes
        given = np.array([text.decode("utf-8") for text in given.tolist()])
        return 0.0 if given.tolist() == expected.tolist() else np.inf
    if given.shape != expected.shape or given.dtype != expected.dtype:
        return np.inf
    return np.max(np.abs(given.astype(float) - expected), initial=0.0)


def by_object_loader(path):
    """Return a function that asks a signature of the model loaded as an object."""
    model = tf.saved_model.load(path)

    def ask(signature, inputs, output):
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        return model.signatures[signature](**tensors)[output].numpy()

    ask.model = model  # the signatures hold its variables weakly
    ask.signatures = set(model.signatures)
    return ask


def by_session_loader(path):
    """Return a function that asks a signature of the model loaded into a session, as a server does."""
    session = tf.compat.v1.Session(graph=tf.Graph())
    with session.graph.as_default():
        meta = tf.compat.v1.saved_model.loader.load(session, [tf.saved_model.SERVING], path)

    def ask(signature, inputs, output):
        definition = meta.signature_def[signature]
        feed = {definition.inputs[name].name: value for name, value in inputs.items()}
        return session.run(definition.outputs[output].name, feed)

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
        for signature, inputs, output, expected in requests(reference):
            if signature not in ask.signatures:
                wrong += 1
                print(f"WRONG {loader.__name__:17s} {signature:15s} is missing")
                continue
            given = ask(signature, inputs, output)
            # A last-bit difference before rounding may move a uint8 value by one.
            tolerance = 1 if expected.dtype == np.uint8 else TOLERANCE
            error = difference(given, expected)
            verdict = "ok" if error <= tolerance else "WRONG"
            wrong += verdict == "WRONG"
            print(
                f"{verdict:5s} {loader.__name__:17s} {signature:15s} {output} {given.shape} {given.dtype} "
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
