"""Two-dimensional convolutions and their gradients, each by the route that is fastest on this machine.

A convolution is three bilinear operations: the product itself, its gradient by the input and its gradient
by the filters. Each is the others' derivative, so with one function for each, any order of derivative
takes the chosen routes. A transposed convolution is the gradient by the input, used forwards.
"""

import functools
import itertools
import typing

import tensorflow as tf
from tensorflow.python.util import _pywrap_util_port

# TensorFlow's own kernel.
KERNEL = "kernel"
# One convolution of stride 1 whose channels are blocks of stride × stride pixels; then depth to space.
BLOCKS = "blocks"
# One matrix product for all taps of the filters; its results are added where they overlap.
COLUMNS = "columns"
# One matrix product for each tap, over blocks of pixels.
TAPS = "taps"

INPUT_GRADIENT, FILTER_GRADIENT = "input_gradient", "filter_gradient"
_ANY = range(1, 2**31)
_IMAGE, _FEATURES = range(1, 5), range(5, 2**31)


class Rule(typing.NamedTuple):
    """One row of the table: where it fits, its route is taken.

    Attributes:
        operation: what is computed.
        kernel: side of the filters.
        stride: as it says.
        channels: of the convolution's input, which is the output of a transposed convolution.
        size: rows and columns of that.
        route: what to do there.
    """

    operation: str
    kernel: int
    stride: int
    channels: range
    size: range
    route: str


# The first rule that fits; KERNEL where none does. Measured by benchmarks/conv_routes.py.
ROUTES = {
    # oneDNN's kernels reach the machine's matrix-product peak, except where they write images.
    "onednn": [
        Rule(INPUT_GRADIENT, 4, 2, _IMAGE, _ANY, BLOCKS),
        Rule(INPUT_GRADIENT, 5, 2, _IMAGE, _ANY, BLOCKS),
    ],
    # TensorFlow's Eigen kernels, on CPUs for which it does not switch oneDNN on: the smaller the map, the
    # slower their gradients.
    "eigen": [
        Rule(INPUT_GRADIENT, 4, 2, _FEATURES, _ANY, BLOCKS),
        Rule(INPUT_GRADIENT, 5, 2, _FEATURES, range(1, 9), COLUMNS),
        Rule(INPUT_GRADIENT, 3, 1, _FEATURES, _ANY, BLOCKS),
        Rule(FILTER_GRADIENT, 4, 2, _FEATURES, range(1, 9), TAPS),
    ],
    # cuDNN chooses for itself.
    "gpu": [],
}


@functools.cache
def backend():
    """Return which of `ROUTES` is this process's: `"gpu"`, `"onednn"` or `"eigen"`."""
    if tf.config.list_physical_devices("GPU"):
        return "gpu"
    # TensorFlow has no public name for this; it follows TF_ENABLE_ONEDNN_OPTS and the CPU.
    return "onednn" if _pywrap_util_port.IsMklEnabled() else "eigen"


class Geometry(typing.NamedTuple):
    """What a convolution does to sizes; pairs are (rows, columns).

    Attributes:
        size: of the input.
        kernel: of the filters.
        stride: the same for rows and columns.
        output: size of the output.
        before: rows and columns of zeros before the input.
        padding: `"SAME"` or `"VALID"`.
    """

    size: tuple
    kernel: tuple
    stride: int
    output: tuple
    before: tuple
    padding: str

    @classmethod
    def of(cls, size, kernel, stride, padding):
        """Return the geometry for Keras's padding `"same"` or `"valid"`.

        >>> geometry = Geometry.of((28, 28), (5, 5), 2, "same")
        >>> geometry.output, geometry.before
        ((14, 14), (1, 1))
        """
        if padding == "valid":
            output = tuple((n - k) // stride + 1 for n, k in zip(size, kernel, strict=True))
            return cls(tuple(size), tuple(kernel), stride, output, (0, 0), "VALID")
        output = tuple(-(-n // stride) for n in size)
        zeros = [
            max((o - 1) * stride + k - n, 0) for o, k, n in zip(output, kernel, size, strict=True)
        ]
        return cls(tuple(size), tuple(kernel), stride, output, tuple(z // 2 for z in zeros), "SAME")

    @property
    def taps(self):
        """Size of the filters in blocks of stride × stride pixels."""
        return tuple(-(-k // self.stride) for k in self.kernel)

    def route(self, operation, channels, rules):
        """Return the route for an operation by the rules, KERNEL where none fits."""
        for rule in rules:
            fits = (
                rule.operation == operation
                and self.kernel == (rule.kernel, rule.kernel)
                and self.stride == rule.stride
                and channels in rule.channels
                and all(side in rule.size for side in self.size)
            )
            if fits:
                return rule.route
        return KERNEL


# --- the three operations ---------------------------------------------------------------------


def product(x, w, geometry, rules=None):
    """Convolve.

    Args:
        x: `[B, rows, columns, C]`, with rows and columns known.
        w: filters, `[kernel rows, kernel columns, C, F]`.
        geometry: what happens to sizes.
        rules: a value of `ROUTES`; this machine's if None.

    Returns:
        `[B, output rows, output columns, F]`.
    """
    rules = ROUTES[backend()] if rules is None else rules
    gradients = (INPUT_GRADIENT, FILTER_GRADIENT)
    if all(geometry.route(o, w.shape[2], rules) == KERNEL for o in gradients):
        return _product(x, w, geometry)

    def gradients(x, w, dy):
        return input_gradient(dy, w, geometry, rules), filter_gradient(x, dy, geometry, rules)

    return _bilinear(lambda x, w: _product(x, w, geometry), gradients)(x, w)


def grouped_product(x, w, groups, geometry):
    """Convolve each group of channels by itself.

    oneDNN's float32 kernels and cuDNN know groups; Eigen's have no gradient for them.

    Args:
        x: `[B, rows, columns, C]`, with rows and columns known.
        w: filters, `[kernel rows, kernel columns, C / groups, F]`.
        groups: how many.
        geometry: what happens to sizes.

    Returns:
        `[B, output rows, output columns, F]`.
    """
    if backend() == "gpu" or (backend() == "onednn" and x.dtype == tf.float32):
        return _product(x, w, geometry)
    parts = zip(tf.split(x, groups, axis=3), tf.split(w, groups, axis=3), strict=True)
    return tf.concat([product(part, filters, geometry) for part, filters in parts], axis=3)


def _product(x, w, geometry):
    # TensorFlow's forward kernels are the fastest route everywhere; nothing to choose.
    return tf.nn.conv2d(x, w, geometry.stride, geometry.padding)


def input_gradient(dy, w, geometry, rules=None):
    """Return a convolution's gradient by its input; forwards, a transposed convolution.

    Args:
        dy: `[B, output rows, output columns, F]`.
        w: filters, `[kernel rows, kernel columns, C, F]`.
        geometry: of the convolution.
        rules: a value of `ROUTES`; this machine's if None.

    Returns:
        `[B, rows, columns, C]`.
    """
    rules = ROUTES[backend()] if rules is None else rules
    route = _INPUT_GRADIENT[geometry.route(INPUT_GRADIENT, w.shape[2], rules)]

    def gradients(dy, w, dx):
        return product(dx, w, geometry, rules), filter_gradient(dx, dy, geometry, rules)

    return _bilinear(lambda dy, w: route(dy, w, geometry), gradients)(dy, w)


def filter_gradient(x, dy, geometry, rules=None):
    """Return a convolution's gradient by its filters.

    Args:
        x: `[B, rows, columns, C]`.
        dy: `[B, output rows, output columns, F]`.
        geometry: of the convolution.
        rules: a value of `ROUTES`; this machine's if None.

    Returns:
        `[kernel rows, kernel columns, C, F]`.
    """
    rules = ROUTES[backend()] if rules is None else rules
    route = _FILTER_GRADIENT[geometry.route(FILTER_GRADIENT, x.shape[3], rules)]

    def gradients(x, dy, dw):
        return input_gradient(dy, dw, geometry, rules), product(x, dw, geometry, rules)

    return _bilinear(lambda x, dy: route(x, dy, geometry), gradients)(x, dy)


def _bilinear(forward, gradients):
    """Return a function of two tensors, with its gradients in the scope where TensorFlow puts its own."""
    scope = tf.get_current_name_scope()

    @tf.custom_gradient
    def compute(a, b):
        def backward(d):
            with tf.name_scope(f"gradient_tape/{scope}/" if scope else "gradient_tape/"):
                return gradients(a, b, d)

        return forward(a, b), backward

    return compute


# --- blocks of pixels ---------------------------------------------------------------------------


def _to_blocks(x, geometry):
    """Return the padded input with each block of pixels in the channels, as far as filters reach."""
    s = geometry.stride
    sizes = [s * (o + m - 1) for o, m in zip(geometry.output, geometry.taps, strict=True)]
    x = x[:, : sizes[0] - geometry.before[0], : sizes[1] - geometry.before[1]]
    zeros = [
        [b, full - b - n] for b, full, n in zip(geometry.before, sizes, x.shape[1:3], strict=True)
    ]
    x = tf.pad(x, [[0, 0], *zeros, [0, 0]])
    return x if s == 1 else tf.nn.space_to_depth(x, s)


def _filters_to_blocks(w, geometry):
    (rows, columns), s = geometry.taps, geometry.stride
    missing = [[0, m * s - k] for m, k in zip(geometry.taps, geometry.kernel, strict=True)]
    w = tf.pad(w, [*missing, [0, 0], [0, 0]])
    w = tf.reshape(w, [rows, s, columns, s, *w.shape[2:]])
    w = tf.transpose(w, [0, 2, 1, 3, 4, 5])
    return tf.reshape(w, [rows, columns, -1, w.shape[-1]])


def _filters_from_blocks(w, geometry, channels):
    (rows, columns), s = geometry.taps, geometry.stride
    w = tf.reshape(w, [rows, columns, s, s, channels, -1])
    w = tf.transpose(w, [0, 2, 1, 3, 4, 5])
    w = tf.reshape(w, [rows * s, columns * s, channels, -1])
    return w[: geometry.kernel[0], : geometry.kernel[1]]


# --- the gradient by the input ----------------------------------------------------------------


def _input_gradient_kernel(dy, w, geometry):
    return tf.raw_ops.Conv2DBackpropInput(
        input_sizes=[tf.shape(dy)[0], *geometry.size, w.shape[2]],
        filter=w,
        out_backprop=dy,
        strides=[1, geometry.stride, geometry.stride, 1],
        padding=geometry.padding,
    )


def _input_gradient_blocks(dy, w, geometry):
    turned = tf.reverse(_filters_to_blocks(w, geometry), [0, 1])
    around = [[m - 1, m - 1] for m in geometry.taps]
    blocks = tf.nn.conv2d(dy, tf.transpose(turned, [0, 1, 3, 2]), 1, [[0, 0], *around, [0, 0]])
    return _from_blocks(blocks, geometry)


def _input_gradient_columns(dy, w, geometry):
    w = _filters_to_blocks(w, geometry)
    rows, columns = geometry.taps
    products = tf.matmul(
        tf.reshape(dy, [-1, w.shape[3]]), tf.reshape(w, [-1, w.shape[3]]), transpose_b=True
    )
    products = tf.reshape(products, [-1, *geometry.output, rows * columns, w.shape[2]])
    blocks = [
        tf.pad(part, [[0, 0], [i, rows - 1 - i], [j, columns - 1 - j], [0, 0]])
        for part, (i, j) in zip(
            tf.unstack(products, axis=3),
            itertools.product(range(rows), range(columns)),
            strict=True,
        )
    ]
    return _from_blocks(tf.add_n(blocks), geometry)


def _from_blocks(blocks, geometry):
    x = blocks if geometry.stride == 1 else tf.nn.depth_to_space(blocks, geometry.stride)
    (top, left), (height, width) = geometry.before, geometry.size
    x = x[:, top : top + height, left : left + width]
    # Pixels that no filter reaches.
    missing = [[0, n - m] for n, m in zip(geometry.size, x.shape[1:3], strict=True)]
    return tf.pad(x, [[0, 0], *missing, [0, 0]]) if any(m for _, m in missing) else x


# --- the gradient by the filters --------------------------------------------------------------


def _filter_gradient_kernel(x, dy, geometry):
    return tf.raw_ops.Conv2DBackpropFilter(
        input=x,
        filter_sizes=[*geometry.kernel, x.shape[3], dy.shape[3]],
        out_backprop=dy,
        strides=[1, geometry.stride, geometry.stride, 1],
        padding=geometry.padding,
    )


def _filter_gradient_taps(x, dy, geometry):
    blocks = _to_blocks(x, geometry)
    (rows, columns), (height, width) = geometry.taps, geometry.output
    dy = tf.reshape(dy, [-1, dy.shape[3]])
    w = [
        tf.matmul(
            tf.reshape(blocks[:, i : i + height, j : j + width], [-1, blocks.shape[3]]),
            dy,
            transpose_a=True,
        )
        for i in range(rows)
        for j in range(columns)
    ]
    w = tf.reshape(tf.stack(w), [rows, columns, blocks.shape[3], -1])
    return _filters_from_blocks(w, geometry, x.shape[3])


_INPUT_GRADIENT = {
    KERNEL: _input_gradient_kernel,
    BLOCKS: _input_gradient_blocks,
    COLUMNS: _input_gradient_columns,
}
_FILTER_GRADIENT = {
    KERNEL: _filter_gradient_kernel,
    TAPS: _filter_gradient_taps,
}
