import keras
import numpy as np
import pytest
from inception_graph import EPSILON, GRID, constant, frozen_graph

from tfgan_zoo.metrics import extractors, inception


def written(path, graph_def):
    path.write_bytes(graph_def.SerializeToString())
    return path


@pytest.fixture(scope="module")
def graph_def():
    return frozen_graph()


@pytest.fixture(scope="module")
def path(graph_def, tmp_path_factory):
    return written(tmp_path_factory.mktemp("inception") / "classify_image_graph_def.pb", graph_def)


@pytest.fixture(scope="module")
def extractor(path):
    return extractors.get(f"inception:{path}")


def test_it_names_itself_and_may_be_called_fid(extractor, tmp_path):
    assert extractor.is_inception
    assert not extractors.get("digits").is_inception
    assert extractor.num_classes == 1008
    other = extractors.get(f"inception:{written(tmp_path / 'a.pb', frozen_graph(seed=1))}")
    for one in (extractor, other):
        assert len(one.name) == len("inception_2015-") + 8
        assert one.name.startswith("inception_2015-")
    assert other.name != extractor.name


def test_features_and_logits_are_those_of_the_file(extractor, graph_def):
    """In NumPy, for an image of the network's own size: no resizing, (x - 128) / 128, no bias."""
    images = np.random.default_rng(0).integers(0, 256, (3, 299, 299, 3), dtype=np.uint8)
    scaled = (images.astype("float64") - 128) / 128
    side = 37 * GRID
    colours = scaled[:, :side, :side].reshape(3, GRID, 37, GRID, 37, 3).mean(axis=(2, 4))
    mean, variance, beta, gamma = (
        constant(graph_def, name) for name in ("mean", "variance", "beta", "gamma")
    )
    x = colours @ constant(graph_def, "conv/kernel")[0, 0]
    x = (x - mean) / np.sqrt(variance + EPSILON) * gamma + beta
    features = np.maximum(x, 0).mean(axis=(1, 2))
    found = extractor(images)
    np.testing.assert_allclose(found.features, features, rtol=1e-5, atol=1e-5)
    logits = features @ constant(graph_def, "softmax/weights")
    np.testing.assert_allclose(found.logits, logits, rtol=1e-4, atol=1e-4)


def test_the_graph_itself_resizes_without_antialiasing(extractor):
    """As published: of 598 columns in stripes of one pixel every second one is seen, not their mean."""
    stripes = np.zeros((1, 598, 598, 3), np.uint8)
    stripes[:, :, 1::2] = 255
    black = np.zeros((1, 299, 299, 3), np.uint8)
    np.testing.assert_array_equal(extractor(stripes).features, extractor(black).features)


def test_result_does_not_depend_on_the_batch_size_and_grey_is_rgb(extractor):
    grey = np.random.default_rng(1).integers(0, 256, (5, 32, 48, 1), dtype=np.uint8)
    whole = extractor(grey)
    assert whole.features.shape == (5, 2048)
    for batch_size in (1, 2):
        np.testing.assert_allclose(
            extractor(grey, batch_size=batch_size).features, whole.features, rtol=0, atol=1e-5
        )
    rgb = grey.repeat(3, axis=-1).astype("float32") / 127.5 - 1
    np.testing.assert_array_equal(extractor(rgb).logits, whole.logits)


def without(name):
    graph_def = frozen_graph()
    for node in graph_def.node:
        if node.name == name:
            node.name = "other"
        node.input[:] = ["other" if source == name else source for source in node.input]
    return graph_def


def broken():
    """One node short: an input that no node gives."""
    graph_def = frozen_graph()
    (at,) = (i for i, node in enumerate(graph_def.node) if node.name == "mean")
    del graph_def.node[at]
    return graph_def


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: without("ExpandDims"), "has no ExpandDims;"),
        (lambda: without("pool_3"), "has no pool_3;"),
        (lambda: without("softmax/weights"), "has no softmax/weights;"),
        (lambda: frozen_graph(classes=1001), r"has shape \[2048, 1001\], not \[2048, 1008\]"),
        (lambda: frozen_graph(features=1536), r"has shape \[1536, 1008\]"),
        (lambda: frozen_graph(convolutions=95), "has 95 convolutions, not 94"),
        (lambda: frozen_graph(gain=np.inf), "not finite|fails on a test image"),
        (broken, "cannot be used"),
    ],
)
def test_another_graph_is_refused(tmp_path, make, message):
    path = written(tmp_path / "graph.pb", make())
    with pytest.raises(ValueError, match=message) as caught:
        inception.load(path)
    assert "expected classify_image_graph_def.pb" in str(caught.value)
    assert "InceptionV3" in str(caught.value)


def test_what_is_no_graph_is_refused(tmp_path):
    (tmp_path / "a.pb").write_bytes(b"no graph at all")
    with pytest.raises(ValueError, match=r"a\.pb is no frozen graph"):
        inception.load(tmp_path / "a.pb")
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(tmp_path / "a.keras")
    with pytest.raises(ValueError, match=r"a\.keras is no frozen graph|has no ExpandDims"):
        inception.load(tmp_path / "a.keras")
    with pytest.raises(ValueError, match="is no frozen graph"):
        inception.load(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"there is no .*b\.pb"):
        inception.load(tmp_path / "b.pb")
    with pytest.raises(ValueError, match="nothing is downloaded"):
        extractors.get("inception:")
