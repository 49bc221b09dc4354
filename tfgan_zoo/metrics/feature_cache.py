"""Features of real images on disk, so that a network sees a data set once."""

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import sys
from pathlib import Path

import numpy as np
from absl import logging
from tqdm import tqdm

from tfgan_zoo import files
from tfgan_zoo.datasets.cache import directory
from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.extractor import Features
from tfgan_zoo.metrics.fingerprints import images_hash, plain

_DIGEST = hashlib.sha256().digest_size


class FeatureCache:
    """Keeps what extractors say about sets of images, in parts that each are complete or not there.

    A part belongs to so many images in a row, and is found by the hash of every one of their values: where
    images have changed, their part, and no other, is computed again. Work that was interrupted goes on
    after the last whole part. Several processes may use a folder at once: a part has the same content
    whoever writes it, and comes to its place by renaming. A folder that cannot be written to, or that is
    full, costs a warning and later the time, never the features. Nothing is ever deleted; the folder may be,
    at any time.

    Args:
        folder: where to keep them; by default `features` in the zoo's cache, which is `TFGAN_ZOO_CACHE` or
            `~/.cache/tfgan_zoo`. It is made when first needed.
        part_size: images in a part, ≥ 1.

    Raises:
        ValueError: part_size is no int of at least 1.

    >>> import tempfile
    >>> from tfgan_zoo.metrics import extractors
    >>> images = np.zeros((3, 16, 16, 1), "uint8")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = FeatureCache(folder)
    ...     found = cache.features(extractors.get("digits"), images, data="black", split="all")
    >>> found.features.shape
    (3, 128)
    """

    def __init__(self, folder=None, part_size=10_000):
        check_ints(1, part_size=part_size)
        self.folder = directory() / "features" if folder is None else Path(folder)
        self.part_size = part_size

    def features(self, extractor, images, *, data, split, preprocessing="", batch_size=512):
        """Return the `Features` of images, from disk as far as they are there.

        Args:
            extractor: an `Extractor`; its name must change with its weights.
            images: array or tensor [N, H, W, C] as the extractor takes it; a memory map is read part by
                part. Images and features are in the same order.
            data: name of the data set, e.g. `"mnist"`.
            split: name of the split, e.g. `"test"`.
            preprocessing: what was done to the images before, e.g. `"centre crop"`.
            batch_size: images that the extractor sees at a time.

        Raises:
            ValueError: as the extractor does, for images that it does not take.
        """
        check_ints(1, batch_size=batch_size)
        images = extractor.as_images(images)
        folder = self._entry(extractor, images.shape[1:], data, split, preprocessing)
        parts, writable = [], True
        with tqdm(
            total=len(images),
            desc=f"features of {data}[{split}]",
            unit=" images",
            delay=2,
            disable=not sys.stdout.isatty(),
        ) as bar:
            for start in range(0, len(images), self.part_size):
                part = images[start : start + self.part_size]
                name = f"{start // self.part_size:05d}-{images_hash(part)[:16]}.npz"
                found = _read(folder / name)
                if found is None:
                    found = _computed(extractor, part, batch_size, bar)
                    writable = writable and _write(folder / name, found)
                else:
                    bar.update(len(part))
                parts.append(found)
        return _joined(parts)

    def _entry(self, extractor, image_shape, data, split, preprocessing):
        """Return the folder of one data set, split, extractor and preprocessing."""
        key = {
            "data": str(data),
            "split": str(split),
            "extractor": extractor.name,
            "extractor_preprocessing": extractor.preprocessing,
            "preprocessing": str(preprocessing),
            "image_shape": list(image_shape),
            "part_size": self.part_size,
        }
        digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:8]
        names = (plain(text)[:60] for text in (key["data"], key["split"], key["extractor"]))
        return self.folder / f"{'-'.join(names)}-{digest}"


def _computed(extractor, images, batch_size, bar):
    found = []
    for start in range(0, len(images), batch_size):
        batch = images[start : start + batch_size]
        found.append(extractor(batch, batch_size=batch_size))
        bar.update(len(batch))
    return _joined(found)


def _joined(parts):
    features = np.concatenate([part.features for part in parts])
    if parts[0].logits is None:
        return Features(features)
    return Features(features, np.concatenate([part.logits for part in parts]))


def _write(path, features):
    """Write a part and return whether that went well.

    The digest of the archive goes behind it, where readers of archives pass over it.
    """
    archive = io.BytesIO()
    arrays = {k: v for k, v in dataclasses.asdict(features).items() if v is not None}
    np.savez(archive, **arrays)
    content = archive.getvalue()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.whole(path) as file:
            file.write(content)
            file.write(hashlib.sha256(content).digest())
    except OSError as error:
        logging.warning(
            "features cannot be kept in %s (%s), and will be computed again next time; set "
            "TFGAN_ZOO_CACHE to a folder that can be written to",
            path.parent,
            error,
        )
        return False
    return True


def _read(path):
    """Return a part, or None where it is not there or not what was written."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        logging.error("%s cannot be read (%s): its features are computed again", path, error)
        return None
    archive, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(archive).digest() == digest:
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            return Features(arrays["features"], arrays.get("logits"))
    aside = path.with_name(f"{path.name}.damaged")
    with contextlib.suppress(OSError):
        os.replace(path, aside)
    logging.error("%s is damaged: set aside as %s, and computed again", path, aside.name)
    return None
