"""What the generator writes, now and then, beside real sentences."""

from pathlib import Path

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.callbacks.schedule import EverySteps, training_goes_on


class SampleTexts(EverySteps):
    """Writes sentences as a text file and into TensorBoard.

    The random numbers are the same each time, so that what is written at different steps can be compared.

    Args:
        directory: where `samples/step_00001000.txt` and `tensorboard/samples/` go.
        every: steps between two acts; one more when training ends.
        samples: how many sentences.
        seed: int.
        temperature: see `generate`.
        real: real sentences to show in TensorBoard beside them, a list of strings.

    Example:

    >>> SampleTexts("runs/captions", every=200).every
    200
    """

    chief_only = True

    def __init__(self, directory, every=500, samples=32, seed=0, temperature=1.0, real=()):
        super().__init__(every)
        self.directory = Path(directory)
        self.samples, self.seed, self.temperature = samples, seed, temperature
        self.real = list(real)[:samples]
        self._written = None
        self._writer = None

    def on_train_begin(self, logs=None):
        """Prepare the folders, and write what the generator writes before it has learned."""
        super().on_train_begin(logs)
        (self.directory / "samples").mkdir(parents=True, exist_ok=True)
        self._writer = tf.summary.create_file_writer(str(self.directory / "tensorboard/samples"))
        if self.real:
            with self._writer.as_default():
                tf.summary.text("real", _listed(self.real), step=0)
        if self.step == 0:
            self.act(0, {})

    def act(self, step, logs):
        """Write once."""
        texts = self.model.generate_texts(
            self.samples, seed=self.seed, temperature=self.temperature
        )
        self._written = step
        with training_goes_on(f"the samples of step {step}"):
            files.write_text(
                self.directory / "samples" / f"step_{step:08d}.txt", "\n".join(texts) + "\n"
            )
            with self._writer.as_default():
                tf.summary.text("samples", _listed(texts), step=step)
            self._writer.flush()

    def on_train_end(self, logs=None):
        """Write once more, unless this step has been."""
        if self.step != self._written:
            self.act(self.step, {})
        with training_goes_on("the TensorBoard file of samples"):
            self._writer.close()


def _listed(texts):
    return "\n".join(f"    {text}" for text in texts)  # four spaces: Markdown shows it as it is
