"""Layers that show a discriminator the rest of the batch: a generator that repeats itself gives itself away.

A sample's output depends on the others, so penalties on per-sample gradients mean something else with them.
Under tf.distribute the batch is the global batch, and replicas equal one machine.
"""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MinibatchDiscrimination(keras.layers.Layer):
    """How close a sample is to the others of the batch, learned (Salimans et al. 2016, arXiv 1606.03498).

    Each sample's features are mapped to `kernels` vectors M_b of `dimensions` numbers. Output b is
    Σ_j exp(-‖M_ib - M_jb‖₁) over the other samples j of the global batch, put behind the features. As in the
    authors' code the sample itself, whose term is always 1, is left out; the paper's formula has it.

    Memory grows with the square of the batch, times kernels × dimensions.

    Args:
        kernels: B of the paper, how many numbers are added.
        dimensions: C of the paper.
        kernel_initializer: for the tensor T, a matrix `[features, kernels × dimensions]`.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a size that is no positive int, or inputs that are not `[B, features]`.

    >>> layer = MinibatchDiscrimination(kernels=1, dimensions=1, kernel_initializer="ones")
    >>> layer(tf.zeros([3, 2])).numpy().tolist()  # two others, just the same
    [[0.0, 0.0, 2.0], [0.0, 0.0, 2.0], [0.0, 0.0, 2.0]]
    """

    # Penalties on the gradients of single samples refuse such layers.
    compares_samples = True

    def __init__(self, kernels=50, dimensions=5, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, kernels=kernels, dimensions=dimensions)
        self.kernels = kernels
        self.dimensions = dimensions
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the tensor T."""
        if len(input_shape) != 2:
            raise ValueError(
                f"{self.name}: inputs have shape {tuple(input_shape)}, expected (batch, features); "
                "put a Flatten before"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.kernels * self.dimensions),
            initializer=self.kernel_initializer,
        )

    def call(self, inputs):
        """Add the closenesses behind the features."""
        products = tf.matmul(inputs, tf.cast(self.kernel, inputs.dtype))
        rows = tf.reshape(tf.cast(products, tf.float32), [-1, self.kernels, self.dimensions])
        others = replicas.gather(rows)
        distances = tf.reduce_sum(tf.abs(rows[:, None] - others[None]), axis=-1)
        closeness = tf.reduce_sum(tf.exp(-distances), axis=1) - 1.0
        return tf.concat([inputs, tf.cast(closeness, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the shape with the added numbers."""
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "kernels": self.kernels,
            "dimensions": self.dimensions,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MinibatchStandardDeviation(keras.layers.Layer):
    """How much the samples of a group differ, as further channels (Karras et al. 2018, arXiv 1710.10196).

    The batch is cut into groups of consecutive samples. In each group the standard deviation of every
    number over the samples is taken, its mean over pixels and channels is one number, and that is what all
    samples of the group get as a constant channel. What is left over at the end of the batch joins the last
    whole group; a batch smaller than a group is one group.

    Groups are formed on each replica: where a replica's part of the batch is a multiple of the group,
    replicas equal one machine.

    Args:
        group_size: samples in a group.
        features: how many channels are added, each of a part of the input's channels.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a number that is no positive int, or channels that cannot be cut into `features` parts.

    >>> x = tf.reshape([-1.0, 1.0, 5.0, 5.0], [4, 1, 1, 1])
    >>> MinibatchStandardDeviation(group_size=2)(x)[:, 0, 0, 1].numpy().round(3).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """

    def __init__(self, group_size=4, features=1, **kwargs):
        super().__init__(**kwargs)
        errors.check_ints(1, group_size=group_size, features=features)
        self.group_size = group_size
        self.features = features

    def build(self, input_shape):
        """Check the channels."""
        if len(input_shape) != 4 or input_shape[-1] % self.features:
            raise ValueError(
                f"{self.name}: inputs have shape {tuple(input_shape)}, expected (batch, rows, columns, "
                f"channels) with channels a multiple of features={self.features}"
            )

    def call(self, inputs):
        """Add the channels."""
        _, rows, columns, channels = inputs.shape
        x = tf.cast(inputs, tf.float32)
        count = tf.shape(x)[0]
        last = tf.maximum(count // self.group_size - 1, 0)
        group_of = tf.minimum(tf.range(count) // self.group_size, last)
        # One matrix product instead of segment sums, which have no second derivative by XLA.
        member = tf.one_hot(group_of, last + 1)
        share = tf.transpose(member / tf.maximum(tf.reduce_sum(member, axis=0), 1.0))
        flat = tf.reshape(x, [count, rows * columns * channels])
        flat -= tf.matmul(member, tf.matmul(share, flat))
        variance = tf.matmul(share, tf.square(flat))
        # A root's gradient is infinite at 0, where a group's samples are alike: the paper's 1e-8.
        spread = tf.sqrt(variance + 1e-8) - 1e-4
        parts = [-1, rows * columns, self.features, channels // self.features]
        spread = tf.reduce_mean(tf.reshape(spread, parts), axis=[1, 3])
        spread = tf.matmul(member, spread)[:, None, None, :]
        spread = tf.broadcast_to(spread, [count, rows, columns, self.features])
        return tf.concat([inputs, tf.cast(spread, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape):
        """Return the shape with the added channels."""
        return (*input_shape[:-1], input_shape[-1] + self.features)

    def get_config(self):
        """Return the constructor's arguments."""
        own = {"group_size": self.group_size, "features": self.features}
        return {**super().get_config(), **own}
