"""A GAN of points in the plane, for benchmarks whose truth is known."""

import keras

import tfgan_zoo as zoo
from tfgan_zoo.training import Field


@keras.saving.register_keras_serializable(package="benchmarks")
class PointGAN(zoo.GAN):
    """`zoo.GAN` of points, which know no range."""

    @property
    def batch_fields(self):
        """Points [B, 2]."""
        return {"image": Field((2,), "float32")}
