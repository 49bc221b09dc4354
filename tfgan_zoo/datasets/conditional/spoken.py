"""Spoken digits, each with images of the same digit; who is heard in the test has never been heard before."""

import collections
import warnings

import numpy as np
from absl import logging

from tfgan_zoo.datasets import arrays as arrays_module
from tfgan_zoo.datasets import digits
from tfgan_zoo.datasets.conditional import recordings
from tfgan_zoo.datasets.conditional.assembled import assembled
from tfgan_zoo.datasets.draws import uniforms
from tfgan_zoo.datasets.info import Shared
from tfgan_zoo.datasets.splits import resolve
from tfgan_zoo.errors import unknown
from tfgan_zoo.sounds import fitted, read, resampled

SAMPLE_RATE = 8_000
LENGTH = 8_000  # samples: a second
IMAGES = 8  # of each recording in what is trained with; one in what is held out
_WRITTEN = ("mnist", "digits")
_KEY = 74  # of this set's random numbers


def arrays(name, split, size, channels, data_dir=None):
    """Return spoken digits (`audio`, `label`), and written ones (`image`) of the same class.

    The folder is one as the Free Spoken Digit Dataset's (Jackson et al. 2016, CC BY-SA 4.0). Its speakers are
    sorted by name: the last one is `test`, the others are `train`, and each name is a split too, e.g.
    `"george+theo"`. Recordings are brought to 8 kHz, freed of the silence at their ends, and padded or cut to
    a second. In `train` each recording has eight images one after the other, drawn at random with a fixed
    seed from the written digits' own `train` split; the other splits have one of `test`.

    Args:
        name: `"spoken_digits:PATH"` with MNIST's images, `"spoken_digits:PATH,digits"` with scikit-learn's.
        split: `"train"`, `"test"` or a speaker, with slices, which count images.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for 1.
        data_dir: where TFDS keeps prepared sets; None for its default.

    Returns:
        `Arrays`; `factor_speaker` int32 is the speaker's position among the sorted ones.

    Raises:
        ValueError: no such folder, no recording, one speaker only, an unknown split, or a split of which no
            recording can be read. What else cannot be read is left out, counted, and named in a warning.
        OSError: MNIST could not be prepared.
    """
    path, written = _path(name)
    found, others = recordings.listing(path, name)
    if len(found) < 2:
        raise ValueError(
            f"{name}: all recordings are {next(iter(found))}'s, expected two speakers or more: the last one "
            "by name is held out"
        )
    entries = _entries(found)
    wanted = [
        entries[base][index]
        for base, start, stop in resolve(split, {base: len(own) for base, own in entries.items()})
        for index in range(start, stop)
    ]
    sounds, broken = _sounds(list(dict.fromkeys(file for file, *_ in wanted)))
    if not sounds:
        raise ValueError(f"{name}[{split}]: none of its recordings could be read: {_said(broken)}")
    if broken or others:
        broken = broken | {file: "its name tells no digit" for file in others}
        warnings.warn(
            f"{name}: skipped {len(broken)} wav files: {_said(broken)}", stacklevel=4
        )  # where `load` was called from, or close to it
    wanted = [each for each in wanted if each[0] in sounds]
    place = {file: row for row, file in enumerate(sounds)}
    labels = np.array([digit for _, digit, _, _, _ in wanted], np.int32)
    return assembled(
        name,
        split,
        _images(written, wanted, labels, size, channels, data_dir),
        labels,
        {
            "audio": Shared(
                np.stack(list(sounds.values())), np.array([place[w[0]] for w in wanted])
            ),
            "factor_speaker": np.array([w[2] for w in wanted], np.int32),
        },
        label_names=tuple("0123456789"),
        sample_rate=SAMPLE_RATE,
    )


def _path(name):
    path = name.partition(":")[2]
    before, comma, last = path.rpartition(",")
    if not comma or "/" in last:
        return path, "mnist"
    if last not in _WRITTEN:
        raise ValueError(f"{name}: " + unknown("set of written digits", last, _WRITTEN))
    return before, last


def _entries(found):
    """Return dict of split -> list of (file, digit, speaker, number of the image, whether it is to train)."""
    speakers = list(found)
    made = {"train": [], "test": []}
    for number, speaker in enumerate(speakers):
        held_out = speaker == speakers[-1]
        own = [
            (file, digit, number, image, not held_out)
            for file, digit in found[speaker]
            for image in range(1 if held_out else IMAGES)
        ]
        made["test" if held_out else "train"] += own
        made.setdefault(speaker, own)
    # So that slices of it have all speakers.
    made["train"].sort(key=lambda entry: recordings.folder.place(entry[0].name))
    return made


def _sounds(files):
    """Return dict of file -> float32 [LENGTH], and dict of file -> why it could not be read."""
    sounds, broken, rates = {}, {}, collections.Counter()
    for file in files:
        try:
            samples, rate = read(file)
            samples = resampled(samples, rate, SAMPLE_RATE)
            sounds[file] = fitted(samples, LENGTH)
        except ValueError as error:
            broken[file] = str(error)
            continue
        rates[rate] += 1
    for rate, count in rates.items():
        if rate != SAMPLE_RATE:
            logging.warning(
                "%d of %d recordings are at %d Hz: resampled to %d Hz",
                count, len(files), rate, SAMPLE_RATE,
            )  # fmt: skip
    return sounds, broken


def _images(written, wanted, labels, size, channels, data_dir):
    """Return an image of each wanted digit, a function of the recording's name and the image's number."""
    images = None
    for split in ("train", "test"):
        (rows,) = np.nonzero([trained == (split == "train") for *_, trained in wanted])
        if not len(rows):
            continue
        whole = arrays_module.materialise(_source(written, split, data_dir), size, channels)
        of_class = [np.flatnonzero(whole.labels == digit) for digit in range(10)]
        if images is None:
            images = np.empty((len(wanted), *whole.images.shape[1:]), np.uint8)
        for row in rows:
            file, digit, _, number, _ = wanted[row]
            key = int.from_bytes(recordings.folder.place(file.name)[:8], "big")
            drawn = uniforms([_KEY, key, number], 1)[0]
            images[row] = whole.images[of_class[digit][int(drawn * len(of_class[digit]))]]
    return images


def _source(written, split, data_dir):
    if written == "digits":
        return digits.source(split)
    from tfgan_zoo.datasets import tfds_images  # here, since digits do without TFDS

    return tfds_images.source(written, split, data_dir, ())


def _said(broken):
    """Return the first files by name, each with its reason."""
    shown = [f"{file.name} ({reason})" for file, reason in list(broken.items())[:5]]
    return ", ".join([*shown, *(["…"] if len(broken) > 5 else [])])
