"""What a data set says about itself, and a set as arrays."""

import collections.abc
import dataclasses

import numpy as np

from tfgan_zoo.layers.tokenizer import Tokenizer


@dataclasses.dataclass(frozen=True)
class DataInfo:
    """Facts about a loaded split; `load(...)` and `load_arrays(...)` carry one as `.info`.

    Args:
        name: the name that was asked for, e.g. `"digits"`.
        split: the split that was asked for, e.g. `"train[:90%]"`.
        num_examples: how many images the split has.
        image_shape: (height, width, channels) of every image.
        num_classes: the number of labels, or None where there are none.
        label_names: a name for every label, or None.
        keys: the keys of a batch.
        tokenizer: what the captions' tokens are made by, or None without captions.
        example_captions: captions of the split's first images, or None without captions.
    """

    name: str
    split: str
    num_examples: int
    image_shape: tuple[int, int, int]
    num_classes: int | None
    label_names: tuple[str, ...] | None
    keys: tuple[str, ...]
    tokenizer: Tokenizer | None = None
    example_captions: tuple[str, ...] | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TranslationInfo(DataInfo):
    """Facts about a loaded split of a set for image translation or adaptation.

    Args:
        domains: the names of the domains, e.g. `("outline", "filled")`.
        domain_sizes: how many images of each the split has; `num_examples` is the largest of what is drawn
            independently.
        counterparts: whether the split tells what an image looks like in the other domain: pairs do;
            unpaired sets do where they were made from pairs, in the part that is held out.
    """

    domains: tuple[str, ...]
    domain_sizes: tuple[int, ...]
    counterparts: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConditionalInfo(DataInfo):
    """Facts about a loaded split of a set whose images have sounds, landmarks or other images with them.

    Args:
        shapes: the shape of each key of a batch without the batch's axis, e.g. `{"audio": (4000,), …}`.
        sample_rate: of `audio`, in samples a second; None without sounds.
        example_audio: sounds of the split's first examples, float32 [E, T] in [-1, 1]; None without sounds.
        example_past: the frames before those of the split's first examples, float32 [E, P, H, W, C] in
            [-1, 1]; None without.
    """

    shapes: dict[str, tuple[int, ...]]
    sample_rate: int | None = None
    example_audio: np.ndarray | None = dataclasses.field(default=None, compare=False, repr=False)
    example_past: np.ndarray | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def audio_length(self):
        """Samples of a sound, or None."""
        return self.shapes.get("audio", (None,))[0]

    @property
    def past_frames(self):
        """How many frames come before, or None."""
        return self.shapes.get("past", (None,))[0]


@dataclasses.dataclass(frozen=True, eq=False)
class Shared:
    """An array that keeps what rows have in common once: row i is `pool[index[i]]`.

    Args:
        pool: array [M, ...].
        index: ints [N, ...] in [0, M).

    >>> frames = Shared(np.array([[10], [20], [30]]), np.array([[0, 2], [1, 1]]))
    >>> frames.shape, frames[1].tolist(), np.asarray(frames)[0].tolist()
    ((2, 2, 1), [[20], [20]], [[10], [30]])
    """

    pool: np.ndarray
    index: np.ndarray

    @property
    def shape(self):
        """As if it were written out."""
        return (*self.index.shape, *self.pool.shape[1:])

    @property
    def dtype(self):
        """The pool's."""
        return self.pool.dtype

    def __len__(self):
        return len(self.index)

    def __getitem__(self, rows):
        return self.pool[self.index[rows]]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.pool[self.index], dtype)


@dataclasses.dataclass(frozen=True, eq=False)
class Group:
    """Arrays of which row i belongs together, and is drawn together. Each may be a `Shared`.

    Args:
        images: uint8 arrays [N, H, W, C] (or with further axes after N) by batch key.
        rows: int32 or float32 arrays [N, ...] by batch key.
    """

    images: dict[str, np.ndarray]
    rows: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)

    @property
    def count(self):
        """N."""
        return len(next(iter(self.images.values())))


@dataclasses.dataclass(frozen=True, eq=False)
class Arrays:
    """A whole split as NumPy arrays with one row per image.

    Args:
        images: uint8 [N, H, W, C]; a memory map of a file where the set is large.
        labels: int32 [N], or None.
        extras: further int32 arrays by batch key, each [N, ...]; float32 for sounds, landmarks and measures.
        info: the `DataInfo`.
        others: further images by batch key, uint8 [N, ..., H, W, C]. They and the extras may be `Shared`.
    """

    images: np.ndarray
    labels: np.ndarray | None
    extras: dict[str, np.ndarray]
    info: DataInfo
    others: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)

    @property
    def rows(self):
        """The arrays without images by batch key: the label (where there is one) and the extras."""
        return self.extras if self.labels is None else {"label": self.labels, **self.extras}

    @property
    def groups(self):
        """All of it, as the one `Group` that it is."""
        return (Group({"image": self.images, **self.others}, self.rows),)


@dataclasses.dataclass(frozen=True, eq=False)
class TranslationArrays:
    """A whole split of a set for image translation or adaptation as NumPy arrays.

    Args:
        groups: tuple of `Group`; each is shuffled by itself.
        info: the `TranslationInfo`.
    """

    groups: tuple[Group, ...]
    info: TranslationInfo

    @property
    def images(self):
        """The uint8 arrays [N, H, W, C] by batch key; N may differ."""
        return {key: value for group in self.groups for key, value in group.images.items()}

    @property
    def rows(self):
        """The int32 arrays by batch key."""
        return {key: value for group in self.groups for key, value in group.rows.items()}


@dataclasses.dataclass(frozen=True, eq=False)
class Source:
    """A split that can be read example by example; what every kind of set is turned into.

    Args:
        name: the data set's name.
        version: changes when the content does; part of the key of a cached copy.
        split: the split as the user wrote it.
        count: how many examples `examples` yields.
        examples: called for an iterator of dicts with `image` (whatever `decode` takes) and ints or
            lists of ints by batch key.
        decode: turns an example's `image` into uint8 [H, W, C] in a worker thread; None for an
            image that cannot be read.
        label_names: a name for every label, or None.
        tokenizer: what the captions' tokens are made by, or None without captions.
    """

    name: str
    version: str
    split: str
    count: int
    examples: collections.abc.Callable
    decode: collections.abc.Callable = lambda image: image
    label_names: tuple[str, ...] | None = None
    tokenizer: Tokenizer | None = None
