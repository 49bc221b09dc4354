"""Images through trained networks, and a SavedModel that does it elsewhere."""

import collections.abc
import typing

import numpy as np
import tensorflow as tf

from tfgan_zoo import errors, sizes
from tfgan_zoo.training import batches, randomness, translation_export


class Route(typing.NamedTuple):
    """One way from images to images.

    Attributes:
        function: from images, and what else is told of each, to images.
        channels: of the images that go in.
        told: dict of what else -> `tf.TensorSpec`.
        output: what comes out, by name.
    """

    function: collections.abc.Callable
    channels: int
    told: dict = {}
    output: str = "images"


class Translating:
    """What a translation model offers once it is trained, by its `routes`."""

    # What both sides of the images must be multiples of, and the smallest.
    size_multiple, smallest_side = 1, 1
    # Whether the networks take other sizes than that of training.
    free_size = True
    # Whether the generators draw random numbers.
    has_noise = False

    @property
    def routes(self):
        """Dict of name -> `Route`: what the generators do for users, the default first."""
        raise NotImplementedError

    def call(self, images, training=False):
        """Translate images by the first of `routes`."""
        return next(iter(self.routes.values())).function(images)

    def through(self, route, images, batch_size, seed=0, **told):
        """Return images through one of `routes`, some at a time.

        Args:
            route: its name.
            images: float array `[N, H, W, C]` in [-1, 1], of any size that is a multiple of `size_multiple`.
            batch_size: how many at a time, which bounds the memory.
            seed: int, for the noise; that of an image depends on it and on its place among the images.
            **told: what else the route takes, arrays of N.

        Returns:
            float32 array `[N, H, W, C']` in [-1, 1].

        Raises:
            ValueError: images of another rank, size, range or number of channels.
        """
        errors.check_ints(1, batch_size=batch_size)
        errors.check_ints(0, seed=seed)
        images = self._checked_images(images, self.routes[route].channels)
        made = []
        for first in range(0, len(images), batch_size):
            rows = slice(first, first + batch_size)
            made.append(
                self._translator(route, images.shape[1:3])(
                    images[rows],
                    tf.range(len(images), dtype=tf.int64)[rows],
                    tf.constant(seed, tf.int64),
                    *[np.asarray(values)[rows] for values in told.values()],
                ).numpy()
            )
        return np.concatenate(made)

    def _checked_images(self, images, channels):
        images = batches.images_of(images, (None, None, channels))
        self.check_size(*images.shape[1:3])
        return images

    def check_size(self, height, width):
        """Check that images of a size can be translated.

        Raises:
            ValueError: names the nearest size that can.
        """
        sizes.check(height, width, self.size_multiple, self.smallest_side)
        trained = self.image_shape[:2]
        if not self.free_size and (height, width) != trained:
            raise ValueError(
                f"images of {height}×{width} pixels: this {type(self).__name__} takes the size that it was "
                f"made for, {trained[0]}×{trained[1]}, and no other"
            )

    def _translator(self, route, size):
        # A trace of its own for the size of training, by which convolutions choose their fastest way; one
        # for all others, of which a folder may hold hundreds.
        size = size if size == self.image_shape[:2] else (None, None)
        if (route, size) not in self._translators:
            _, channels, told, _ = self.routes[route]
            self._translators[route, size] = tf.function(
                lambda images, rows, seed, *told: self.noisy(route, images, rows, seed, *told),
                input_signature=[
                    tf.TensorSpec([None, *size, channels], tf.float32),
                    tf.TensorSpec([None], tf.int64),
                    tf.TensorSpec([], tf.int64),
                    *told.values(),
                ],
            )
        return self._translators[route, size]

    def noisy(self, route, images, rows, seed, *told):
        """Return images through a route, with the noise of a seed for the samples of these numbers."""
        with randomness.SampleStream(seed, rows).active():
            return tf.cast(self.routes[route].function(images, *told), tf.float32)

    def export(self, filepath):
        """Write the generators as a SavedModel that serves without this package.

        Signatures: see `training.translation_export`. Some images and their translations are stored beside
        it, for `export/check_savedmodel.py`.

        Args:
            filepath: the SavedModel's folder; an older SavedModel there is replaced as a whole.

        Raises:
            FileExistsError: there is something at filepath that is not a SavedModel.
        """
        translation_export.export_routes(self, filepath)
