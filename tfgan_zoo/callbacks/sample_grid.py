"""Pictures of what the generator makes, for the same latents again and again."""

import tensorflow as tf

from tfgan_zoo import pictures
from tfgan_zoo.callbacks.picture_log import PictureLog
from tfgan_zoo.training import batches


class SampleGrid(PictureLog):
    """Writes a grid of samples as a PNG file and as a TensorBoard image.

    The latents are fixed, so that pictures of different steps can be compared; real images stand to the
    right of the grey bar.

    Args:
        directory: where `samples/step_00001000.png` and `tensorboard/samples/` go.
        every: steps between two pictures; one more is written when training ends.
        samples: how many images.
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
        images = self.model.generate(self.samples, seed=self.seed)
        picture = pictures.grid(images)
        if self._real is not None:
            picture = pictures.beside(picture, pictures.grid(self._real[: self.samples]))
        return picture, min(images.shape[1:3])
