"""What an augmentation is, and the checks that several share."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, registry


class Augmentation(keras.layers.Layer):
    """What happens to images, real and fake alike, before the discriminator sees them.

    A layer, so that its state is saved and resumed with the model. Subclasses define `augment`, which the
    generator learns through and gradient penalties differentiate twice, and a `kind`, their name for `get`.
    """

    kind = None
    # Whether `adapt` needs a loss for which a realness of 0.5 is the border between real and fake.
    needs_border = False

    def __init__(self, **kwargs):
        registry.check_keywords(type(self), kwargs, registry.parameters(type(self)))
        super().__init__(**kwargs)
        self.built = True

    def start(self, gan):
        """Look at the model that is being compiled, and refuse it if its images cannot be augmented.

        Raises:
            ValueError: says what the images are and what they should be.
        """
        self.check(gan.image_shape)

    def check(self, image_shape):
        """Check the shape of one image.

        Raises:
            ValueError: says what the images are and what they should be.
        """

    def augment(self, images, stream, step):
        """Return augmented images.

        Args:
            images: `[B, H, W, C]` in [-1, 1].
            stream: `RandomStream`, the only source of random numbers: one draw for each sample.
            step: int64 scalar, the step counter.

        Returns:
            Tensor of the images' shape and dtype. It may leave [-1, 1], as in the papers: clipping would
            stop the generator's gradient.
        """
        raise NotImplementedError

    def adapt(self, real_logits, realness):
        """Move the strength after a turn of the discriminator; those of a fixed strength do nothing.

        Args:
            real_logits: logits of the augmented real images, `[B, …]`.
            realness: function of logits, 1 is real and 0.5 undecided, see `AdversarialLoss.realness`.

        Returns:
            Dict of name -> scalar to log.
        """
        return {}


def words(kind, policy, valid):
    """Return the words of a policy as a tuple.

    Args:
        kind: the augmentation's name, for messages.
        policy: words separated by commas, or a list of words.
        valid: the valid words.

    Raises:
        ValueError: no words, an unknown one (with the nearest), or one given twice.

    >>> words("diff_augment", "color, cutout", ("color", "cutout"))
    ('color', 'cutout')
    """
    given = policy.split(",") if isinstance(policy, str) else policy
    if not isinstance(given, (list, tuple)) or not given:
        raise ValueError(
            f"{kind}: policy is {policy!r}, expected words separated by commas, of {', '.join(valid)}"
        )
    given = tuple(word.strip() if isinstance(word, str) else word for word in given)
    for word in given:
        if word not in valid:
            raise ValueError(f"{kind}: " + errors.unknown("word in policy", word, valid))
        if given.count(word) > 1:
            raise ValueError(f"{kind}: policy {policy!r} says {word!r} twice, once will do")
    return given


def check_images(kind, image_shape, least):
    """Check that samples are images `[H, W, C]` of 1 to 4 channels, and large enough.

    Raises:
        ValueError: says what they are and what they should be.

    >>> check_images("diff_augment", (4, 32, 3), least=8)
    Traceback (most recent call last):
    ...
    ValueError: diff_augment with this policy needs images [H, W, C] of at least 8 x 8 pixels and 1 to 4
    channels; got (4, 32, 3)
    """
    shape = tuple(image_shape)
    if len(shape) != 3 or min(shape[:2]) < least or not 1 <= shape[2] <= 4:
        raise ValueError(
            f"{kind} with this policy needs images [H, W, C] of at least {least} x {least} pixels and "
            f"1 to 4 channels; got {shape}"
        )


def split_alpha(images):
    """Return (colours, alpha): 2 channels are grey and alpha, 4 are RGB and alpha; else alpha is empty."""
    colours = {1: 1, 2: 1, 3: 3, 4: 3}[images.shape[-1]]
    return images[..., :colours], images[..., colours:]


def integers(uniform, low, high):
    """Return integers in [low, high], as floats, from numbers in [0, 1).

    >>> integers(tf.constant([0.0, 0.5, 0.99]), -1, 1).numpy().tolist()
    [-1.0, 0.0, 1.0]
    """
    return low + tf.floor(uniform * (high - low + 1))
