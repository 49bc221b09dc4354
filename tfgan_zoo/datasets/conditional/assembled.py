"""From what a set is made of to `Arrays` with their info."""

import numpy as np

from tfgan_zoo.datasets import pictures
from tfgan_zoo.datasets.info import Arrays, ConditionalInfo, Shared
from tfgan_zoo.datasets.splits import resolve

_EXAMPLES = 10  # whose conditions the info holds: a row of a sample grid each


def assembled(
    name, split, images, labels, extras, *, label_names=None, sample_rate=None, texts=(), **others
):
    """Return the `Arrays` of a set.

    Args:
        name: the name that was asked for.
        split: the split that was asked for.
        images: uint8 [N, H, W, C].
        labels: int32 [N], or None.
        extras: dict of int32 and float32 arrays [N, ...] by batch key; those may be `Shared`, too.
        label_names: a name for every label, or None.
        sample_rate: of `audio`, or None.
        texts: the `Tokenizer` of `caption` and examples of captions, a tuple; nothing without captions.
        **others: further images by batch key, uint8 [N, ..., H, W, C].

    >>> images = np.zeros((2, 4, 4, 1), np.uint8)
    >>> made = assembled("mine", "train", images, None, {"audio": np.zeros((2, 8), np.float32)})
    >>> made.info.shapes
    {'image': (4, 4, 1), 'audio': (8,)}
    """
    tokenizer, example_captions = texts or (None, None)
    made = {"image": images, **others, **({} if labels is None else {"label": labels}), **extras}
    info = ConditionalInfo(
        name=name,
        split=split,
        num_examples=len(images),
        image_shape=tuple(images.shape[1:]),
        num_classes=None if label_names is None else len(label_names),
        label_names=label_names,
        keys=tuple(made),
        tokenizer=tokenizer,
        example_captions=example_captions,
        shapes={key: tuple(values.shape[1:]) for key, values in made.items()},
        sample_rate=sample_rate,
        example_audio=_examples(made["audio"], labels) if "audio" in made else None,
        example_past=made["past"][:_EXAMPLES] / np.float32(127.5) - 1 if "past" in made else None,
    )
    return Arrays(images, labels, extras, info, others)


def _examples(conditions, labels):
    """Return a few conditions, of every class in turn, and none twice.

    >>> spoken = Shared(np.array([[0.1], [0.2], [0.3]], np.float32), np.array([0, 0, 1, 1, 2, 2]))
    >>> _examples(spoken, np.array([7, 7, 7, 7, 4, 4])).ravel()
    array([0.3, 0.1, 0.2], dtype=float32)
    """
    rows = np.arange(len(conditions))
    if isinstance(conditions, Shared):
        rows = np.sort(np.unique(conditions.index, return_index=True)[1])
    if labels is not None:
        classes = labels[rows]
        turns = [np.sum(classes[:at] == own) for at, own in enumerate(classes)]
        rows = rows[np.lexsort((classes, turns))]
    return conditions[rows[:_EXAMPLES]]


def chosen(split, sizes):
    """Return (number of the split, index) for each example of a split with slices.

    >>> chosen("test[1:3]", {"train": 5, "test": 3})
    [(1, 1), (1, 2)]
    """
    order = list(sizes)
    return [
        (order.index(base), index)
        for base, start, stop in resolve(split, sizes)
        for index in range(start, stop)
    ]


def fitted(images, size, channels):
    """Bring images to a size and a number of channels, see `pictures.fit`.

    Args:
        images: uint8 [N, ..., H, W, C], or a `Shared` of them.
        size: (height, width), or None to keep it.
        channels: 1, 3, 4, or None to keep them.

    >>> fitted(np.zeros((2, 3, 8, 8, 1), np.uint8), (4, 4), 3).shape
    (2, 3, 4, 4, 3)
    """
    if isinstance(images, Shared):
        return Shared(fitted(images.pool, size, channels), images.index)
    if size in (None, images.shape[-3:-1]) and channels in (None, images.shape[-1]):
        return images
    flat = images.reshape(-1, *images.shape[-3:])
    made = np.stack([pictures.fit(image, size, channels) for image in flat])
    return made.reshape(*images.shape[:-3], *made.shape[1:])


def checked_images(images, shape):
    """Return images to read, after a check.

    Args:
        images: array, expected uint8 [N, *shape].
        shape: (height, width, channels).

    Raises:
        ValueError: another shape or dtype.

    >>> checked_images(np.zeros((2, 32, 32), np.uint8), (32, 32, 1))
    Traceback (most recent call last):
    ...
    ValueError: images are uint8 (2, 32, 32), expected uint8 (N, 32, 32, 1)
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.shape[1:] != tuple(shape):
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"images are {images.dtype} {images.shape}, expected uint8 (N, {wanted})")
    return images
