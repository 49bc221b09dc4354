"""Gradients turned round, or stopped."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class GradientReversal(keras.layers.Layer):
    """The identity, with a gradient of the other sign (Ganin & Lempitsky 2015, arXiv 1409.7495).

    What comes after it minimises a loss; what comes before it maximises the same loss, `strength` times.

    >>> x = tf.Variable([3.0])
    >>> with tf.GradientTape() as tape:
    ...     y = GradientReversal()(x, strength=0.5)
    >>> float(y[0]), float(tape.gradient(y, x)[0])
    (3.0, -0.5)
    """

    def call(self, inputs, strength=1.0):
        """Return the inputs; `strength` is a number or a scalar tensor, constant for the gradient."""
        scope = tf.get_current_name_scope()

        @tf.custom_gradient
        def reverse(x):
            def backward(d):
                # In the scope where TensorFlow puts its own, by which a profile finds the layer.
                with tf.name_scope(f"gradient_tape/{scope}/" if scope else "gradient_tape/"):
                    return -tf.cast(strength, d.dtype) * d

            return tf.identity(x), backward

        return reverse(tf.convert_to_tensor(inputs))


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class StopGradient(keras.layers.Layer):
    """The identity, with no gradient: what comes before it does not learn from what comes after.

    >>> x = tf.Variable([3.0])
    >>> with tf.GradientTape() as tape:
    ...     y = StopGradient()(x)
    >>> float(y[0]), tape.gradient(y, x)
    (3.0, None)
    """

    def call(self, inputs):
        """Return the inputs."""
        return tf.stop_gradient(inputs)
