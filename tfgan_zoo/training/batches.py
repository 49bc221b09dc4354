"""What a model asks of a batch, checked when the step is traced, with errors a user can act on."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors

# Resizing and JPEG rounding overshoot by less than this; data in [0, 255] or [0, 2] does not.
RANGE_TOLERANCE = 1e-3


@dataclasses.dataclass(frozen=True)
class Field:
    """One tensor that a model reads from its batches.

    Attributes:
        shape: shape without the batch dimension; None where any size will do.
        dtype: dtype name, `"float32"` for images.
        low: smallest value allowed, or None.
        high: largest value allowed, or None.
    """

    shape: tuple
    dtype: str = "float32"
    low: float | None = None
    high: float | None = None


def image_field(image_shape):
    """Return the field for images: float32 in [-1, 1]."""
    return Field(tuple(image_shape), "float32", -1.0, 1.0)


def as_batch(data, key="image"):
    """Turn what `fit` hands to `train_step` into a dict of tensors.

    A bare tensor means `{key: x}`, a pair means `{key: x, "label": y}`.
    """
    x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
    batch = dict(x) if isinstance(x, dict) else {key: x}
    if y is not None:
        batch.setdefault("label", y)
    return batch


def check_batch(batch, fields):
    """Check keys, dtypes and shapes of a batch against a model's fields.

    Args:
        batch: dict of tensors, batch dimension first.
        fields: dict of `Field` by key.

    Raises:
        ValueError: naming the key, what was given, what is expected, and the remedy.
    """
    for key, field in fields.items():
        if key not in batch:
            raise ValueError(
                "the batch lacks a key that the model needs: " + errors.unknown("key", key, batch)
            )
        tensor = batch[key]
        dtype = tf.as_dtype(tensor.dtype).name
        if dtype != field.dtype:
            remedy = ""
            if field.dtype == "float32" and dtype == "uint8":
                remedy = "; for images in [0, 255] use tf.cast(x, tf.float32) / 127.5 - 1"
            if field.dtype == "int32" and dtype == "string":
                remedy = "; tokens of texts are made by load(…).info.tokenizer.tokens(texts)"
            raise ValueError(
                f"batch[{key!r}] has dtype {dtype}, the model expects {field.dtype}{remedy}"
            )
        given, wanted = tuple(tensor.shape), (None, *field.shape)
        fits = len(given) == len(wanted) and all(
            g is None or w is None or g == w for g, w in zip(given, wanted, strict=True)
        )
        if not fits:
            raise ValueError(f"batch[{key!r}] has shape {given}, the model expects {wanted}")


def labels_of(label, n, num_labels):
    """Return the labels that a user means, int32 [n].

    Args:
        label: an int for all samples, or n of them.
        n: number of samples.
        num_labels: labels are 0 to num_labels - 1.

    Raises:
        ValueError: a label that is out of range, or not n of them.

    >>> labels_of(2, 3, num_labels=5).tolist()
    [2, 2, 2]
    """
    labels = np.asarray(label)
    if labels.dtype.kind not in "iu" or labels.shape not in ((), (n,)):
        raise ValueError(f"label is {label!r}, expected an int, or {n} of them")
    if labels.size and (labels.min() < 0 or labels.max() >= num_labels):
        raise ValueError(f"label is {label!r}, expected classes from 0 to {num_labels - 1}")
    return np.broadcast_to(labels, [n]).astype(np.int32)


def images_of(images, shape):
    """Return images that a user gives, float32 `[N, H, W, C]` in [-1, 1].

    Args:
        images: floats.
        shape: (H, W, C); None where any size will do.

    Raises:
        ValueError: another shape, dtype or range; says what was given.

    >>> images_of(np.zeros([2, 8, 8, 1]), (None, None, 1)).dtype
    dtype('float32')
    """
    images = np.asarray(images)
    fits = images.ndim == 4 and all(
        wanted in (None, given) for wanted, given in zip(shape, images.shape[1:], strict=True)
    )
    if not fits or not len(images):
        letters = ", ".join(str(w or letter) for w, letter in zip(shape, "HWC", strict=True))
        raise ValueError(f"images have shape {images.shape}, expected (N, {letters})")
    if images.dtype.kind != "f":
        raise ValueError(
            f"images have dtype {images.dtype}, expected floats in [-1, 1]; for images in [0, 255] use "
            "x / 127.5 - 1"
        )
    low, high = images.min(), images.max()
    if not (low >= -1.0 - RANGE_TOLERANCE and high <= 1.0 + RANGE_TOLERANCE):
        raise ValueError(f"images are in [{low:.4g}, {high:.4g}], expected [-1, 1]")
    return images.astype(np.float32)


def batch_size(batch, fields):
    """Return the number of samples, as an int where it is known when the step is traced."""
    first = batch[next(iter(fields))]
    return first.shape[0] if first.shape[0] is not None else tf.shape(first)[0]


def within_range(tensor, field):
    """Return integers cut to a field's range, and floats as they are.

    Integers are what tables are indexed by. The step in which some are out of range must come to its end all
    the same, so that they are reported by name instead of by the kernel that looks them up.

    >>> within_range(tf.constant([-1, 7]), Field((), "int32", 0, 2)).numpy().tolist()
    [0, 2]
    """
    dtype = tf.as_dtype(tensor.dtype)
    if not dtype.is_integer:
        return tensor
    low = dtype.min if field.low is None else field.low
    high = dtype.max if field.high is None else field.high
    return tf.clip_by_value(tensor, low, high)


def without_empty(batch, fields):
    """Put one sample of zeros where a batch has none, so that networks need not deal with it.

    Under tf.distribute a replica gets an empty batch when the last one is smaller than the number of
    replicas; kernels such as convolutions fail on it with messages of their own.

    Args:
        batch: dict of tensors, batch dimension first.
        fields: dict of `Field` by key; only these tensors are looked at.

    Returns:
        `(batch, empty)`: the batch, and whether it was empty: a bool scalar, or None where its size is
        known when the step is traced.
    """
    size = batch_size(batch, fields)
    if isinstance(size, int):
        return batch, None
    empty = tf.equal(size, 0)

    def filled(tensor, field):
        # The other sizes too: where a data set does not say them, an empty batch has zeros there.
        one = [1, *(size or 1 for size in field.shape)]
        missing = tf.maximum(one - tf.shape(tensor), 0) * tf.cast(empty, tf.int32)
        padded = tf.pad(tensor, tf.stack([tf.zeros_like(missing), missing], axis=1))
        return tf.ensure_shape(padded, [None, *field.shape])

    return batch | {key: filled(batch[key], field) for key, field in fields.items()}, empty


def value_range(tensor):
    """Return (min, max) as a float32 pair; NaN where the tensor holds NaN."""
    tensor = tf.cast(tensor, tf.float32)
    # Multiplying by zero turns NaN and infinities into NaN, which min and max would pass over.
    poison = tf.reduce_sum(tensor * 0.0)
    return tf.stack([tf.reduce_min(tensor), tf.reduce_max(tensor)]) + poison


def in_range(low_high, field):
    """Tell whether a (min, max) pair lies within the field's bounds; NaN does not."""
    low = -float("inf") if field.low is None else field.low - RANGE_TOLERANCE
    high = float("inf") if field.high is None else field.high + RANGE_TOLERANCE
    return (low_high[0] >= low) & (low_high[1] <= high)
