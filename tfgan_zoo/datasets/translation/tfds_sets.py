"""Sets of TensorFlow Datasets with two domains: CycleGAN's, and those whose features are pairs."""

import re

import numpy as np
import tensorflow_datasets as tfds

from tfgan_zoo.datasets import arrays, pictures, tfds_builders, tfds_images
from tfgan_zoo.datasets.info import Group, Source
from tfgan_zoo.datasets.splits import resolve
from tfgan_zoo.datasets.translation.checks import checked, differing

# Features that name the two images of a pair.
FEATURES = (
    ("source", "target"),
    ("input", "target"),
    ("input_image", "real_image"),
    ("input_image", "target_image"),
    ("a", "b"),
    ("A", "B"),
    ("image_a", "image_b"),
    ("image_A", "image_B"),
)


def read(name, split, size, channels, data_dir, known):
    """Return a TFDS set of two domains.

    `cycle_gan/NAME` is unpaired: `a` of the splits trainA and testA, `b` of trainB and testB. A set with two
    8-bit image features of one of the `FEATURES` names is pairs.

    Args:
        name: a TFDS name.
        split: `"train"`, `"test"`, or another of the set's, with slices. CycleGAN's own names, such as
            `"trainA"`, are sets of images without domains.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for the images' own.
        data_dir: where TFDS keeps prepared sets; None for its default.
        known: names to suggest from beside TFDS's own.

    Returns:
        `TranslationArrays`; None for a set without two domains.

    Raises:
        ValueError: unknown set or split, or domains that differ.
        OSError: the set could not be prepared.
    """
    make, features = tfds_builders.find(name, data_dir, known)
    if name.startswith("cycle_gan"):
        return _cycle_gan(name, split, size, channels, data_dir)
    eight_bit = {
        key
        for key, feature in features.items()
        if isinstance(feature, tfds.features.Image) and feature.np_dtype == np.uint8
    }
    pair = next((pair for pair in FEATURES if eight_bit.issuperset(pair)), None)
    return None if pair is None else _pairs(name, make, pair, split, size, channels)


def _cycle_gan(name, split, size, channels, data_dir):
    if re.search(r"\b(train|test)[AB]\b", split):
        return None
    groups = []
    for key, letter in (("a", "A"), ("b", "B")):
        own = re.sub(r"\b(train|test)\b", rf"\1{letter}", split)
        source = tfds_images.source(name, own, data_dir, ())
        groups.append(Group({key: arrays.materialise(source, size, channels).images}))
    _, _, config = name.partition(":")[0].partition("/")
    names = tuple(config.split("2")) if config.count("2") == 1 else ("A", "B")
    return checked(name, split, tuple(groups), names)


def _pairs(name, make, pair, split, size, channels):
    builder = tfds_builders.prepared(make)
    parts = resolve(split, tfds_builders.sizes(builder))

    def examples():
        dataset = builder.as_dataset(
            split=tfds_builders.in_parts(parts),
            decoders=tfds.decode.PartialDecoding(dict.fromkeys(pair, True)),
            read_config=tfds_builders.IN_ORDER,
        )
        for example in dataset.as_numpy_iterator():
            yield {"image": [example[key] for key in pair]}

    def decode(both):
        images = [pictures.fit(image, size, channels) for image in both]
        if images[0].shape != images[1].shape:
            shapes = {key: image.shape for key, image in zip(pair, images, strict=True)}
            raise ValueError(differing(name, shapes))
        return np.stack(images)

    source = Source(
        name=name,
        version=f"{builder.info.full_name} {pair} {size} {channels}",
        split=split,
        count=sum(stop - start for _, start, stop in parts),
        examples=examples,
        decode=decode,
    )
    both = arrays.materialise(source).images
    group = Group({"source": both[:, 0], "target": both[:, 1]})
    return checked(name, split, (group,), pair, counterparts=True)
