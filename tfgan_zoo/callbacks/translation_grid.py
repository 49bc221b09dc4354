"""Pictures of what a model translates images to, for the same images again and again."""

import inspect

import numpy as np

from tfgan_zoo import errors, pictures
from tfgan_zoo.callbacks.picture_log import PictureLog


class TranslationGrid(PictureLog):
    """Writes rows of input, output, back-translation and target as a PNG file and as a TensorBoard image.

    What a row shows depends on the model's `translate` and on the data:

    * one way (pix2pix): source, its translation, the target.
    * two directions (CycleGAN): `a`, translated, and back; then `b_of_a`, where the data know it. The same of
      `b` stands to the right of the grey bar.
    * many domains (StarGAN): image, its translation to each domain, and from the next one back to its own;
      then the truth `in_every_domain`, where the data know it.

    Args:
        directory: where `samples/step_00001000.png` and `tensorboard/samples/` go.
        data: a data set as `datasets.load` returns it, whose first images are shown. Where its `info` has no
            `counterparts`, targets are not shown.
        every: steps between two pictures; one more is written when training ends.
        samples: how many rows.

    Raises:
        ValueError: samples is not a positive int.

    Example:

    >>> from tfgan_zoo import datasets
    >>> test = datasets.load("scenes_pairs", split="test")
    >>> TranslationGrid("runs/scenes", test, every=200).every
    200
    """

    def __init__(self, directory, data, every=500, samples=8):
        super().__init__(directory, every)
        errors.check_ints(1, samples=samples)
        self.samples = samples
        self._data = data
        self._batch = None

    def collect(self):
        """Collect the images that are shown."""
        first = next(iter(self._data.unbatch().batch(self.samples)))
        self._batch = {key: value.numpy() for key, value in first.items()}

    def picture(self):
        """Return the rows."""
        taken = inspect.signature(self.model.translate).parameters
        if "direction" in taken:
            parts = [self._there_and_back("a", "b"), self._there_and_back("b", "a")]
        elif "label" in taken:
            parts = [self._to_every_domain()]
        else:
            source = self._batch["source"]
            parts = [[source, self.model.translate(source), *self._known("target")]]
        drawn = [_rows(columns) for columns in parts]
        picture = drawn[0] if len(drawn) == 1 else pictures.beside(*drawn)
        return picture, min(parts[0][0].shape[1:3])

    def _there_and_back(self, one, other):
        images = self._batch[one]
        there = self.model.translate(images, direction=f"{one}_to_{other}")
        back = self.model.translate(there, direction=f"{other}_to_{one}")
        return [images, there, back, *self._known(f"{other}_of_{one}")]

    def _to_every_domain(self):
        images, own = self._batch["image"], self._batch["label"]
        domains = self._data.info.num_classes
        each = [self.model.translate(images, label=np.full_like(own, n)) for n in range(domains)]
        following = np.stack(each)[(own + 1) % domains, np.arange(len(own))]
        back = self.model.translate(following, label=own)
        truth = [np.moveaxis(known, 1, 0) for known in self._known("in_every_domain")]
        return [images, *each, back, *(image for known in truth for image in known)]

    def _known(self, key):
        """Return a list of the images of a key, empty where the data do not know them."""
        return [self._batch[key]] if self._data.info.counterparts and key in self._batch else []


def _rows(columns):
    """Put columns of images side by side; grey ones become colour beside colour ones, and opaque."""
    channels = max(images.shape[-1] for images in columns)
    rows = np.stack([_with(channels, pictures.to_uint8(images)) for images in columns], axis=1)
    return pictures.grid(rows.reshape(-1, *rows.shape[2:]), columns=len(columns))


def _with(channels, images):
    own = images.shape[-1]
    if own == 1 and channels > 1:
        images = np.repeat(images, 3, axis=-1)
    if channels == 4 and own < 4:
        images = np.concatenate([images, np.full_like(images[..., :1], 255)], axis=-1)
    return images
