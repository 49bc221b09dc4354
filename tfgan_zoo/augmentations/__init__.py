"""Augmentations: what happens to images, real and fake alike, before the discriminator sees them."""

from tfgan_zoo import registry
from tfgan_zoo.augmentations.adaptive import AdaptiveAugment
from tfgan_zoo.augmentations.base import Augmentation
from tfgan_zoo.augmentations.differentiable import DiffAugment
from tfgan_zoo.augmentations.noise import InstanceNoise

__all__ = [
    "AdaptiveAugment",
    "Augmentation",
    "DiffAugment",
    "InstanceNoise",
    "describe",
    "get",
    "names",
]

_AUGMENTATIONS = {cls.kind: cls for cls in (AdaptiveAugment, DiffAugment, InstanceNoise)}


def names():
    """Return the names that `get` knows.

    >>> names()
    ['ada', 'diff_augment', 'instance_noise']
    """
    return sorted(_AUGMENTATIONS)


def describe(name):
    """Return a line that says what the augmentation of that name is.

    >>> describe("diff_augment")
    'Differentiable augmentation (Zhao et al. 2020, arXiv 2006.10738), for small sets of images.'
    """
    return registry.summary(type(get(name)))


def get(augmentation):
    """Return an augmentation by name, by a dict with its name and arguments, or the object itself.

    Raises:
        ValueError: unknown name or argument (with the nearest), or an object that is no augmentation.

    >>> get({"name": "instance_noise", "stddev": 0.2}).stddev
    0.2
    """
    made = registry.make("augmentation", _AUGMENTATIONS, augmentation)
    if not isinstance(made, Augmentation):
        raise ValueError(
            f"an augmentation is one of {', '.join(names())}, or an object of a subclass of "
            f"augmentations.Augmentation; got {augmentation!r}"
        )
    return made
