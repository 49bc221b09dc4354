"""Pictures of what a model makes people do, for the same people again and again."""

import numpy as np

from tfgan_zoo import errors, pictures
from tfgan_zoo.callbacks.picture_log import PictureLog


class AnimationGrid(PictureLog):
    """Writes rows of sources, the frame that is made of them, and the true one, as PNG and in TensorBoard.

    Args:
        directory: where `samples/step_00001000.png` and `tensorboard/samples/` go.
        data: a data set as `datasets.load` returns it, whose first images are shown.
        every: steps between two pictures; one more is written when training ends.
        samples: how many rows.

    Raises:
        ValueError: samples is not a positive int.

    Example:

    >>> from tfgan_zoo import datasets
    >>> test = datasets.load("heads", split="test[:8]", image_size=16, shuffle=False)
    >>> AnimationGrid("runs/heads", test, every=200).every
    200
    """

    def __init__(self, directory, data, every=500, samples=8):
        super().__init__(directory, every)
        errors.check_ints(1, samples=samples)
        self.samples = samples
        self._data = data
        self._batch = None

    def collect(self):
        """Collect what is shown."""
        first = next(iter(self._data.unbatch().batch(self.samples)))
        self._batch = {key: value.numpy() for key, value in first.items()}

    def picture(self):
        """Return the rows."""
        batch, driver = self._batch, self.model.driver
        asked = (batch[key] for key in ("source", "source_landmarks", driver))
        made = np.concatenate(
            [
                self.model.animate(source, marks, **{driver: driving[None]})
                for source, marks, driving in zip(*asked, strict=True)
            ]
        )
        rows = np.concatenate([batch["source"], made[:, None], batch["image"][:, None]], axis=1)
        picture = pictures.grid(rows.reshape(-1, *rows.shape[2:]), columns=rows.shape[1])
        return picture, min(rows.shape[2:4])
