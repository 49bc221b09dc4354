"""Equalised learning rates: weights are kept at variance 1 and scaled where they are used.

Adam moves every weight by about its rate, whatever the gradient's size. With all weights alike in size, all
layers learn alike (Karras et al. 2018, progressive GAN, arXiv 1710.10196, section 4.1).
"""

import math

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.convolution import Conv2D


def _initializer(given, stddev=1.0):
    return keras.initializers.RandomNormal(stddev=stddev) if given is None else given


def _positive(layer, **numbers):
    for name, value in numbers.items():
        if not errors.is_number(value) or value <= 0.0:
            raise ValueError(f"{layer.name}: {name} is {value!r}, expected a number above 0")


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class EqualizedDense(keras.layers.Dense):
    """`keras.layers.Dense` with equalised learning rate (Karras et al. 2018, arXiv 1710.10196).

    The kernel is used times `gain · lr_multiplier / √inputs`, the bias times `lr_multiplier`: what is used
    moves by `lr_multiplier` times the optimizer's rate, and starts as N(0, gain² / inputs) all the same.

    Args:
        units: outputs.
        gain: standard deviation of the outputs, of inputs with variance 1.
        lr_multiplier: of the learning rate; 0.01 in StyleGAN's mapping network (arXiv 1812.04948).
        kernel_initializer: of the weights as they are kept; None for N(0, 1 / lr_multiplier²).
        **kwargs: as for `keras.layers.Dense`; `bias_initializer` too makes what is kept.

    Raises:
        ValueError: a gain or lr_multiplier that is not above 0.

    >>> layer = EqualizedDense(1, kernel_initializer="ones", lr_multiplier=0.5)
    >>> layer(tf.ones([1, 4])).numpy().tolist()  # 4 inputs · 0.5 / √4
    [[1.0]]
    """

    def __init__(self, units, gain=1.0, lr_multiplier=1.0, kernel_initializer=None, **kwargs):
        stddev = 1.0 / lr_multiplier if lr_multiplier else 1.0
        super().__init__(
            units, kernel_initializer=_initializer(kernel_initializer, stddev), **kwargs
        )
        _positive(self, gain=gain, lr_multiplier=lr_multiplier)
        self.gain = gain
        self.lr_multiplier = lr_multiplier

    def call(self, inputs, training=None):
        """Multiply, add the bias, activate."""
        scale = self.gain * self.lr_multiplier / math.sqrt(self.kernel.shape[0])
        outputs = tf.matmul(inputs, self.kernel * scale)
        if self.use_bias:
            outputs = outputs + self.bias * self.lr_multiplier
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self):
        """Return the constructor's arguments."""
        own = {"gain": self.gain, "lr_multiplier": self.lr_multiplier}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class EqualizedConv2D(Conv2D):
    """`Conv2D` with equalised learning rate (Karras et al. 2018, arXiv 1710.10196).

    The kernel is used times `gain / √fan-in`, the fan-in being rows × columns × input channels.

    Args:
        filters: output channels.
        kernel_size: side(s) of the kernel.
        gain: standard deviation of the outputs, of inputs with variance 1.
        kernel_initializer: of the weights as they are kept; None for N(0, 1).
        **kwargs: as for `keras.layers.Conv2D`.

    Raises:
        ValueError: a gain that is not above 0.

    >>> layer = EqualizedConv2D(1, 2, kernel_initializer="ones")
    >>> layer(tf.ones([1, 2, 2, 4])).numpy().ravel().tolist()  # 16 inputs / √16
    [4.0]
    """

    def __init__(self, filters, kernel_size, gain=1.0, kernel_initializer=None, **kwargs):
        initializer = _initializer(kernel_initializer)
        super().__init__(filters, kernel_size, kernel_initializer=initializer, **kwargs)
        _positive(self, gain=gain)
        self.gain = gain

    def effective(self, kernel):
        """Return a kernel as it is used."""
        return kernel * (self.gain / math.sqrt(math.prod(kernel.shape[:-1])))

    def convolution_op(self, inputs, kernel):
        """Convolve with the kernel as it is used."""
        return super().convolution_op(inputs, self.effective(kernel))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "gain": self.gain}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ScaledLeakyReLU(keras.layers.Layer):
    """√2 times leaky ReLU, which keeps the size of normal inputs within 2 % (Karras et al. 2020, 1912.04958).

    Args:
        slope: for inputs below 0.
        **kwargs: for `keras.layers.Layer`.

    >>> ScaledLeakyReLU()(tf.constant([-5.0, 5.0])).numpy().round(3)
    array([-1.414,  7.071], dtype=float32)
    """

    def __init__(self, slope=0.2, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, inputs):
        """Activate."""
        return math.sqrt(2.0) * tf.nn.leaky_relu(inputs, self.slope)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "slope": self.slope}
