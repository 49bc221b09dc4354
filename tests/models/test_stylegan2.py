"""StyleGAN2 passes the battery; its styles are mixed, tracked and truncated as they should be."""

import tfgan_zoo as zoo
from tests import battery


class TestStyleGAN2(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        sizes = {"generator_width": 4, "discriminator_width": 4, "max_width": 8}
        sizes |= {"mapping_depth": 2, "convolutions": 1}
        return zoo.StyleGAN2((16, 20, 1), 6, **{"ema_decay": 0.9, **sizes, **kwargs})
