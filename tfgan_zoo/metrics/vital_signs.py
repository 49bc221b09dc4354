"""What can be measured of a generator in a second, each beside what real data has."""

import dataclasses

import numpy as np
import tensorflow as tf
from absl import logging

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.balls import count_inside
from tfgan_zoo.metrics.birthday import duplicate_threshold
from tfgan_zoo.metrics.checks import check_extractor
from tfgan_zoo.metrics.classifier import confident_fraction
from tfgan_zoo.metrics.copying import SHARED, copying_share, shared_images
from tfgan_zoo.metrics.histogram import class_histogram
from tfgan_zoo.metrics.image_neighbours import nearest_neighbours
from tfgan_zoo.metrics.images import as_image_set
from tfgan_zoo.metrics.nearest import k_nearest

LEAST = 100  # real images: the rarest hundredth of them is the measure of "too near"
_NEIGHBOURS = 5  # of balls, and of copies
_SIDE = 8  # pixels: of features without an extractor
_COPY_SIDE = 32  # of what copies are compared in
_COPIES = 128  # samples that are looked up among the training images
_TOO_FEW = 20  # real images of a class that say little about its share


class VitalSigns:
    """Measures images of a generator against real ones, which are measured once.

    Every number is relative to what real images have at the same N, so that one threshold does for all
    data. Without an extractor, images shrunk to 8×8 pixels are the features, and nothing is said of classes.

    - `diversity`: total variance of the features over that of real images': 1 for real data, 0 for one
      output.
    - `duplicates`: share of samples with another sample nearer than all but a hundredth of real images
      have: about 0.01 for real data, 1 for a few outputs again and again. See `duplicate_threshold`.
    - `realism`: share of samples among the real ones (precision with k = 5, see `precision_recall`), over
      the share of real images among the other real ones.
    - `coverage`: share of real images with a sample nearby, see `density_coverage`, over 1 − 2⁻⁵.
    - `missing`: list of classes that have less than a tenth of their share, of the classes with 20 and
      more real images; `confident`: share of confident class predictions over that of real images.
    - `copied`: share of samples that are near copies of training images, or of their mirror images, see
      `copying_share`; about 0.01 for held-out data. `copied_images`: how many different training images
      these samples have, over how many a uniform choice would have.

    Args:
        real_images: array or tensor [M, H, W, C], uint8 or floating in [-1, 1], M ≥ 100: held-out images.
        extractor: a `metrics.Extractor`, or any callable that returns `metrics.Features` and has
            `num_classes`; None for pixels.
        training_images: [T, H, W, C], T ≥ 5, what the generator learns from; None: no copies are looked for,
            and likewise, with a warning, where real images are among them.
        samples: the largest N; the smaller of it and M is used.

    Raises:
        ValueError: for too few images, images of several sizes, real ones that are all alike, or what the
            extractor refuses.

    >>> images = np.random.default_rng(0).integers(0, 256, (200, 16, 16, 1), dtype=np.uint8)
    >>> signs = VitalSigns(images[:100])
    >>> one_output = signs(np.repeat(images[100:101], 100, axis=0))
    >>> one_output["diversity"], one_output["duplicates"]
    (0.0, 1.0)
    >>> 0.9 < signs(images[100:])["diversity"] < 1.1
    True
    """

    def __init__(self, real_images, extractor=None, training_images=None, samples=512):
        real = as_image_set(real_images)
        if len(real) < LEAST:
            raise ValueError(f"real_images are {len(real)}, expected at least {LEAST}")
        check_ints(LEAST, samples=samples)
        if extractor is not None:
            check_extractor(extractor)
        self.samples, self.image_shape = min(int(samples), len(real)), real.shape[1:]
        self.extractor = extractor
        # Data sets come sorted now and then.
        real = real[np.random.default_rng(0).permutation(len(real))]
        self._real = _Real.of(*self._features(real), self.samples)
        self._training = None
        if training_images is not None:
            training_images = as_image_set(training_images)
            self.check_images(training_images, "training_images")
            if shared_images(real, training_images) > SHARED:
                logging.warning(
                    "more than a hundredth of the real images are training images, too: copies are not "
                    "looked for; give held-out images"
                )
                training_images = None
        if training_images is not None:
            self._training = _small(training_images, _COPY_SIDE)
            held_out = _small(real[: self.samples], _COPY_SIDE)
            self._held_out = self._neighbours(held_out).distances

    def __call__(self, images):
        """Return dict of what was measured of generated images [samples, H, W, C]; see the class."""
        images = as_image_set(images)
        self.check_images(images)
        features, logits = self._features(images)
        real, found = self._real, {}
        found["diversity"] = float(_variance(features) / real.variance)
        found["duplicates"] = float(np.mean(k_nearest(features)[1][:, 0] <= real.threshold))
        inside, around = count_inside(real.features, features, _NEIGHBOURS)
        found["realism"] = float(np.mean(around > 0) / real.realism)
        found["coverage"] = float(np.mean(inside > 0) / (1.0 - 0.5**_NEIGHBOURS))
        if logits is not None:
            shares = class_histogram(logits, logits.shape[1])
            found["missing"] = np.flatnonzero(shares < 0.1 * real.shares).tolist()
            found["confident"] = float(confident_fraction(logits, 0.9) / real.confident)
        if self._training is not None:
            near = self._neighbours(_small(images[:_COPIES], _COPY_SIDE))
            found["copied"] = copying_share(near.distances, self._held_out)
            # n draws of T images hit T (1 − (1 − 1/T)ⁿ) different ones.
            draws, images = len(near.indices), len(self._training)
            expected = images * (1.0 - (1.0 - 1.0 / images) ** draws)
            found["copied_images"] = float(len(np.unique(near.indices[:, 0])) / expected)
        return found

    def check_images(self, images, name="generated images"):
        """Check that images are as large as the real ones, with as many channels.

        Args:
            images: [N, H, W, C].
            name: what the error calls them.

        Raises:
            ValueError: they are not.
        """
        if images.shape[1:] != self.image_shape:
            raise ValueError(
                f"{name} are {list(images.shape[1:])}, the real images {list(self.image_shape)}: they are "
                "compared as they are; bring both to one size"
            )

    def _features(self, images):
        if self.extractor is None:
            small = _small(images, _SIDE)
            return small.reshape(len(small), -1).astype(np.float64), None
        found = self.extractor(images)
        return found.features.astype(np.float64), found.logits

    def _neighbours(self, images):
        return nearest_neighbours(images, self._training, shifts=0, count=_NEIGHBOURS)


@dataclasses.dataclass(frozen=True)
class _Real:
    """What real images have.

    Attributes:
        features: float64 [N, D].
        variance: the total variance of all real images' features.
        threshold: a hundredth of real images have another one nearer than this.
        realism: share of real images in the ball of another one.
        shares: of each class [K]; 0 for those with too few images to say; None without classes.
        confident: share of confident predictions.
    """

    features: np.ndarray
    variance: float
    threshold: float
    realism: float
    shares: np.ndarray
    confident: float

    @classmethod
    def of(cls, features, logits, samples):
        some = features[:samples]
        variance = _variance(features)
        if variance == 0.0:
            raise ValueError(
                "real_images are all alike: nothing can be said of a generator's variety beside theirs"
            )
        _, around = count_inside(some, some, _NEIGHBOURS)
        shares = confident = None
        if logits is not None:
            shares = class_histogram(logits, logits.shape[1])
            shares[shares * samples < _TOO_FEW] = 0.0
            confident = max(confident_fraction(logits, 0.9), 1 / len(logits))
        return cls(
            features=some,
            variance=variance,
            threshold=duplicate_threshold(some),
            realism=np.mean(around > 1),  # one is its own
            shares=shares,
            confident=confident,
        )


def _variance(features):
    return features.var(axis=0).sum()


def _small(images, side):
    """Return uint8 images with no side longer than `side`, by averaging."""
    size = [min(length, side) for length in images.shape[1:3]]
    if size == list(images.shape[1:3]):
        return images
    parts = [
        tf.image.resize(images[first : first + 512], size, method="area").numpy()
        for first in range(0, len(images), 512)
    ]
    return np.rint(np.concatenate(parts)).astype(np.uint8)
