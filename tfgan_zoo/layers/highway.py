"""Highway layers."""

import keras

from tfgan_zoo.layers.attention import apart


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Highway(keras.layers.Layer):
    """t · relu(W x + b) + (1 - t) · x with t = σ(V x + c) (Srivastava et al. 2015, arXiv 1505.00387).

    `[…, features]` -> the same.

    Args:
        kernel_initializer: for W and V; one with a seed gives each of them one of its own.
        gate_bias: where c starts; below 0 the layer starts nearer to the identity.
        **kwargs: for `keras.layers.Layer`.

    >>> Highway(kernel_initializer="zeros")(keras.ops.ones([1, 2])).numpy().tolist()
    [[0.5, 0.5]]
    """

    def __init__(self, kernel_initializer="glorot_uniform", gate_bias=0.0, **kwargs):
        super().__init__(**kwargs)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.gate_bias = float(gate_bias)

    def build(self, input_shape):
        """Make both dense layers."""
        biases = {"transform": 0.0, "gate": self.gate_bias}
        activations = {"transform": "relu", "gate": "sigmoid"}
        for index, name in enumerate(biases):
            layer = keras.layers.Dense(
                input_shape[-1],
                activations[name],
                kernel_initializer=apart(self.kernel_initializer, index),
                bias_initializer=keras.initializers.Constant(biases[name]),
                name=name,
                dtype=self.dtype_policy,
            )
            layer.build(input_shape)
            setattr(self, f"_{name}", layer)

    def call(self, inputs):
        """Let part through and transform part."""
        gate = self._gate(inputs)
        return gate * self._transform(inputs) + (1.0 - gate) * inputs

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "gate_bias": self.gate_bias,
        }
