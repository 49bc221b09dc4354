"""Augmentations: what happens to images before the discriminator sees them."""

from tfgan_zoo import registry

_AUGMENTATIONS = {}


def names():
    """Return the names that `get` knows."""
    return sorted(_AUGMENTATIONS)


def get(augmentation):
    """Return an augmentation by name, by a dict with its name and arguments, or the object itself."""
    return registry.make("augmentation", _AUGMENTATIONS, augmentation)
