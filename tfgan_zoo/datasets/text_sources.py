"""Where lines of text come from: captions of the drawn scenes, files, TensorFlow Datasets.

Each function returns the samples of a split as they are stored: a list of bytes.
"""

import pathlib

from tfgan_zoo.datasets import shapes_scene
from tfgan_zoo.datasets.splits import resolve

_TEST_SHARE = 10  # one line in so many, the last ones, are a lone file's test split


def captions(split):
    """Return the captions of the `shapes` set's scenes: 10,000 `train`, 2,000 `test`.

    >>> captions("test[:1]")
    [b'a small orange circle above a large purple cross']
    """
    number = {name: position for position, name in enumerate(shapes_scene.EXAMPLES)}
    return [
        str(shapes_scene.make_scene(number[base], index).caption).encode()
        for base, start, stop in resolve(split, shapes_scene.EXAMPLES)
        for index in range(start, stop)
    ]


def from_path(path, split):
    """Return the lines of a file, or of the files of a folder.

    In a folder each `NAME.txt` is a split of that name. The first 90% of a lone file's lines are `train`,
    the others `test`.

    Args:
        path: the file or folder.
        split: a split or slices of it; they count the lines as they stand in the file.

    Raises:
        ValueError: no such path, a folder without `.txt` files, or an unknown split.
    """
    root = pathlib.Path(path).expanduser()
    if root.is_dir():
        files = sorted(file for file in root.glob("*.txt") if not file.name.startswith("."))
        if not files:
            raise ValueError(f"text:{path}: a folder without .txt files; each would be a split")
        splits = {file.stem: _lines(file) for file in files}
    elif root.is_file():
        lines = _lines(root)
        held_out = len(lines) // _TEST_SHARE
        splits = {
            "train": lines[: len(lines) - held_out],
            "test": lines[len(lines) - held_out :],
        }
    else:
        raise ValueError(f"text:{path}: no such file or folder")
    parts = resolve(split, {name: len(lines) for name, lines in splits.items()})
    return [line for base, start, stop in parts for line in splits[base][start:stop]]


def from_tfds(name, split, data_dir, known):
    """Return the texts of a TFDS set: of its feature `text`, or of the only one that holds text.

    Args:
        name: a TFDS name such as `"imdb_reviews"` or `"ag_news_subset"`.
        split: a TFDS split, with slices.
        data_dir: where prepared sets are; None for TFDS's own.
        known: names to suggest from beside TFDS's own.

    Raises:
        ValueError: an unknown set or split, or a set without such a feature.
        OSError: the set could not be prepared; says what to do.
    """
    import tensorflow_datasets as tfds  # here, since captions and files do without it

    from tfgan_zoo.datasets import tfds_builders

    make, features = tfds_builders.find(name, data_dir, known)
    texts = [key for key, value in features.items() if isinstance(value, tfds.features.Text)]
    key = "text" if "text" in texts else texts[0] if len(texts) == 1 else None
    if key is None:
        raise ValueError(
            f"{name} has no feature `text` and not one of another name; its features: "
            f"{', '.join(features)}"
        )
    builder = tfds_builders.prepared(make)
    dataset = builder.as_dataset(
        split=tfds_builders.in_parts(resolve(split, tfds_builders.sizes(builder))),
        decoders=tfds.decode.PartialDecoding({key: True}),
        read_config=tfds_builders.IN_ORDER,
    )
    return [example[key] for example in dataset.as_numpy_iterator()]


def _lines(file):
    data = file.read_bytes().removeprefix(b"\xef\xbb\xbf")  # the mark of some editors
    # At line feeds alone: what else Python splits at may stand inside a text.
    return data.removesuffix(b"\n").split(b"\n") if data else []
