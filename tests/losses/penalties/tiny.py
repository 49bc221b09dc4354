"""A GAN so small that its penalties can be worked out by hand, and turns made of plain functions."""

import keras
import numpy as np
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo.losses import penalties
from tfgan_zoo.training import RandomStream

SHAPE = (4, 4, 1)

# Every penalty for every player that it can be given to.
ALL = [(name, player) for name in penalties.names() for player in penalties.get(name).players]


def make(name, player, **arguments):
    """Return a penalty for a player."""
    arguments = {"name": name, **arguments}
    if len(penalties.get(name).players) > 1:
        arguments["player"] = player
    return penalties.get(arguments)


def networks(packing=1, dtype=None):
    """Return a dense generator and a dense discriminator."""
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(16, "tanh", dtype=dtype),
            keras.layers.Reshape(SHAPE, dtype=dtype),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((*SHAPE[:2], packing)),
            keras.layers.Flatten(dtype=dtype),
            keras.layers.Dense(6, "tanh", dtype=dtype, name="features"),
            keras.layers.Dense(1, dtype=dtype),
        ]
    )
    return generator, discriminator


def gan(*given, rate=0.02, packing=1, dtype=None, **options):
    """Return a compiled GAN with these penalties, trained by SGD."""
    keras.utils.set_random_seed(0)
    model = zoo.GAN(*networks(packing, dtype), packing=packing)
    sgd = {player: keras.optimizers.SGD(rate) for player in model.players}
    model.compile(penalties=list(given), optimizers=sgd, **options)
    return model


def value(model, player, images=None):
    """Return what a model's first penalty adds to a player's loss in the next step, eagerly."""
    images = battery.images(8, SHAPE) if images is None else images
    batch = model.unpack(tf.constant(images))
    with model.random.active():
        _, logs = getattr(model, f"{player}_loss")(batch)
    return logs[model.penalties[0].kind]


def turn(discriminate, real, fake=None, step=0, samples=None, **others):
    """Return a discriminator's turn with a discriminator that is a plain function."""
    real = tf.convert_to_tensor(real, tf.float32)
    fake = real if fake is None else tf.convert_to_tensor(fake, tf.float32)
    samples = tf.shape(real)[0] if samples is None else samples
    given = {
        "network": None,
        "real": real,
        "fake": fake,
        "real_logits": discriminate(real),
        "fake_logits": discriminate(fake),
        "discriminate": discriminate,
        "features": None,
        "show": lambda images: images,
        "latents": None,
        "mapping": lambda latents: latents,
        "synthesis": None,
        "random": RandomStream(0, tf.constant(step, tf.int64), samples),
        "step": tf.constant(step, tf.int64),
    }
    return penalties.Turn(**{**given, **others})


def normal(*shape, seed=0):
    """Return float32 normal noise."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
