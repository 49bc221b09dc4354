"""Rows of sources, the frame that is made of them, and the true one."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.callbacks import events
from tfgan_zoo import pictures
from tfgan_zoo.callbacks import AnimationGrid

SHAPE = (4, 4, 3)


class Brighter:
    """Stands in for a model: the first source, as much brighter as it is told."""

    driver, iterations = "audio", tf.Variable(0)

    def animate(self, source, source_landmarks, audio):
        assert source_landmarks.shape == (2, 5, 2)
        return np.clip(source[:1] + audio[:, :1, None, None], -1, 1)


def test_a_row_for_each_of_the_first(tmp_path):
    random = np.random.default_rng(0)
    batch = {
        "source": random.uniform(-1, 1, (6, 2, *SHAPE)).astype(np.float32),
        "source_landmarks": np.zeros((6, 2, 5, 2), np.float32),
        "audio": random.uniform(-1, 1, (6, 7)).astype(np.float32),
        "image": random.uniform(-1, 1, (6, *SHAPE)).astype(np.float32),
    }
    data = tf.data.Dataset.from_tensor_slices(batch).batch(2)
    callback = AnimationGrid(tmp_path, data, every=2, samples=3)
    callback.set_model(Brighter())
    callback.on_train_begin()
    made = np.clip(batch["source"][:, 0] + batch["audio"][:, :1, None, None], -1, 1)
    columns = [*np.moveaxis(batch["source"], 1, 0), made, batch["image"]]
    rows = np.stack(columns, axis=1)[:3].reshape(-1, *SHAPE)
    expected = pictures.enlarge(pictures.grid(rows, columns=4), 4)
    picture = np.asarray(Image.open(tmp_path / "samples" / "step_00000000.png"))
    np.testing.assert_array_equal(picture, expected)
    ((step, value),) = events.read(tmp_path / "tensorboard" / "samples")["samples"]
    assert step == 0
    np.testing.assert_array_equal(events.picture(value), picture)
    with pytest.raises(ValueError, match="samples is 0"):
        AnimationGrid(tmp_path, data, samples=0)
