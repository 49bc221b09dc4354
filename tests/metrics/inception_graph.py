"""A small frozen graph with the names, operations and age of classify_image_graph_def.pb."""

import numpy as np
import tensorflow as tf

GRID = 8  # features are means over 8×8 places
EPSILON = 0.001


def frozen_graph(features=2048, classes=1008, convolutions=94, gain=1.0, seed=0):
    """Return a GraphDef: JPEG, ExpandDims, ResizeBilinear, Sub, Mul, convolutions, pool_3, softmax.

    The last convolution maps 8×8 mean colours to the features; the others lie beside the way and cost
    nothing. As in the file of 2015, the batch is one image, and batch normalisation is an operation that
    TensorFlow refuses in graphs of version 9 and later.
    """
    random = np.random.default_rng(seed)

    def const(name, values):
        return tf.constant(values, tf.float32, name=name)

    with tf.Graph().as_default() as graph:
        contents = tf.compat.v1.placeholder(tf.string, (), name="DecodeJpeg/contents")
        jpeg = tf.raw_ops.DecodeJpeg(contents=contents, channels=3, name="DecodeJpeg")
        image = tf.cast(jpeg, tf.float32, name="Cast")
        images = tf.raw_ops.ExpandDims(input=image, axis=0, name="ExpandDims")
        resized = tf.raw_ops.ResizeBilinear(images=images, size=[299, 299], name="ResizeBilinear")
        scaled = tf.multiply(tf.subtract(resized, 128.0, name="Sub"), 0.0078125, name="Mul")
        for _ in range(convolutions - 1):
            kernel = const("beside/kernel", random.normal(size=(1, 1, 3, 1)))
            tf.nn.conv2d(scaled, kernel, 1, "VALID", name="beside/conv")
        colours = tf.nn.avg_pool2d(scaled, 37, 37, "VALID", name="colours")
        kernel = const("conv/kernel", gain * random.normal(size=(1, 1, 3, features)))
        x = tf.nn.conv2d(colours, kernel, 1, "VALID", name="conv")
        const("mean", random.normal(size=features) / 4)
        const("variance", random.uniform(0.5, 2.0, size=features))
        const("beta", random.normal(size=features) / 4)
        const("gamma", random.uniform(0.5, 2.0, size=features))
        x = tf.identity(x, name="batchnorm")
        pool = tf.nn.avg_pool2d(tf.nn.relu(x), GRID, 1, "VALID", name="pool_3")
        flat = tf.reshape(pool, [1, features], name="pool_3/_reshape")
        weights = const("softmax/weights", random.normal(size=(features, classes)) / 50)
        logits = tf.matmul(flat, weights, name="softmax/logits/MatMul")
        tf.nn.softmax(logits + const("softmax/biases", random.normal(size=classes)), name="softmax")
    graph_def = graph.as_graph_def()
    graph_def.versions.producer = 8
    (norm,) = (node for node in graph_def.node if node.name == "batchnorm")
    norm.op = "BatchNormWithGlobalNormalization"
    norm.input.extend(["mean", "variance", "beta", "gamma"])
    norm.attr["variance_epsilon"].f = EPSILON
    norm.attr["scale_after_normalization"].b = True
    return graph_def


def constant(graph_def, name):
    """Return a constant of the graph by its name."""
    (node,) = (node for node in graph_def.node if node.name == name)
    return tf.make_ndarray(node.attr["value"].tensor)
