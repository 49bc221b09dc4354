"""Pictures now and then, as files and in TensorBoard."""

from pathlib import Path

import tensorflow as tf

from tfgan_zoo import pictures
from tfgan_zoo.callbacks.schedule import EverySteps, training_goes_on


class PictureLog(EverySteps):
    """Writes a picture as a PNG file and as a TensorBoard image; a subclass makes it.

    Args:
        directory: where `samples/step_00001000.png` and `tensorboard/samples/` go.
        every: steps between two pictures; one more is written when training ends.
    """

    chief_only = True

    def __init__(self, directory, every):
        super().__init__(every)
        self.directory = Path(directory)
        self._drawn = None
        self._writer = None

    def picture(self):
        """Return a picture, uint8 [H, W, C], and the smaller side of the images in it."""
        raise NotImplementedError

    def collect(self):
        """Prepare what does not change from picture to picture."""

    def on_train_begin(self, logs=None):
        """Prepare the folders, and draw what there is before training."""
        super().on_train_begin(logs)
        (self.directory / "samples").mkdir(parents=True, exist_ok=True)
        # A folder of its own: TensorBoard reads one file of a folder after the other, and would not come
        # back to this one once it has seen RunLogger's.
        self._writer = tf.summary.create_file_writer(str(self.directory / "tensorboard/samples"))
        self.collect()
        if self.step == 0:
            self.act(0, {})

    def act(self, step, logs):
        """Write one picture."""
        picture = pictures.enlarge(*self.picture())
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
