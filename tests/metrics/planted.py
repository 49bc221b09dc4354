"""Planted cases: sets of generated digits with one known fault each, for all that has to tell them apart.

The 1,797 digits at 16×16 are shuffled together, so that training, test and held-out images are
exchangeable (the two published parts are not), and split in 717, 360 and 720. The extractor saw images of
all three parts.
"""

import dataclasses
import functools

import numpy as np

from tfgan_zoo import datasets

N = 360
NOISE = 12.0  # standard deviation in levels of 255: a grain that one can see
MISSING, LEFT = 9, (0, 1, 2, 3, 4)


@dataclasses.dataclass(frozen=True)
class Digits:
    """Real digits and what generators with a known fault would make, as uint8 images [N, 16, 16, 1].

    Attributes:
        training, test: the images that a generator was trained on, and others to compare with.
        training_labels, test_labels: int32.
        fakes: images by the name of the case: `real` (held-out digits), `copies`, `mirrored_copies` and
            `noisy_copies` of training images, `class_missing` (real digits, no 9),
            `five_classes_missing` (0 to 4 alone), `one_output` (a held-out digit for all latents),
            `gaussian` (a Gaussian fitted to the training images' pixels).
    """

    training: np.ndarray
    training_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    fakes: dict


@functools.cache
def digits(seed=0):
    """Return the planted `Digits`, a function of the seed."""
    random = np.random.default_rng(seed)
    parts = [datasets.load_arrays("digits", split=s, image_size=16) for s in ("train", "test")]
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    order = random.permutation(len(images))
    images, labels = images[order], labels[order]
    (training, test, held_out), (training_labels, test_labels, held_out_labels) = (
        np.split(values, [717, 717 + N]) for values in (images, labels)
    )
    copies = training[random.choice(len(training), N, replace=False)]
    pixels = training.reshape(len(training), -1).astype(np.float64)
    gaussian = random.multivariate_normal(pixels.mean(axis=0), np.cov(pixels.T), N)
    fakes = {
        "real": held_out[:N],
        "copies": copies,
        "mirrored_copies": copies[:, :, ::-1],
        "noisy_copies": _levels(copies + random.normal(scale=NOISE, size=copies.shape)),
        "class_missing": held_out[held_out_labels != MISSING][:N],
        "five_classes_missing": held_out[np.isin(held_out_labels, LEFT)][:N],
        "one_output": np.repeat(held_out[:1], N, axis=0),
        "gaussian": _levels(gaussian.reshape(copies.shape)),
    }
    return Digits(training, training_labels, test, test_labels, fakes)


def _levels(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
