"""Networks that translate images, and what judges them."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tfgan_zoo import layers
from tfgan_zoo.networks.translation import patch_discriminator, unet
from tfgan_zoo.training.randomness import RandomStream, SampleStream


@pytest.mark.parametrize("side", [1, 3, 10, 16, 23, 34])
def test_a_logit_sees_a_patch_of_this_side(side):
    network = patch_discriminator(1, receptive_field=side, width=2, norm="none")
    images = tf.constant(battery.images(1, (96, 96, 1)))
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = network(images)
        middle = logits[0, logits.shape[1] // 2, logits.shape[2] // 2, 0]
    seen = np.abs(tape.gradient(middle, images)[0, :, :, 0]) > 0.0
    for axis in (0, 1):
        places = np.flatnonzero(seen.any(axis=axis))
        assert np.ptp(places) + 1 == side


def test_the_papers_discriminator():
    network = patch_discriminator(3, 3)
    kernels = [tuple(v.shape) for v in network.weights if v.path.endswith("kernel")]
    widths = [6, 64, 128, 256, 512, 1]
    assert kernels == [(4, 4, a, b) for a, b in itertools.pairwise(widths)]
    assert sum("norm" in layer.name for layer in network.layers) == 3
    strides = [layer.strides[0] for layer in network.layers if hasattr(layer, "strides")]
    assert strides == [2, 2, 2, 1, 1]


@pytest.mark.parametrize("side", [8, 9, 16])
def test_images_smaller_than_the_patch_are_still_told_apart(side):
    images = battery.images(2, (side, side, 3))
    judge = patch_discriminator(3, width=4, sides=(side, side))
    judge.set_weights([50.0 * weights for weights in judge.get_weights()])
    first, second = judge(images).numpy()
    assert np.abs(first - second).max() > 1e-3  # exactly 0 with a norm of a single place
    normed = sum("norm" in layer.name for layer in judge.layers)
    assert normed == {8: 1, 9: 3, 16: 3}[side]


def test_the_papers_generator():
    network = unet(3, 3, stages=8)
    shapes = {v.path.split("/")[-2]: v.shape for v in network.weights if "kernel" in v.path}
    down = [shapes[f"down_{i}"][3] for i in range(1, 9)]
    assert down == [64, 128, 256, 512, 512, 512, 512, 512]
    # Transposed kernels have their inputs last: the stage below and the encoder's features.
    assert [shapes[f"up_{i}"][2:] for i in range(8, 0, -1)] == [
        (512, 512), (512, 1024), (512, 1024), (512, 1024),
        (256, 1024), (128, 512), (64, 256), (3, 128),
    ]  # fmt: skip
    names = [layer.name for layer in network.layers]
    assert [name for name in names if name.startswith("noise")] == ["noise_8", "noise_7", "noise_6"]
    norms = {name for name in names if "norm" in name}
    inner = {f"down_norm_{i}" for i in range(2, 8)}
    assert norms == inner | {f"up_norm_{i}" for i in range(2, 9)}  # none innermost, nor at the ends


def test_the_innermost_stage_tells_something():
    """A norm over one pixel would leave nothing: the erratum of the paper."""
    network = unet(1, 1, stages=4, width=4, dropout=0.0)
    images = tf.constant(battery.images(1, (16, 16, 1)))
    before = network(images).numpy()
    kernel = network.get_layer("down_4").kernel
    kernel.assign(kernel * 30.0)
    assert np.abs(network(images) - before).max() > 1e-3


def test_noise_is_drawn_where_there_is_a_stream_and_nowhere_else():
    layer, x = layers.NoiseDropout(0.25, name="noise"), tf.ones([2, 40, 50])
    np.testing.assert_array_equal(layer(x, training=True), x)
    streams = RandomStream(0, tf.constant(0, tf.int64), 2), SampleStream(0, tf.range(2))
    for stream in streams:
        with stream.active():
            made = layer(x, training=False).numpy()
        np.testing.assert_allclose(np.unique(made), [0.0, 1.0 / 0.75], rtol=1e-6)
        assert abs((made == 0.0).mean() - 0.25) < 0.03
        assert (made[0] != made[1]).any()
