"""Drawn scenes as pairs, as two domains without pairs, and as five domains."""

import numpy as np

from tfgan_zoo.datasets import pictures, shapes_looks, shapes_scene
from tfgan_zoo.datasets.info import Group
from tfgan_zoo.datasets.splits import resolve
from tfgan_zoo.datasets.translation.checks import checked

SIZES = {"train": 5_000, "test": 500}  # of each domain, or of all five together
_SPLITS = tuple(SIZES)  # `make_scene` knows a split by its position here


def pairs(split, size=None, channels=None):
    """Return outlines (`source`) and one filling of each (`target`).

    The colours, the background, and the texture of each thing with its beginning are not in the outline:
    there are thousands of right answers, of which each scene shows one.

    Args:
        split: `"train"` or `"test"`, with slices. What is held out has the scene's factors too.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 3.

    >>> pairs("test[:4]").images["target"].shape
    (4, 32, 32, 3)
    """
    chosen, held_out = _chosen(split)
    drawn = [(shapes_scene.make_scene(*each), each) for each in chosen]
    images = {
        "source": _stack((shapes_looks.outline(scene) for scene, _ in drawn), size, channels),
        "target": _stack(
            (shapes_looks.filled(scene, each) for scene, each in drawn), size, channels
        ),
    }
    group = Group(images, factors_of([scene for scene, _ in drawn]) if held_out else {})
    return checked("scenes_pairs", split, (group,), ("outline", "filled"), counterparts=True)


def unpaired(split, size=None, channels=None):
    """Return scenes by day (`a`) and other scenes by night (`b`).

    No scene is shown in both domains, but for `b_of_a` in what is held out: `a` by night, which is what a
    translator should make of it.

    Args:
        split: `"train"` or `"test"`, with slices. What is held out has the factors of `a` too.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 3.

    >>> sorted(key for key in unpaired("test[:4]").images)
    ['a', 'b', 'b_of_a']
    """
    chosen, held_out = _chosen(split)
    of_a = [shapes_scene.make_scene(*each) for each in chosen]
    of_b = [shapes_scene.make_scene(base, SIZES[_SPLITS[base]] + i) for base, i in chosen]
    day, night = shapes_looks.DAY, shapes_looks.NIGHT
    groups = [
        Group({key: _rendered(scenes, look, size, channels)})
        for key, scenes, look in (("a", of_a, day), ("b", of_b, night))
    ]
    if held_out:
        images = {
            **groups[0].images,
            **groups[1].images,
            "b_of_a": _rendered(of_a, night, size, channels),
        }
        groups = [Group(images, factors_of(of_a))]
    return checked("scenes_unpaired", split, groups, (day.name, night.name), counterparts=held_out)


def domains(split, size=None, channels=None):
    """Return scenes (`image`), each in one of five looks (`label`), in turn.

    Args:
        split: `"train"` or `"test"`, with slices. What is held out has the scene's factors and
            `in_every_domain` too, [N, 5, H, W, C]: what a translator should make of the image.
        size: (height, width), or None for 32×32.
        channels: 1, 3, 4, or None for 3.

    >>> domains("test[:10]").images["in_every_domain"].shape
    (10, 5, 32, 32, 3)
    """
    chosen, held_out = _chosen(split)
    looks = shapes_looks.FIVE
    scenes = [shapes_scene.make_scene(*each) for each in chosen]
    labels = np.array([index % len(looks) for _, index in chosen], np.int32)
    rows = {"label": labels}
    if held_out:
        every = np.stack([_rendered(scenes, look, size, channels) for look in looks], axis=1)
        images = {"image": every[np.arange(len(every)), labels], "in_every_domain": every}
        rows |= factors_of(scenes)
    else:
        each = (shapes_looks.render(s, looks[n]) for s, n in zip(scenes, labels, strict=True))
        images = {"image": _stack(each, size, channels)}
    names = tuple(look.name for look in looks)
    return checked(
        "scenes_domains",
        split,
        (Group(images, rows),),
        names,
        counterparts=held_out,
        label_names=names,
    )


def _chosen(split):
    """Return (split number, index) for each scene, and whether none of them is to train with."""
    parts = resolve(split, SIZES)
    chosen = [(_SPLITS.index(base), i) for base, start, stop in parts for i in range(start, stop)]
    return chosen, all(base != "train" for base, _, _ in parts)


def _rendered(scenes, look, size, channels):
    return _stack((shapes_looks.render(scene, look) for scene in scenes), size, channels)


def _stack(images, size, channels):
    return np.stack([pictures.fit(image, size, channels) for image in images])


def factors_of(scenes):
    """Return what `shapes_scene.factors` says of each scene, as int32 arrays by `factor_*`.

    >>> factors_of([shapes_scene.make_scene(0, 0)])["factor_count"]
    array([2], dtype=int32)
    """
    each = [shapes_scene.factors(scene) for scene in scenes]
    return {
        f"factor_{key}": np.array([factors[key] for factors in each], np.int32)
        for key in sorted(each[0])
    }
