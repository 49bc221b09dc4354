"""Pairs in a NumPy file, to be learned as pairs or with the pairs hidden."""

import pathlib
import zipfile

import numpy as np

from tfgan_zoo.datasets import folder, pictures
from tfgan_zoo.datasets.info import Group
from tfgan_zoo.datasets.translation.checks import checked

SUFFIX = ".npz"
_HELD_OUT = 0.1


def pairs(path, split, size=None, channels=None):
    """Return the pairs of an .npz file with two uint8 arrays [N, H, W, C]; the first is `source`.

    Row i of both is a pair; where there are int arrays `pair_NAME` for both, these say which rows are. About
    a tenth of the pairs is `test`, the others are `train`. Where there is an array `key` (or `NAME_key`, of
    the first) of strings, the order follows a hash of each key up to its first hyphen, so that variants of
    one thing, such as the skin tones of an emoji, are on the same side; otherwise, of the row's number.

    Args:
        path: the file.
        split: `"train"`, `"test"`, or slices of them.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for the images' own.

    Raises:
        ValueError: no such file, other arrays in it, arrays that differ in shape; unknown split.
    """
    name = f"pairs:{path}"
    names, arrays, _ = _read(name, path, split)
    one, other = (_fitted(array, size, channels) for array in arrays)
    group = Group({"source": one, "target": other})
    return checked(name, split, (group,), names, counterparts=True)


def unpaired(path, split, size=None, channels=None):
    """Return the same images with the pairs hidden: `a` and `b`, each shuffled by itself.

    What is held out has `b_of_a` too, the true counterpart; there, `b` belongs to other images.

    Args:
        path: the file, see `pairs`.
        split: `"train"`, `"test"`, or slices of them.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for the images' own.

    Raises:
        ValueError: as `pairs` does.
    """
    name = f"unpaired:{path}"
    names, arrays, held_out = _read(name, path, split)
    a, b = (_fitted(array, size, channels) for array in arrays)
    groups = (Group({"a": a}), Group({"b": b}))
    if held_out:
        groups = (Group({"a": a, "b": np.roll(b, len(b) // 2, axis=0), "b_of_a": b}),)
    return checked(name, split, groups, names, counterparts=held_out)


def _read(name, path, split):
    """Return the two arrays' names, the arrays in the order of the split, and whether it is held out."""
    path = pathlib.Path(path).expanduser()
    try:
        # A file of one array is no archive, and NumPy would take it for what it is.
        with zipfile.ZipFile(path), np.load(path) as file:
            stored = dict(file)
    except FileNotFoundError as error:
        raise ValueError(f"{name}: no such file: {path}") from error
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name}: {path} is not a NumPy file of arrays: {error}") from error
    images = {
        key: array
        for key, array in stored.items()
        if array.dtype == np.uint8 and array.ndim == 4 and array.shape[-1] in pictures.CHANNELS
    }
    if len(images) != 2:
        has = ", ".join(f"{key} {array.dtype} {list(array.shape)}" for key, array in stored.items())
        raise ValueError(
            f"{name}: expected two uint8 arrays [N, H, W, C] in {path}, found {len(images)}; it has {has}"
        )
    first = next(iter(images))
    keys = stored.get("key", stored.get(f"{first}_key"))
    if all(f"pair_{key}" in stored for key in images):
        rows = {key: _rows(name, f"pair_{key}", stored, len(images[key])) for key in images}
        images = {key: array[rows[key]] for key, array in images.items()}
        keys = keys if keys is None or "key" in stored else keys[rows[first]]
    counts = [len(array) for array in images.values()]
    if counts[0] != counts[1]:
        raise ValueError(
            f"{name}: {' and '.join(images)} have {counts[0]} and {counts[1]} images, expected pairs"
        )
    titles = (np.arange(counts[0]) if keys is None else keys).astype(str)
    if titles.shape != (counts[0],):
        raise ValueError(
            f"{name}: keys of shape {list(titles.shape)}, expected one for each of {counts[0]} pairs"
        )
    titles = [title.partition("-")[0] for title in titles]
    order = sorted(range(counts[0]), key=lambda row: (folder.place(titles[row]), row))
    cut = round(counts[0] * (1 - _HELD_OUT))
    if len(set(titles)) < 2:
        cut = counts[0]  # variants of one thing are on one side
    while 0 < cut < counts[0] and titles[order[cut]] == titles[order[cut - 1]]:
        cut -= 1
    chosen = folder.sliced({"train": order[:cut], "test": order[cut:]}, split)
    held_out = not set(chosen) & set(order[:cut])
    return tuple(images), [array[chosen] for array in images.values()], held_out


def _rows(name, key, stored, count):
    """Return which rows of an array are in pairs, checked."""
    rows = stored[key]
    whole = rows.ndim == 1 and np.issubdtype(rows.dtype, np.integer)
    if not whole or not len(rows) or rows.min() < 0 or rows.max() >= count:
        raise ValueError(
            f"{name}: {key} is {rows.dtype} {list(rows.shape)}, expected rows' numbers from 0 to {count - 1}"
        )
    return rows


def _fitted(images, size, channels):
    if size in (None, images.shape[1:3]) and channels in (None, images.shape[-1]):
        return images
    return np.stack([pictures.fit(image, size, channels) for image in images])
