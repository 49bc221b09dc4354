"""Arguments that no model can be made with are refused by their names."""

import pytest

import tfgan_zoo as zoo

SIZES = {
    zoo.DCGAN: ("latent_dim", "generator_width", "discriminator_width", "kernel_size"),
    zoo.VanillaGAN: ("latent_dim", "generator_width", "discriminator_width", "pieces"),
}


@pytest.mark.parametrize(
    ("cls", "name"), [(c, name) for c, names in SIZES.items() for name in names]
)
@pytest.mark.parametrize("value", [0, -1, 2.5, True])
def test_sizes(cls, name, value):
    with pytest.raises(ValueError, match=f"^{name} is {value}, expected an int of at least 1"):
        cls((16, 16, 1), **{name: value})


@pytest.mark.parametrize("value", [1.0, -0.1, "fast"])
def test_ema_decay(value):
    with pytest.raises(ValueError, match=f"^ema_decay is {value!r}, expected None or a number"):
        zoo.VanillaGAN((4, 4, 1), 2, 4, 4, ema_decay=value)
