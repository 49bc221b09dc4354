"""Scores of images beside what they were asked to be, which `benchmarks.conditional` tabulates."""

import numpy as np
from scipy import optimize, stats
from sklearn.metrics import normalized_mutual_info_score

from tfgan_zoo import pictures
from tfgan_zoo.datasets.conditional import junction, tones

LABELS = ("label_accuracy", "conditional_diversity", "frechet_distance")


def correlation(first, second):
    """Return Spearman's correlation, 0 where one of both is constant."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(stats.spearmanr(first, second).statistic)


def labels(images, wanted, test):
    """Return how often digits are what was asked for, and how different; `LABELS`, see `metrics.Scorer`.

    Args:
        images: of MNIST's size, uint8 or floats in [-1, 1].
        wanted: what they should be, ints [N].
        test: `datasets.Arrays` of real images with labels.
    """
    from tfgan_zoo import metrics

    scorer = metrics.Scorer(
        metrics.extractors.get("mnist"),
        test.images,
        split="test",
        real_labels=test.labels,
        scores=LABELS,
    )
    return {metrics.short_name(name): v for name, v in scorer.score(images, wanted).items()}


def classes_of(images):
    """Return which digit the independent classifier sees in images, ints [N]."""
    from tfgan_zoo import metrics

    return metrics.extractors.get("mnist")(pictures.to_uint8(images)).logits.argmax(axis=1)


def matched(found, among):
    """Return the share of samples that are of their group's class, each group having one of its own.

    Who has which is chosen so that the share is largest. (Purity, where groups may have the same class, would
    be perfect for a generator that makes one class only.)
    """
    counts = np.zeros([among.max() + 1, found.max() + 1], int)
    np.add.at(counts, (among, found), 1)
    return counts[optimize.linear_sum_assignment(counts, maximize=True)].sum() / len(found)


def slant_and_width(images):
    """Return how far digits lean and how wide they are, by the moments of their ink.

    Args:
        images: uint8 [N, H, W, 1] or floats in [-1, 1], light on dark.

    Returns:
        Dict of float64 [N]: `slant`, pixels to the right for each pixel up, μ₁₁ / μ₀₂; and `width`, √μ₂₀, in
        pixels.
    """
    ink = pictures.to_uint8(images)[..., 0].astype(np.float64)
    ink /= np.maximum(ink.sum(axis=(1, 2), keepdims=True), 1e-9)
    right, up = np.arange(ink.shape[2])[None, None], -np.arange(ink.shape[1])[None, :, None]
    x, y = (each - (ink * each).sum(axis=(1, 2), keepdims=True) for each in (right, up))
    moments = {
        name: (ink * each).sum(axis=(1, 2))
        for name, each in (("xx", x * x), ("xy", x * y), ("yy", y * y))
    }
    return {
        "slant": moments["xy"] / np.maximum(moments["yy"], 1e-9),
        "width": np.sqrt(moments["xx"]),
    }


def swept(code, measure):
    """Return by how much a measure's mean differs between the highest and the lowest tenth of a code."""
    order, tenth = np.argsort(code), max(len(code) // 10, 1)
    return abs(measure[order[-tenth:]].mean() - measure[order[:tenth]].mean())


def codes(images, categories, continuous):
    """Return what codes mean.

    Args:
        images: of MNIST's size, uint8 or floats in [-1, 1].
        categories: ints [N].
        continuous: floats [N, K]; None for real images: each measure is then its own code.

    Returns:
        Dict: `nmi`, the normalised mutual information of categories and classes; `matched`, see there; for
        `slant` and `width` within a category, Spearman's correlation with the code that tells most of it, the
        mean of its absolute values over the categories; and how far that code takes it, `slant_swept`,
        `width_swept`.
    """
    found = classes_of(images)
    made = {
        "nmi": normalized_mutual_info_score(categories, found),
        "matched": matched(found, categories),
    }
    groups = [categories == category for category in np.unique(categories)]
    for name, measure in slant_and_width(images).items():
        columns = [measure] if continuous is None else continuous.T
        tells = [
            np.mean([abs(correlation(code[own], measure[own])) for own in groups])
            for code in columns
        ]
        best = columns[int(np.argmax(tells))]
        made[name] = max(tells)
        made[f"{name}_swept"] = np.mean([swept(best[own], measure[own]) for own in groups])
    return made


def clusters(seen, labels):
    """Return how far the category that a discriminator sees in real images tells their class.

    Args:
        seen: probabilities of the categories [N, size].
        labels: ints [N].

    Returns:
        Dict: `nmi_real` and `matched_real`, as in `codes`.
    """
    categories = seen.argmax(axis=1)
    return {
        "nmi_real": normalized_mutual_info_score(labels, categories),
        "matched_real": matched(labels, categories),
    }


def captions(images, texts):
    """Return the shares of `metrics.caption_accuracy`, those that captions tell."""
    from tfgan_zoo import metrics

    found = metrics.caption_accuracy(pictures.to_uint8(images), texts)
    return {name: share for name, share in found.items() if np.isfinite(share)}


def sounds(images, rows):
    """Return what tones' images show of their tones, and of those of others, which is chance.

    Args:
        images: [S, N, 32, 32, 1], S images of each tone, uint8 or floats in [-1, 1].
        rows: dict with `label`, `factor_volume`, `factor_x` and `factor_y` [N] of the tones.

    Returns:
        Dict: `class`, the share of right shapes; `area`, Spearman's correlation of area and volume; both by
        the next tone, `other_class` and `other_area`; `spread`, the standard deviation of a tone's places, as
        a share of that in the data: there the mean place is the middle, whatever the tone.
    """
    samples, count = np.shape(images)[:2]
    read = tones.read(pictures.to_uint8(np.concatenate(images)))
    found = {}
    for prefix, turn in (("", 0), ("other_", 1)):
        label, volume = (
            np.tile(np.roll(rows[key], turn), samples) for key in ("label", "factor_volume")
        )
        found[f"{prefix}class"] = np.mean(read["label"] == label)
        found[f"{prefix}area"] = correlation(read["area"], volume)
    if samples > 1:
        places = np.stack([read["x"], read["y"]]).reshape(2, samples, count)
        real = np.var([rows["factor_x"], rows["factor_y"]], axis=1).mean()
        found["spread"] = np.sqrt(np.var(places, axis=1, ddof=1).mean() / real)
    return found


def futures(images, rows, left):
    """Return which turns frames show after pasts that end at the junction.

    Args:
        images: [S, N, 32, 32, 1], S frames for each past, uint8 or floats in [-1, 1].
        rows: dict with `factor_x` and `factor_y` [N].
        left: how often the walker turned left in what was trained with.

    Returns:
        Dict: shares of frames that show `left`, `right`, `both` and `neither`; `both_ways`, the share of
        pasts that turned either way in some frame; and the mean absolute difference, in [-1, 1], from the
        average of both futures, `to_average`, and from the nearer future, `to_nearer`.
    """
    images = pictures.to_uint8(images)
    xs, ys = rows["factor_x"], rows["factor_y"]
    shown = np.stack([junction.turns(each, xs, ys) for each in images])
    found = {name: np.mean(shown == number) for number, name in enumerate(junction.TURNS)}
    if len(images) > 1:
        found["both_ways"] = np.mean((shown == 1).any(axis=0) & (shown == 2).any(axis=0))
    both = junction.futures(xs, ys).astype(np.float64)
    average = left * both[:, 0] + (1 - left) * both[:, 1]

    def apart(frames):
        return abs(images - frames).mean(axis=(2, 3, 4)) / 127.5

    found["to_average"] = apart(average).mean()
    found["to_nearer"] = np.minimum(apart(both[:, 0]), apart(both[:, 1])).mean()
    return found
