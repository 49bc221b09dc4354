"""Every model passes the battery."""

import numpy as np
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery


@battery.of_a_known_game
class TestDCGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (16, 20, 1))}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return zoo.DCGAN((16, 20, 1), 16, generator_width=8, discriminator_width=8, **kwargs)


@battery.of_the_smallest_networks
class TestVanillaGAN(battery.ModelBattery):
    batch = {"image": battery.images(8, (6, 5, 3))}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        return zoo.VanillaGAN((6, 5, 3), 8, generator_width=32, discriminator_width=16, **kwargs)


@battery.of_known_networks
class _OfDCGAN(battery.ModelBattery):
    """DCGAN's networks with another paper's defaults; batches as large as packs need."""

    cls = None
    batch = {"image": battery.images(16, (16, 20, 1))}

    def make(self, **kwargs):
        kwargs = {"ema_decay": 0.9, **kwargs}
        sizes = {"latent_dim": 16, "generator_width": 4, "discriminator_width": 4}
        return self.cls((16, 20, 1), **sizes, **kwargs)

    def compiled(self, *, compile_options=None, **kwargs):
        # One turn of the discriminator is traced sooner than five.
        options = {"discriminator_steps": 1, **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestLSGAN(_OfDCGAN):
    cls = zoo.LSGAN


@battery.of_known_steps
class TestWGAN(_OfDCGAN):
    cls = zoo.WGAN
    still = ("logits/bias",)  # it cancels between real and fake


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestWGANGP(_OfDCGAN):
    cls = zoo.WGANGP
    still = ("logits/bias",)


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestDRAGAN(_OfDCGAN):
    cls = zoo.DRAGAN


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestFGAN(_OfDCGAN):
    cls = zoo.FGAN


@battery.keeping("test_training_is_finite_and_moves_everything")  # test_packing has its replicas
class TestPacGAN(_OfDCGAN):
    cls = zoo.PacGAN
    too_small = (tf.errors.InvalidArgumentError, "packs of 2; use a multiple of 2")


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestUnrolledGAN(_OfDCGAN):
    cls = zoo.UnrolledGAN

    def compiled(self, *, compile_options=None, **kwargs):
        # Two steps ahead are traced sooner than five, and show what one would not.
        options = {"unrolled_steps": 2, **(compile_options or {})}
        return super().compiled(compile_options=options, **kwargs)


@battery.keeping("test_training_is_finite_and_moves_everything")
class TestImprovedGAN(_OfDCGAN):
    cls = zoo.ImprovedGAN
    batch = {
        "image": battery.images(8, (16, 20, 1)),
        "labelled_image": battery.images(8, (16, 20, 1), seed=1),
        "label": np.array([0, 1, 2, 0, 1, 2, 0, 1], np.int32),
    }

    def make(self, **kwargs):
        return super().make(num_classes=3, **kwargs)
