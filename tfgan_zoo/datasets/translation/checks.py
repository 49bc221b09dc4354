"""What the domains of a set have to agree in, and its info."""

import numpy as np

from tfgan_zoo.datasets.info import TranslationArrays, TranslationInfo


def checked(name, split, groups, domains, *, counterparts=False, label_names=None):
    """Return the `TranslationArrays` of groups that fit together.

    Args:
        name: the name that was asked for.
        split: the split that was asked for.
        groups: tuple of `Group`. Where there are many domains, one, with `label` for the domain.
        domains: the domains' names, in the order of the image keys or of the labels.
        counterparts: see `TranslationInfo`.
        label_names: names of the values of `label`, or None.

    Raises:
        ValueError: images of two domains differ in size or channels; a domain with fewer than two images.

    >>> from tfgan_zoo.datasets.info import Group
    >>> images = np.zeros((3, 8, 8, 3), np.uint8)
    >>> checked("mine", "train", (Group({"a": images}), Group({"b": images})), ("x", "y")).info.domain_sizes
    (3, 3)
    """
    images = {key: value for group in groups for key, value in group.images.items()}
    keys = list(images)
    for key in keys[1:]:
        if images[key].shape[-3:] != images[keys[0]].shape[-3:]:
            raise ValueError(differing(name, {k: images[k].shape[-3:] for k in (keys[0], key)}))
    if len(domains) == len(keys):
        sizes = [len(images[key]) for key in keys]
    elif len(groups) == 1 and "label" in groups[0].rows:
        sizes = np.bincount(groups[0].rows["label"], minlength=len(domains)).tolist()
    else:  # beside the domains' images there are counterparts of theirs
        sizes = [len(images[key]) for key in keys[: len(domains)]]
    for domain, size in zip(domains, sizes, strict=True):
        if size < 2:
            raise ValueError(
                f"{name}[{split}]: domain {domain!r} has {size} image{'s' * (size != 1)}, "
                "expected at least 2"
            )
    rows = [key for group in groups for key in group.rows]
    info = TranslationInfo(
        name=name,
        split=split,
        num_examples=max(group.count for group in groups),
        image_shape=tuple(images[keys[0]].shape[-3:]),
        num_classes=None if label_names is None else len(label_names),
        label_names=label_names,
        keys=(*keys, *rows),
        domains=tuple(domains),
        domain_sizes=tuple(sizes),
        counterparts=counterparts,
    )
    return TranslationArrays(tuple(groups), info)


def differing(name, shapes):
    """Return the message for images that ought to be of one shape.

    Args:
        name: the name that was asked for.
        shapes: dict of two shapes, (height, width, channels), by what has them.

    >>> differing("mine", {"a": (8, 8, 1), "b": (8, 8, 3)})
    'mine: a has images of 8×8×1 (height × width × channels), b of 8×8×3; give channels=3 (or 1, or 4) to ...'
    """
    (one, first), (other, second) = shapes.items()
    wanted = [
        *(["image_size=64 (or another size)"] if first[:2] != second[:2] else []),
        *(["channels=3 (or 1, or 4)"] if first[2] != second[2] else []),
    ]
    return (
        f"{name}: {one} has images of {'×'.join(map(str, first))} (height × width × channels), "
        f"{other} of {'×'.join(map(str, second))}; give {' and '.join(wanted)} to bring them to one shape"
    )
