"""The classification accuracy score: what a classifier that saw only generated images knows of real ones."""

import numpy as np

from tfgan_zoo.errors import check_ints
from tfgan_zoo.metrics.extractors import Extractor
from tfgan_zoo.metrics.images import as_image_set
from tfgan_zoo.metrics.network import BATCH_SIZE, CONVOLUTIONS, compiled_classifier, small_cnn


def classification_accuracy_score(
    fake_images, fake_labels, real_images, real_labels, steps=1000, seed=0
):
    """Return the accuracy on real images of a classifier that is trained on generated ones, CAS.

    Ravuri & Vinyals, "Classification Accuracy Score for Conditional Generative Models", 2019, arXiv
    1905.10887. Low where samples do not show their label, where they lack the data's diversity, or where
    classes are missing. The ceiling is what real training images score in place of the generated ones, with
    as many steps. The paper trains a ResNet-50; here it is the zoo's small classifier, so that values are
    not the paper's.

    Args:
        fake_images: array or tensor [N, H, W, C], uint8, or floating in [-1, 1], which is quantised.
        fake_labels: integers [N], the classes that the generator was told.
        real_images: array or tensor [M, H, W, C] of the same size, best ones that the generator has not seen.
        real_labels: integers [M].
        steps: of training, on batches of 128 images.
        seed: an int, of the classifier's weights and the order of the images.

    Returns:
        Dict of floats in [0, 1]: `on_real`, the score; `on_fakes`, the accuracy on the images trained on.
        Low on both: the labels do not show; high only on fakes: the fakes are not like real images.

    Raises:
        ValueError: for no images, different sizes or channels, labels that are not integers from 0, or not
            one for each image.

    >>> images = np.repeat(np.array([0, 255], np.uint8), 8 * 8 * 64).reshape(128, 8, 8, 1)
    >>> labels = np.repeat([0, 1], 64)
    >>> classification_accuracy_score(images, labels, images, labels, steps=10)
    {'on_real': 1.0, 'on_fakes': 1.0}
    """
    check_ints(1, steps=steps)
    fake, real = as_image_set(fake_images), as_image_set(real_images)
    if fake.shape[1:] != real.shape[1:]:
        raise ValueError(
            f"fake_images are of shape {list(fake.shape[1:])} and real_images of "
            f"{list(real.shape[1:])}, expected the same"
        )
    fake_labels = _labels(fake_labels, "fake_labels", len(fake))
    real_labels = _labels(real_labels, "real_labels", len(real))
    num_classes = 1 + int(max(fake_labels.max(), real_labels.max()))
    network = small_cnn(fake.shape[1:], num_classes, CONVOLUTIONS, seed=seed)
    classifier = compiled_classifier(network, steps)
    for step in range(steps):
        batch = _batch(len(fake), step, seed)
        classifier.train_on_batch(fake[batch].astype("float32") / 127.5 - 1.0, fake_labels[batch])
    trained = Extractor(
        network, name="trained_on_fakes", image_shape=fake.shape[1:], num_classes=num_classes
    )
    return {
        "on_real": _accuracy(trained, real, real_labels),
        "on_fakes": _accuracy(trained, fake, fake_labels),
    }


def _labels(values, name, count):
    labels = np.asarray(values)
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name} must be one integer for each of {count} images, "
            f"got {labels.dtype} of shape {list(labels.shape)}"
        )
    if labels.min() < 0:
        raise ValueError(f"{name} must be integers from 0, got {labels.min()}")
    return labels


def _batch(count, step, seed):
    """Return the indices of one batch in a stream of permutations of all images."""
    places = np.arange(step * BATCH_SIZE, (step + 1) * BATCH_SIZE)
    epochs = np.unique(places // count)
    orders = [np.random.default_rng([seed, epoch]).permutation(count) for epoch in epochs]
    return np.concatenate(orders)[places - epochs[0] * count]


def _accuracy(classifier, images, labels):
    return float(np.mean(classifier(images).logits.argmax(axis=1) == labels))
