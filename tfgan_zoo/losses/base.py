"""What an adversarial objective is: two losses on logits."""

import numbers

import keras
import tensorflow as tf


class AdversarialLoss:
    """A pair of losses on logits of any shape, batch dimension first; both are means, in float32.

    Subclasses define `discriminator(real_logits, fake_logits)` and
    `generator(real_logits, fake_logits)`.

    Attributes:
        name: what `losses.get` calls it.
        generator_needs_real: False: the model passes None for the generator's `real_logits` and saves a
            pass through the discriminator.
        unbounded: whether the discriminator's loss has no minimum unless it is kept Lipschitz.
        has_border: whether a realness of 0.5 is the border between real and fake; critics know none.
        energy: whether the discriminator's output is an energy: at least 0, and low for real samples.
    """

    name = None
    generator_needs_real = False
    unbounded = False
    has_border = True
    energy = False

    def start(self, gan):
        """Begin a game with the model that is being compiled; a loss with state begins anew."""

    def discriminator(self, real_logits, fake_logits):
        """Return the discriminator's loss, a float32 scalar."""
        raise NotImplementedError

    def generator(self, real_logits, fake_logits):
        """Return the generator's loss, a float32 scalar."""
        raise NotImplementedError

    def realness(self, logits):
        """Return what the discriminator says of samples: 1 is real, 0 is fake, 0.5 undecided."""
        return tf.sigmoid(tf.cast(logits, tf.float32))

    def description(self):
        """Return a line that says what this loss is."""
        return type(self).__doc__.splitlines()[0]

    def get_config(self):
        """Return the constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the loss from its config."""
        return cls(**config)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FunctionPair(AdversarialLoss):
    """A loss of the user's own, from two functions of (real logits, fake logits).

    Such a loss is saved with a model where both functions are registered with Keras
    (`keras.saving.register_keras_serializable`).

    Args:
        discriminator: function that returns the discriminator's loss, a scalar.
        generator: the same for the generator, which is given real logits, too.

    Raises:
        ValueError: something that cannot be called; at the first step, what does not return a scalar.

    >>> def apart(real, fake):
    ...     return tf.reduce_mean(fake) - tf.reduce_mean(real)
    >>> float(FunctionPair(apart, lambda real, fake: -apart(real, fake)).generator([3.0], [1.0]))
    2.0
    """

    name = "functions"
    generator_needs_real = True
    has_border = False  # nothing says which logits are real

    def __init__(self, discriminator, generator):
        for side, function in (("discriminator", discriminator), ("generator", generator)):
            if not callable(function):
                raise ValueError(
                    f"a loss given as a pair is two functions of (real_logits, fake_logits), the "
                    f"discriminator's and the generator's; its {side}'s is {function!r}"
                )
        self._discriminator = discriminator
        self._generator = generator

    def discriminator(self, real_logits, fake_logits):
        """What the first function returns."""
        return _scalar("discriminator", self._discriminator, real_logits, fake_logits)

    def generator(self, real_logits, fake_logits):
        """What the second function returns."""
        return _scalar("generator", self._generator, real_logits, fake_logits)

    def get_config(self):
        """Return both functions' registered names.

        Raises:
            TypeError: a function that a loaded model could not find again.
        """
        config = {"discriminator": self._discriminator, "generator": self._generator}
        for side, function in config.items():
            registered = keras.saving.get_registered_name(function)
            if keras.saving.get_registered_object(registered) is not function:
                raise TypeError(
                    f"the {side}'s loss {function!r} is not registered with "
                    "keras.saving.register_keras_serializable"
                )
        return keras.saving.serialize_keras_object(config)

    @classmethod
    def from_config(cls, config):
        """Make the pair from its config."""
        return cls(**keras.saving.deserialize_keras_object(config))


def _scalar(side, function, real_logits, fake_logits):
    """Return what a user's function returns, a float32 scalar."""
    value = function(real_logits, fake_logits)
    shape = () if isinstance(value, numbers.Real) else getattr(value, "shape", "none")
    if shape == "none" or tf.TensorShape(shape).rank not in (0, None):
        found = repr(value) if shape == "none" else f"a tensor of shape {shape}"
        raise ValueError(
            f"the {side}'s loss {getattr(function, '__name__', function)!r} returned {found}, expected a "
            "scalar: the mean over the batch, tf.reduce_mean(…)"
        )
    return tf.cast(value, tf.float32)


def float32(*logits):
    """Return logits in float32, in which losses are reduced.

    >>> [x.dtype.name for x in float32(tf.ones([1], tf.float16))]
    ['float32']
    """
    return tuple(tf.cast(x, tf.float32) for x in logits)


def squashed(score):
    """Return numbers from (-∞, ∞) in (0, 1), 0 at 0.5; unlike a sigmoid, far from 0 they stay apart.

    >>> squashed(tf.constant([0.0, 3.0])).numpy().tolist()
    [0.5, 0.875]
    """
    return 0.5 + 0.5 * tf.nn.softsign(tf.cast(score, tf.float32))
