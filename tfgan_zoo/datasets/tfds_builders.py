"""Builders of TensorFlow Datasets: found by name, prepared once, read in one order."""

import difflib

import tensorflow_datasets as tfds
from absl import logging

from tfgan_zoo.errors import unknown

# File after file, so that the order is the same in every run and every slice.
IN_ORDER = tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False)

# TFDS warns of its own use of its own deprecated property whenever it reads a set.
logging.get_absl_logger().addFilter(
    lambda record: "FeatureConnector.dtype" not in record.getMessage()
)


def find(name, data_dir, known):
    """Look a TFDS set up.

    Args:
        name: a TFDS name such as `"mnist"`, `"celeb_a"` or `"mnist:3.0.1"`.
        data_dir: where prepared sets are; None for TFDS's own (`TFDS_DATA_DIR`, or
            `~/tensorflow_datasets`).
        known: names to suggest from beside TFDS's own.

    Returns:
        A function that makes the builder, for `prepared`; and the set's features by name.

    Raises:
        ValueError: an unknown set, configuration or version.
    """

    def make():
        return tfds.builder(name, data_dir=data_dir)

    try:
        features = make().info.features
    except tfds.core.registered.DatasetNotFoundError as error:
        every = tfds.list_builders(with_community_datasets=False)
        near = difflib.get_close_matches(name, [*known, *every], n=1)
        # TFDS has hundreds of names: list our own, and the nearest of all.
        raise ValueError(unknown("data set", name, {*known, *near})) from error
    except (ValueError, AssertionError) as error:  # an unknown configuration or version
        raise ValueError(f"TensorFlow Datasets cannot make {name!r}: {error}") from error
    return make, dict(features.items()) if isinstance(features, tfds.features.FeaturesDict) else {}


def prepared(make):
    """Return a builder with its data prepared, preparing it if need be.

    Args:
        make: function that makes the builder.

    Raises:
        OSError: the set could not be prepared; says what to do.
    """
    builder = make()
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


def in_parts(parts):
    """Return (split name, start, stop)s as TFDS writes them.

    >>> in_parts([("train", 0, 50), ("test", 5, 9)])
    'train[0:50]+test[5:9]'
    """
    return "+".join(f"{base}[{start}:{stop}]" for base, start, stop in parts)


def sizes(builder):
    """Return how many examples each split of a prepared builder has."""
    return {name: info.num_examples for name, info in builder.info.splits.items()}
