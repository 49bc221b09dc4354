"""Keras's convolutions, computed by the fastest route of the machine."""

import keras
import tensorflow as tf

from tfgan_zoo.layers import conv_routes


def _geometry(layer, size):
    """Return the geometry of the convolution that a layer computes (or transposes), on maps of this size.

    None where only Keras's own way will do.
    """
    ordinary = (
        layer.data_format == "channels_last"
        and set(layer.dilation_rate) == {1}
        and layer.strides[0] == layer.strides[1]
        and layer.padding in ("same", "valid")
        and None not in size
    )
    if not ordinary or min(size) < (1 if layer.padding == "same" else max(layer.kernel_size)):
        return None
    return conv_routes.Geometry.of(size, layer.kernel_size, layer.strides[0], layer.padding)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`, faster where TensorFlow's own kernels are slow.

    The same arguments, weights, names and numbers (to float rounding), and derivatives of any order. The
    routes are in `conv_routes.ROUTES`; on a GPU it is Keras's layer as it is, and so it is for dilation,
    channels first or maps whose size is not known. Groups go round Keras, which on a CPU has each such
    layer compiled by XLA: minutes to compile, and slow to run.

    >>> Conv2D(8, 5, strides=2, padding="same")(tf.zeros([2, 28, 28, 1])).shape
    TensorShape([2, 14, 14, 8])
    """

    def convolution_op(self, inputs, kernel):
        """Convolve."""
        geometry = _geometry(self, inputs.shape[1:3])
        if geometry is None:
            return super().convolution_op(inputs, kernel)
        kernel = tf.convert_to_tensor(kernel)
        if self.groups > 1:
            return conv_routes.grouped_product(inputs, kernel, self.groups, geometry)
        return conv_routes.product(inputs, kernel, geometry)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose`, faster where TensorFlow's own kernels are slow.

    The same arguments, weights, names and numbers (to float rounding), and derivatives of any order. The
    routes are in `conv_routes.ROUTES`; on a GPU it is Keras's layer as it is, and so it is for dilation,
    channels first or maps whose size is not known.

    >>> Conv2DTranspose(3, 4, strides=2, padding="same")(tf.zeros([2, 16, 16, 8])).shape
    TensorShape([2, 32, 32, 3])
    """

    def call(self, inputs):
        """Convolve, transposed."""
        made = self.compute_output_shape(inputs.shape)
        geometry = _geometry(self, made[1:3])
        if geometry is None or geometry.output != tuple(inputs.shape[1:3]):
            return super().call(inputs)
        outputs = conv_routes.input_gradient(inputs, tf.convert_to_tensor(self.kernel), geometry)
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(self.bias))
        return outputs if self.activation is None else self.activation(outputs)
