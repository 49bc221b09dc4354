"""Self-attention over the positions of a feature map."""

import keras
import tensorflow as tf

from tfgan_zoo.layers.convolution import Conv2D
from tfgan_zoo.layers.spectral import SpectralConv2D


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SelfAttention(keras.layers.Layer):
    """Self-attention (Zhang et al. 2019, arXiv 1805.08318): `[B, H, W, C]` -> the same.

    Each position asks all others: y = x + γ · output(softmax(query · keyᵀ) value). γ starts at 0, so that
    the layer starts as the identity. As in the code of BigGAN and of the authors, queries and keys
    have C / 8 channels, values C / 2, and keys and values are those of 2×2 max-pooled maps; the
    convolutions are 1×1, without biases. The softmax is computed in float32.

    Args:
        spectral: whether the convolutions have spectral normalisation.
        kernel_initializer: of the convolutions; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: fewer than 8 channels.

    >>> x = tf.random.stateless_normal([2, 5, 6, 16], [0, 0])
    >>> bool(tf.reduce_all(SelfAttention()(x) == x))
    True
    """

    def __init__(self, spectral=False, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.spectral = bool(spectral)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the four convolutions and γ."""
        channels = input_shape[-1]
        if channels < 8:
            raise ValueError(
                f"{self.name}: self-attention has channels / 8 for its keys, expected at least 8 channels, "
                f"not {channels}"
            )
        convolution = SpectralConv2D if self.spectral else Conv2D
        filters = {"query": channels // 8, "key": channels // 8, "value": channels // 2}
        for index, (name, count) in enumerate((filters | {"output": channels}).items()):
            layer = convolution(
                count,
                1,
                use_bias=False,
                kernel_initializer=apart(self.kernel_initializer, index),
                name=name,
                dtype=self.dtype_policy,
            )
            taken = filters["value"] if name == "output" else channels
            layer.build((*input_shape[:-1], taken))
            setattr(self, f"_{name}", layer)
        self.gamma = self.add_weight(name="gamma", shape=(), initializer="zeros")

    def call(self, inputs):
        """Add what each position sees of the others."""
        query = _positions(self._query(inputs))
        key = _positions(_pooled(self._key(inputs)))
        value = _positions(_pooled(self._value(inputs)))
        scores = tf.cast(tf.matmul(query, key, transpose_b=True), tf.float32)
        weights = tf.cast(tf.nn.softmax(scores), value.dtype)
        seen = tf.reshape(tf.matmul(weights, value), [-1, *inputs.shape[1:3], value.shape[-1]])
        return inputs + tf.cast(self.gamma, inputs.dtype) * self._output(seen)

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "spectral": self.spectral,
            "kernel_initializer": initializer,
        }


def apart(initializer, index):
    """Return the same initializer with another seed: weights of one shape must not start alike.

    >>> apart(keras.initializers.RandomNormal(seed=7), 2).seed
    9
    """
    config = initializer.get_config()
    if isinstance(config.get("seed"), int):
        config["seed"] += index
    return initializer.from_config(config)


def _positions(maps):
    return tf.reshape(maps, [-1, maps.shape[1] * maps.shape[2], maps.shape[3]])


def _pooled(maps):
    return tf.nn.max_pool2d(maps, 2, 2, "SAME")
