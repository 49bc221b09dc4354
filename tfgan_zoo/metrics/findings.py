"""What the scores of a set of samples say in plain words."""

import contextlib

import numpy as np

from tfgan_zoo.metrics.comparison import Comparison
from tfgan_zoo.metrics.copying import SHARED, shared_images
from tfgan_zoo.metrics.names import short_name
from tfgan_zoo.metrics.scores import SCORES

# Beside what real images score; see tests/metrics/test_findings.py for what falls on which side.
_COPIES = 0.1  # more copies than that are no accident; real images have 0.01
_MISSING = 0.2  # of a class's share among the real images
_ENOUGH = 10  # samples of a class that are expected at least, before it may be missing
_REPEATS = 0.05  # of the different outputs that real images show at the same number
_FAR = 3.0  # times the Fréchet distance of real images
_LESS = 0.6  # of the coverage of real images
_EXACT = 0.5  # levels of 255: rounding
_RIGHT = 0.8  # of the label accuracy of real images
_FEW = 100  # samples
# What is looked for by which score.
_LOOKED_FOR = {
    "copying_share": "copies of training images",
    "birthday_support": "few outputs for many latents",
    "class_histogram": "missing classes",
    "frechet_distance": "a distance from the data",
    "coverage": "parts of the data that are not covered",
}


def findings(report, comparison):
    """Return the faults that a report shows, each as a kind and a sentence.

    Kinds are `real_images` (samples that are the very images they are compared with), `overlap` (real images
    that are training images), `copies`, `mirrored_copies`, `altered_copies` (noise, or small changes),
    `repeats` (few different outputs), `missing_classes`, `far_off` (from the data, in features), `narrow`
    (parts of the data are not covered), `labels_ignored`, `alike_within_classes` and, where there is nothing
    of all that, `none`, which says what was not looked for. Scores that depend on the number of samples are
    compared with those of real images at equal numbers.

    Args:
        report: what `Scorer.report_of` returned, with `Scorer.floor` under `real`. Scores that are not in it
            find nothing.
        comparison: the `Comparison` that the report is of.

    Returns:
        List of (kind, sentence), the gravest first.

    >>> from tfgan_zoo.metrics import Scorer, extractors
    >>> images = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 1), dtype=np.uint8)
    >>> scorer = Scorer(extractors.get("digits"), images, split="noise")
    >>> comparison = scorer.compare(255 - images)
    >>> report = scorer.report_of(comparison)
    >>> [kind for kind, _ in findings(report | {"real": scorer.floor(report)}, comparison)]
    ['none']
    """
    scores, floor = _by_short_name(report), _by_short_name(report["real"])
    alike = _at_the_size_of(report["real"], scores, comparison)
    found = [
        *_of_real_images(comparison),
        *_of_overlap(comparison),
        *_of_copies(scores, comparison),
        *_of_repeats(scores, alike, floor),
        *_of_classes(report),
        *_of_distance(alike, floor),
        *_of_labels(scores, floor),
    ]
    return found or [("none", _nothing(scores, report))]


def _at_the_size_of(floor, scores, comparison):
    """Return the scores that depend on the numbers of samples, at those of the floor where these are less."""
    real, fake = comparison.real, comparison.fake
    if floor["samples"] >= len(fake) and floor["real_samples"] >= len(real):
        return scores
    smaller = Comparison(
        comparison.extractor,
        real.part(real.some(floor["real_samples"])),
        fake.part(fake.some(floor["samples"])),
    )
    found = dict(scores)
    for name in ("frechet_distance", "birthday_support", "coverage"):
        if name in scores:
            with contextlib.suppress(ValueError):  # for which these are too few
                found |= {short: value for short, _, value in SCORES[name](smaller)}
    return found


def _nothing(scores, report):
    """Return that nothing was found, and what was not looked for."""
    known = {*scores, *report}
    missing = [what for name, what in _LOOKED_FOR.items() if name not in known]
    said = f" Not looked for, for want of scores: {', '.join(missing)}." if missing else ""
    few = report["samples"] < _FEW or report["real"]["samples"] < _FEW
    said += " With so few samples little can be seen." if few else ""
    if "class_histogram" in report:
        unseen = sum(np.array(report["real_class_histogram"]) * report["samples"] < _ENOUGH)
        said += f" Too few samples to miss {unseen} of the classes." if unseen else ""
    return f"Nothing of what was looked for is wrong with these samples.{said}"


def _of_real_images(comparison):
    share = shared_images(comparison.fake.images, comparison.real.images)
    if share <= _COPIES:
        return []
    return [
        (
            "real_images",
            f"{100 * share:.0f}% of the samples are the very images that they are compared with, pixel by "
            "pixel: no score says anything of them.",
        )
    ]


def _of_overlap(comparison):
    if comparison.training is None:
        return []
    share = shared_images(comparison.real.images, comparison.training.images)
    if share <= SHARED:
        return []
    return [
        (
            "overlap",
            f"{100 * share:.0f}% of the real images are training images, too: copies cannot be told from "
            "them; give real images that the model was not trained on.",
        )
    ]


def _by_short_name(report):
    names = {"fid": "frechet_distance"}
    short = {short_name(name): value for name, value in report["scores"].items()}
    return {names.get(name, name): value for name, value in short.items()}


def _of_copies(scores, comparison):
    share = scores.get("copying_share", 0.0)
    if share <= _COPIES:
        training = comparison.training
        exact = shared_images(comparison.fake.images, training.images) if training else 0.0
        said = f"{100 * exact:.1f}% of the samples are training images, pixel by pixel."
        return [("copies", said)] if exact > SHARED else []
    near = comparison.neighbours(comparison.fake)[1]
    said = f"{100 * share:.0f}% of the samples are copies of training images"
    if np.mean(near.flipped[:, 0]) > 0.5:
        return [("mirrored_copies", f"{said}, mirrored.")]
    distance = np.median(near.distances[:, 0])
    if distance > _EXACT:
        return [("altered_copies", f"{said}, with changes of {distance:.0f} levels of 255.")]
    return [("copies", f"{said}.")]


def _of_repeats(scores, alike, floor):
    support = scores.get("birthday_support", np.inf)
    if alike.get("birthday_support", np.inf) >= _REPEATS * floor.get("birthday_support", np.inf):
        return []
    said = "all are alike" if support <= 4 else f"about {support:.0f} are different"
    return [("repeats", f"Many latents make few images: {said}.")]


def _of_classes(report):
    if "class_histogram" not in report:
        return []
    shares, real = (np.array(report[name]) for name in ("class_histogram", "real_class_histogram"))
    # A class of which no sample need be among so few is not missing.
    enough = real * report["samples"] >= _ENOUGH
    missing = np.flatnonzero((shares < _MISSING * real) & enough)
    if not len(missing):
        return []
    named = ", ".join(map(str, missing))
    what = "Class {} is" if len(missing) == 1 else "Classes {} are"
    return [("missing_classes", f"{what.format(named)} missing, or nearly so.")]


def _of_distance(scores, floor):
    found = []
    distance, least = scores.get("frechet_distance", 0.0), floor.get("frechet_distance", np.inf)
    if distance > _FAR * least:
        said = f"{distance / least:.1f} times that of real images" if least > 0 else "above 0"
        found.append(("far_off", f"The samples' Fréchet distance is {said}."))
    if scores.get("coverage", 1.0) < _LESS * floor.get("coverage", 0.0):
        share = 100 * (1 - scores["coverage"] / floor["coverage"])
        found.append(
            ("narrow", f"{share:.0f}% of what real images cover of the data is not covered.")
        )
    return found


def _of_labels(scores, floor):
    found = []
    right, best = scores.get("label_accuracy", 1.0), floor.get("label_accuracy", 0.0)
    if right < _RIGHT * best:
        said = f"{100 * right:.0f}% of the samples are what they were asked to be, of real images"
        found.append(("labels_ignored", f"{said} {100 * best:.0f}%."))
    spread, real = scores.get("conditional_diversity", 1.0), floor.get("conditional_diversity", 0.0)
    if spread < _LESS * real:
        said = f"Within a class samples vary {spread / real:.2f} times as much as real images."
        found.append(("alike_within_classes", said))
    return found
