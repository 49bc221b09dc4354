"""Scores of talking heads beside their true renderings, for people who were never trained with."""

import numpy as np

from benchmarks.translation_scores import floats
from tfgan_zoo import pictures
from tfgan_zoo.datasets.conditional.heads import drawing, face, people, reading
from tfgan_zoo.metrics.fidelity import likeness

_OPENINGS = np.linspace(0, 1, 41, dtype=np.float32)  # of a mouth that are tried


def frames_of(model, arrays, sources=4, rows=slice(None), batch_size=50):
    """Return the frames that a model draws of held-out people.

    Args:
        model: a `TalkingHeadGAN`.
        arrays: `datasets.Arrays` of `heads` or `heads_speaking`.
        sources: how many of each frame's sources it sees, the first.
        rows: which frames.
        batch_size: how many are drawn at a time.

    Returns:
        uint8 [N, H, W, 3].
    """
    numbers, made = np.arange(len(arrays.images))[rows], []
    for first in range(0, len(numbers), batch_size):
        some = numbers[first : first + batch_size]
        source = floats(arrays.others["source"][some][:, :sources])
        marks = arrays.extras["source_landmarks"][some][:, :sources]
        made.append(model([source, marks, arrays.extras[model.driver][some]]).numpy())
    return pictures.to_uint8(np.concatenate(made))


def copies(arrays, sources=1):
    """Return of the first sources of each frame the one whose landmarks are nearest, as if nothing moved."""
    marks = arrays.extras["source_landmarks"][:, :sources]
    apart = np.linalg.norm(marks - arrays.extras["landmarks"][:, None], axis=-1).mean(axis=-1)
    return arrays.others["source"][np.arange(len(apart)), apart.argmin(axis=1)]


def mean_face(training, count):
    """Return the mean of training images, so many times."""
    mean = np.rint(training.images.mean(axis=0)).astype(np.uint8)
    return np.broadcast_to(mean, [count, *mean.shape])


def scores(images, arrays, rows=slice(None), read=50):
    """Return how near frames are to the true ones.

    Args:
        images: uint8 [N, H, W, 3].
        arrays: what they should be, `datasets.Arrays` of heads.
        rows: which of the arrays' frames they are.
        read: of how many frames, evenly spread, landmarks are read, which takes a second each; 0 for none.

    Returns:
        Dict of floats: those of `metrics.likeness`; and `landmark_error`, in pixels, the mean distance of the
        landmarks that are read in the images from the true ones.
    """
    found = likeness(images, arrays.images[rows])
    if read:
        some = np.unique(np.linspace(0, len(images) - 1, read).astype(int))
        person = people(_split(arrays), arrays.extras["factor_person"][rows][some])
        marks = reading.read_landmarks(np.asarray(images)[some], person)
        apart = np.linalg.norm(marks - arrays.extras["landmarks"][rows][some], axis=2)
        found["landmark_error"] = float(apart.mean())
    return found


def mouth_correlation(images, arrays, rows=slice(None)):
    """Return Pearson's correlation of how far mouths are open with how far they should be.

    The rest of each pose is known: it is drawn with every opening, and the nearest drawing says which it is.

    Args:
        images: uint8 [N, H, W, 3].
        arrays: `datasets.Arrays` of `heads_speaking`.
        rows: which of the arrays' frames they are.
    """
    extras = {key: values[rows] for key, values in arrays.extras.items() if "factor" in key}
    person = people(_split(arrays), extras["factor_person"])
    pose = {key: extras[f"factor_{key}"] for key in face.POSES}
    images, size = np.asarray(images, np.float32), np.asarray(images).shape[1]
    errors = []
    for opening in _OPENINGS:
        drawn = drawing.render(person, pose | {"open": np.full(len(images), opening)}, size)
        errors.append(((drawn - images) ** 2).sum(axis=(1, 2, 3)))
    found = _OPENINGS[np.argmin(errors, axis=0)]
    return float(np.corrcoef(found, pose["open"])[0, 1]) if found.std() else 0.0


def _split(arrays):
    return arrays.info.split.partition("[")[0]
