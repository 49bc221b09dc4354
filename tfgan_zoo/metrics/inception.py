"""The Inception network of December 2015, whose features the literature's FID is defined on."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from tfgan_zoo.metrics.extractor import Extractor
from tfgan_zoo.metrics.fingerprints import files_hash
from tfgan_zoo.metrics.user_extractors import existing

FEATURES, CLASSES = 2048, 1008
# Images [B, H, W, 3] in [0, 255]; the graph itself resizes them to 299×299 and scales them.
_INPUT = "ExpandDims:0"
_POOL = "pool_3:0"
_WEIGHTS = "softmax/weights"
_CONVOLUTIONS = 94
_EXPECTED = (
    "expected classify_image_graph_def.pb from inception-2015-12-05.tgz: other Inception networks, such "
    "as Keras's InceptionV3, have other weights, and no score made with them is the literature's FID or "
    "Inception score. They can be used as keras:InceptionV3:PATH or savedmodel:PATH, under their own names"
)


class InceptionExtractor(Extractor):
    """The literature's Inception network; the Fréchet distance of its features is called FID.

    Made by `load` alone, which has checked that it is this network.
    """

    is_inception = True


def load(path):
    """Return the Inception network that published FIDs and Inception scores are computed with.

    Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015, arXiv 1512.00567,
    as the frozen graph `classify_image_graph_def.pb` that Salimans et al. 2016, arXiv 1606.03498, and
    Heusel et al. 2017, arXiv 1706.08500, use. Images go into the graph as 8-bit values in their own size,
    at `ExpandDims:0`, as in the authors' code: the graph resizes them bilinearly, *without* antialiasing,
    which is part of the published numbers. Features are `pool_3:0`, 2048 values. Logits, of 1008 classes,
    are these times `softmax/weights`, without the bias, which the authors' Inception score leaves out, too.

    Args:
        path: of the file. Nothing is ever downloaded.

    Returns:
        `InceptionExtractor` of images (None, None, 3), named `inception_2015-<hash of the file>`, with
        `is_inception` true.

    Raises:
        FileNotFoundError: where there is no such file.
        ValueError: for a file that is no frozen graph; a graph without these tensors, with other numbers
            of convolutions, features or classes; or one whose output is not finite.

    >>> load("")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: inception:PATH needs a PATH to classify_image_graph_def.pb: nothing is downloaded, ...
    """
    path = existing(path, "inception:PATH", "classify_image_graph_def.pb")
    graph_def = _read(path)
    weights = _checked_weights(graph_def, path)
    network = _network(graph_def, weights, path)
    extractor = InceptionExtractor(
        network,
        name=f"inception_2015-{files_hash(path)[:8]}",
        image_shape=(None, None, 3),
        num_classes=CLASSES,
        value_range=(0, 255),
    )
    _try(extractor, path)
    return extractor


def _read(path):
    graph_def = tf.compat.v1.GraphDef()
    try:
        graph_def.ParseFromString(Path(path).read_bytes())
    except (DecodeError, OSError) as error:
        raise ValueError(f"{path} is no frozen graph ({error}); {_EXPECTED}") from error
    return graph_def


def _checked_weights(graph_def, path):
    """Return the classes' weights [2048, 1008] of a graph whose names are those of the network."""
    nodes = {node.name: node for node in graph_def.node}
    needed = [_INPUT.partition(":")[0], _POOL.partition(":")[0], _WEIGHTS]
    missing = [name for name in needed if name not in nodes]
    if missing:
        raise ValueError(f"the graph in {path} has no {', '.join(missing)}; {_EXPECTED}")
    convolutions = sum(node.op == "Conv2D" for node in graph_def.node)
    if convolutions != _CONVOLUTIONS:
        raise ValueError(
            f"the graph in {path} has {convolutions} convolutions, not {_CONVOLUTIONS}; {_EXPECTED}"
        )
    if nodes[_WEIGHTS].op != "Const":
        raise ValueError(
            f"{_WEIGHTS} in {path} is no constant: the graph is not frozen; {_EXPECTED}"
        )
    weights = tf.make_ndarray(nodes[_WEIGHTS].attr["value"].tensor)
    if weights.shape != (FEATURES, CLASSES):
        raise ValueError(
            f"{_WEIGHTS} in {path} has shape {list(weights.shape)}, not [{FEATURES}, {CLASSES}]; {_EXPECTED}"
        )
    return weights


def _network(graph_def, weights, path):
    # A session, not a tf.function: the graph's batch normalisation is an operation that TensorFlow runs in
    # graphs of 2015 only, and a function counts as a graph of today.
    graph = tf.Graph()
    with graph.as_default():
        images = tf.compat.v1.placeholder(tf.float32, (None, None, None, 3))
        try:
            # The batch axis is 1 in the file; the graph is built anew around images of any number.
            (pool,) = tf.graph_util.import_graph_def(
                graph_def, input_map={_INPUT: images}, return_elements=[_POOL], name="inception"
            )
            features = tf.squeeze(pool, [1, 2])
            logits = tf.matmul(features, tf.constant(weights))
        except (ValueError, TypeError) as error:
            raise ValueError(f"the graph in {path} cannot be used: {error}; {_EXPECTED}") from error
    session = tf.compat.v1.Session(
        graph=graph, config=tf.compat.v1.ConfigProto(allow_soft_placement=True)
    )
    return lambda batch: session.run((features, logits), {images: np.asarray(batch)})


def _try(extractor, path):
    """Run two images through the network, and look at what comes out."""
    images = np.zeros((2, 64, 80, 3), np.uint8)
    images[1] = np.arange(80, dtype=np.uint8)[:, None]
    try:
        found = extractor(images)
    except (tf.errors.OpError, ValueError) as error:
        raise ValueError(
            f"the graph in {path} fails on a test image: {error}; {_EXPECTED}"
        ) from error
    if found.features.shape[1] != FEATURES:
        raise ValueError(
            f"{_POOL} of the graph in {path} has {found.features.shape[1]} features, not {FEATURES}; "
            f"{_EXPECTED}"
        )
    if not (np.isfinite(found.features).all() and np.isfinite(found.logits).all()):
        raise ValueError(f"the graph in {path} returns values that are not finite; {_EXPECTED}")
