"""Top-k training."""

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.losses.penalties import tiny
from tfgan_zoo.training import top_k
from tfgan_zoo.training.top_k import TopK


def gradient_of(logits, rule, step=0):
    """Return the value and gradient of a mean loss (squares) taught by a rule."""
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        chosen, factor = rule.select(logits, tf.sigmoid, step)
        loss = top_k.scale_gradient(tf.reduce_mean(tf.square(chosen)), factor)
    return loss.numpy(), tape.gradient(loss, logits).numpy()


@pytest.mark.parametrize("fraction", [0.01, 0.25, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("shape", [(10, 1), (10, 3, 2)])
def test_the_gradient_is_the_mean_over_the_best(fraction, shape):
    logits = tiny.normal(*shape)
    value, gradient = gradient_of(logits, TopK(fraction))
    np.testing.assert_allclose(value, (logits**2).mean(), rtol=1e-5)
    k = max(int(np.ceil(fraction * 10 - 1e-9)), 1)
    score = (1 / (1 + np.exp(-logits))).reshape(10, -1).mean(1)
    best = np.argsort(-score)[:k]
    expected = np.zeros_like(logits)
    expected[best] = 2 * logits[best] / (k * logits[0].size)
    np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-7)


def test_equals_at_the_edge_all_count():
    _, gradient = gradient_of(np.float32([[1.0], [1.0], [1.0], [0.0]]), TopK(0.25))
    np.testing.assert_allclose(gradient[:, 0], [2 / 3, 2 / 3, 2 / 3, 0.0], rtol=1e-6)


def test_the_share_falls_linearly():
    rule = TopK(0.5, decay_steps=10)
    shares = [float(rule.share(tf.constant(step, tf.int64))) for step in (0, 5, 10, 99)]
    np.testing.assert_allclose(shares, [1.0, 0.75, 0.5, 0.5], rtol=1e-6)
    np.testing.assert_allclose(float(TopK(0.3).share(0)), 0.3, rtol=1e-6)


def test_arguments():
    assert top_k.get(None) is None
    assert top_k.get({"fraction": 0.25, "decay_steps": 5}).decay_steps == 5
    rule = top_k.get(0.3)
    assert top_k.get(rule) is rule
    assert TopK.from_config(rule.get_config()).fraction == 0.3
    for wrong, message in (
        (0.0, "fraction is 0.0"),
        (1.5, "fraction is 1.5"),
        ("half", "fraction is 'half'"),
        ({"fractoin": 0.5}, "unknown argument of top_k 'fractoin' .did you mean 'fraction'"),
        ({"decay_steps": -1}, "decay_steps is -1"),
    ):
        with pytest.raises(ValueError, match=message):
            top_k.get(wrong)


def test_two_replicas_equal_one(tmp_path):
    """The best are the best of the global batch, however they are spread over replicas."""
    data = tf.data.Dataset.from_tensor_slices(battery.images(24, tiny.SHAPE)).batch(8)
    one = tiny.gan(rate=0.1, top_k=0.3)
    with battery.two_replicas().scope():
        two = tiny.gan(rate=0.1, top_k=0.3)
    plain = tiny.gan(rate=0.1)
    for gan in (one, two, plain):
        gan.fit(data, verbose=0)
    for a, b in zip(one.state_variables, two.state_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=2e-6, err_msg=a.path)
    kernels = [gan.generator.trainable_variables[0].numpy() for gan in (one, plain)]
    assert np.abs(kernels[0] - kernels[1]).max() > 1e-3
    one.save(tmp_path / "m.keras")
    assert zoo.load_model(tmp_path / "m.keras").top_k.fraction == 0.3
