"""Decoded images on disk: a directory per set, split, size and channels, complete or not there.

A cached set is `images.npy` (uint8 [N, H, W, C], read through a memory map) and `rows.npz` (labels
and the other int32 arrays).
"""

import io
import os
import pathlib
import shutil
import tempfile

import numpy as np


class Rows:
    """Collects the int32 arrays that go with the images.

    >>> rows = Rows()
    >>> rows.add({"image": None, "label": 3})
    >>> rows.arrays()["label"]
    array([3], dtype=int32)
    """

    def __init__(self):
        self._columns = {}

    def add(self, example):
        """Append an example's values; its `image` is left out."""
        for key, value in example.items():
            if key != "image":
                self._columns.setdefault(key, []).append(value)

    def arrays(self):
        """Return int32 [N, ...] by key."""
        return {key: np.asarray(values, np.int32) for key, values in self._columns.items()}


def directory():
    """Return where decoded sets are kept: `TFGAN_ZOO_CACHE`, by default `~/.cache/tfgan_zoo`."""
    return pathlib.Path(os.environ.get("TFGAN_ZOO_CACHE") or "~/.cache/tfgan_zoo").expanduser()


def write(entry, examples, shape):
    """Write a set and return it as `read` does.

    Args:
        entry: the directory to make.
        examples: an iterable of dicts with `image` (uint8 of `shape`) and ints by key.
        shape: (height, width, channels).

    Raises:
        OSError: the disk is full or cannot be written; nothing is left behind.
    """
    rows, count = Rows(), 0
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        beside = pathlib.Path(tempfile.mkdtemp(prefix=f"{entry.name}.partial-", dir=entry.parent))
    except OSError as error:
        raise OSError(
            f"a large data set needs a cache directory, and {entry.parent} cannot be written "
            f"({error}); set TFGAN_ZOO_CACHE to one that can"
        ) from error
    try:
        # Plain writes, not a writable memory map: on a full disk these raise, a map kills the process.
        with open(beside / "images.npy", "wb") as file:
            file.write(_header(0, shape))
            for example in examples:
                file.write(np.ascontiguousarray(example["image"]).data)
                rows.add(example)
                count += 1
            # NumPy pads headers so that the number of rows may grow in place.
            file.seek(0)
            file.write(_header(count, shape))
        np.savez(beside / "rows.npz", **rows.arrays())
        try:
            beside.rename(entry)
        except OSError:
            if not entry.is_dir():  # otherwise another process was first, with the same content
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return read(entry)


def read(entry):
    """Return a cached set: images (a read-only memory map), and a dict of int32 arrays."""
    with np.load(entry / "rows.npz") as rows:
        return np.load(entry / "images.npy", mmap_mode="r"), dict(rows)


def _header(count, shape):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (count, *shape)}
    )
    return header.getvalue()
