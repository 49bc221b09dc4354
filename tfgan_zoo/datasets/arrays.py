"""A source read into arrays: in memory, or on disk once where it is large."""

import hashlib
import itertools
import os
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from tqdm import tqdm

from tfgan_zoo.datasets import cache, pictures
from tfgan_zoo.datasets.info import Arrays, DataInfo

MEMORY_LIMIT = 1 << 30  # bytes of images; a larger set is kept on disk
_CHUNK = 128  # images decoded ahead of the writer
EXAMPLE_CAPTIONS = 256  # that the info holds
_PART = 16  # images a thread takes at once: one by one, handing them over costs more than the work


def materialise(source, image_size=None, channels=None):
    """Read a source into `Arrays`, every image at the same size and with the same channels.

    Sets below `MEMORY_LIMIT` live in memory. Larger ones are decoded once into a memory-mapped
    file in the cache directory (`TFGAN_ZOO_CACHE`, by default `~/.cache/tfgan_zoo`).

    Args:
        source: a `Source`.
        image_size: (height, width), or None for the images' own size.
        channels: 1, 3, 4, or None for the images' own.

    Returns:
        The `Arrays`.

    Raises:
        ValueError: the images differ in size or channels and no common one was asked for; or not
            one of them could be read.
    """
    size = "native" if image_size is None else "x".join(map(str, image_size))
    described = f"{source.name} {source.version} {source.split} {size} {channels or 'native'}"
    slug = re.sub(r"[^\w.]+", "-", described)[-60:].strip("-")
    entry = cache.directory() / f"{slug}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
    if entry.is_dir():
        return _arrays(source, *cache.read(entry))

    broken = []
    examples = _converted(source, image_size, channels, broken)
    first = next(examples, None)
    if first is None:
        raise ValueError(f"{source.name}: none of the {source.count} images could be read")
    examples = itertools.chain([first], examples)
    if source.count * first["image"].nbytes < MEMORY_LIMIT:
        stored = _in_memory(examples, source.count, first["image"].shape)
    else:
        stored = cache.write(entry, examples, first["image"].shape)
    if broken:
        shown = ", ".join(map(str, broken[:5])) + (", …" if len(broken) > 5 else "")
        warnings.warn(
            f"{source.name}: skipped {len(broken)} of {source.count} images that could not be "
            f"read: {shown}",
            stacklevel=4,  # where `load` or `load_arrays` was called from, or close to it
        )
    return _arrays(source, *stored)


def _converted(source, image_size, channels, broken):
    """Yield the source's examples with the image decoded and fitted, checking that all agree."""

    def prepare(part):
        decoded = [(example, source.decode(example["image"])) for example in part]
        return [
            (example, None if pixels is None else pictures.fit(pixels, image_size, channels))
            for example, pixels in decoded
        ]

    shape = None
    examples = source.examples()
    # A log file gets a line now and then, a terminal a bar that moves.
    pace = 0.2 if sys.stderr.isatty() else 20
    with (
        ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 8)) as pool,
        tqdm(
            total=source.count,
            desc=f"{source.name}[{source.split}]",
            unit=" images",
            delay=2,
            mininterval=pace,
        ) as bar,
    ):
        while chunk := list(itertools.islice(examples, _CHUNK)):
            bar.update(len(chunk))
            parts = [chunk[start : start + _PART] for start in range(0, len(chunk), _PART)]
            for example, pixels in itertools.chain.from_iterable(pool.map(prepare, parts)):
                if pixels is None:
                    broken.append(example["image"])
                    continue
                shape = shape or pixels.shape
                if pixels.shape != shape:
                    raise ValueError(_differing(source, shape, pixels.shape))
                yield {**example, "image": pixels}


def _differing(source, one, other):
    one, other = one[-3:], other[-3:]  # before these, pairs have an axis of their own
    wanted = [
        *(["image_size=64 (or another size)"] if one[:2] != other[:2] else []),
        *(["channels=3 (or 1, or 4)"] if one[2] != other[2] else []),
    ]
    return (
        f"the images of {source.name} differ: some are {'×'.join(map(str, one))} "
        f"(height × width × channels), others {'×'.join(map(str, other))}; "
        f"give {' and '.join(wanted)} to bring them to one shape"
    )


def _in_memory(examples, count, shape):
    images = np.empty((count, *shape), np.uint8)
    rows = cache.Rows()
    number = 0
    for number, example in enumerate(examples, 1):
        images[number - 1] = example["image"]
        rows.add(example)
    return images[:number], rows.arrays()


def _arrays(source, images, rows):
    labels = rows.pop("label", None)
    names = source.label_names
    info = DataInfo(
        name=source.name,
        split=source.split,
        num_examples=len(images),
        image_shape=tuple(images.shape[1:]),
        num_classes=None if labels is None else len(names),
        label_names=None if labels is None else names,
        keys=("image", *(() if labels is None else ("label",)), *rows),
        tokenizer=source.tokenizer,
        example_captions=None if source.tokenizer is None else _texts(source, rows),
    )
    return Arrays(images, labels, rows, info)


def _texts(source, rows):
    texts = source.tokenizer.texts(rows["caption"][:EXAMPLE_CAPTIONS])
    return tuple(text.decode("utf-8") for text in texts.numpy().tolist())
