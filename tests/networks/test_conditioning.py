"""How generators are told a condition."""

import numpy as np
import pytest

from tfgan_zoo.networks import architectures, conditioning, deep_dcgan

LATENTS = np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32)


def told(how, seed=0):
    build = architectures.builders("dcgan", (16, 16, 1), 4).generator
    label = conditioning.label_input()
    return conditioning.told(build, 6, label, conditioning.one_hot(label, 3), how, seed=seed)


def without_its_first_layer(network):
    """Set the first layer's weights to 0, so that only norms can tell anything."""
    (first,) = [v for v in network.variables if v.path.split("/")[-2] == "project"]
    first.assign(np.zeros(first.shape, np.float32))
    for variable in network.variables:  # else nothing but zeros comes to the norms after the first
        if variable.path.endswith("/beta"):
            variable.assign(np.ones(variable.shape, np.float32))
    return network


@pytest.mark.parametrize(
    ("how", "by_latents", "by_label"),
    [("concatenate", False, False), ("batch_norm", False, True), ("both", True, True)],
)
def test_what_the_norms_are_told(how, by_latents, by_label):
    network = without_its_first_layer(told(how))
    images = network([LATENTS, np.int32([0, 0])]).numpy()
    others = network([LATENTS, np.int32([1, 1])]).numpy()
    assert (np.abs(images[0] - images[1]).max() > 1e-6) == by_latents
    assert (np.abs(images - others).max() > 1e-6) == by_label


def test_the_first_layer_is_told_the_condition_unless_only_norms_are():
    sizes = {}
    for how in conditioning.GENERATOR_CONDITIONS:
        (first,) = [v for v in told(how).variables if v.path.split("/")[-2] == "project"]
        sizes[how] = first.shape[0]
    assert sizes == {"batch_norm": 6, "both": 9, "concatenate": 9}


def test_weights_are_drawn_by_the_seed():
    one, same, other = (told("both", seed=seed) for seed in (1, 1, 2))
    for a, b in zip(one.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    assert any((a != b).any() for a, b in pairs)


def sizes_of(network):
    """Return dict of the name of each convolution -> the sides of its kernels."""
    return {
        layer.name: layer.kernel_size for layer in network.layers if hasattr(layer, "kernel_size")
    }


def test_the_networks_that_are_deeper():
    generator = deep_dcgan.generator((32, 32, 3), latent_dim=6, width=4)
    kinds = [type(layer).__name__ for layer in generator.layers]
    norm = ["BatchNormalization", "ReLU"]
    refined = ["Conv2DTranspose", *norm, "Conv2D", *norm]
    assert kinds[3:-1] == [*norm, *refined, *refined, "Conv2DTranspose"]
    assert sizes_of(generator) == {
        "up_1": (4, 4),
        "refine_2": (3, 3),
        "up_2": (4, 4),
        "refine_3": (3, 3),
        "up_3": (4, 4),
    }
    discriminator = deep_dcgan.discriminator((32, 32, 3), width=8)
    assert not [layer for layer in discriminator.layers if "Norm" in type(layer).__name__]
    assert sizes_of(discriminator) == {
        "down_1": (4, 4),
        "refine_1": (3, 3),
        "down_2": (4, 4),
        "refine_2": (3, 3),
        "down_3": (4, 4),
    }
    deviations = [
        np.std(layer.kernel) * np.sqrt(np.prod(layer.kernel.shape[:-1]) / 2)
        for layer in discriminator.layers
        if hasattr(layer, "kernel_size")
    ]
    np.testing.assert_allclose(deviations, 1.0, rtol=0.15)  # He's
