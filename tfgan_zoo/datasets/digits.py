"""Real handwritten digits that need no download: the 1,797 of scikit-learn, 8×8 pixels."""

import numpy as np

from tfgan_zoo.datasets.info import Source
from tfgan_zoo.datasets.splits import resolve

SIZES = {"train": 1437, "test": 360}
_TEST_PER_CLASS = 36
_SEED = 1797  # fixed for good: scores are comparable only on the same test images


def source(split):
    """Return the digits (Alpaydin & Kaynak 1998, the UCI test set that scikit-learn ships).

    Pixels 0..16 become 0..255. Of each class, 36 images drawn with a fixed seed are `test`
    (360), the others are `train` (1,437); both keep the original order.

    Args:
        split: `"train"`, `"test"`, or slices of them.

    Raises:
        ValueError: an unknown split.

    >>> source("test").count
    360
    """
    parts = resolve(split, SIZES)

    def examples():
        from sklearn.datasets import load_digits  # takes a second: only who wants digits pays

        data = load_digits()
        images = np.rint(data.images * (255 / 16)).astype(np.uint8)[..., None]
        members = _members(data.target)
        for base, start, stop in parts:
            for index in members[base][start:stop]:
                yield {"image": images[index], "label": int(data.target[index])}

    return Source(
        name="digits",
        version="1",
        split=split,
        count=sum(stop - start for _, start, stop in parts),
        examples=examples,
        label_names=tuple("0123456789"),
    )


def _members(labels):
    # Raw words of a bit generator never change between NumPy releases; Generator methods may.
    keys = np.random.PCG64(_SEED).random_raw(len(labels))
    test = np.zeros(len(labels), bool)
    for label in range(10):
        (of_class,) = np.nonzero(labels == label)
        test[of_class[np.argsort(keys[of_class])][:_TEST_PER_CLASS]] = True
    return {"train": np.flatnonzero(~test), "test": np.flatnonzero(test)}
