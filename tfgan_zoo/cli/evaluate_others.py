"""`tfgan-zoo evaluate` without a run: a SavedModel's samples, or a folder of images of any origin."""

import contextlib
from pathlib import Path

import numpy as np
from absl import logging
from PIL import Image

from tfgan_zoo.datasets import folder as folders
from tfgan_zoo.datasets import pictures


def evaluate(
    savedmodel,
    images,
    *,
    real,
    extractor,
    output,
    split=None,
    training=None,
    scores="all",
    samples=None,
    seed=None,
    image_size=None,
    data_dir=None,
):
    """Score samples of a SavedModel, or images; the reports are also written to a folder.

    Args:
        savedmodel: the SavedModel's folder; or None.
        images: a folder of images; or None.
        real: a folder of real images, or a data set's name.
        extractor: as `metrics.extractors.get` takes it.
        output: the folder for `evaluation.json` and `evaluation.html`.
        split: of the real images; None for all of a folder's, or `"test"`.
        training: a folder of the images that the model was trained on, a split of `real`, or None.
        scores: names of scores, or `"all"`; empty for the quick ones.
        samples: how many to score; None for all images of the folder, or as many as there are real ones.
        seed: int, for a SavedModel's samples; None for 1000.
        image_size: an int, which real images are brought to; None for their own.
        data_dir: where prepared TensorFlow Datasets are.

    Returns:
        Dict: what was scored, the scores, those of real images, histograms.

    Raises:
        UsageError: no real images, no extractor or no output are given.
        ValueError: a folder without images or with fewer than `samples`, a SavedModel that does not sample,
            an unknown name.
    """
    from tfgan_zoo import files, metrics
    from tfgan_zoo.cli import evaluate as command
    from tfgan_zoo.cli import experiment
    from tfgan_zoo.cli.main import UsageError

    for name, value in (("real", real), ("extractor", extractor), ("output", output)):
        if not value:
            raise UsageError(f"--{name}=… is missing: see tfgan-zoo evaluate --help")
    if images and not Path(images).is_dir():
        raise ValueError(f"there is no folder {str(images)!r} for --images")
    extractor = metrics.extractors.get(extractor)
    channels = extractor.image_shape[-1] if Path(real).is_dir() else None
    known = _images(real, split, image_size, data_dir, channels)
    if Path(real).is_dir():
        _say_changes(real, {"image_size": known.images.shape[1:3], "channels": channels})
    size = {"image_size": known.images.shape[1:3], "channels": known.images.shape[-1]}
    trained_on = {}
    if training:
        of_real = not Path(training).is_dir()
        given = (real, training) if of_real else (training, None)
        try:
            found = _images(*given, data_dir=data_dir, **size)
        except ValueError as error:
            kind = f"no folder, and no split of --real={real}" if of_real else "no folder of images"
            raise ValueError(f"--training={training} is {kind}: {error}") from error
        if not of_real:
            _say_changes(training, size)
        trained_on = {
            "training_images": found.images,
            "training_labels": _classes(found, extractor, known),
            "training_split": _called(*given),
        }
    scorer = metrics.Scorer(
        extractor,
        known.images,
        split=_called(real, split),
        real_labels=_classes(known, extractor),
        scores=scores,
        features=experiment.cached_features(extractor, real),
        **trained_on,
    )
    report = {"source": str(savedmodel or images)}
    labels = None
    if images:
        found = _images(images, None, data_dir=data_dir, **size)
        made, labels = found.images, _classes(found, extractor, known)
        _say_changes(images, size)
        if samples is not None and samples > len(made):
            raise ValueError(
                f"--samples={samples}, but {images} holds {len(made)} images: leave --samples away to "
                "score all"
            )
        if samples is not None:
            chosen = np.sort(np.random.default_rng(0).permutation(len(made))[:samples])
            made, labels = made[chosen], None if labels is None else labels[chosen]
    else:
        report["seed"] = seed = 1000 if seed is None else seed
        made = _fitted(_sampled(savedmodel, samples or len(known.images), seed), **size)
    output = Path(output)
    report = command.of_images(output / "evaluation.html", scorer, made, labels, report)
    files.write_json(output / "evaluation.json", report)
    return report


def _images(name, split, image_size=None, data_dir=None, channels=None):
    from tfgan_zoo import datasets

    folder = str(name)
    if (
        not Path(folder).is_dir()
        and ("/" in folder or folder.startswith("."))
        and ":" not in folder
    ):
        raise ValueError(f"there is no folder {folder!r}")
    if Path(name).is_dir():
        name, split = f"folder:{name}", split or "train"
    return datasets.load_arrays(
        name, split=split or "test", image_size=image_size, channels=channels, data_dir=data_dir
    )


def _say_changes(folder, size):
    """Say how many images of a folder are not as the real ones, and what is done to them."""
    height, width = size["image_size"]
    files = folders.images(Path(folder))
    sizes, see_through = [], 0
    for file in files:
        with (
            contextlib.suppress(OSError),
            Image.open(file) as image,
        ):  # others are told of elsewhere
            sizes.append(image.size)
            see_through += image.has_transparency_data
    others = [f"{w}×{h}" for w, h in sizes if (h, w) != (height, width)]
    if others:
        kinds = ", ".join(sorted(set(others), key=others.count, reverse=True)[:3])
        logging.warning(
            "%d of %d images in %s are of another size than %d×%d (%s): the middle is cut out where "
            "proportions differ, and resized",
            len(others), len(files), folder, width, height, kinds,
        )  # fmt: skip
    if see_through and size["channels"] < 4:
        logging.warning(
            "%d of %d images in %s have transparency: they are laid over white",
            see_through, len(files), folder,
        )  # fmt: skip


def _called(name, split):
    return " ".join([Path(name).name, split or ("" if Path(name).is_dir() else "test")]).strip()


def _classes(images, extractor, known=None):
    """Return the labels of images, if they are the extractor's classes; None if they are not.

    Folders that are numbers are these classes; others are those of the same name among the real images, and
    of these, which stand for themselves, in the order of their names.
    """
    names, count = images.info.label_names, extractor.num_classes
    if images.labels is None or count is None:
        return None
    names = names or [str(number) for number in range(images.info.num_classes)]
    known_names = list(known.info.label_names or ()) if known else []
    if all(name.isdecimal() and int(name) < count for name in names):
        order = [int(name) for name in names]
    elif known_names and set(names) <= set(known_names):
        order = [known_names.index(name) for name in names]
    elif known is None and len(names) == count:
        order = range(count)
    else:
        logging.warning(
            "the labels %s are not used: they are neither numbers below %d, which is how many classes the "
            "extractor has, nor names of the real images' classes",
            ", ".join(names[:12]),
            count,
        )
        return None
    return np.array(order, np.int32)[images.labels]


def _fitted(images, image_size, channels):
    """Return images with the size and channels of the real ones; says that they had others."""
    if images.shape[1:] == (*image_size, channels):
        return images
    logging.warning(
        "the SavedModel's samples are %s, the real images %s: they are brought to that",
        list(images.shape[1:]),
        [*image_size, channels],
    )
    return np.stack([pictures.fit(image, image_size, channels) for image in images])


def _sampled(savedmodel, count, seed, at_a_time=1000):
    from tfgan_zoo.cli import sample

    served = sample.load(savedmodel)
    return np.concatenate(
        [
            sample.from_savedmodel(served, min(at_a_time, count - start), seed + number)
            for number, start in enumerate(range(0, count, at_a_time))
        ]
    )
