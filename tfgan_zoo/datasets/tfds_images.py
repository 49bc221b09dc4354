"""Image sets of TensorFlow Datasets, and the `shapes` set that is built with it."""

import difflib

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from absl import logging

from tfgan_zoo.datasets import captions
from tfgan_zoo.datasets.info import Source
from tfgan_zoo.datasets.shapes import Shapes
from tfgan_zoo.datasets.splits import resolve
from tfgan_zoo.errors import unknown

_BATCH = 256  # examples

# TFDS warns of its own use of its own deprecated property whenever it reads a set.
logging.get_absl_logger().addFilter(
    lambda record: "FeatureConnector.dtype" not in record.getMessage()
)


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

    def make():
        return tfds.builder(name, data_dir=data_dir)

    try:
        builder = make()
    except tfds.core.registered.DatasetNotFoundError as error:
        every = tfds.list_builders(with_community_datasets=False)
        near = difflib.get_close_matches(name, [*known, *every], n=1)
        # TFDS has hundreds of names: list our own, and the nearest of all.
        raise ValueError(unknown("data set", name, {*known, *near})) from error
    except (ValueError, AssertionError) as error:  # an unknown configuration or version
        raise ValueError(f"TensorFlow Datasets cannot make {name!r}: {error}") from error
    features = builder.info.features
    features = dict(features.items()) if isinstance(features, tfds.features.FeaturesDict) else {}
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
    return _source(name, split, _prepared(make, builder), wanted, rows, names)


def shapes(split, data_dir):
    """Return the `shapes` set, built on first use.

    Beside `image` and `label`, batches have `caption` (int32 tokens [B, 10], padded with 0) and a
    `factor_*` key for each of the scene's factors: [B], or [B, 2] for the two objects.

    Args:
        split: `"train"`, `"test"`, or slices of them.
        data_dir: where TFDS keeps prepared sets; None for its default.

    Raises:
        ValueError: an unknown split.
        OSError: the set could not be built, e.g. since `data_dir` is read-only.
    """

    def make():
        return Shapes(data_dir=data_dir)

    def rows(example):
        return {
            "label": example["label"],
            "caption": captions.encode(example["caption"].decode()),
            **{f"factor_{key}": value for key, value in sorted(example["factors"].items())},
        }

    wanted = {"image", "label", "caption", "factors"}
    built = _prepared(make, make())
    return _source("shapes", split, built, wanted, rows, captions.SHAPES, captions.VOCABULARY)


def _source(name, split, builder, wanted, rows, label_names, vocabulary=None):
    sizes = {key: info.num_examples for key, info in builder.info.splits.items()}
    parts = resolve(split, sizes)
    absolute = "+".join(f"{base}[{start}:{stop}]" for base, start, stop in parts)

    def examples():
        dataset = builder.as_dataset(
            split=absolute,
            decoders=tfds.decode.PartialDecoding({key: True for key in wanted}),
            # File after file, so that the order is the same in every run and every slice.
            read_config=tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False),
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
        vocabulary=vocabulary,
    )


def _prepared(make, builder):
    """Return the builder with its data prepared, preparing it if need be."""
    if builder.is_prepared():
        return builder
    try:
        builder.download_and_prepare()
    except Exception as error:  # whatever a data set's own script and the network raise
        # Two processes may prepare at once. TFDS works beside and renames at the end, so the
        # second one fails on the rename, and finds a whole set in place.
        builder = make()
        if builder.is_prepared():
            return builder
        raise OSError(
            f"{builder.name} is not in {builder.data_dir} and could not be prepared there "
            f"({type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}). "
            "Prepare it where there is a network (`tfds build` or tfds.load), or give the "
            "directory that holds it: data_dir=… or the environment variable TFDS_DATA_DIR. "
            f"By hand: {builder.MANUAL_DOWNLOAD_INSTRUCTIONS}"
        ) from error
    return builder
