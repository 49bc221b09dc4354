"""Sets for image translation and adaptation: pairs, unpaired domains, many domains, drawn or from files.

`load` and `load_arrays` of `tfgan_zoo.datasets` read them by name, like any other set.
"""

import dataclasses

from tfgan_zoo.datasets.info import Group, TranslationArrays
from tfgan_zoo.datasets.translation import digits, files, folders, scenes

_DRAWN = {
    "scenes_pairs": scenes.pairs,
    "scenes_unpaired": scenes.unpaired,
    "scenes_domains": scenes.domains,
}
_TEXTURED = {"digits_textured": ("digits", 32), "mnist_textured": ("mnist", 28)}
KNOWN = {
    "scenes_pairs": "5,500 drawn outlines, each with one of its right fillings, 32×32 colour",
    "scenes_unpaired": "10,000 scenes by day or by night, 32×32 colour; 500 to test are known in both",
    "scenes_domains": "5,500 scenes in one of five colours and textures, 32×32 colour",
    "digits_textured": "the 1,797 digits, and the same on drawn textures, 32×32 colour, to adapt to",
    "mnist_textured": "MNIST, and the same on drawn textures like MNIST-M, 28×28 colour, to adapt to",
    "pairs:PATH,PATH": "two folders with files of the same names; one folder: the pair is side by side",
    "pairs:FILE.npz": "two aligned uint8 arrays of a NumPy file; `unpaired:FILE.npz` hides the pairs",
    "unpaired:PATH,PATH": "two folders of images; one folder: `trainA`, `trainB`, `testA`, `testB` in it",
    "reversed:NAME": "the pairs of that name with `source` and `target` in each other's place",
    "domains:PATH": "a folder with a sub-folder of images for each domain",
    "cycle_gan/horse2zebra": "two domains, unpaired, 256×256 colour, and others of CycleGAN's (TFDS)",
}


def describe(name):
    """Return one line about a set for translation, or None where the name is of another kind.

    >>> describe("domains:photos")
    'a folder with a sub-folder of images for each domain'
    """
    if name in KNOWN:
        return KNOWN[name]
    kind, colon, path = name.partition(":")
    if kind == "pairs" and path.endswith(files.SUFFIX):
        return KNOWN["pairs:FILE.npz"]
    found = (line for known, line in KNOWN.items() if colon and known.startswith(kind + colon))
    return next(found, None)


def read(name, split, size=None, channels=None, data_dir=None, known=()):
    """Read a set for translation.

    Args:
        name: as `datasets.load` takes it.
        split: a split, with slices.
        size: (height, width), or None.
        channels: 1, 3, 4 or None.
        data_dir: where TFDS keeps prepared sets; None for its default.
        known: names to suggest from beside TFDS's own.

    Returns:
        `TranslationArrays`; None where the name is of another kind.

    Raises:
        ValueError: unknown split; domains that do not fit together; what cannot be read.
        OSError: a TFDS set that could not be prepared.

    >>> sorted(read("scenes_unpaired", "train[:10]").images)
    ['a', 'b']
    """
    if name in _DRAWN:
        return _DRAWN[name](split, size, channels)
    if name in _TEXTURED:
        plain, side = _TEXTURED[name]
        return digits.textured(name, plain, split, size or (side, side), channels, data_dir)
    kind, _, path = name.partition(":")
    if name in ("digits", "shapes") or kind == "folder":
        return None
    if kind == "reversed":
        return _reversed(name, read(path, split, size, channels, data_dir, known))
    if kind in ("pairs", "unpaired") and path.endswith(files.SUFFIX):
        return getattr(files, kind)(path, split, size, channels)
    if kind in ("pairs", "unpaired", "domains"):
        return getattr(folders, kind)(path, split, size, channels)
    from tfgan_zoo.datasets.translation import tfds_sets  # here, since the others do without TFDS

    return tfds_sets.read(name, split, size, channels, data_dir, known)


def _reversed(name, whole):
    keys = [] if whole is None else [*whole.images, *whole.rows]
    if keys[:2] != ["source", "target"] or len(whole.groups) > 1:
        raise ValueError(
            f"{name}: only pairs can be reversed, and {name.partition(':')[2]} is none"
        )
    (group,) = whole.groups
    images = {"source": group.images["target"], "target": group.images["source"]}
    info = dataclasses.replace(whole.info, name=name, domains=whole.info.domains[::-1])
    return TranslationArrays((Group(images, group.rows),), info)
