"""What scores look at images with: a network, and what happens to an image before it."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.errors import is_number
from tfgan_zoo.metrics.images import as_image_array, to_uint8


@dataclasses.dataclass(frozen=True)
class Features:
    """What an extractor says about N images.

    Attributes:
        features: float32 [N, D], the input of the classifier's last layer.
        logits: float32 [N, K], unnormalised log-probabilities of the classes; None from an extractor
            that is no classifier.
    """

    features: np.ndarray
    logits: np.ndarray | None = None


class Extractor:
    """A network whose features, and logits if it has classes, scores are computed from.

    Images are checked, quantised to uint8 as in all reference implementations, resized with an
    antialiased bicubic filter where their size is not the extractor's own (also from non-square
    sizes, without keeping the aspect ratio), and given to the network in the range that it wants. Grey
    images are repeated to RGB for an extractor of 3 channels; any other difference in channels is an
    error. Memory grows with the features, not with the images: they are worked through in batches, and
    the result does not depend on the batch size.

    Args:
        network: callable from float32 images [B, H, W, C] in `value_range` to features [B, D], or with
            `num_classes` to (features [B, D], logits [B, K]). A Keras model or layer is run as in
            inference, and compiled to a graph. Any other callable gets an eager tensor, which
            `np.asarray` reads without a copy, and may return arrays: it can be of NumPy or of another
            framework. One of TensorFlow operations is faster as a `tf.function`.
        name: what scores are named after; must change with the weights, e.g.
            `f"mine-{weights_hash(model)}"`. Free of commas and square brackets.
        image_shape: (H, W, C) that the network takes; (None, None, C) for one that resizes by itself.
        num_classes: K, or None for a network without classes, whose `Features.logits` are None.
        value_range: (lowest, highest) value that black and white have for the network, e.g. (0, 255).

    Attributes:
        network: what was given; a Keras model or layer as a function.
        is_inception: whether this is the 2015 Inception network of the literature, whose Fréchet
            distance alone is called FID.
        repeats_grey: whether grey images are taken for an extractor of 3 channels.

    Raises:
        ValueError: for a name, shape or range as above; when called: for images of another rank or
            channel count, integers other than uint8, floats outside [-1, 1], NaN, an empty set, a batch
            size below 1, or a network that returns something else.

    >>> mean_colour = Extractor(
    ...     lambda images: np.mean(images, axis=(1, 2)),
    ...     name="mean_colour",
    ...     image_shape=(8, 8, 3),
    ...     value_range=(0, 255),
    ... )
    >>> mean_colour(np.full((2, 16, 16, 1), 51, "uint8")).features.tolist()
    [[51.0, 51.0, 51.0], [51.0, 51.0, 51.0]]
    """

    is_inception = False
    repeats_grey = True

    def __init__(self, network, *, name, image_shape, num_classes=None, value_range=(-1.0, 1.0)):
        if not name or set(name) & set("[],"):
            raise ValueError(
                f"name is {name!r}, expected one without commas and square brackets, since scores are "
                "written as frechet_distance[name, 1000 vs test]"
            )
        self.name = name
        self.image_shape = _checked_shape(image_shape)
        self.num_classes = num_classes
        self.value_range = low, high = check_range(value_range)

        # Sizes are free in the signatures, so that neither the last, smaller batch nor another
        # image size makes TensorFlow trace again.
        channels = self.image_shape[-1]

        @tf.function(input_signature=[tf.TensorSpec((None, None, None, channels), tf.uint8)])
        def prepare(images):
            images = tf.cast(images, tf.float32)
            height, width, _ = self.image_shape
            if height is not None:
                native = tf.reduce_all(tf.equal(tf.shape(images)[1:3], [height, width]))
                images = tf.cond(native, lambda: images, lambda: _resize(images, (height, width)))
            return images / (255.0 / (high - low)) + low

        self._prepare = prepare
        self.network = network
        if isinstance(network, keras.layers.Layer):
            self.network = tf.function(
                lambda images: network(images, training=False),
                input_signature=[tf.TensorSpec((None, *self.image_shape), tf.float32)],
            )

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, image_shape={self.image_shape})"

    @property
    def preprocessing(self):
        """What happens to an image before the network sees it, in words; caches are keyed by it."""
        height, width, channels = self.image_shape
        low, high = self.value_range
        size = "own size" if height is None else f"antialiased bicubic resize to {height}x{width}"
        return f"uint8, {size}, {channels} channels, [{low:g}, {high:g}]"

    def as_images(self, images):
        """Return images as an array [N, H, W, C], with rank, channels and dtype checked as in a call."""
        channels, shape = self.image_shape[-1], np.shape(images)
        is_grey = self.repeats_grey and channels == 3 and len(shape) == 4 and shape[-1] == 1
        return as_image_array(images, channels=1 if is_grey else channels)

    def __call__(self, images, batch_size=512):
        """Return the `Features` of images [N, H, W, C], uint8 or floating in [-1, 1]."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        images = self.as_images(images)
        batches = []
        for start in range(0, len(images), batch_size):
            batch = to_uint8(images[start : start + batch_size])
            if batch.shape[-1] != self.image_shape[-1]:
                batch = np.repeat(batch, self.image_shape[-1], axis=-1)
            batches.append(self._checked(self.network(self._prepare(batch)), len(batch)))
        return Features(*(np.concatenate(parts) for parts in zip(*batches, strict=True)))

    def _checked(self, output, count):
        """Return what the network returned as a list of float32 arrays: features, and logits."""
        parts = output if isinstance(output, (tuple, list)) else [output]
        parts = [np.asarray(part, dtype="float32") for part in parts]
        widths = ["D"] if self.num_classes is None else ["D", self.num_classes]
        shapes = [list(part.shape) for part in parts]
        fits = len(parts) == len(widths) and all(
            len(shape) == 2 and shape[0] == count and width in ("D", shape[1])
            for shape, width in zip(shapes, widths, strict=True)
        )
        if not fits:
            expected = f"features [{count}, D]"
            if self.num_classes is not None:
                expected += f" and logits [{count}, {self.num_classes}]"
            raise ValueError(
                f"the network of extractor {self.name!r} returned shapes {shapes} for {count} images, "
                f"expected {expected}"
            )
        return parts


def _resize(images, size):
    resized = tf.image.resize(images, size, method="bicubic", antialias=True)
    return tf.clip_by_value(resized, 0.0, 255.0)  # bicubic overshoots at edges


def _checked_shape(image_shape):
    shape = tuple(image_shape)
    sizes, free = shape[:2], (None, None)
    whole = [isinstance(n, (int, np.integer)) and n > 0 for n in shape]
    if len(shape) != 3 or not whole[-1] or not (sizes == free or all(whole)):
        raise ValueError(
            f"image_shape is {image_shape!r}, expected (height, width, channels), or "
            "(None, None, channels) for a network that takes images of any size"
        )
    return shape


def check_range(value_range):
    """Return the (lowest, highest) value that an extractor takes, as floats.

    Raises:
        ValueError: not two finite numbers, the lower one first.

    >>> check_range((0, 255))
    (0.0, 255.0)
    """
    bounds = tuple(value_range)
    if len(bounds) != 2 or not all(map(is_number, bounds)) or not bounds[0] < bounds[1]:
        raise ValueError(f"value_range is {value_range!r}, expected (lowest, highest), e.g. (0, 1)")
    return float(bounds[0]), float(bounds[1])
