"""The zoo's convolutions are Keras's, number by number, by whatever route."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import layers
from tfgan_zoo.layers import conv_routes

# Routes are chosen by kernel, stride, channels and size: every rule has a case here, see the last test.
CASES = [
    # kernel, stride, size, channels, filters, padding
    (4, 2, (8, 8), 6, 5, "same"),
    (4, 2, (12, 10), 3, 6, "same"),
    (4, 2, (10, 12), 6, 3, "valid"),
    (4, 2, (9, 11), 6, 4, "same"),
    (4, 2, (9, 8), 7, 4, "valid"),
    (5, 2, (8, 8), 6, 5, "same"),
    (5, 2, (7, 5), 6, 5, "same"),
    (5, 2, (14, 12), 1, 5, "same"),
    (5, 2, (12, 9), 6, 5, "valid"),
    (5, 2, (8, 7), 6, 5, "valid"),
    (3, 1, (6, 7), 6, 5, "same"),
    (3, 1, (6, 7), 6, 5, "valid"),
    (3, 2, (8, 9), 5, 4, "same"),
    (1, 1, (4, 4), 6, 5, "same"),
]


@pytest.fixture(params=sorted(conv_routes.ROUTES))
def rules(request, monkeypatch):
    monkeypatch.setattr(conv_routes, "backend", lambda: request.param)
    return conv_routes.ROUTES[request.param]


def twins(name, *args, **kwargs):
    """Return the zoo's layer and Keras's own."""
    return getattr(layers, name)(*args, **kwargs), getattr(keras.layers, name)(*args, **kwargs)


def same_weights(ours, stock, shape):
    for layer in (ours, stock):
        layer.build((None, *shape))
    # Of a scale that keeps outputs near 1, so that float rounding stays what it is in training.
    draw = np.random.default_rng(1).normal
    weights = [draw(size=w.shape) / np.sqrt(np.prod(w.shape[:-1])) for w in stock.weights]
    for layer in (ours, stock):
        layer.set_weights(weights)
    assert [w.path.split("/")[-1] for w in ours.weights] == [
        w.path.split("/")[-1] for w in stock.weights
    ]


def derivatives(layer, x):
    """Return the layer's outputs, and its first and second derivatives by everything, as a dict."""

    # As in training: a graph, in which TensorFlow chooses its kernels.
    @tf.function
    def compute(x):
        variables = [w.value for w in layer.trainable_weights]
        with tf.GradientTape() as outer:
            outer.watch([x, *variables])
            with tf.GradientTape() as inner:
                inner.watch([x, *variables])
                y = layer(x, training=True)
                loss = tf.reduce_sum(tf.sin(y))
            first = inner.gradient(loss, [x, *variables])
            # As a gradient penalty has it, scaled so that float rounding is all that differs.
            squares = [tf.reduce_sum(tf.square(g)) for g in first]
            penalty = tf.add_n([s / tf.stop_gradient(s) for s in squares])
        return y, first, outer.gradient(penalty, [x, *variables])

    y, first, second = compute(tf.constant(x))
    return {"y": y, **{f"first {i}": g for i, g in enumerate(first)}} | {
        f"second {i}": g for i, g in enumerate(second)
    }


def assert_alike(ours, stock, x, tolerance=1e-5):
    expected = derivatives(stock, x)
    for what, value in derivatives(ours, x).items():
        reference = expected[what].numpy()
        assert np.abs(reference).max() > 1e-3, what  # something to compare
        np.testing.assert_allclose(
            value.numpy(), reference, atol=tolerance * np.abs(reference).max(), err_msg=what
        )


@pytest.mark.parametrize(("kernel", "stride", "size", "channels", "filters", "padding"), CASES)
@pytest.mark.parametrize("name", ["Conv2D", "Conv2DTranspose"])
def test_same_numbers_gradients_and_second_gradients(
    rules, name, kernel, stride, size, channels, filters, padding
):
    if name == "Conv2DTranspose":  # whose output is the convolution's input
        filters, channels = channels, filters
        size = tuple((side + 1) // 2 for side in size) if stride == 2 else size
    ours, stock = twins(name, filters, kernel, strides=stride, padding=padding)
    same_weights(ours, stock, (*size, channels))
    x = np.random.default_rng(0).normal(size=(3, *size, channels)).astype(np.float32)
    assert ours.compute_output_shape(x.shape) == ours(x).shape
    assert_alike(ours, stock, x)


@pytest.mark.parametrize(
    ("name", "options", "shape"),
    [
        ("Conv2D", {"dilation_rate": 2, "padding": "same"}, (8, 8, 6)),
        ("Conv2D", {"strides": (2, 1), "padding": "same"}, (8, 8, 6)),
        ("Conv2D", {"strides": 2, "activation": "tanh", "use_bias": False}, (8, 8, 6)),
        ("Conv2DTranspose", {"strides": 2, "output_padding": 1, "padding": "same"}, (6, 6, 5)),
        ("Conv2DTranspose", {"strides": (1, 2), "padding": "valid"}, (6, 6, 5)),
        ("Conv2DTranspose", {"strides": 2, "activation": "tanh", "padding": "same"}, (6, 6, 5)),
    ],
)
def test_other_options_too(rules, name, options, shape):
    ours, stock = twins(name, 6, 4, **options)
    same_weights(ours, stock, shape)
    assert_alike(ours, stock, np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32))


def test_images_of_any_size(rules):
    inputs = keras.Input((None, None, 6))
    down = layers.Conv2D(8, 4, strides=2, padding="same")(inputs)
    network = keras.Model(inputs, layers.Conv2DTranspose(6, 4, strides=2, padding="same")(down))
    for size in ((8, 6), (12, 16)):
        assert network(tf.zeros([2, *size, 6])).shape == (2, *size, 6)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("name", ["Conv2D", "Conv2DTranspose", "BatchNormalization"])
def test_mixed_precision(rules, name, dtype):
    arguments = () if name == "BatchNormalization" else (6, 4, 2, "same")
    half = getattr(layers, name)(*arguments, dtype=dtype)
    full = getattr(keras.layers, name)(*arguments)
    x = np.random.default_rng(0).normal(size=(4, 8, 8, 6)).astype(np.float32)
    same_weights(half, full, x.shape[1:])
    if name == "BatchNormalization":
        x *= 200  # whose squares are too large for float16
        full.set_weights([np.ones(6), np.zeros(6), np.zeros(6), np.ones(6)])
        half.set_weights(full.get_weights())
    y = half(x, training=True)
    assert y.dtype == dtype.removeprefix("mixed_")
    expected = full(x, training=True).numpy()
    np.testing.assert_allclose(tf.cast(y, tf.float32), expected, atol=0.02 * np.abs(expected).max())


def test_saved_and_loaded(tmp_path, rules):
    inputs = keras.Input((8, 8, 6))
    x = layers.Conv2D(5, 4, strides=2, padding="same", name="down")(inputs)
    x = layers.BatchNormalization(name="norm")(x)
    model = keras.Model(inputs, layers.Conv2DTranspose(6, 4, strides=2, padding="same")(x))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert [type(a) for a in loaded.layers] == [type(b) for b in model.layers]
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 6)).astype(np.float32)
    np.testing.assert_array_equal(loaded(x), model(x))
    # The stock layers take the same file of weights.
    stock = keras.models.clone_model(
        model,
        clone_function=lambda layer: getattr(keras.layers, type(layer).__name__).from_config(
            layer.get_config()
        ),
    )
    model.save_weights(tmp_path / "model.weights.h5")
    stock.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_allclose(stock(x), model(x), atol=1e-5)


def test_every_rule_has_a_case():
    """The table's rows are all taken by the cases above, so that a wrong route cannot hide."""
    unused = {name: set(rules) for name, rules in conv_routes.ROUTES.items()}
    for kernel, stride, size, channels, _, padding in CASES:
        geometry = conv_routes.Geometry.of(size, (kernel, kernel), stride, padding)
        for name, rules in conv_routes.ROUTES.items():
            for operation in ("input_gradient", "filter_gradient"):
                route = geometry.route(operation, channels, rules)
                unused[name] -= {
                    r
                    for r in rules
                    if r.operation == operation
                    and geometry.route(operation, channels, [r]) == route
                }
    assert not any(unused.values()), unused


def test_no_rule_is_hidden_by_another():
    for rules in conv_routes.ROUTES.values():
        keys = [(r.operation, r.kernel, r.stride, r.channels, r.size) for r in rules]
        assert len(set(keys)) == len(keys)


def test_backend_follows_the_machine(monkeypatch):
    conv_routes.backend.cache_clear()
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["gpu"])
    assert conv_routes.backend() == "gpu"
    conv_routes.backend.cache_clear()
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    assert conv_routes.backend() in ("onednn", "eigen")
    conv_routes.backend.cache_clear()
