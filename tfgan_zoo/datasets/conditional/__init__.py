"""Sets whose images come with a condition: sounds, captions, landmarks, or the frames before.

`load` and `load_arrays` of `tfgan_zoo.datasets` read them by name, like any other set.
"""

from tfgan_zoo.datasets.conditional import combinations, heads, junction, spoken, tones

_MADE = {
    "shapes_combinations": combinations.arrays,
    "tones": tones.arrays,
    "heads": heads.arrays,
    "heads_speaking": heads.arrays,
    "junction": junction.arrays,
}
KNOWN = {
    "shapes_combinations": "42,000 scenes like `shapes`, a fifth of the colours' shapes in test_unseen only",
    "tones": "21,000 tones, each with a shape: pitch tells which, volume how large; 32×32 grey, 5 classes",
    "spoken_digits:PATH": "recordings of spoken digits, with MNIST's of the same class; a speaker to test",
    "spoken_digits:PATH,digits": "the same, with the digits that come with scikit-learn",
    "heads": "20,500 drawn heads of 2,050 people, other images of each, and landmarks; 64×64 colour",
    "heads_speaking": "20,500 drawn heads that speak, other images of each, the sound; 64×64 colour",
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
    kind, colon, path = name.partition(":")
    if kind == "spoken_digits" and path.endswith(",digits"):
        return KNOWN["spoken_digits:PATH,digits"]
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
    if colon and kind == "spoken_digits":
        return spoken.arrays(name, split, size, channels, data_dir)
    if name in _MADE or (colon and kind == "junction"):
        return _MADE[kind](name, split, size, channels)
    return None
