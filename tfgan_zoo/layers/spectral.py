"""Layers whose weights are divided by their largest singular value."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.layers.convolution import Conv2D
from tfgan_zoo.training import randomness

# Without these, a weight that nothing has been iterated on yet would be divided by a number near 0.
WARM_UP = 15


class SpectralNormalization:
    """Spectral normalisation of a layer's matrix (Miyato et al. 2018, arXiv 1802.05957), to inherit.

    The layer works with W / σ, where σ = uᵀ W v comes near the largest singular value of W, a matrix with
    a row for each output feature. W itself is never changed: the division is part of the layer, and the
    gradient flows through it, with u and v as constants (a projection, which is what
    `keras.layers.SpectralNormalization` does, has another gradient, and moves the weights at each call).

    u and v follow W by power iteration. In a training step of this package that happens once at the
    start of each turn of the player who owns the layer (`advance`); calls leave them alone, so that all
    calls of a turn see one function. Elsewhere each call with `training=True` starts with one iteration.
    Calls with `training=False` use σ as it is, which is also what an export holds.

    A single row or column needs no iteration: its largest singular value is its length. All of it is
    computed in float32. Replicas do the same arithmetic on the same weights, so u and v agree without
    communication.
    """

    _normalised = "kernel"

    def add_weight(self, *args, name=None, **kwargs):
        """Add a weight; the normalised one is not cast to lower precision before it is divided."""
        if name == self._normalised:
            kwargs["autocast"] = False
        return super().add_weight(*args, name=name, **kwargs)

    def build(self, input_shape=None):
        """Make the layer's weights, and u and v."""
        super().build(input_shape)
        rows, columns = self._matrix().shape  # Wᵀ's: Keras has outputs last
        self.u = self.v = None
        if min(rows, columns) == 1:
            return
        # Any direction will do, always the same one: W's own initial values are what differs.
        start = np.random.default_rng(0).normal(size=columns).astype(np.float32)

        def warm(which):
            u = tf.constant(start)
            for _ in range(WARM_UP):
                u, v = self._iteration(u, tf.zeros([rows]))
            return {"u": u, "v": v}[which]

        for which, size in (("u", columns), ("v", rows)):
            weight = self.add_weight(
                name=which,
                shape=(size,),
                initializer=lambda shape, dtype, which=which: warm(which),
                dtype="float32",
                autocast=False,
                trainable=False,
            )
            setattr(self, which, weight)

    def _matrix(self):
        weight = tf.convert_to_tensor(getattr(self, f"_{self._normalised}"))
        return tf.reshape(weight, [-1, weight.shape[-1]])

    def _iteration(self, u, v):
        matrix = tf.stop_gradient(self._matrix())
        v = _direction(tf.linalg.matvec(matrix, u), v)
        return _direction(tf.linalg.matvec(matrix, v, transpose_a=True), u), v

    def advance(self):
        """Let u and v follow the weights by one power iteration."""
        if self.u is not None:
            u, v = self._iteration(self.u.value, self.v.value)
            self.u.assign(u)
            self.v.assign(v)

    def _follow(self, training):
        if training and randomness.active_stream() is None:
            self.advance()

    def sigma(self):
        """Return σ, a float32 scalar."""
        matrix = self._matrix()
        if self.u is None:
            return _length(matrix)
        u, v = tf.stop_gradient(self.u.value), tf.stop_gradient(self.v.value)
        # An averaged layer's vectors are means of unit vectors, and a little shorter.
        shortening = tf.norm(u) * tf.norm(v)
        # No v is known to weights that have been 0 from the start.
        return tf.math.divide_no_nan(tf.tensordot(v, tf.linalg.matvec(matrix, u), 1), shortening)

    def normalised(self):
        """Return W / σ in the layer's compute dtype; zeros where σ is 0."""
        weight = tf.convert_to_tensor(getattr(self, f"_{self._normalised}"))
        return tf.cast(tf.math.divide_no_nan(weight, self.sigma()), self.compute_dtype)

    def call(self, inputs, training=False):
        """Do what the layer does, with W / σ."""
        self._follow(training)
        return super().call(inputs)

    # Keras's layers name the weights that they save, which would leave out u and v.

    def save_own_variables(self, store):
        """Save all variables."""
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store):
        """Load all variables."""
        keras.layers.Layer.load_own_variables(self, store)


def _direction(x, otherwise):
    length = tf.norm(x)
    return tf.where(length > 0.0, tf.math.divide_no_nan(x, length), otherwise)


def _length(x):
    squares = tf.reduce_sum(tf.square(x))
    some = squares > 0.0  # the root has no slope at 0
    return tf.where(some, tf.sqrt(tf.where(some, squares, 1.0)), 0.0)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectralConv2D(SpectralNormalization, Conv2D):
    """Convolution with spectral normalisation (Miyato et al. 2018, arXiv 1802.05957).

    The filters are taken as a matrix with a row for each output channel, as in the paper; the convolution's
    own norm is another number, at most √(kernel rows × kernel columns) times as large.

    Args:
        *args: as for `layers.Conv2D`.
        **kwargs: as for `layers.Conv2D`.

    >>> layer = SpectralConv2D(8, 3, padding="same")
    >>> layer(tf.zeros([2, 6, 6, 4])).shape
    TensorShape([2, 6, 6, 8])
    >>> for _ in range(99): layer.advance()
    >>> filters = layer.normalised().numpy().reshape(-1, 8)
    >>> round(float(np.linalg.svd(filters, compute_uv=False)[0]), 3)
    1.0
    """

    def convolution_op(self, inputs, kernel):
        """Convolve with the normalised filters."""
        del kernel  # which is what they are made from
        return super().convolution_op(inputs, self.normalised())


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectralDense(SpectralNormalization, keras.layers.Dense):
    """Dense layer with spectral normalisation (Miyato et al. 2018, arXiv 1802.05957).

    Args:
        *args: as for `keras.layers.Dense`.
        **kwargs: as for `keras.layers.Dense`.

    >>> layer = SpectralDense(1, use_bias=False, kernel_initializer="ones")
    >>> layer(tf.constant([[1.0, 1.0, 1.0, 1.0]])).numpy().tolist()  # the weights have length 2
    [[2.0]]
    """

    def call(self, inputs, training=False):
        """Multiply by the normalised matrix."""
        self._follow(training)
        outputs = keras.ops.matmul(inputs, self.normalised())
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SpectralEmbedding(SpectralNormalization, keras.layers.Embedding):
    """Embedding with spectral normalisation (Miyato & Koyama 2018, arXiv 1802.05637).

    Args:
        *args: as for `keras.layers.Embedding`.
        **kwargs: as for `keras.layers.Embedding`.

    >>> layer = SpectralEmbedding(10, 4)
    >>> layer(tf.constant([3, 3, 7])).shape
    TensorShape([3, 4])
    """

    _normalised = "embeddings"

    def call(self, inputs, training=False):
        """Look up rows of the normalised matrix."""
        self._follow(training)
        return tf.gather(self.normalised(), tf.cast(inputs, tf.int32))

    def compute_output_spec(self, inputs, training=False):
        """Return shape and dtype of the outputs."""
        return super().compute_output_spec(inputs)
