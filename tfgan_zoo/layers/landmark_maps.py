"""Points told to a convolutional network."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LandmarkMaps(keras.layers.Layer):
    """Draws each landmark as a soft dot in a channel of its own.

    [B, K, 2] -> [B, H, W, K]: at each pixel exp(-d² / 2σ²), d being the distance of its middle from the
    landmark. So places between pixels are told, too, and the gradient reaches them. Landmarks that are not
    in the image leave its border faint or their channel empty.

    Args:
        size: (H, W) of the maps.
        sigma: σ in pixels.
        **kwargs: for `keras.layers.Layer`.

    Call arguments:
        inputs: x and y of landmarks, in pixels from the top left corner of the image: the middle of its
            first pixel is (0.5, 0.5).

    Raises:
        ValueError: a size that is no pair of positive ints, or a σ that is not above 0.

    >>> LandmarkMaps((1, 3), sigma=1.0)(tf.constant([[[0.5, 0.5]]])).numpy().ravel().round(3)
    array([1.   , 0.607, 0.135], dtype=float32)
    """

    def __init__(self, size, sigma=1.0, **kwargs):
        super().__init__(**kwargs)
        height, width = size
        errors.check_ints(1, height=height, width=width)
        errors.check_numbers(1e-3, 1e6, sigma=sigma)
        self.size, self.sigma = (height, width), float(sigma)

    def call(self, inputs):
        """Draw, in float32: a dot is a bump along the rows times one along the columns."""
        points = tf.cast(inputs, tf.float32)
        across = self._bumps(points[..., 0], self.size[1])
        down = self._bumps(points[..., 1], self.size[0])
        return tf.cast(down[:, :, None, :] * across[:, None, :, :], self.compute_dtype)

    def _bumps(self, places, count):
        middles = tf.range(count, dtype=tf.float32) + 0.5
        apart = (middles[None, :, None] - places[:, None, :]) / self.sigma
        return tf.exp(-0.5 * tf.square(apart))

    def compute_output_shape(self, input_shape):
        """Return the shape of the maps."""
        return (input_shape[0], *self.size, input_shape[1])

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "size": self.size, "sigma": self.sigma}
