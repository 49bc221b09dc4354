"""Pictures of what the generator makes, for the same latents again and again."""

from pathlib import Path

import tensorflow as tf

from tfgan_zoo import pictures
from tfgan_zoo.callbacks.schedule import EverySteps, training_goes_on
from tfgan_zoo.training import batches


class SampleGrid(EverySteps):
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

    chief_only = True

    def __init__(self, directory, every=500, samples=64, seed=0, real=None):
        super().__init__(every)
        self.directory = Path(directory)
        self.samples, self.seed = samples, seed
        self._real = real
        self._drawn = None
        self._writer = None

    def on_train_begin(self, logs=None):
        """Prepare the folders and collect the real images."""
        super().on_train_begin(logs)
        (self.directory / "samples").mkdir(parents=True, exist_ok=True)
        # A folder of its own: TensorBoard reads one file of a folder after the other, and would not come
        # back to this one once it has seen RunLogger's.
        self._writer = tf.summary.create_file_writer(str(self.directory / "tensorboard/samples"))
        if isinstance(self._real, tf.data.Dataset):
            self._real = _first_images(self._real, self.samples)
        if self.step == 0:
            self.act(0, {})

    def act(self, step, logs):
        """Write one picture."""
        images = self.model.generate(self.samples, seed=self.seed)
        picture = pictures.grid(images)
        if self._real is not None:
            picture = pictures.beside(picture, pictures.grid(self._real[: self.samples]))
        picture = pictures.enlarge(picture, min(images.shape[1:3]))
        self._drawn = step
        with training_goes_on(f"the samples of step {step}"):
            pictures.write_png(self.directory / "samples" / f"step_{step:08d}.png", picture)
            with self._writer.as_default():
                tf.summary.image("samples", picture[None], step=step)
            self._writer.flush()

    def on_train_end(self, logs=None):
        """Write the last picture, unless this step has one."""
        if self.step != self._drawn:
            self.act(self.step, {})
        with training_goes_on("the TensorBoard file of samples"):
            self._writer.close()


def _first_images(dataset, count):
    return batches.as_batch(next(iter(dataset.unbatch().batch(count))))["image"].numpy()
