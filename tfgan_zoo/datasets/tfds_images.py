"""Image sets of TensorFlow Datasets, and the `shapes` set that is built with it."""

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from tfgan_zoo.datasets import captions, tfds_builders
from tfgan_zoo.datasets.info import Source
from tfgan_zoo.datasets.shapes import Shapes
from tfgan_zoo.datasets.splits import resolve

_BATCH = 256  # examples


def source(name, split, data_dir, known):
    """Return a TFDS set's images, with their labels where each has one.

    A set that is prepared in `data_dir` is only read; otherwise TFDS downloads and prepares it.

    Args:
        name: a TFDS name such as `"mnist"`, `"celeb_a"` or `"mnist:3.0.1"`.
        split: a TFDS split, with slices.
        data_dir: where prepared sets are; None for TFDS's own (`TFDS_DATA_DIR`, or
            `~/tensorflow_datasets`).
        known: names to suggest from beside TFDS's own.

    Raises:
        ValueError: an unknown set or split, or a set without 8-bit images.
        OSError: the set could not be prepared; says what to do.
    """
    make, features = tfds_builders.find(name, data_dir, known)
    image = features.get("image")
    if not isinstance(image, tfds.features.Image) or image.np_dtype != np.uint8:
        raise ValueError(
            f"{name} has no 8-bit feature `image`; its features: {', '.join(features)}"
        )
    label = features.get("label")
    if isinstance(label, tfds.features.ClassLabel):
        names = tuple(label.names)
    else:
        label, names = None, None

    def rows(example):
        return {} if label is None else {"label": example["label"]}

    wanted = {"image"} if label is None else {"image", "label"}
    return _source(name, split, tfds_builders.prepared(make), wanted, rows, names)


def shapes(split, data_dir):
    """Return the `shapes` set, built on first use.

    Beside `image` and `label`, batches have `caption` (int32 tokens [B, 10], see `captions.encode`) and a
    `factor_*` key for each of the scene's factors: [B], or [B, 2] for the two objects.

    Args:
        split: `"train"`, `"test"`, or slices of them.
        data_dir: where TFDS keeps prepared sets; None for its default.

    Raises:
        ValueError: an unknown split.
        OSError: the set could not be built, e.g. since `data_dir` is read-only.
    """

    def rows(example):
        return {
            "label": example["label"],
            "caption": captions.encode(example["caption"].decode()),
            **{f"factor_{key}": value for key, value in sorted(example["factors"].items())},
        }

    wanted = {"image", "label", "caption", "factors"}
    built = tfds_builders.prepared(lambda: Shapes(data_dir=data_dir))
    return _source("shapes", split, built, wanted, rows, captions.SHAPES, captions.tokenizer())


def _source(name, split, builder, wanted, rows, label_names, tokenizer=None):
    parts = resolve(split, tfds_builders.sizes(builder))

    def examples():
        dataset = builder.as_dataset(
            split=tfds_builders.in_parts(parts),
            decoders=tfds.decode.PartialDecoding({key: True for key in wanted}),
            read_config=tfds_builders.IN_ORDER,
        )
        if builder.info.features["image"].shape.count(None):
            for example in dataset.as_numpy_iterator():
                yield {"image": example["image"], **rows(example)}
            return
        # Images of one size come over in batches: many times faster than one by one.
        for batch in dataset.batch(_BATCH).prefetch(1).as_numpy_iterator():
            for index in range(len(batch["image"])):
                example = tf.nest.map_structure(lambda values, i=index: values[i], batch)
                yield {"image": example["image"], **rows(example)}

    return Source(
        name=name,
        version=builder.info.full_name,
        split=split,
        count=sum(stop - start for _, start, stop in parts),
        examples=examples,
        label_names=label_names,
        tokenizer=tokenizer,
    )
