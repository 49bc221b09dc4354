"""Feature extractors that name themselves: small classifiers, trained here, shipped here.

Each one is a classifier of one data set, trained on that set's training split alone by
`benchmarks/train_extractors.py`, with its weights in `weights/`. Nothing is ever downloaded.

>>> from tfgan_zoo.metrics import extractors
>>> extractors.names()
['digits', 'fashion_mnist', 'mnist', 'shapes']
"""

import dataclasses
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_zoo.errors import unknown
from tfgan_zoo.metrics.images import as_image_array, to_uint8
from tfgan_zoo.metrics.storage import read

WEIGHTS = Path(__file__).parent / "weights"


@dataclasses.dataclass(frozen=True)
class Features:
    """What an extractor says about N images.

    Attributes:
        features: float32 [N, D], the input of the classifier's last layer.
        logits: float32 [N, K], unnormalised log-probabilities of the classes.
    """

    features: np.ndarray
    logits: np.ndarray


class Extractor:
    """A classifier whose features and logits scores are computed from.

    Images are checked, quantised to uint8 as in all reference implementations, resized with an
    antialiased bicubic filter where their size is not the extractor's own (also from non-square
    sizes, without keeping the aspect ratio), and given to the network in [-1, 1]. Memory grows
    with the features, not with the images: they are worked through in batches, and the result
    does not depend on the batch size.

    Args:
        network: callable from float32 images [B, H, W, C] in [-1, 1] to (features [B, D],
            logits [B, K]), e.g. a `keras.Model`.
        name: what scores are named after; must change with the weights, e.g. hold their hash.
        image_shape: (H, W, C) that the network takes.
        num_classes: K.

    Raises:
        ValueError: when called: for images of another rank or channel count, integers other than
            uint8, floats outside [-1, 1], NaN, an empty set, or a batch size below 1.

    >>> digits = get("digits")
    >>> digits.image_shape, digits.num_classes
    ((16, 16, 1), 10)
    >>> result = digits(np.zeros((3, 16, 16, 1), "uint8"))
    >>> result.features.shape, result.logits.shape
    ((3, 128), (3, 10))
    """

    def __init__(self, network, *, name, image_shape, num_classes):
        self.name = name
        self.image_shape = tuple(image_shape)
        self.num_classes = num_classes

        # Sizes are free in the signature, so that neither the last, smaller batch nor another
        # image size makes TensorFlow trace the network again.
        signature = tf.TensorSpec((None, None, None, self.image_shape[-1]), tf.uint8)

        @tf.function(input_signature=[signature])
        def apply(images):
            images = tf.cast(images, tf.float32)
            height, width, _ = self.image_shape
            is_native = tf.reduce_all(tf.equal(tf.shape(images)[1:3], [height, width]))
            images = tf.cond(is_native, lambda: images, lambda: _resize(images, (height, width)))
            images = tf.ensure_shape(images, (None, *self.image_shape))
            return network(images / 127.5 - 1.0)

        self._apply = apply

    def __repr__(self):
        return f"Extractor({self.name!r}, image_shape={self.image_shape})"

    def __call__(self, images, batch_size=512):
        """Return the `Features` of images [N, H, W, C], uint8 or floating in [-1, 1]."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        images = as_image_array(images, channels=self.image_shape[-1])
        batches = []
        for start in range(0, len(images), batch_size):
            batch = to_uint8(images[start : start + batch_size])
            batches.append([part.numpy() for part in self._apply(batch)])
        features, logits = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        return Features(features=features, logits=logits)


def names():
    """Return the names that `get` knows, sorted."""
    return sorted(path.stem for path in WEIGHTS.glob("*.json"))


def get(name):
    """Return the zoo's own extractor for a data set, with the hash of its files verified.

    Args:
        name: one of `names()`: `"digits"` (16×16×1), `"mnist"` and `"fashion_mnist"` (28×28×1), or
            `"shapes"` (32×32×3, the class is the main shape's).

    Returns:
        `Extractor`, named `<name>_cnn-<first 8 digits of the hash>`.

    Raises:
        ValueError: for an unknown name, with the nearest one; for damaged or altered files.

    >>> get("digits").name.startswith("digits_cnn-")
    True
    """
    if name not in names():
        raise ValueError(unknown("extractor", name, names()))
    return load(WEIGHTS / f"{name}.json")


def load(path):
    """Return an extractor from `<name>.json` and the `<name>.npz` beside it.

    Args:
        path: of the JSON file, as `benchmarks/train_extractors.py --out` wrote it.

    Raises:
        FileNotFoundError: where one of the two files is missing.
        ValueError: where they are damaged or do not match their hash.
    """
    path = Path(path)
    network, spec = read(path)
    return Extractor(
        network,
        name=f"{path.stem}_cnn-{spec['hash'][:8]}",
        image_shape=spec["image_shape"],
        num_classes=spec["num_classes"],
    )


def _resize(images, size):
    resized = tf.image.resize(images, size, method="bicubic", antialias=True)
    return tf.clip_by_value(resized, 0.0, 255.0)  # bicubic overshoots at edges
