"""The networks make what they say they make."""

import itertools

import numpy as np
import pytest

from tfgan_zoo.features import features_of
from tfgan_zoo.networks import architectures, dcgan, mlp


@pytest.mark.parametrize(
    "shape",
    [(16, 16, 1), (17, 31, 3), (28, 28, 1), (32, 32, 3), (45, 16, 2), (64, 48, 4), (128, 128, 3)],
)
def test_any_shape_in_range(shape):
    generator = dcgan.generator(shape, latent_dim=8, width=2)
    discriminator = dcgan.discriminator(shape, width=2)
    images = generator(np.zeros([2, 8], np.float32))
    assert images.shape == (2, *shape)
    assert discriminator(images).shape == (2, 1)


def test_the_stages_of_every_size():
    for side in range(16, 129):
        sizes = dcgan.stage_sizes(side, side)
        assert all((a[0] + 1) // 2 == b[0] for a, b in itertools.pairwise(sizes))
        assert len(sizes) - 1 == (3 if side <= 48 else 4 if side <= 96 else 5), side
        assert (2 if side < 25 else 4) <= min(sizes[-1]) <= 6


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((8, 8, 1), "from 16 to 128 pixels a side; height is 8, the nearest it can make is 16"),
        ((64, 200, 3), "width is 200, the nearest it can make is 128"),
        ((32, 32, 0), "channels, not 0"),
        ((32, 32), r"expected \(height, width, channels\)"),
        ((32.0, 32, 3), r"expected \(height, width, channels\)"),
    ],
)
def test_shapes_it_cannot_make(shape, message):
    with pytest.raises(ValueError, match=message):
        dcgan.generator(shape)
    with pytest.raises(ValueError, match=message):
        dcgan.discriminator(shape)


def test_no_image_of_five_channels_is_made_but_more_is_seen_beside_one():
    with pytest.raises(ValueError, match="makes 1 to 4 channels, not 5"):
        dcgan.generator((32, 32, 5))
    assert dcgan.discriminator((32, 32, 11)).input_shape == (None, 32, 32, 11)


def test_the_paper_s_guidelines():
    generator, discriminator = dcgan.generator((64, 64, 3)), dcgan.discriminator((64, 64, 3))
    kinds = [type(layer).__name__ for layer in generator.layers]
    assert kinds[1:3] == ["Dense", "Reshape"]  # the projection; no other dense layer
    assert kinds[3:-1] == ["BatchNormalization", "ReLU", "Conv2DTranspose"] * 4
    assert generator.layers[-1].activation.__name__ == "tanh"
    assert [layer.filters for layer in generator.layers if hasattr(layer, "filters")] == [
        256,
        128,
        64,
        3,
    ]
    kinds = [type(layer).__name__ for layer in discriminator.layers]
    assert kinds[1:3] == ["Conv2D", "LeakyReLU"]  # no batch norm on the input layer
    assert kinds[3:-2] == ["Conv2D", "BatchNormalization", "LeakyReLU"] * 3
    assert kinds[-2:] == ["Flatten", "Dense"]
    for network in (generator, discriminator):
        kernels = [w for w in network.trainable_variables if w.name == "kernel"]
        spread = np.concatenate([w.numpy().ravel() for w in kernels]).std()
        np.testing.assert_allclose(spread, 0.02, rtol=0.01)


def test_initial_weights_are_the_seed_s():
    one, same, other = (dcgan.generator((16, 16, 1), width=4, seed=s) for s in (1, 1, 2))
    for a, b, c in zip(one.get_weights(), same.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.ndim < 2 or (a != c).any()
    square = [w for w in dcgan.discriminator((32, 32, 4), width=4).get_weights() if w.ndim == 4]
    assert (square[0] != square[1][..., :4]).any()  # layers of one shape differ


def test_the_first_gan_s_networks():
    generator = mlp.generator((5, 7, 2), latent_dim=3, width=8)
    discriminator = mlp.discriminator((5, 7, 2), width=6, pieces=5)
    assert generator.output_shape == (None, 5, 7, 2)
    kinds = [type(layer).__name__ for layer in discriminator.layers]
    assert kinds[2:-1] == ["Dense", "Maxout", "Dropout"] * 2
    with pytest.raises(ValueError, match="image_shape is"):
        mlp.generator((0, 7, 2))


def test_without_norm_what_passes_keeps_its_size():
    images = np.random.default_rng(0).normal(size=(8, 32, 32, 3)).astype(np.float32)
    build = architectures.builders("dcgan", (32, 32, 3), None, 8, discriminator_norm="none")
    features = features_of(build.discriminator())(images)
    assert 0.2 < np.mean(np.square(features)) < 5.0  # 2e-5 with weights from N(0, 0.02²)


def test_spectral_norm_divides_every_layer_s_weights():
    discriminator = dcgan.discriminator((16, 20, 1), width=4, norm="spectral")
    plain = dcgan.discriminator((16, 20, 1), width=4, norm="none")
    weighted = [layer for layer in discriminator.layers if layer.weights]
    assert [layer.name for layer in weighted] == ["down_1", "down_2", "down_3", "logits"]
    for layer in weighted:
        layer.kernel.assign(3.0 * np.random.default_rng(0).normal(size=layer.kernel.shape))
        layer.bias.assign(np.random.default_rng(1).normal(size=layer.bias.shape))
        for _ in range(200):
            layer.advance()
        matrix = np.reshape(layer.kernel.numpy(), [-1, layer.kernel.shape[-1]])
        largest = np.linalg.svd(matrix, compute_uv=False)[0]
        same = plain.get_layer(layer.name)
        same.kernel.assign(layer.kernel.numpy() / largest)
        same.bias.assign(layer.bias.numpy())
    images = np.random.default_rng(2).normal(size=(3, 16, 20, 1)).astype(np.float32)
    np.testing.assert_allclose(discriminator(images), plain(images), rtol=1e-3, atol=1e-4)
