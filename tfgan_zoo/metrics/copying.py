"""Is a generator copying its training data? By how near its samples are to single training samples."""

import numpy as np

from tfgan_zoo.errors import check_numbers
from tfgan_zoo.metrics.checks import as_rows, check_widths
from tfgan_zoo.metrics.nearest import k_nearest

SHARED = 0.01  # of images that are in two sets which should have none in common: no accident


def copying_ratio(distances):
    """Return how much nearer each sample is to one training sample than to the next ones.

    The distance to the nearest training sample over the mean distance to the following ones, after
    Carlini et al., "Extracting Training Data from Diffusion Models", 2023, arXiv 2301.13188. Unlike
    the distance itself it does not call simple or blurry images copies, which are near to many.

    Args:
        distances: [N, k] from `nearest_neighbours(count=k)` or `k_nearest(count=k)`, k ≥ 2.

    Returns:
        float64 [N] in [0, 1]; 0 for exact copies, near 1 for what is as far from one as from another.

    Raises:
        ValueError: for a single column, rows that do not ascend, negative distances, or NaN.

    >>> copying_ratio([[0.0, 3.0, 5.0], [2.0, 3.0, 5.0]]).tolist()
    [0.0, 0.5]
    """
    rows = as_rows(distances, "distances")
    if rows.shape[1] < 2:
        raise ValueError("distances to one neighbour have no ratio; ask for count=5 neighbours")
    if (rows[:, 0] < 0).any() or (np.diff(rows, axis=1) < 0).any():
        raise ValueError("distances must be non-negative and ascend in each row, nearest first")
    others = rows[:, 1:].mean(axis=1)
    return np.divide(rows[:, 0], others, out=np.zeros(len(rows)), where=others > 0)


def shared_images(images, others):
    """Return the share of images that are among others, pixel by pixel.

    Args:
        images: uint8 [N, H, W, C], N ≥ 1.
        others: uint8 [M, H, W, C]; of another size there are none.

    Returns:
        float in [0, 1].

    >>> images = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1)
    >>> shared_images(images, images[3:])
    0.25
    """
    if images.shape[1:] != others.shape[1:]:
        return 0.0
    known = {hash(image.tobytes()) for image in others}
    return float(np.mean([hash(image.tobytes()) in known for image in images]))


def copying_share(distances, held_out_distances, quantile=0.01):
    """Return the share of generated samples that are copies of training samples, or nearly so.

    A sample counts as a copy if its `copying_ratio` is at most the `quantile` of that of real held-out
    samples, which cannot be copies. So held-out data scores about `quantile` itself, the floor; a
    generator that replays its training set scores 1, and with `nearest_neighbours` so does one that
    replays its mirror images, however good its Fréchet distance is.

    Known failures: noise as large as the distances between training images hides copies (on MNIST,
    nine of ten are still seen with noise of 32 levels of 255), and so does every change that the distances
    do not see through; near copies of a training sample that is there k times or more are missed; held-out
    samples that are in the training set, too, raise the floor. The threshold of a few hundred
    held-out samples is a rough one: compare with the share of further held-out samples.

    Args:
        distances: of generated samples to the training set, [N, k], k ≥ 2, of `nearest_neighbours` or
            `k_nearest` with count=5 or so.
        held_out_distances: of held-out real samples to the same training set in the same way, [M, k].
        quantile: which share of real samples may be called copies, in (0, 0.5].

    Returns:
        float in [0, 1].

    Raises:
        ValueError: as for `copying_ratio`; for different k; for a quantile out of range, or fewer
            held-out samples than 1/quantile.

    >>> held_out = np.column_stack([np.linspace(0.5, 1.0, 101), np.ones(101)])
    >>> copying_share([[0.0, 1.0], [0.1, 1.0], [0.9, 1.0], [1.0, 1.0]], held_out)
    0.5
    """
    check_numbers(1e-6, 0.5, quantile=quantile)
    ratios, held_out = copying_ratio(distances), copying_ratio(held_out_distances)
    check_widths(distances=np.asarray(distances), held_out_distances=np.asarray(held_out_distances))
    if len(held_out) * quantile < 1:
        raise ValueError(
            f"the nearest {quantile:.4g} of held-out samples need at least {np.ceil(1 / quantile):.0f} "
            f"of them, got {len(held_out)}"
        )
    return float(np.mean(ratios <= np.quantile(held_out, quantile)))


def authenticity(train_features, fake_features):
    """Return the share of samples that are further from training samples than those from each other.

    Alaa et al., "How Faithful is your Synthetic Data? Sample-level Metrics for Evaluating and Auditing
    Generative Models", 2022, arXiv 2102.08921: a sample is authentic if it is further from its nearest
    training sample x than x is from its own nearest other one. AuthPct is 100 times this share; one
    published code prints it with 50 subtracted.

    Known failures: the value of good samples is not 1 but depends on the data and its dimension, 1/3 on
    a line, 0.6 in the features of MNIST: compare with held-out data. Whatever is far from the data is
    authentic, noise and copies with much noise included, and so is what comes near to a training sample
    that is there twice; mirror images are copies only to features that do not tell left from right.

    Args:
        train_features: array or tensor [M, D], M ≥ 2, any real dtype; float64 inside.
        fake_features: array or tensor [N, D].

    Returns:
        float in [0, 1]: 0 for exact copies.

    Raises:
        ValueError: for fewer samples, different widths D, or NaN or infinity.

    >>> authenticity([[0.0], [1.0], [5.0]], [[0.1], [2.5], [8.9], [5.0]])
    0.25
    """
    train = as_rows(train_features, "train_features", minimum=2)
    fake = as_rows(fake_features, "fake_features")
    check_widths(train_features=train, fake_features=fake)
    indices, distances = k_nearest(fake, train)
    nearest, back = np.unique(indices[:, 0], return_inverse=True)
    # Of a training sample and all of them the nearest is itself, or one that equals it.
    between = k_nearest(train[nearest], train, count=2)[1][:, 1]
    return float(np.mean(distances[:, 0] > between[back]))
