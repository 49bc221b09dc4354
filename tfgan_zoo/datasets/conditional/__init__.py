"""Sets whose images come with a condition: sounds, captions, landmarks, or the frames before.

`load` and `load_arrays` of `tfgan_zoo.datasets` read them by name, like any other set.
"""

from tfgan_zoo.datasets.conditional import junction, tones

_MADE = {
    "tones": tones.arrays,
    "junction": junction.arrays,
}
KNOWN = {
    "tones": "7,000 tones, each with a shape: pitch tells which, volume how large; 32×32 grey, 5 classes",
    "junction": "5,000 films of a walker who turns left or right, three frames and the next; 32×32 grey",
    "junction:P": "the same, of a walker who turns left with the probability P",
}


def describe(name):
    """Return one line about a set with conditions, or None where the name is of another kind.

    >>> describe("junction:0.7")
    'the same, of a walker who turns left with the probability P'
    """
    if name in KNOWN:
        return KNOWN[name]
    kind, colon, _ = name.partition(":")
    found = (line for known, line in KNOWN.items() if colon and known.startswith(kind + colon))
    return next(found, None)


def read(name, split, size=None, channels=None, data_dir=None):
    """Read a set with conditions.

    Args:
        name: as `datasets.load` takes it.
        split: a split, with slices.
        size: (height, width), or None.
        channels: 1, 3, 4 or None.
        data_dir: where TFDS keeps prepared sets; None for its default.

    Returns:
        `Arrays` with a `ConditionalInfo`; None where the name is of another kind.

    Raises:
        ValueError: unknown split; what cannot be read.
        OSError: a TFDS set that could not be prepared.

    >>> read("tones", "train[:10]").info.shapes["audio"]
    (4000,)
    """
    kind, colon, _ = name.partition(":")
    if name in _MADE or (colon and f"{kind}:P" in KNOWN):
        return _MADE[kind](name, split, size, channels)
    return None
