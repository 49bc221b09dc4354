"""The smallest GAN: two networks, their images, and a compiled model of them."""

import keras
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery

SHAPE = (4, 4, 1)


def networks():
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(16, "tanh"), keras.layers.Reshape(SHAPE)]
    )
    discriminator = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    return generator, discriminator


def make(compile_options=None, **kwargs):
    gan = zoo.GAN(*networks(), **kwargs)
    gan.compile(**(compile_options or {}))
    return gan


def sgd():
    return {"optimizers": {p: keras.optimizers.SGD(0.1) for p in ("discriminator", "generator")}}


def data(batches=8, size=4):
    images = battery.images(batches * size, SHAPE)
    return tf.data.Dataset.from_tensor_slices(images).batch(size)
