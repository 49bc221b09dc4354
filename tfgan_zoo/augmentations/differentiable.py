"""DiffAugment: a fixed list of random transforms that the generator learns through."""

import keras
import tensorflow as tf

from tfgan_zoo.augmentations.base import Augmentation, check_images, integers, split_alpha, words


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class DiffAugment(Augmentation):
    """Differentiable augmentation (Zhao et al. 2020, arXiv 2006.10738), for small sets of images.

    Every sample gets every transform of the policy, in the order given, as in the authors' code:

    * `color`: brightness, ±0.5 on all channels; saturation, times [0, 2] around the pixel's mean (not for
      grey images); contrast, times [0.5, 1.5] around the image's mean. An alpha channel, the last of 2 or
      4, is left alone.
    * `translation`: by whole pixels, up to 1/8 of each side. What comes into view is 0, mid-grey for images
      in [-1, 1].
    * `cutout`: a rectangle of half the height and half the width, part of which may lie outside, becomes 0.
    * `flip`: mirrors half of the images. Not in the default: generated digits and letters would come out
      mirrored half of the time.

    Args:
        policy: words separated by commas, or a list of words.

    Raises:
        ValueError: an unknown word; samples that are no images of 1 to 4 channels, or too small: 8 x 8
            pixels for translation, else 2 x 2.

    >>> from tfgan_zoo.training import RandomStream
    >>> stream = RandomStream(seed=0, step=0, local_batch=5)
    >>> DiffAugment("cutout").augment(tf.ones([5, 8, 6, 1]), stream, step=0).shape
    TensorShape([5, 8, 6, 1])
    """

    kind = "diff_augment"

    def __init__(self, policy="color,translation,cutout", **kwargs):
        super().__init__(**kwargs)
        self._words = words(self.kind, policy, tuple(_TRANSFORMS))
        self.policy = ",".join(self._words)

    def check(self, image_shape):
        """Check that images are images, and large enough to be moved."""
        check_images(self.kind, image_shape, least=8 if "translation" in self._words else 2)

    def augment(self, images, stream, step):
        """Apply the policy, a random transform for each sample."""
        self.check(images.shape[1:])
        shown = tf.cast(images, tf.float32)
        for word in self._words:

            def uniform(count, use=f"{self.kind}/{word}"):
                return tf.unstack(stream.uniform((count, 1, 1, 1), use), count, axis=1)

            shown = _TRANSFORMS[word](shown, uniform)
        return tf.cast(shown, images.dtype)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "policy": self.policy}


def change_color(images, brightness, saturation, contrast):
    """Return images of another brightness, saturation and contrast; alpha stays.

    Args:
        images: `[B, H, W, C]`.
        brightness: `[B, 1, 1, 1]`, added to all channels; 0 for none.
        saturation: `[B, 1, 1, 1]`, factor around each pixel's mean; 1 for none.
        contrast: `[B, 1, 1, 1]`, factor around each image's mean; 1 for none.
    """
    colours, alpha = split_alpha(images)
    colours += brightness
    grey = tf.reduce_mean(colours, axis=3, keepdims=True)
    colours = grey + saturation * (colours - grey)
    mean = tf.reduce_mean(colours, axis=[1, 2, 3], keepdims=True)
    return tf.concat([mean + contrast * (colours - mean), alpha], axis=3)


def translate(images, down, right):
    """Return images moved by whole pixels; what comes into view is 0.

    Args:
        images: `[B, H, W, C]`.
        down: int32 `[B]`.
        right: int32 `[B]`.
    """
    for axis, shift in ((1, down), (2, right)):
        size = images.shape[axis]
        source = tf.range(size)[None] - shift[:, None]
        inside = tf.cast((source >= 0) & (source < size), images.dtype)
        moved = tf.gather(images, tf.clip_by_value(source, 0, size - 1), axis=axis, batch_dims=1)
        images = moved * tf.reshape(inside, [-1, size, 1, 1] if axis == 1 else [-1, 1, size, 1])
    return images


def cut_out(images, row, column):
    """Return images with a rectangle of half the height and width set to 0.

    Args:
        images: `[B, H, W, C]`.
        row: `[B, 1, 1, 1]`, the rectangle's centre: it begins half its height above.
        column: `[B, 1, 1, 1]`.
    """
    height, width = images.shape[1:3]
    # Halves and, in translations, eighths are rounded as the authors round them: halves up.
    rows = _within(tf.range(height)[None, :, None, None], row, (height + 1) // 2)
    columns = _within(tf.range(width)[None, None, :, None], column, (width + 1) // 2)
    return tf.where(rows & columns, tf.zeros_like(images), images)


def _within(positions, centre, size):
    first = tf.cast(centre, tf.int32) - size // 2
    return (positions >= first) & (positions < first + size)


def _color(images, uniform):
    brightness, saturation, contrast = uniform(3)
    return change_color(images, brightness - 0.5, 2.0 * saturation, contrast + 0.5)


def _translation(images, uniform):
    down, right = (
        tf.cast(tf.reshape(integers(u, -((size + 4) // 8), (size + 4) // 8), [-1]), tf.int32)
        for u, size in zip(uniform(2), images.shape[1:3], strict=True)
    )
    return translate(images, down, right)


def _cutout(images, uniform):
    # A rectangle of even size has its centre between two pixels, which is one place more.
    row, column = (
        integers(u, 0, size - (size + 1) // 2 % 2)
        for u, size in zip(uniform(2), images.shape[1:3], strict=True)
    )
    return cut_out(images, row, column)


def _flip(images, uniform):
    return tf.where(uniform(1)[0] < 0.5, tf.reverse(images, [2]), images)


_TRANSFORMS = {"color": _color, "translation": _translation, "cutout": _cutout, "flip": _flip}
