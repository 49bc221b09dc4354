"""Data sets by name: what there is, and loading it."""

import functools

from tfgan_zoo import errors
from tfgan_zoo.datasets import arrays as arrays_module
from tfgan_zoo.datasets import conditional, digits, folder, pictures, stream, translation
from tfgan_zoo.datasets.info import ConditionalInfo
from tfgan_zoo.datasets.jitter import jittered

_KNOWN = {
    "digits": "1,797 real handwritten digits, 8×8 grey, 10 classes; comes with scikit-learn",
    "shapes": "12,000 drawn scenes, 32×32 colour, 5 classes, with captions; built locally",
    "folder:PATH": "the PNG, JPEG, GIF, BMP and WebP images of a folder; sub-folders are labels",
    "mnist": "70,000 handwritten digits, 28×28 grey, 10 classes (TFDS)",
    "fashion_mnist": "70,000 pieces of clothing, 28×28 grey, 10 classes (TFDS)",
    "kmnist": "70,000 cursive Japanese characters, 28×28 grey, 10 classes (TFDS)",
    "cifar10": "60,000 photographs, 32×32 colour, 10 classes (TFDS)",
    "cifar100": "60,000 photographs, 32×32 colour, 100 classes (TFDS)",
    "svhn_cropped": "99,289 house numbers, 32×32 colour, 10 classes (TFDS)",
    "celeb_a": "202,599 faces, 218×178 colour, no classes; give image_size (TFDS)",
    **conditional.KNOWN,
    **translation.KNOWN,
}


def names():
    """Return the data sets that are known by name; any other TFDS image set works too.

    >>> names()[:3]
    ['digits', 'shapes', 'folder:PATH']
    """
    return list(_KNOWN)


def describe(name):
    """Return one line about a data set.

    >>> describe("digits")
    '1,797 real handwritten digits, 8×8 grey, 10 classes; comes with scikit-learn'
    """
    if str(name).startswith("folder:"):
        return _KNOWN["folder:PATH"]
    return (
        _KNOWN.get(name)
        or conditional.describe(str(name))
        or translation.describe(str(name))
        or f"{name}, as TensorFlow Datasets has it (TFDS)"
    )


def load_arrays(name, *, split, image_size=None, channels=None, data_dir=None):
    """Read a whole split as NumPy arrays.

    Args:
        name: `"digits"`, `"shapes"`, `"folder:PATH"`, another of `names()`, or a TensorFlow Datasets name.
        split: a split or slices of it in TFDS's notation, e.g. `"train[:90%]"`, `"test[:500]"`.
        image_size: None for the images' own size, an int for squares, or (height, width). Other
            proportions are cut out of the middle; the resize is bicubic and antialiased.
        channels: None for the images' own, or 1 (grey), 3 (RGB), 4 (RGBA).
        data_dir: where TFDS keeps prepared sets; None for its default (`TFDS_DATA_DIR`).

    Returns:
        `Arrays`: uint8 images [N, H, W, C], int32 labels, further int32 arrays, and the `DataInfo`. Of a set
        for translation, `TranslationArrays`: dicts of such arrays by batch key, and the `TranslationInfo`.
        Of a set with conditions, float32 arrays too, further images, and the `ConditionalInfo`.
        From 1 GiB on, the images are a memory map of a file in the cache directory
        (`TFGAN_ZOO_CACHE`, by default `~/.cache/tfgan_zoo`).

    Raises:
        ValueError: an unknown name or split, images of different sizes without `image_size`, an
            empty folder, domains that do not fit together, or an argument out of range.
        OSError: a TFDS set that could not be prepared.

    >>> load_arrays("digits", split="test").images.shape
    (360, 8, 8, 1)
    """
    if channels not in (None, *pictures.CHANNELS):
        raise ValueError(f"channels={channels!r}: give 1 (grey), 3 (RGB), 4 (RGBA) or None")
    size = _size(image_size)
    whole = conditional.read(str(name), str(split), size, channels, data_dir)
    if whole is None:
        whole = translation.read(str(name), str(split), size, channels, data_dir, names())
    if whole is not None:
        return whole
    return arrays_module.materialise(_source(name, split, data_dir), size, channels)


def load(
    name,
    *,
    split="train",
    batch_size=64,
    image_size=None,
    channels=None,
    seed=0,
    shuffle=None,
    first_step=0,
    labelled=None,
    jitter=0,
    flip=False,
    data_dir=None,
):
    """Load a data set as batches for training or evaluation.

    A batch is a dict: `image` float32 [B, H, W, C] in [-1, 1]; `label` int32 [B] where there are
    labels; for `shapes` also `caption` int32 [B, 10] (tokens of `info.tokenizer`)
    and the factors as int32 `factor_*`. Sets for translation have images under other keys, float32 as well:
    pairs have `source` and `target`; unpaired domains `a` and `b`, each in an order of its own; many domains
    `image`, and `label` for the domain; sets to adapt to have `source` with `label`, and `target`. What such
    a set tells its evaluator only, such as `b_of_a`, is in the split that is held out. Sets with conditions
    have `audio` (float32 [B, T] in [-1, 1]), `landmarks` (float32 [B, K, 2] in pixels), `past` or `source`
    (images [B, S, H, W, C]) beside `image`: `info.shapes` says which, `info.sample_rate` the audio's rate.

    A shuffled set is an endless stream of full batches whose order is a pure function of
    (seed, step): `first_step=k` begins with what would have come after k batches, at no cost. An
    epoch is `num_examples // batch_size` batches of a permutation of its own.

    Args:
        name: `"digits"`, `"shapes"`, `"folder:PATH"`, another of `names()`, or a TensorFlow Datasets name.
        split: a split or slices of it in TFDS's notation, e.g. `"train[:90%]"`.
        batch_size: images in a batch.
        image_size: None for the images' own size, an int for squares, or (height, width).
        channels: None for the images' own, or 1 (grey), 3 (RGB), 4 (RGBA).
        seed: decides the order of a shuffled set.
        shuffle: None shuffles splits that begin with `train`. False gives one pass in order, whose
            last batch may be short.
        first_step: the batch that a shuffled stream begins with.
        labelled: for semi-supervised learning: only this many images, as many of each class, have a
            label. A batch is then `image`, without labels, of the whole set; and `labelled_image` and
            `label`, drawn from those few. None for what the set has.
        jitter: pixels by which a shuffled set's images are enlarged before they are cut back at a random
            place; the images of a pair alike. See `jittered`.
        flip: whether half of a shuffled set's images are mirrored; the images of a pair alike.
        data_dir: where TFDS keeps prepared sets; None for its default (`TFDS_DATA_DIR`).

    Returns:
        A `tf.data.Dataset` with three attributes: `info` (a `DataInfo`, or what derives from it),
        `steps_per_epoch`, and, if it is shuffled, `at(step)`, which returns the same stream from another
        step.

    Raises:
        ValueError: what `load_arrays` raises, a batch larger than a shuffled set, or a `first_step`
            for a set that is not shuffled.
        OSError: a TFDS set that could not be prepared.

    >>> batch = next(iter(load("digits", batch_size=32, image_size=16)))
    >>> batch["image"].shape.as_list()
    [32, 16, 16, 1]
    """
    shuffle = stream.check(
        split, batch_size=batch_size, seed=seed, shuffle=shuffle, first_step=first_step
    )
    if labelled is not None:
        if not shuffle:
            raise ValueError(
                f"labelled={labelled} needs a shuffled set; {split!r} is read in order"
            )
        errors.check_ints(1, labelled=labelled)
    errors.check_ints(0, jitter=jitter)
    if (jitter or flip) and (labelled is not None or not shuffle):
        raise ValueError("jitter and flip are for a shuffled set, without labelled=…")
    whole = load_arrays(
        name, split=split, image_size=image_size, channels=channels, data_dir=data_dir
    )
    if (jitter or flip) and isinstance(whole.info, ConditionalInfo):
        raise ValueError(
            f"jitter and flip would leave what comes with the images of {name} where it is: leave them out"
        )
    if flip and whole.info.tokenizer is not None:
        raise ValueError(
            f"flip would make captions of {name} wrong, such as 'left of': leave it out"
        )
    return stream.make(
        whole,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        first_step=first_step,
        labelled=labelled,
        change=functools.partial(jittered, pixels=jitter, flip=flip) if jitter or flip else None,
    )


def _source(name, split, data_dir):
    if str(name).startswith("folder:"):
        return folder.source(name.removeprefix("folder:"), split)
    if name == "digits":
        return digits.source(split)
    from tfgan_zoo.datasets import tfds_images  # here, since digits and folders do without TFDS

    if name == "shapes":
        return tfds_images.shapes(split, data_dir)
    return tfds_images.source(name, split, data_dir, names())


def _size(image_size):
    if image_size is None:
        return None
    size = tuple(image_size) if isinstance(image_size, (tuple, list)) else (image_size, image_size)
    if len(size) != 2 or not all(isinstance(side, int) and side > 0 for side in size):
        raise ValueError(f"image_size={image_size!r}: give an int, (height, width), or None")
    return size
