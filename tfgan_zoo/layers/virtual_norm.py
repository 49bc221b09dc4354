"""Virtual batch norm: a sample is normalised by a fixed reference batch, not by the samples beside it."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class VirtualBatchNormalization(keras.layers.Layer):
    """Virtual batch norm (Salimans et al. 2016, arXiv 1606.03498, section 3.4).

    `[B, …, C]` -> the same. Each example is normalised, channel by channel, with the statistics over all
    pixels of n reference examples and itself: mean (n·mean_ref + mean_x) / (n + 1), mean square alike. The
    reference batch itself, while `set_reference` runs it through the network, is normalised with its own.
    Then come a learned gain and bias. All in float32.

    No example sees another of its batch, so penalties on per-sample gradients go with it, and replicas need
    not meet: only `set_reference` writes the statistics, the same to all of them.

    What differs from the paper: there each pass takes the reference along, so that its statistics are
    those of the very weights and gradients flow through them. Here they stand still, constants for the
    gradient, until `set_reference` is called again: `callbacks.ReferenceBatch` does it after every step,
    which costs one pass without gradients.

    Until a reference is set it is one example of mean 0 and variance 1.

    Args:
        epsilon: added to the variance.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: inputs without channels.

    >>> layer = VirtualBatchNormalization(epsilon=0.0)
    >>> layer(tf.constant([[0.0], [2.0]])).numpy().round(2)  # means 0 and 1, mean squares 0.5 and 2.5
    array([[0.  ],
           [0.82]], dtype=float32)
    """

    def __init__(self, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.measuring = False

    def build(self, input_shape):
        """Make gain, bias and the reference's statistics."""
        if len(input_shape) < 2 or input_shape[-1] is None:
            raise ValueError(
                f"{self.name}: inputs have shape {tuple(input_shape)}, expected (batch, …, channels)"
            )
        channels = (input_shape[-1],)
        self.gain = self._weight("gain", channels, "ones", trainable=True)
        self.bias = self._weight("bias", channels, "zeros", trainable=True)
        self.reference_mean = self._weight("reference_mean", channels, "zeros")
        # The variance, not the mean square: their difference would be rounding where the mean is large.
        self.reference_variance = self._weight("reference_variance", channels, "ones")
        self.reference_size = self._weight("reference_size", (), "ones")

    def _weight(self, name, shape, initializer, trainable=False):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=initializer,
            dtype="float32",
            autocast=False,
            trainable=trainable,
        )

    def call(self, inputs):
        """Normalise each example by the reference and itself."""
        x = tf.cast(inputs, tf.float32)
        pixels = list(range(1, len(x.shape) - 1))
        if self.measuring:
            mean, variance = _moments(x, [0, *pixels])
            self.reference_mean.assign(tf.reshape(mean, [-1]))
            self.reference_variance.assign(tf.reshape(variance, [-1]))
            self.reference_size.assign(tf.cast(tf.shape(x)[0], tf.float32))
        else:
            own_mean, own_variance = _moments(x, pixels)
            share = 1.0 / (self.reference_size + 1.0)
            apart = own_mean - self.reference_mean
            mean = self.reference_mean + share * apart
            variance = (1.0 - share) * (self.reference_variance + share * tf.square(apart))
            variance += share * own_variance
        y = (x - mean) * (self.gain * tf.math.rsqrt(variance + self.epsilon)) + self.bias
        return tf.cast(y, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """The same."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}


def _moments(x, axes):
    # Not tf.nn.moments, which stops the gradient at the mean: its second derivatives are wrong.
    mean = tf.reduce_mean(x, axes, keepdims=True)
    return mean, tf.reduce_mean(tf.square(x - mean), axes, keepdims=True)


def set_reference(network, reference):
    """Run a reference batch through a network, and set the statistics of all its virtual batch norms.

    One pass in inference mode, each norm in its turn: what comes after it sees the reference normalised.

    Args:
        network: `keras.Model`.
        reference: what the network takes, a batch of 2 or more, the same in each call: images of the
            data set for a discriminator (packed, where it judges several at once), latents for a generator,
            a list with the labels for conditional ones.

    Raises:
        ValueError: a network without virtual batch norm, or a batch of fewer than 2.

    >>> network = keras.Sequential([keras.Input((1,)), VirtualBatchNormalization()])
    >>> set_reference(network, tf.constant([[1.0], [3.0]]))
    >>> [w.numpy().tolist() for w in network.non_trainable_variables]
    [[2.0], [1.0], 2.0]
    """
    norms = [x for x in network._flatten_layers() if isinstance(x, VirtualBatchNormalization)]
    if not norms:
        raise ValueError(
            f"{network.name!r} has no VirtualBatchNormalization, a reference batch means nothing to it"
        )
    size = tf.nest.flatten(reference)[0].shape[0]
    if size < 2:
        raise ValueError(f"the reference batch has {size} examples, expected 2 or more")
    for norm in norms:
        norm.measuring = True
    try:
        network(reference, training=False)
    finally:
        for norm in norms:
            norm.measuring = False
