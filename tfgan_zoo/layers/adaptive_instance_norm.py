"""Instance normalisation whose gain and offset depend on a style."""

import keras
import tensorflow as tf

from tfgan_zoo.layers.attention import apart
from tfgan_zoo.layers.instance_norm import standardised


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class AdaptiveInstanceNormalization(keras.layers.Layer):
    """Adaptive instance normalisation, with learned maps of a style (Huang & Belongie 2017, 1703.06868).

    [features `[B, H, W, C]`, styles `[B, D]`] -> `[B, H, W, C]`: each channel of each image less its mean,
    over its deviation, times 1 + a linear map of the style, plus another one. That both are linear in an
    embedding is how Zakharov et al. 2019 (arXiv 1905.08233) tell a generator whom to draw. Computed in
    float32; samples do not see each other.

    Args:
        epsilon: added to the variance.
        kernel_initializer: of the linear maps; one with a seed gives each of them one of its own.
        **kwargs: for `keras.layers.Layer`.

    >>> features, styles = tf.constant([[[[1.0], [3.0]]]]), tf.constant([[2.0]])
    >>> layer = AdaptiveInstanceNormalization(epsilon=0.0, kernel_initializer="ones")
    >>> layer([features, styles]).numpy().ravel().round(3).tolist()  # (1 + 2) · ∓1 + 2
    [-1.0, 5.0]
    """

    def __init__(self, epsilon=1e-5, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.epsilon = float(epsilon)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the linear maps."""
        features, style = input_shape
        self._gain = self._linear("gain", 0, features[-1], style)
        self._offset = self._linear("offset", 1, features[-1], style)

    def _linear(self, name, index, units, style):
        initializer = apart(self.kernel_initializer, index)
        layer = keras.layers.Dense(
            units, kernel_initializer=initializer, name=name, dtype=self.dtype_policy
        )
        layer.build(style)
        return layer

    def call(self, inputs):
        """Normalise, then modulate."""
        features, style = inputs
        gain, offset = (
            tf.cast(linear(style), tf.float32)[:, None, None, :]
            for linear in (self._gain, self._offset)
        )
        outputs = standardised(features, self.epsilon) * (1.0 + gain) + offset
        return tf.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """The features'."""
        return input_shape[0]

    def get_config(self):
        """Return the constructor's arguments."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "epsilon": self.epsilon,
            "kernel_initializer": initializer,
        }
