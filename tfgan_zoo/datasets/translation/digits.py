"""Digits, and the same digits on textures: domains to adapt a classifier from and to."""

import numpy as np

from tfgan_zoo.datasets import arrays, digits, pictures, textures
from tfgan_zoo.datasets.info import Group
from tfgan_zoo.datasets.splits import resolve
from tfgan_zoo.datasets.translation.checks import checked

SIZES = {"digits": digits.SIZES, "mnist": {"train": 60_000, "test": 10_000}}


def textured(name, plain, split, size, channels=None, data_dir=None):
    """Return digits with labels (`source`, `label`) and digits on textures (`target`).

    `target` is |texture − digit|, as MNIST-M is made of photographs (Ganin et al. 2016, arXiv 1505.07818);
    see `textures`. The two are shuffled apart, and what is held out has `target_label`. As arrays, row i of
    both is the same digit: there, who wants to train on the target finds its labels.

    Args:
        name: the name that was asked for.
        plain: `"digits"` or `"mnist"`.
        split: `"train"`, `"test"`, or slices of them.
        size: (height, width).
        channels: 1, 3, 4, or None for 3.
        data_dir: where TFDS keeps prepared sets; None for its default.

    Raises:
        ValueError: unknown split.
        OSError: MNIST could not be prepared.

    >>> textured("digits_textured", "digits", "test[:4]", (16, 16)).images["target"].shape
    (4, 16, 16, 3)
    """
    parts = resolve(split, SIZES[plain])
    read, made = [], []
    for base, start, stop in parts:
        source = _source(plain, f"{base}[{start}:{stop}]", data_dir)
        read.append(arrays.materialise(source, size, 1))
        number = list(SIZES[plain]).index(base)
        made.append(textures.on_textures(read[-1].images, number, start))
    grey = np.concatenate([part.images for part in read])
    images = [np.repeat(grey, 3, axis=-1), np.concatenate(made)]
    if channels not in (None, 3):
        images = [
            np.stack([pictures.fit(each, None, channels) for each in all_]) for all_ in images
        ]
    labels = np.concatenate([part.labels for part in read])
    held_out = all(base != "train" for base, _, _ in parts)
    groups = (
        Group({"source": images[0]}, {"label": labels}),
        Group({"target": images[1]}, {"target_label": labels} if held_out else {}),
    )
    return checked(
        name,
        split,
        groups,
        ("plain", "textured"),
        counterparts=held_out,
        label_names=read[0].info.label_names,
    )


def _source(plain, split, data_dir):
    if plain == "digits":
        return digits.source(split)
    from tfgan_zoo.datasets import tfds_images  # here, since digits do without TFDS

    return tfds_images.source(plain, split, data_dir, ())
