"""A folder of image files as a data set."""

import difflib
import hashlib
import itertools
import pathlib
import struct

from tfgan_zoo.datasets import pictures
from tfgan_zoo.datasets.info import Source
from tfgan_zoo.datasets.splits import resolve


def source(path, split):
    """Return the images of a folder.

    Sub-folders are labels, numbered by sorted name; images that lie directly in the folder have
    none. Where `path/train` and `path/test` exist, they are the splits; otherwise everything is
    `train`. The order, and so a slice such as `train[:90%]`, follows a hash of the file names:
    classes are mixed, and a file that is added moves no other across the others.

    Args:
        path: the folder.
        split: `"train"`, `"test"`, or slices of them.

    Raises:
        ValueError: the folder is missing or holds no image, images lie both beside and in
            sub-folders, or an unknown split.
    """
    chosen, classes = listing(path, split, f"folder:{path}")

    def examples():
        for file, label in chosen:
            yield {"image": file} if label is None else {"image": file, "label": label}

    return Source(
        name=f"folder:{path}",
        version=version(chosen),
        split=split,
        count=len(chosen),
        examples=examples,
        decode=decode,
        label_names=classes or None,
    )


def listing(path, split, name):
    """Return the image files of a split of a folder, see `source`.

    Args:
        path: the folder.
        split: `"train"`, `"test"`, or slices of them.
        name: what errors call the data set.

    Returns:
        A list of (path, label), and the labels' names, a tuple; where there are none, the labels are None.

    Raises:
        ValueError: as `source` does.
    """
    files, classes = by_split(path, name)
    return sliced(files, split), classes


def by_split(path, name, title=pathlib.PurePath.as_posix):
    """Return all image files of a folder.

    Args:
        path: the folder.
        name: what errors call the data set.
        title: what is hashed to order the files, a function of their paths in the folder.

    Returns:
        A dict of split name -> list of (path, label), and the labels' names, a tuple.

    Raises:
        ValueError: as `source` does.
    """
    root = existing(path, name)
    split_in_two = (root / "train").is_dir() and (root / "test").is_dir()
    roots = {name: root / name for name in ("train", "test")} if split_in_two else {"train": root}
    classes = sorted({name for each in roots.values() for name in _classes(each)})
    files = {name: _files(each, classes, title) for name, each in roots.items()}
    return files, tuple(classes)


def sliced(files, split):
    """Return the members of a split, or of slices of it, of a dict of lists by split name.

    >>> sliced({"train": [1, 2, 3, 4], "test": [5]}, "train[50%:]+test")
    [3, 4, 5]
    """
    parts = resolve(split, {name: len(found) for name, found in files.items()})
    return [each for base, start, stop in parts for each in files[base][start:stop]]


def existing(path, name):
    """Return a folder's path.

    Args:
        path: the folder.
        name: what errors call the data set.

    Raises:
        ValueError: it is no folder; with the nearest name beside it.
    """
    root = pathlib.Path(path).expanduser()
    if root.is_dir():
        return root
    if root.exists():
        raise ValueError(f"{name}: {path} is not a folder")
    beside = root.parent.iterdir() if root.parent.is_dir() else ()
    near = difflib.get_close_matches(root.name, [each.name for each in beside if each.is_dir()], 1)
    hint = f" (did you mean {str(root.parent / near[0])!r}?)" if near else ""
    raise ValueError(f"{name}: no such folder: {path}{hint}")


def version(rows):
    """Return a hash that changes when one of the files does.

    Args:
        rows: tuples of files' paths and what else is to be hashed.
    """
    state = hashlib.sha256()
    for part in itertools.chain.from_iterable(rows):
        if isinstance(part, pathlib.Path):
            stat = part.stat()
            part = f"{part.resolve()} {stat.st_size} {stat.st_mtime_ns}"
        state.update(f"{part}\n".encode())
    return state.hexdigest()


def decode(file):
    """Return an image file's pixels, uint8 [H, W, C]; None where it is not a whole image."""
    try:
        return pictures.read(file)
    # What Pillow raises for a file that is cut off, is something else, or is absurdly large.
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        struct.error,
        pictures.Image.DecompressionBombError,
    ):
        return None


def _classes(root):
    """Return the sub-folders that hold images."""
    return [
        each.name
        for each in root.iterdir()
        if each.is_dir() and not each.name.startswith(".") and any(_below(each))
    ]


def _files(root, classes, title):
    """Return (file, label) for every image, in hashed order."""
    loose = [file for file in visible(root, "*") if _is_image(file)]
    if loose and classes:
        raise ValueError(
            f"{root} holds images ({loose[0].name}, …) and folders of images ({classes[0]}, …): "
            "move the images into a folder each, or the folders elsewhere"
        )
    found = [(file, None) for file in loose]
    for label, name in enumerate(classes):
        found += [(file, label) for file in _below(root / name)]
    if not found:
        raise ValueError(f"{root} holds no image ({', '.join(pictures.SUFFIXES)})")

    return sorted(found, key=lambda pair: place(title(pair[0].relative_to(root))))


def place(name):
    """Return what to sort by, so that names are mixed and each stays where it is among the others."""
    # A name that is not valid UTF-8 hashes too.
    return hashlib.sha256(name.encode(errors="surrogateescape")).digest()


def images(root):
    """Return the image files of a folder and of its sub-folders, sorted by their paths.

    Args:
        root: a `pathlib.Path`.

    Raises:
        ValueError: there is none.
    """
    found = sorted(_below(root))
    if not found:
        raise ValueError(f"{root} holds no image ({', '.join(pictures.SUFFIXES)})")
    return found


def visible(root, pattern="**/*"):
    """Return the files of a folder and of its sub-folders, but the hidden ones and those of hidden folders.

    Args:
        root: a `pathlib.Path`.
        pattern: of what to look at, as in `root.glob`.
    """
    return (
        path
        for path in root.glob(pattern)
        if not any(part.startswith(".") for part in path.relative_to(root).parts) and path.is_file()
    )


def _below(root):
    """Return the image files of a folder and of its sub-folders, but the hidden ones."""
    return filter(_is_image, visible(root))


def _is_image(path):
    return path.suffix.lower() in pictures.SUFFIXES
