"""What a style-based generator is made of (Karras et al. 2020, StyleGAN2, arXiv 1912.04958)."""

import keras
import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.layers.equalized import EqualizedConv2D, EqualizedDense
from tfgan_zoo.training import randomness

_EPSILON = 1e-8  # the authors'


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PixelNormalization(keras.layers.Layer):
    """Each vector divided by its root mean square (Karras et al. 2018, arXiv 1710.10196); in float32.

    >>> PixelNormalization()(tf.constant([[3.0, 0.0, 0.0, 0.0]])).numpy().tolist()
    [[2.0, 0.0, 0.0, 0.0]]
    """

    def call(self, inputs):
        """Divide along the last axis."""
        x = tf.cast(inputs, tf.float32)
        x *= tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + _EPSILON)
        return tf.cast(x, self.compute_dtype)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LearnedConstant(keras.layers.Layer):
    """A learned map, the same for all samples: where a style-based generator starts (arXiv 1812.04948).

    Args:
        shape: (rows, columns, channels) of the map.
        initializer: for the map.
        **kwargs: for `keras.layers.Layer`.

    >>> LearnedConstant((4, 4, 8))(tf.zeros([3, 5])).shape  # as many as the inputs, of any shape
    TensorShape([3, 4, 4, 8])
    """

    def __init__(self, shape, initializer="random_normal", **kwargs):
        super().__init__(**kwargs)
        self.shape = tuple(shape)
        self.initializer = keras.initializers.get(initializer)

    def build(self, input_shape):
        """Make the map."""
        self.constant = self.add_weight(
            name="constant", shape=self.shape, initializer=self.initializer
        )

    def call(self, inputs):
        """Repeat the map for each sample."""
        constant = tf.reshape(tf.convert_to_tensor(self.constant), [1, -1])
        # Not tf.tile, whose gradient XLA cannot compile in a branch.
        repeated = tf.matmul(tf.ones([tf.shape(inputs)[0], 1], constant.dtype), constant)
        return tf.reshape(repeated, [-1, *self.shape])

    def compute_output_shape(self, input_shape):
        """Return the maps' shape."""
        return (input_shape[0], *self.shape)

    def get_config(self):
        """Return the constructor's arguments."""
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "shape": self.shape, "initializer": initializer}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ModulatedConv2D(keras.layers.Layer):
    """Convolution whose input channels a style scales (Karras et al. 2020, StyleGAN2, arXiv 1912.04958).

    A style w of a sample gives scales s = A(w), an equalised dense layer whose bias starts at 1. The
    sample's kernel is K_ijk = s_i W_ijk, divided by √(Σ_ik K_ijk² + 1e-8) for each output channel j:
    outputs of normal inputs have variance 1 again. As s and the divisor are one number a channel, the
    sample's inputs are scaled before, and its outputs after, one ordinary convolution of the whole batch:
    the same numbers as a kernel for each sample, and much faster.

    Scales and divisors are computed in float32.

    Args:
        filters: output channels.
        kernel_size: side of the kernel; the map's size stays.
        demodulate: divide. Not for the layers that make the image.
        kernel_initializer: of the kernel as it is kept, see `EqualizedConv2D`.
        style_initializer: of A's kernel, see `EqualizedDense`.
        **kwargs: for `keras.layers.Layer`.

    Call arguments:
        inputs: [maps `[B, H, W, channels]`, styles `[B, features]`].

    >>> layer = ModulatedConv2D(6, 3)
    >>> layer([tf.zeros([2, 8, 8, 4]), tf.zeros([2, 16])]).shape
    TensorShape([2, 8, 8, 6])
    """

    def __init__(
        self,
        filters,
        kernel_size,
        demodulate=True,
        kernel_initializer=None,
        style_initializer=None,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)  # styles stay float32
        self.filters = filters
        self.kernel_size = kernel_size
        self.demodulate = bool(demodulate)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.style_initializer = keras.initializers.get(style_initializer)
        self.convolution = EqualizedConv2D(
            filters,
            kernel_size,
            padding="same",
            use_bias=False,
            kernel_initializer=self.kernel_initializer,
            name="convolution",
            dtype=self.dtype_policy,
        )

    def build(self, input_shape):
        """Make the kernel, the bias and A."""
        maps, styles = input_shape
        self.scales = EqualizedDense(
            maps[-1],
            kernel_initializer=self.style_initializer,
            bias_initializer="ones",
            name="scales",
            dtype="float32",
        )
        self.scales.build(styles)
        self.convolution.build(maps)
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, inputs):
        """Scale, convolve, divide, add the bias."""
        maps, styles = inputs
        scales = self.scales(tf.cast(styles, tf.float32))
        outputs = self.convolution(self._times(maps, scales))
        if self.demodulate:
            kernel = tf.cast(self.convolution.effective(self.convolution.kernel), tf.float32)
            energy = tf.reduce_sum(tf.square(kernel), axis=[0, 1])
            squares = tf.matmul(tf.square(scales), energy)
            outputs = self._times(outputs, tf.math.rsqrt(squares + _EPSILON))
        return outputs + tf.cast(self.bias, outputs.dtype)

    def _times(self, maps, factors):
        maps = tf.cast(maps, self.compute_dtype)
        return maps * tf.cast(factors, self.compute_dtype)[:, None, None, :]

    def compute_output_shape(self, input_shape):
        """Return the maps' shape with the new channels."""
        return (*input_shape[0][:-1], self.filters)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "demodulate": self.demodulate,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "style_initializer": keras.initializers.serialize(self.style_initializer),
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class NoiseInjection(keras.layers.Layer):
    """Normal noise for each pixel of each sample, times one learned strength (arXiv 1812.04948).

    All channels of a pixel get the same number. The noise is drawn in training steps of this package only,
    from the step's random stream under the layer's name. Anywhere else it is its mean, 0: `generate` and
    an exported model give one image for one latent. The strength starts at 0.

    >>> NoiseInjection()(tf.ones([1, 1, 1, 2]), training=True).numpy().ravel().tolist()
    [1.0, 1.0]
    """

    def build(self, input_shape):
        """Make the strength."""
        self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")

    def call(self, inputs, training=False):
        """Add noise in a training step."""
        stream = randomness.active_stream()
        if not training or stream is None:
            return inputs
        noise = stream.normal((*inputs.shape[1:3], 1), use=self.name)
        return inputs + tf.cast(noise, inputs.dtype) * tf.cast(self.strength, inputs.dtype)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MeanStyle(keras.layers.Layer):
    """Styles as they are, and beside them their moving mean, towards which they can be truncated.

    Like batch norm's moving statistics the mean is a non-trainable weight of the network. It moves when
    `track` is called only, by means over the global batch, and is the same on all replicas.

    >>> layer = MeanStyle()
    >>> styles = layer(tf.constant([[1.0, 2.0], [3.0, 6.0]]))
    >>> layer.track(styles, rate=1.0)
    >>> layer.truncate(styles, tf.constant([0.5, 0.0])).numpy().tolist()
    [[1.5, 3.0], [2.0, 4.0]]
    """

    def build(self, input_shape):
        """Make the mean."""
        self.mean = self.add_weight(
            name="mean",
            shape=(input_shape[-1],),
            initializer="zeros",
            dtype="float32",
            autocast=False,
            trainable=False,
            aggregation="none",  # replicas assign the same
        )

    def call(self, inputs):
        """Return the styles."""
        return inputs

    def track(self, styles, rate):
        """Move the mean by `rate` of the way to that of styles `[B, features]`."""
        mean = replicas.mean(tf.stop_gradient(styles))
        self.mean.assign_add(rate * (mean - self.mean.value))

    def truncate(self, styles, truncation):
        """Return mean + ψ · (style - mean), with ψ of shape `[B]`: Karras et al. 2019, arXiv 1812.04948."""
        mean = self.mean.value
        return mean + tf.cast(truncation, tf.float32)[:, None] * (styles - mean)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Repeat(keras.layers.Layer):
    """Put copies of `[B, …]` side by side, `[B, copies, …]`.

    As `keras.layers.RepeatVector`, whose gradient XLA cannot compile in a branch, where a penalty with an
    interval has it.

    Args:
        copies: how many.
        **kwargs: for `keras.layers.Layer`.

    >>> Repeat(2)(tf.constant([[1.0, 2.0]])).numpy().tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """

    def __init__(self, copies, **kwargs):
        super().__init__(**kwargs)
        self.copies = copies

    def call(self, inputs):
        """Copy along a new second axis."""
        return tf.stack([inputs] * self.copies, axis=1)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "copies": self.copies}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Unstack(keras.layers.Layer):
    """Cut `[B, parts, …]` into the list of its parts `[B, …]`.

    >>> [part.numpy().tolist() for part in Unstack()(tf.constant([[1.0, 2.0], [3.0, 4.0]]))]
    [[1.0, 3.0], [2.0, 4.0]]
    """

    def call(self, inputs):
        """Cut along the second axis."""
        return tf.unstack(inputs, axis=1)
