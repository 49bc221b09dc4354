"""Pictures of what the generator makes, for the same latents again and again."""

import math

import tensorflow as tf

from tfgan_zoo import pictures
from tfgan_zoo.callbacks.picture_log import PictureLog
from tfgan_zoo.training import batches


class SampleGrid(PictureLog):
    """Writes a grid of samples as a PNG file and as a TensorBoard image.

    The latents are fixed, so that pictures of different steps can be compared; real images stand to the
    right of the grey bar.

    Of a model that is told something beside the latents, a row has one condition, and a column the same
    latents under each: labels, or examples of the data, spread evenly over all that there are if they are too
    many, see `generate_table` of the model. A column whose images are all alike is a condition ignored; a row
    whose images are alike, latents ignored.

    Args:
        directory: where `samples/step_00001000.png` and `tensorboard/samples/` go.
        every: steps between two pictures; one more is written when training ends.
        samples: how many images; in whole rows, where rows have conditions.
        seed: int, for the latents.
        real: real images to put beside the samples, `[N, H, W, C]`, floats in [-1, 1] or uint8, or a
            data set whose first batches hold them; None for none.

    Example:

    >>> callback = SampleGrid("runs/digits", every=200)
    >>> callback.every
    200
    """

    def __init__(self, directory, every=500, samples=64, seed=0, real=None):
        super().__init__(directory, every)
        self.samples, self.seed = samples, seed
        self._real = real

    def collect(self):
        """Collect the real images."""
        if isinstance(self._real, tf.data.Dataset):
            first = next(iter(self._real.unbatch().batch(self.samples)))
            self._real = batches.as_batch(first)["image"].numpy()

    def picture(self):
        """Return the samples, and the real images beside them."""
        rows, columns = _rows(self.model.condition_count, self.samples), None
        if rows > 1:
            columns = self.samples // rows
            images = self.model.generate_table(rows, columns, self.seed)
            images = images.reshape(-1, *images.shape[2:])
        else:
            images = self.model.generate(self.samples, seed=self.seed)
        picture = pictures.grid(images, columns)
        if self._real is not None:
            real = pictures.grid(self._real[: len(images)], columns)
            picture = pictures.beside(picture, real)
        return picture, min(images.shape[1:3])


def _rows(count, samples):
    """Return how many of so many conditions to show: all, unless rows would be shorter than columns by far.

    >>> [_rows(count, 64) for count in (1, 5, 10, 16, 17, 256)]
    [1, 5, 10, 16, 8, 8]
    """
    side = math.isqrt(samples)
    return count if count <= min(2 * side, samples) else side
