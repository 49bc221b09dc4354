"""Batch norm whose gain and bias depend on a condition."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.attention import apart
from tfgan_zoo.layers.normalization import BatchNormalization
from tfgan_zoo.layers.spectral import SpectralDense


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConditionalBatchNormalization(keras.layers.Layer):
    """Conditional batch norm (Dumoulin et al. 2017, arXiv 1610.07629; de Vries et al. 2017, 1707.00683).

    [features `[B, …, C]`, conditions `[B, D]`] -> `[B, …, C]`: the normalised features times 1 + a linear map
    of the condition, plus another one, both without biases as in BigGAN (Brock et al. 2019, arXiv
    1809.11096). The condition is an embedded or one-hot class, latents, or both. Statistics are the
    global batch's, in float32.

    Args:
        momentum: of the moving statistics.
        epsilon: added to the variance.
        spectral: whether the linear maps have spectral normalisation.
        kernel_initializer: of the linear maps; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    >>> features, conditions = tf.constant([[1.0], [3.0]]), tf.constant([[0.0], [1.0]])
    >>> layer = ConditionalBatchNormalization(epsilon=0.0, kernel_initializer="ones")
    >>> layer([features, conditions], training=True).numpy().round(3).tolist()
    [[-1.0], [3.0]]
    """

    _use_bias = False

    def __init__(
        self,
        momentum=0.9,
        epsilon=1e-5,
        spectral=False,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon
        self.spectral = bool(spectral)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the norm and the linear maps."""
        features, condition = input_shape
        self._norm = BatchNormalization(
            momentum=self.momentum,
            epsilon=self.epsilon,
            center=False,
            scale=False,
            synchronized=True,
            name="norm",
            dtype=self.dtype_policy,
        )
        self._norm.build(features)
        size = self._build_condition(condition[-1])
        self._gain = self._linear("gain", 0, features[-1], size)
        self._bias = self._linear("bias", 1, features[-1], size)

    def _build_condition(self, size):
        return size

    def _linear(self, name, index, units, size, **kwargs):
        layer = (SpectralDense if self.spectral else keras.layers.Dense)(
            units,
            use_bias=self._use_bias,
            kernel_initializer=apart(self.kernel_initializer, index),
            name=name,
            dtype=self.dtype_policy,
            **kwargs,
        )
        layer.build((None, size))
        return layer

    def call(self, inputs, training=False):
        """Normalise by the batch's statistics while training, else by the moving ones; then modulate."""
        features, condition = inputs
        condition = self._condition(condition)
        shape = [-1, *[1] * (len(features.shape) - 2), features.shape[-1]]
        gain = tf.reshape(self._gain(condition), shape)
        bias = tf.reshape(self._bias(condition), shape)
        return self._norm(features, training=training) * (1.0 + gain) + bias

    def _condition(self, condition):
        return condition

    def compute_output_shape(self, input_shape):
        """The features'."""
        return input_shape[0]

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "spectral": self.spectral,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SelfModulatedBatchNormalization(ConditionalBatchNormalization):
    """Self-modulated batch norm (Chen et al. 2019, arXiv 1810.01365).

    Conditional batch norm for generators without labels: the condition is the latents, which reach gain
    and bias through one hidden layer with ReLU. All maps have biases.

    Args:
        units: size of the hidden layer; 32 in the paper.
        **kwargs: as for `ConditionalBatchNormalization`.

    Raises:
        ValueError: units is not a positive int.

    >>> layer = SelfModulatedBatchNormalization(units=8)
    >>> layer([tf.zeros([2, 4, 4, 3]), tf.zeros([2, 16])]).shape
    TensorShape([2, 4, 4, 3])
    """

    _use_bias = True

    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, units=units)
        self.units = units

    def _build_condition(self, size):
        self._hidden = self._linear("hidden", 2, self.units, size, activation="relu")
        return self.units

    def _condition(self, condition):
        return self._hidden(condition)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "units": self.units}
