"""Every model passes the battery."""

import tfgan_zoo as zoo
from tests import battery


class TestDCGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return zoo.DCGAN((16, 20, 1), 16, generator_width=8, discriminator_width=8, **kwargs)


class TestVanillaGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (6, 5, 3))}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return zoo.VanillaGAN((6, 5, 3), 8, generator_width=32, discriminator_width=16, **kwargs)
