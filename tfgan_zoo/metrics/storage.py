"""Extractor files: `<name>.npz` with the weights and `<name>.json` that says what they are."""

import contextlib
import hashlib
import json
import os
import zipfile
from pathlib import Path

import numpy as np

from tfgan_zoo.metrics.network import small_cnn

# Part of the hash: what happens to an image before the network sees it changes the features too.
PREPROCESSING = "uint8, antialiased bicubic resize, [-1, 1]"


def digest(spec, weights):
    """Return the SHA-256 of an extractor: its weights, its architecture and its preprocessing.

    Args:
        spec: dict with `image_shape`, `num_classes` and `convolutions`.
        weights: dict of float32 arrays by name, in order.

    Returns:
        str of 64 hexadecimal digits; an extractor's name carries the first 8.

    >>> spec = {"image_shape": [8, 8, 1], "num_classes": 2, "convolutions": [[4, 1]]}
    >>> len(digest(spec, {"kernel": np.zeros((2, 2))}))
    64
    """
    described = {key: spec[key] for key in ("image_shape", "num_classes", "convolutions")}
    described["preprocessing"] = PREPROCESSING
    sha = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    for name, value in weights.items():
        sha.update(f"{name}{list(value.shape)}".encode())
        sha.update(np.ascontiguousarray(value, dtype="<f4").tobytes())
    return sha.hexdigest()


def write(path, network, spec):
    """Write a trained network and its description, each file beside its place and then renamed.

    Args:
        path: of the JSON file; the weights go next to it, with the ending `.npz`.
        network: the `small_cnn`.
        spec: JSON-able dict with `image_shape`, `num_classes`, `convolutions`, and whatever else
            is worth keeping (data set, seed, accuracy, versions).

    Returns:
        dict: `spec` with the `hash`, as it was written.
    """
    path = Path(path)
    weights = {_key(v): v.numpy().astype("float32") for v in network.weights}
    spec = {**spec, "hash": digest(spec, weights)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path.with_suffix(".npz")) as part, open(part, "wb") as file:
        np.savez(file, **weights)
    with _replacing(path) as part:
        part.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    return spec


def read(path):
    """Return (network, spec) from the two files, with the hash verified.

    Raises:
        FileNotFoundError: where either file is missing.
        ValueError: where a file is damaged, or the weights or the architecture are not the ones
            that the hash was made from.
    """
    path = Path(path)
    try:
        spec = json.loads(path.read_text(encoding="utf-8"))
        with np.load(path.with_suffix(".npz"), allow_pickle=False) as archive:
            weights = {name: archive[name] for name in archive.files}
        found = digest(spec, weights)
        stated = spec["hash"]
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"the extractor files at {path} are damaged: {error}") from error
    if found != stated:
        raise ValueError(
            f"the extractor files at {path} do not match their hash: {stated[:8]} is stated, "
            f"{found[:8]} found; scores made with them would carry a wrong name. Restore the "
            "files, or train them again with benchmarks/train_extractors.py"
        )
    network = small_cnn(tuple(spec["image_shape"]), spec["num_classes"], spec["convolutions"])
    network.set_weights([weights[_key(variable)] for variable in network.weights])
    return network, spec


def _key(variable):
    return variable.path.replace("/", ".")


@contextlib.contextmanager
def _replacing(target):
    """Yield a path to write to, and rename it to `target` when all went well."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
