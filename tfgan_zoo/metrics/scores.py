"""The scores of image sets by name: what each is computed from, and the full name it is written under.

Each function takes a `Comparison` and returns (short name, conditions, value) for the scores that it computes
at once. Where all samples would cost too much, it takes some of them, and the names say how many.

>>> [name for name, function in SCORES.items() if function is manifolds]
['precision', 'recall']
"""

import numpy as np

from tfgan_zoo.metrics.accuracy import classification_accuracy_score
from tfgan_zoo.metrics.birthday import birthday_support, duplicate_threshold
from tfgan_zoo.metrics.c_t import data_copying
from tfgan_zoo.metrics.classifier import (
    classifier_score,
    classifier_score_splits,
    confident_fraction,
)
from tfgan_zoo.metrics.conditional import conditional_diversity
from tfgan_zoo.metrics.copying import authenticity, copying_share
from tfgan_zoo.metrics.frechet import frechet_distance, frechet_infinity
from tfgan_zoo.metrics.histogram import class_histogram, histogram_kl
from tfgan_zoo.metrics.kernel import (
    kernel_distance,
    kernel_distance_blocks,
    kernel_distance_subsets,
)
from tfgan_zoo.metrics.manifold import density_coverage, precision_recall
from tfgan_zoo.metrics.ms_ssim import ms_ssim_diversity
from tfgan_zoo.metrics.prd import precision_recall_curve
from tfgan_zoo.metrics.sliced import sliced_feature_distance, sliced_wasserstein

CONFIDENT = 0.9
SUBSET = 1000
BLOCK = 1024
LARGEST = 10_000  # beyond it, all pairs of samples cost minutes
PATCHED = 1000  # images that patches are cut from


def frechet(c):
    """Fréchet distance; FID with the network of the literature alone."""
    value = frechet_distance(c.real.features, c.fake.features)
    return [("frechet_distance", (c.extractor.name, c.versus), value)]


def frechet_at_infinity(c):
    """FD∞; the line that it extrapolates needs more samples than features."""
    width = c.fake.features.shape[1]
    if len(c.fake) < 2 * width:
        raise ValueError(
            f"{width} features need at least {2 * width} samples, there are {len(c.fake)}"
        )
    value = frechet_infinity(c.real.features, c.fake.features)["intercept"]
    return [("frechet_infinity", (c.extractor.name, f"up to {c.versus}"), value)]


def confidence(c):
    """Inception Score's formula."""
    value = classifier_score(c.classes_of(c.fake))
    return [("classifier_score", (c.extractor.name, len(c.fake)), value)]


def confidence_in_parts(c):
    """Inception Score's protocol: the mean over ten parts of the samples, and its spread."""
    found = classifier_score_splits(c.classes_of(c.fake))
    conditions = (c.extractor.name, "10 splits", len(c.fake))
    return [
        (f"classifier_score_splits_{name}", conditions, found[name]) for name in ("mean", "std")
    ]


def confident(c):
    """Share of confident samples."""
    value = confident_fraction(c.classes_of(c.fake), CONFIDENT)
    conditions = (c.extractor.name, f"p>={CONFIDENT}", len(c.fake))
    return [("confident_fraction", conditions, value)]


def classes(c):
    """Class histogram against the real one, its ends, and how many classes there are at all."""
    shares = class_histogram(c.classes_of(c.fake), c.extractor.num_classes)
    # A class that the real set lacks counts as half an image: the divergence stays finite.
    kl = histogram_kl(shares, np.maximum(c.real_histogram, 0.5 / len(c.real)))
    conditions = (c.extractor.name, len(c.fake))
    modes = f"of {c.extractor.num_classes}"
    return [
        ("modes", (c.extractor.name, modes, len(c.fake)), float(np.count_nonzero(shares))),
        ("class_histogram_kl", (c.extractor.name, c.versus), kl),
        ("smallest_class_share", conditions, float(shares.min())),
        ("largest_class_share", conditions, float(shares.max())),
    ]


def kernel(c):
    """Kernel distance, and how much it varies between subsets."""
    c = c.at_most(LARGEST)
    c.of_equal_counts(LARGEST, least=4)  # two halves of two
    pair = c.real.features, c.fake.features
    conditions = (c.extractor.name, c.versus)
    size = min(SUBSET, min(len(c.real), len(c.fake)) // 2)
    subsets = kernel_distance_subsets(*pair, subset_size=size)
    named = f"subsets of {size}"
    return [
        ("kernel_distance", conditions, kernel_distance(*pair)),
        ("kernel_distance_subset_std", (c.extractor.name, named, c.versus), subsets["std"]),
    ]


def kernel_blocks(c):
    """The other error bar."""
    c = c.at_most(LARGEST)
    if max(len(c.real), len(c.fake)) <= BLOCK:
        raise ValueError(f"one block of {BLOCK} samples says nothing about its error; give more")
    found = kernel_distance_blocks(c.real.features, c.fake.features, BLOCK)
    conditions = (c.extractor.name, f"blocks of {BLOCK}", c.versus)
    return [("kernel_distance_block_error", conditions, found["standard_error"])]


def manifolds(c):
    """k-NN precision and recall."""
    c = c.of_equal_counts(LARGEST, least=4)
    found = precision_recall(c.real.features, c.fake.features, k=3)
    conditions = (c.extractor.name, "k=3", c.versus)
    return [(name, conditions, found[name]) for name in ("precision", "recall")]


def fidelity_and_diversity(c):
    """Density and coverage."""
    c = c.of_equal_counts(LARGEST, least=6)
    found = density_coverage(c.real.features, c.fake.features, k=5)
    conditions = (c.extractor.name, "k=5", c.versus)
    return [(name, conditions, found[name]) for name in ("density", "coverage")]


def curve_of(c):
    """Return the precision-recall curve of a comparison, and which comparison it is of."""
    c = c.of_equal_counts(LARGEST, least=20)
    return precision_recall_curve(c.real.features, c.fake.features), c


def ends_of_the_curve(c):
    """The two ends of the precision-recall curve."""
    found, c = curve_of(c)
    conditions = (c.extractor.name, "20 clusters", c.versus)
    return [(name, conditions, found[name]) for name in ("f_8", "f_1_8")]


def sliced_features(c):
    """Sliced distance of features."""
    c = c.of_equal_counts(LARGEST)
    value = sliced_feature_distance(c.real.features, c.fake.features)
    return [("sliced_feature_distance", (c.extractor.name, c.versus), value)]


def sliced(c):
    """Sliced Wasserstein distance of patches; the mean over the levels."""
    c = c.of_equal_counts(PATCHED)
    value = sliced_wasserstein(c.real.images, c.fake.images)["mean"]
    return [("sliced_wasserstein", ("patches of 7×7", c.versus), value)]


def likeness_of_pairs(c):
    """How alike pairs of samples are."""
    value = ms_ssim_diversity(c.fake.images)
    return [("ms_ssim_diversity", ("1000 pairs", len(c.fake)), value)]


def birthday(c):
    """How many different outputs there are; N samples see no more than N²/2."""
    c = c.of_equal_counts(LARGEST, least=100)
    threshold = duplicate_threshold(c.real.features)
    most = len(c.fake) ** 2 // 2
    value = min(birthday_support(c.fake.features, threshold)["support"], float(most))
    return [("birthday_support", (c.extractor.name, f"at most {most}", c.versus), value)]


def copies(c):
    """Share of samples that are training images, mirrored or moved a little or as they are."""
    (chosen, near), (_, held_out) = c.neighbours(c.fake), c.neighbours(c.real)
    value = copying_share(near.distances, held_out.distances)
    conditions = ("pixels, flips, shifts of 1", f"{len(chosen)} vs {c.training.split}")
    return [("copying_share", conditions, value)]


def data_copies(c):
    """C_T."""
    training = c.the_training_set()
    c_t = data_copying(training.features, c.real.features, c.fake.features)["c_t"]
    conditions = (c.extractor.name, f"{len(c.fake)} vs {training.split}", c.real.split)
    return [("c_t", conditions, c_t)]


def authentic(c):
    """Share of authentic samples."""
    training = c.the_training_set()
    share = authenticity(training.features, c.fake.features)
    conditions = (c.extractor.name, f"{len(c.fake)} vs {training.split}")
    return [("authenticity", conditions, share)]


def label_accuracy(c):
    """Share of samples that the extractor's classifier takes for what was asked for."""
    labels, _ = c.labels()
    value = float(np.mean(c.classes_of(c.fake).argmax(axis=1) == labels))
    return [("label_accuracy", (c.extractor.name, len(c.fake)), value)]


def diversity_within_classes(c):
    """Spread of the samples of each class over that of the real images of that class."""
    labels, real_labels = c.labels()
    found = conditional_diversity(c.fake.features, labels, c.real.features, real_labels)
    return [("conditional_diversity", (c.extractor.name, c.versus), found["ratio"])]


def training_on_fakes(c):
    """CAS: a classifier that learns from labelled samples, tested on real images."""
    labels, real_labels = c.labels()
    value = classification_accuracy_score(c.fake.images, labels, c.real.images, real_labels)
    return [("classification_accuracy_score", (c.versus,), value["on_real"])]


# Each short name that can be asked for, and what computes it.
SCORES = {
    "frechet_distance": frechet,
    "classifier_score": confidence,
    "confident_fraction": confident,
    "class_histogram_kl": classes,
    "smallest_class_share": classes,
    "largest_class_share": classes,
    "modes": classes,
    "classifier_score_splits_mean": confidence_in_parts,
    "classifier_score_splits_std": confidence_in_parts,
    "frechet_infinity": frechet_at_infinity,
    "kernel_distance": kernel,
    "kernel_distance_subset_std": kernel,
    "kernel_distance_block_error": kernel_blocks,
    "precision": manifolds,
    "recall": manifolds,
    "density": fidelity_and_diversity,
    "coverage": fidelity_and_diversity,
    "f_8": ends_of_the_curve,
    "f_1_8": ends_of_the_curve,
    "sliced_feature_distance": sliced_features,
    "sliced_wasserstein": sliced,
    "ms_ssim_diversity": likeness_of_pairs,
    "birthday_support": birthday,
    "copying_share": copies,
    "c_t": data_copies,
    "authenticity": authentic,
    "label_accuracy": label_accuracy,
    "conditional_diversity": diversity_within_classes,
    "classification_accuracy_score": training_on_fakes,
}
QUICK = tuple(SCORES)[:6]
# Scores of what the samples were copied from: real images of the training set are all copies.
OF_COPYING = ("copying_share", "c_t", "authenticity")
