"""Folders of images as pairs, as two domains without pairs, and as many domains."""

import collections
import dataclasses
import pathlib

import numpy as np

from tfgan_zoo.datasets import arrays, folder, pictures
from tfgan_zoo.datasets.info import Group, Source
from tfgan_zoo.datasets.translation.checks import checked, differing


def pairs(path, split, size=None, channels=None):
    """Return the pairs of two folders, or of one whose images are two side by side.

    Two folders (`"PATH,PATH"`, the first is `source`): files of the same name, whatever they end in, are a
    pair. One folder: the left half of each image is `source`. Splits are those of `folder.source`.

    Args:
        path: one path, or two with a comma between.
        split: `"train"`, `"test"`, or slices of them.
        size: (height, width), or None for the images' own. Each image is fitted by itself.
        channels: 1, 3, 4, or None for the images' own.

    Raises:
        ValueError: what `folder.source` raises; files without a partner, named; the two images of a pair
            differ in size or channels; an odd width side by side.
    """
    name = f"pairs:{path}"
    paths = _paths(name, path)
    if len(paths) == 1:
        chosen, _ = folder.listing(paths[0], split, name)
        members, names = [(file,) for file, _ in chosen], ("left", "right")
    else:
        members, names = _matched(name, paths, split), _names(paths)

    def decode(files):
        images = [folder.decode(file) for file in files]
        if any(image is None for image in images):
            return None
        if len(images) == 1:
            images = _halves(name, files[0], images[0])
        images = [pictures.fit(image, size, channels) for image in images]
        if images[0].shape != images[1].shape:
            shapes = {str(file): image.shape for file, image in zip(files, images, strict=True)}
            raise ValueError(differing(name, shapes))
        return np.stack(images)

    source = Source(
        name=name,
        version=f"{folder.version(members)} {size} {channels}",
        split=split,
        count=len(members),
        examples=lambda: ({"image": files} for files in members),
        decode=decode,
    )
    both = arrays.materialise(source).images
    group = Group({"source": both[:, 0], "target": both[:, 1]})
    return checked(name, split, (group,), names, counterparts=True)


def unpaired(path, split, size=None, channels=None):
    """Return the images of two folders, `a` and `b`.

    Two folders (`"PATH,PATH"`) have the splits of `folder.source` each. One folder holds `trainA` and
    `trainB` and, to have a split of its own, `testA` and `testB`, as CycleGAN's data sets do.

    Args:
        path: one path, or two with a comma between.
        split: `"train"`, `"test"`, or slices of them; percentages are of each domain.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for the images' own.

    Raises:
        ValueError: what `folder.source` raises; the domains differ in size or channels; a domain with less
            than two images.
    """
    name = f"unpaired:{path}"
    paths = _paths(name, path)
    if len(paths) == 1:
        root = folder.existing(paths[0], name)
        found = {letter: _lettered(root, letter, name) for letter in "AB"}
        if not all(found.values()):
            raise ValueError(
                f"{name}: expected folders trainA and trainB in {root}, or two folders: "
                "unpaired:PATH,PATH"
            )
        one, other = found.values()
        for base in sorted(one.keys() ^ other.keys()):
            there, lacks = "AB" if base in one else "BA"
            if base in split:
                raise ValueError(f"{name}: {root} has {base}{there}, but no {base}{lacks}")
        listings = [folder.sliced(files, split) for files in found.values()]
        names = ("A", "B")
    else:
        listings = [folder.listing(each, split, name)[0] for each in paths]
        names = _names(paths)
    groups = []
    for key, domain, chosen in zip(("a", "b"), names, listings, strict=True):
        source = Source(
            name=f"{name} ({domain})",
            version=folder.version(chosen),
            split=split,
            count=len(chosen),
            examples=lambda chosen=chosen: ({"image": file} for file, _ in chosen),
            decode=folder.decode,
        )
        groups.append(Group({key: arrays.materialise(source, size, channels).images}))
    return checked(name, split, tuple(groups), names)


def domains(path, split, size=None, channels=None):
    """Return the images of a folder with a sub-folder for each domain: `image`, and `label` for the domain.

    Args:
        path: the folder, see `folder.source`.
        split: `"train"`, `"test"`, or slices of them.
        size: (height, width), or None for the images' own.
        channels: 1, 3, 4, or None for the images' own.

    Raises:
        ValueError: what `folder.source` raises; fewer than two sub-folders; a domain with less than two
            images.
    """
    name = f"domains:{path}"
    folder.existing(path, name)
    whole = arrays.materialise(
        dataclasses.replace(folder.source(path, split), name=name), size, channels
    )
    names = whole.info.label_names or ()
    if len(names) < 2:
        raise ValueError(
            f"{name}: expected a sub-folder of images for each domain, found {len(names)}"
        )
    return checked(name, split, whole.groups, names, label_names=names)


def _paths(name, path):
    """Return one path, or two; a comma may be part of one that exists."""
    found = [path]
    if "," in path and not pathlib.Path(path).expanduser().exists():
        cuts = [(path[:i], path[i + 1 :]) for i, letter in enumerate(path) if letter == ","]
        whole = [pair for pair in cuts if all(pathlib.Path(p).expanduser().is_dir() for p in pair)]
        if not whole and len(cuts) > 1:
            raise ValueError(
                f"{name}: expected one path, or two with a comma between, got {len(cuts) + 1}"
            )
        found = (whole or cuts)[0]
    if not all(each.strip() for each in found):
        raise ValueError(
            f"{name}: expected one path, or two with a comma between, got an empty one"
        )
    paths = [pathlib.Path(each).expanduser() for each in found]
    if len(paths) == 2 and paths[0].resolve() == paths[1].resolve():
        raise ValueError(f"{name}: expected two folders, got the same twice")
    return [str(each) for each in paths]


def _names(paths):
    """Return what to call two folders: their last names, where these tell them apart."""
    short = [pathlib.Path(path).name for path in paths]
    return tuple(short if short[0] != short[1] else map(str, paths))


def _lettered(root, letter, name):
    """Return dict of split name -> list of (path, label), of the folders trainA, testA and so on."""
    there = [base for base in ("train", "test") if (root / f"{base}{letter}").is_dir()]
    return {base: folder.by_split(root / f"{base}{letter}", name)[0]["train"] for base in there}


def _matched(name, paths, split):
    """Return (path, path) for the files of the same name in two folders."""

    def title(file):
        return file.with_suffix("").as_posix()

    (one, _), (other, _) = (folder.by_split(path, name, title) for path in paths)
    if one.keys() != other.keys():
        has = " and ".join(
            f"{path} has {', '.join(f)}" for path, f in zip(paths, (one, other), strict=True)
        )
        raise ValueError(f"{name}: the folders have different splits: {has}")
    pairs_of = {}
    for base in one:
        titles = [
            [title(file.relative_to(path)) for file, _ in files[base]]
            for path, files in zip(paths, (one, other), strict=True)
        ]
        _check_partners(name, titles, [files[base] for files in (one, other)])
        pairs_of[base] = [
            (file, partner) for (file, _), (partner, _) in zip(one[base], other[base], strict=True)
        ]
    return folder.sliced(pairs_of, split)


def _check_partners(name, titles, files):
    """Check that each name is once in both lists, else name the files that are in the way."""
    counts = [collections.Counter(own) for own in titles]
    alone = [
        str(file)
        for own, listed in zip(titles, files, strict=True)
        for title, (file, _) in zip(own, listed, strict=True)
        if [count[title] for count in counts] != [1, 1]
    ]
    if alone:
        shown = ", ".join(alone[:6]) + (", …" if len(alone) > 6 else "")
        raise ValueError(
            f"{name}: {len(alone)} file{'s' * (len(alone) != 1)} without exactly one partner of the same "
            f"name in the other folder: {shown}"
        )


def _halves(name, file, image):
    """Return the left and the right half of an image."""
    width = image.shape[1]
    if width % 2:
        raise ValueError(
            f"{name}: {file} is {width} pixels wide, expected two images of one width side by side"
        )
    return [image[:, : width // 2], image[:, width // 2 :]]
