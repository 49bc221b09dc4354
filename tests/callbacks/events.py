"""Reads TensorBoard's files."""

import collections
import io

import numpy as np
import tensorflow as tf
from PIL import Image
from tensorboard.util import tensor_util


def read(folder):
    """Return dict of tag -> list of (step, value), in the order in which they were written."""
    found = collections.defaultdict(list)
    for file in sorted(folder.glob("events.out.tfevents.*"), key=lambda f: f.stat().st_mtime):
        for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                found[value.tag].append((event.step, tensor_util.make_ndarray(value.tensor)))
    return dict(found)


def scalars(folder):
    """Return dict of tag -> dict of step -> float."""
    return {
        tag: {step: float(v) for step, v in pairs}
        for tag, pairs in read(folder).items()
        if pairs[0][1].dtype.kind == "f"
    }


def picture(value):
    """Return the picture of an image event."""
    width, height, png = value
    image = np.asarray(Image.open(io.BytesIO(png)))
    assert image.shape[:2] == (int(height), int(width))
    return image
