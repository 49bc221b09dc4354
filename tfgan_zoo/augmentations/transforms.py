"""ADA's transforms (Karras et al. 2020, arXiv 2006.06676, appendix B), each for a sample or not."""

import math

import numpy as np
import tensorflow as tf

from tfgan_zoo.augmentations import warping
from tfgan_zoo.augmentations.base import integers, split_alpha

GROUPS = {
    "blit": ("flip", "rotate90", "translation"),
    "geometric": ("scale", "rotate", "aniso", "shift"),
    "color": ("brightness", "contrast", "luma_flip", "hue", "saturation"),
}
NAMES = tuple(name for group in GROUPS.values() for name in group)

# The authors' spreads. Log2 of factors; shares of the image's size; brightness in units of [-1, 1].
_SCALE = _ANISO = 0.2
_TRANSLATION = _SHIFT = 0.125
_BRIGHTNESS = 0.2
_CONTRAST = 0.5
_SATURATION = 1.0

# Cross product with the grey axis: turns colours around it.
_TURN = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], np.float32) / math.sqrt(3)


def expanded(words):
    """Return the set of transforms that words (names or groups) stand for.

    >>> sorted(expanded(("blit", "hue", "flip")))
    ['flip', 'hue', 'rotate90', 'translation']
    """
    return {name for word in words for name in GROUPS.get(word, (word,))}


class Chance:
    """Random numbers for transforms: a sample that is not chosen gets the number that does nothing.

    Args:
        stream: `RandomStream`.
        kind: begins the names of the uses.
        probability: scalar, of each transform for each sample.
    """

    def __init__(self, stream, kind, probability):
        self._stream = stream
        self._kind = kind
        self.probability = probability

    def uniform(self, use, count=1, probability=None):
        """Return (chosen or not, bool `[B]`; list of `count` numbers in [0, 1), `[B]`)."""
        drawn = self._stream.uniform((count + 1,), f"{self._kind}/{use}")
        probability = self.probability if probability is None else probability
        chosen, *numbers = tf.unstack(drawn, count + 1, axis=1)
        return chosen < probability, numbers

    def normal(self, use, spread, count=1):
        """Return list of `count` normal numbers `[B]` of a standard deviation, 0 where not chosen."""
        chosen, _ = self.uniform(use, 0)
        numbers = tf.unstack(self._stream.normal((count,), f"{self._kind}/{use}"), count, axis=1)
        return [tf.where(chosen, spread * number, 0.0) for number in numbers]

    def among(self, use, options):
        """Return an int in [0, options) for each sample, 0 where not chosen, as float32 `[B]`."""
        chosen, (number,) = self.uniform(use)
        return tf.where(chosen, integers(number, 0, options - 1), 0.0)

    def angle(self, use, probability=None):
        """Return (cosine, sine) `[B]` of any angle, of 0 where not chosen."""
        chosen, (number,) = self.uniform(use, probability=probability)
        angle = tf.where(chosen, (2.0 * number - 1.0) * math.pi, 0.0)
        return tf.cos(angle), tf.sin(angle)


def move(images, names, chance):
    """Return images after the transforms of `names` that move pixels, in one warp."""
    inverse = _inverse(images.shape, names, chance)
    return images if inverse is None else warping.warp(images, inverse)


def _inverse(shape, names, chance):
    """Return the inverse of the composed map. The first transform's inverse is the last that a position
    goes through on its way from the output to the input, hence the leftmost.
    """
    height, width = shape[1:3]
    steps = []
    if "flip" in names:
        steps.append(warping.scaling(1.0 - 2.0 * chance.among("flip", 2), 1.0))
    if "rotate90" in names and height == width:
        quarters = chance.among("rotate90", 4)
        # Exact, which a cosine of π / 2 is not.
        cosine = tf.gather([1.0, 0.0, -1.0, 0.0], tf.cast(quarters, tf.int32))
        sine = tf.gather([0.0, 1.0, 0.0, -1.0], tf.cast(quarters, tf.int32))
        steps.append(warping.rotation(cosine, -sine))
    if "translation" in names:
        chosen, (x, y) = chance.uniform("translation", 2)
        x, y = (
            tf.where(chosen, tf.round((2.0 * u - 1.0) * _TRANSLATION * size), 0.0)
            for u, size in ((x, width), (y, height))
        )
        steps.append(warping.translation(-x, -y))
    if "scale" in names:
        (factor,) = chance.normal("scale", _SCALE)
        steps.append(warping.scaling(2.0**-factor, 2.0**-factor))
    # Before and after the stretching, at such chances that one of them happens with the probability.
    once = 1.0 - tf.sqrt(1.0 - chance.probability)
    if "rotate" in names:
        cosine, sine = chance.angle("rotate", once)
        steps.append(warping.rotation(cosine, -sine))
    if "aniso" in names:
        (factor,) = chance.normal("aniso", _ANISO)
        steps.append(warping.scaling(2.0**-factor, 2.0**factor))
    if "rotate" in names:
        cosine, sine = chance.angle("rotate", once)
        steps.append(warping.rotation(cosine, -sine))
    if "shift" in names:
        x, y = chance.normal("shift", _SHIFT, 2)
        steps.append(warping.translation(-x * width, -y * height))
    if not steps:
        return None
    inverse = steps[0]
    for step in steps[1:]:
        inverse = warping.product(inverse, step)
    return inverse


def recolor(images, names, chance):
    """Return images after the transforms of `names` that change colours; alpha stays."""
    if not names & set(GROUPS["color"]):
        return images
    colours, alpha = split_alpha(images)
    factor, offset = _affine(colours.shape[-1], names, chance)
    # No matrix product: a GPU's would round the images, see `warping`.
    colours = tf.reduce_sum(colours[..., None, :] * factor[:, None, None], axis=-1)
    return tf.concat([colours + offset[:, None], alpha], axis=-1)


def _affine(channels, names, chance):
    """Return the composed map of a pixel's colours: (factor `[B, C, C]`, offset `[B, 1, 1]`).

    The offset is grey, the same for all channels, so that turning and stretching colours around the
    grey axis leaves it alone.
    """
    identity = np.eye(channels, dtype=np.float32)
    grey = np.ones_like(identity) / channels  # projects colours on the grey axis
    steps, offset = [], 0.0
    if "brightness" in names:
        offset += _columns(chance.normal("brightness", _BRIGHTNESS))
    if "contrast" in names:
        contrast = 2.0 ** _columns(chance.normal("contrast", _CONTRAST))
        steps.append(contrast * identity)
        offset *= contrast
    if "luma_flip" in names:
        flipped = _columns([chance.among("luma_flip", 2)])
        steps.append(identity - 2.0 * flipped * grey)
        offset *= 1.0 - 2.0 * flipped
    if "hue" in names and channels == 3:
        cosine, sine = (_columns([x]) for x in chance.angle("hue"))
        steps.append(identity + (1.0 - cosine) * (grey - identity) + sine * _TURN)
    if "saturation" in names and channels == 3:
        saturation = 2.0 ** _columns(chance.normal("saturation", _SATURATION))
        steps.append(identity + (saturation - 1.0) * (identity - grey))
    factor = identity[None]
    for step in steps:
        factor = warping.product(step, factor)
    return factor, tf.reshape(offset, [-1, 1, 1])


def _columns(numbers):
    (number,) = numbers
    return number[:, None, None]
