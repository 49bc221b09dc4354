"""Hashes by which a name changes with what it names: of weights, of files, of images."""

import hashlib
import re
from pathlib import Path

import numpy as np

_BLOCK = 1 << 20


def weights_hash(model):
    """Return the SHA-256 of a model's weights, to be put into an extractor's name.

    The weights go in by their order, shape, dtype and values, not by their names, which Keras counts up
    within a process: the same weights have the same hash in any process.

    Args:
        model: a built `keras.Model` or layer; anything with `weights`.

    Returns:
        str of 64 hexadecimal digits; 8 are enough in a name.

    Raises:
        ValueError: the model has no weights, as before its first call.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones")])
    >>> weights_hash(model)[:8]
    'b14b64c5'
    >>> model.set_weights([np.ones((3, 2)), np.array([0.0, 1e-3])])
    >>> weights_hash(model)[:8] == 'b14b64c5'
    False
    """
    if not model.weights:
        raise ValueError(
            f"{getattr(model, 'name', model)!r} has no weights to hash; build it first"
        )
    sha = hashlib.sha256()
    for weight in model.weights:
        _add_array(sha, np.asarray(weight))
    return sha.hexdigest()


def files_hash(path, *described):
    """Return the SHA-256 of a file, or of all files in a folder with their paths in it.

    Args:
        path: of a file or a folder.
        *described: strings that go into the hash, too, e.g. what happens to images first.

    Returns:
        str of 64 hexadecimal digits.
    """
    path = Path(path)
    sha = hashlib.sha256("\0".join(described).encode())
    parts = sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
    for part in parts:
        sha.update(f"\0{part.relative_to(path).as_posix()}\0{part.stat().st_size}\0".encode())
        with open(part, "rb") as file:
            while block := file.read(_BLOCK):
                sha.update(block)
    return sha.hexdigest()


def images_hash(images):
    """Return the SHA-256 of images: of their shape, dtype and every value.

    Args:
        images: NumPy array; a memory map is read in blocks.

    >>> images_hash(np.zeros((2, 8, 8, 1), "uint8")) == images_hash(np.zeros((8, 2, 8, 1), "uint8"))
    False
    """
    sha = hashlib.sha256()
    _add_array(sha, images)
    return sha.hexdigest()


def plain(text):
    """Return a string as a part of a file name or of a score's name: other characters become `_`.

    >>> plain("test[:2000]")
    'test_2000'
    """
    return re.sub(r"[^\w.+-]+", "_", text).strip("_.")


def _add_array(sha, array):
    sha.update(f"{list(array.shape)}{array.dtype}".encode())
    for row in array if array.ndim else [array]:
        sha.update(np.ascontiguousarray(row).tobytes())
