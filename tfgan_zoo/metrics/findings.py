"""What the scores of a set of samples say in plain words."""

import numpy as np

from tfgan_zoo.metrics.names import short_name

# Beside what real images score; see tests/metrics/test_findings.py for what falls on which side.
_COPIES = 0.1  # more copies than that are no accident; real images have 0.01
_MISSING = 0.2  # of a class's share among the real images
_ENOUGH = 10  # samples of a class that are expected at least, before it may be missing
_REPEATS = 0.05  # of the different outputs that real images show at the same number
_FAR = 3.0  # times the Fréchet distance of real images
_LESS = 0.6  # of the coverage of real images
_EXACT = 0.5  # levels of 255: rounding
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

    Kinds are `real_images` (samples that are the very images they are compared with), `copies`,
    `mirrored_copies`, `altered_copies` (noise, or small changes), `repeats` (few different outputs),
    `missing_classes`, `far_off` (from the data, in features), `narrow` (parts of the data are not covered)
    and, where there is nothing of all that, `none`, which says what was not looked for.

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
    scores = _by_short_name(report)
    floor = _by_short_name(report["real"])
    found = [
        *_of_real_images(comparison),
        *_of_copies(scores, comparison),
        *_of_repeats(scores, floor),
        *_of_classes(report),
        *_of_distance(scores, floor),
    ]
    return found or [("none", _nothing(scores, report))]


def _nothing(scores, report):
    """Return that nothing was found, and what was not looked for."""
    known = {*scores, *report}
    missing = [what for name, what in _LOOKED_FOR.items() if name not in known]
    said = f" Not looked for, for want of scores: {', '.join(missing)}." if missing else ""
    return f"Nothing of what was looked for is wrong with these samples.{said}"


def _of_real_images(comparison):
    if comparison.fake.images.shape[1:] != comparison.real.images.shape[1:]:
        return []
    known = {image.tobytes() for image in comparison.real.images}
    share = np.mean([image.tobytes() in known for image in comparison.fake.images])
    if share <= _COPIES:
        return []
    return [
        (
            "real_images",
            f"{100 * share:.0f}% of the samples are the very images that they are compared with, pixel by "
            "pixel: no score says anything of them.",
        )
    ]


def _by_short_name(report):
    names = {"fid": "frechet_distance"}
    short = {short_name(name): value for name, value in report["scores"].items()}
    return {names.get(name, name): value for name, value in short.items()}


def _of_copies(scores, comparison):
    share = scores.get("copying_share", 0.0)
    if share <= _COPIES:
        return []
    near = comparison.neighbours(comparison.fake)[1]
    said = f"{100 * share:.0f}% of the samples are copies of training images"
    if np.mean(near.flipped[:, 0]) > 0.5:
        return [("mirrored_copies", f"{said}, mirrored.")]
    distance = np.median(near.distances[:, 0])
    if distance > _EXACT:
        return [("altered_copies", f"{said}, with changes of {distance:.0f} levels of 255.")]
    return [("copies", f"{said}.")]


def _of_repeats(scores, floor):
    support = scores.get("birthday_support", np.inf)
    if support >= _REPEATS * floor.get("birthday_support", np.inf):
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
