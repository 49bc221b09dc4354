"""R3GAN passes the battery."""

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestR3GAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        sizes = {"generator_width": 8, "discriminator_width": 8, "max_width": 16, "blocks": 1}
        return zoo.R3GAN((16, 20, 1), 8, group_size=8, **{"ema_decay": 0.9, **sizes, **kwargs})


def test_the_discriminators_loss_is_the_papers():
    """log(1 + exp(D(G(z)) - D(x))) + γ/2 (‖∇D(x)‖² + ‖∇D(G(z))‖²), from logits and gradients taken here."""
    gan = TestR3GAN().make()
    gan.compile(penalties=[{"name": "r1", "weight": 0.7}, {"name": "r2", "weight": 0.3}])
    for network in (gan.generator, gan.discriminator):
        for layer in network.layers:
            if layer.name.endswith("_reduce"):  # with blocks that add 0, all gradients are alike
                shape = layer.kernel.shape
                layer.kernel.assign(0.5 * tf.random.stateless_normal(shape, [0, 1]))
    batch = {"image": tf.constant(battery.images(8, (16, 20, 1)))}
    gan.unpack(batch)
    fakes = gan.fakes(batch)
    with gan.random.active():
        loss, logs = gan.discriminator_loss(batch, fakes)

    def judged(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = gan.discriminator(images)
        gradients = tape.gradient(logits, images).numpy()
        return logits.numpy(), np.square(gradients).sum((1, 2, 3)).mean()

    (real, r1), (fake, r2) = judged(batch["image"]), judged(fakes)
    assert abs(r1 / r2 - 1.0) > 0.05
    paired = np.log1p(np.exp(fake - real)).mean()
    np.testing.assert_allclose(logs["r1"], 0.35 * r1, rtol=1e-4)
    np.testing.assert_allclose(logs["r2"], 0.15 * r2, rtol=1e-4)
    np.testing.assert_allclose(loss, paired + 0.35 * r1 + 0.15 * r2, rtol=1e-4)


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_the_first_weights_are_fix_ups(network):
    """Blocks add 0 at first; inside, √(2 / 1.04) / √fan-in times blocks^(-1/4), of three linear layers."""
    gan = zoo.R3GAN((16, 16, 1), 8, 64, 64, max_width=64, blocks=3, group_size=16)
    layers = {layer.name: layer for layer in getattr(gan, network).layers}
    blocks = 3 * sum(name.startswith("stage_") and name.endswith("block_1_add") for name in layers)
    assert blocks == 12
    for name, fan_in in (("stage_2_block_3_expand", 64), ("stage_1_block_1_conv", 9 * 16)):
        kernel = layers[name].kernel.numpy()
        assert np.prod(kernel.shape[:3]) == fan_in
        expected = np.sqrt(2.0 / 1.04 / fan_in) * blocks**-0.25
        np.testing.assert_allclose(kernel.std(), expected, rtol=0.05)
        assert abs(kernel.mean()) < 0.01
    for name, layer in layers.items():
        if name.endswith("_reduce"):
            np.testing.assert_array_equal(layer.kernel.numpy(), 0.0)
            assert not layer.use_bias


def test_sizes_that_cannot_be_are_refused_by_name():
    with pytest.raises(ValueError, match=r"R3GAN makes images from 16 to 128"):
        zoo.R3GAN((8, 16, 1))
    with pytest.raises(
        ValueError, match=r"192 channels times expansion=2 is no multiple of group_size=36"
    ):
        zoo.R3GAN((16, 16, 1), generator_width=24, group_size=36)
    with pytest.raises(ValueError, match="blocks is 0"):
        zoo.R3GAN((16, 16, 1), blocks=0)
