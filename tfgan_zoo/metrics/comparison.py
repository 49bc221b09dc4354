"""Two or three sets of images and all that scores ask of them, each computed once."""

import dataclasses
import functools

import numpy as np

from tfgan_zoo.metrics.histogram import class_histogram
from tfgan_zoo.metrics.image_neighbours import nearest_neighbours

# Pixels of all training images are compared with those of so many samples.
MATCHED, NEIGHBOURS = 1000, 5


@dataclasses.dataclass(frozen=True, eq=False)
class ImageSet:
    """Images, what an extractor says about them, and what they are called.

    Attributes:
        images: uint8 [N, H, W, C].
        features: float32 [N, D].
        logits: float32 [N, K], or None where the extractor has no classes.
        labels: int32 [N] that are known, or None.
        split: what they are called in names of scores.

    >>> images = ImageSet(np.zeros((3, 8, 8, 1), np.uint8), np.eye(3), labels=np.arange(3))
    >>> images.part([2, 0]).labels.tolist()
    [2, 0]
    """

    images: np.ndarray
    features: np.ndarray
    logits: np.ndarray | None = None
    labels: np.ndarray | None = None
    split: str = "samples"

    def __len__(self):
        return len(self.images)

    @functools.cached_property
    def _order(self):
        return np.random.default_rng(0).permutation(len(self))

    def some(self, count):
        """Return indices of `count` of them, or of all if there are no more; always the same ones.

        Sets may be sorted by class, so that the first ones will not do.
        """
        return np.arange(len(self)) if count >= len(self) else np.sort(self._order[:count])

    @functools.cached_property
    def _near(self):
        return {}

    def neighbours_in(self, training):
        """Return which of these images were compared with a training set in pixels, and their neighbours.

        Args:
            training: an `ImageSet`.

        Returns:
            (indices [n], `ImageNeighbours` of these n), computed once.
        """
        if id(training) not in self._near:
            chosen = self.some(MATCHED)
            near = nearest_neighbours(self.images[chosen], training.images, count=NEIGHBOURS)
            self._near[id(training)] = chosen, near
        return self._near[id(training)]

    def part(self, indices):
        """Return the `ImageSet` of some of them."""
        values = (self.images, self.features, self.logits, self.labels)
        return ImageSet(*(v if v is None else v[indices] for v in values), self.split)


class Comparison:
    """Generated images beside real ones and, where they are known, those of the training set.

    Args:
        extractor: the `Extractor` that made the features.
        real: an `ImageSet` to compare with.
        fake: an `ImageSet`.
        training: an `ImageSet` that fakes may be copies of, or None.
    """

    def __init__(self, extractor, real, fake, training=None):
        self.extractor, self.real, self.fake, self.training = extractor, real, fake, training

    @property
    def versus(self):
        """What all samples against all real ones are called."""
        return f"{len(self.fake)} vs {self.real.split}"

    def at_most(self, count):
        """Return the comparison of `count` samples of each set, or fewer where there are fewer."""
        real, fake = (side.part(side.some(count)) for side in (self.real, self.fake))
        if len(real) < len(self.real):
            real = dataclasses.replace(real, split=f"{len(real)} of {real.split}")
        return Comparison(self.extractor, real, fake, self.training)

    def of_equal_counts(self, most, least=2):
        """Return the comparison of as many real as generated samples, `most` of each at most.

        Raises:
            ValueError: there are not `least` of each.
        """
        if min(len(self.real), len(self.fake)) < least:
            raise ValueError(
                f"it needs at least {least} samples and as many real images, there are {len(self.fake)} "
                f"and {len(self.real)}"
            )
        return self.at_most(min(len(self.real), len(self.fake), most))

    def classes_of(self, side):
        """Return the logits of a set.

        Raises:
            ValueError: the extractor has no classes.
        """
        if side.logits is None:
            raise ValueError(f"{self.extractor.name} has features alone, and no classes")
        return side.logits

    @property
    def real_histogram(self):
        """The share of each class among the real images, float64 [K]; of their labels, if there are any."""
        known = self.classes_of(self.real) if self.real.labels is None else self.real.labels
        return class_histogram(known, self.extractor.num_classes)

    def labels(self):
        """Return the labels of samples and of real images.

        Raises:
            ValueError: one of the two has none.
        """
        for side, what in ((self.fake, "the samples"), (self.real, "the real images")):
            if side.labels is None:
                raise ValueError(f"no labels of {what} are known")
        return self.fake.labels, self.real.labels

    def the_training_set(self):
        """Return the training set.

        Raises:
            ValueError: it is not known.
        """
        if self.training is None:
            raise ValueError("the images that the model was trained on are not known")
        return self.training

    def neighbours(self, side):
        """Return which of `side` were compared in pixels, and their `ImageNeighbours` in the training set."""
        return side.neighbours_in(self.the_training_set())
