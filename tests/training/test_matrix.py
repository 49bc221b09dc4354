"""The whole matrix: every loss × every penalty × every trick trains for two steps, or is refused by name.

A smoke test: that losses, penalties and tricks are what they should be, their own tests say. Here the
numbers are finite, both networks move, and what is refused is what the table says, no more and no less.
"""

import functools
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import tfgan_zoo as zoo
from tests import battery

SHAPE, LATENTS, BATCH = (8, 8, 1), 3, 4
PENALTIES = [
    (name, player)
    for name in zoo.losses.penalties.names()
    for player in zoo.losses.penalties.get(name).players
]


def head(norm):
    """Return the layer that a discriminator has between its two dense ones."""
    return {
        "batch": lambda: zoo.layers.BatchNormalization(synchronized=True),
        "layer": layers.LayerNormalization,
        "minibatch discrimination": lambda: zoo.layers.MinibatchDiscrimination(2),
    }[norm]()


def networks(norm=None, packing=1, dtype=None):
    """Return a generator and a discriminator of a few weights."""
    latents = keras.Input((LATENTS,))
    x = layers.Dense(64, "tanh", kernel_initializer="orthogonal", dtype=dtype)(latents)
    generator = keras.Model(latents, layers.Reshape(SHAPE, dtype="float32")(x))
    dense = zoo.layers.SpectralDense if norm == "spectral" else layers.Dense
    x = images = keras.Input((*SHAPE[:2], SHAPE[2] * packing))
    if norm == "attention":
        x = zoo.layers.SelfAttention()(layers.Conv2D(8, 4, 4)(x))
    x = layers.Flatten()(x)
    x = layers.LeakyReLU(0.2, dtype=dtype)(dense(4, dtype=dtype)(x))
    if norm not in (None, "spectral", "attention"):
        x = head(norm)(x)
    return generator, keras.Model(images, dense(1, dtype="float32")(x))


def tricks():
    """Return dict of name -> (how the networks differ, arguments of the model, arguments of `compile`)."""
    rates = {"generator": keras.optimizers.SGD(1e-3), "discriminator": keras.optimizers.Adam(4e-3)}
    augmented = {name: {"augmentations": [name]} for name in zoo.augmentations.names()}
    return {
        "plain": ({}, {}, {}),
        "batch norm": ({"norm": "batch"}, {}, {}),
        "layer norm": ({"norm": "layer"}, {}, {}),
        "spectral norm": ({"norm": "spectral"}, {}, {}),
        "self-attention": ({"norm": "attention"}, {}, {}),
        "minibatch discrimination": ({"norm": "minibatch discrimination"}, {}, {}),
        "packing": ({"packing": 2}, {"packing": 2}, {}),
        "mixed precision": ({"dtype": "mixed_bfloat16"}, {}, {}),
        "averaged generator": ({}, {"ema_decay": 0.9}, {}),
        "unrolling": ({}, {}, {"unrolled_steps": 1}),
        "top-k": ({}, {}, {"top_k": 0.5}),
        "critic steps": ({}, {}, {"discriminator_steps": 2}),
        "shared fakes": ({}, {}, {"share_fakes": True}),
        "two time scales": ({}, {}, {"optimizers": rates}),
        **{name: ({}, {}, arguments) for name, arguments in augmented.items()},
    }


@functools.cache
def model(trick):
    """Return the model of a trick, which every test compiles anew."""
    differing, arguments, _ = tricks()[trick]
    return zoo.GAN(*networks(**differing), **arguments)


def refused(penalty, player, trick):
    """Return a part of the message that refuses a combination, or None where it trains."""
    of_discriminator = player == "discriminator"
    separate = zoo.losses.penalties.get(penalty).needs_separate_samples
    if trick == "batch norm" and separate and of_discriminator:
        return "batch norm"
    if trick == "spectral norm" and penalty == "weight_clipping":
        return "spectral"
    if trick == "unrolling" and of_discriminator:
        return "unrolled_steps"
    return None


@pytest.mark.parametrize(("penalty", "player"), PENALTIES)
@pytest.mark.parametrize("loss", zoo.losses.names())
def test_two_steps(loss, penalty, player):
    batch = {"image": tf.constant(battery.images(BATCH, SHAPE))}
    for trick, interval in zip(tricks(), itertools.cycle((1, 2)), strict=False):
        gan, (_, _, arguments) = model(trick), tricks()[trick]
        term = {"name": penalty, "player": player, "interval": interval}
        given = {"loss": loss, "penalties": [term], **arguments}
        expected = refused(penalty, player, trick)
        if expected is not None:
            with pytest.raises(ValueError, match=expected):
                gan.compile(**given)
            continue
        gan.compile(**given)
        gan.iterations.assign(0)
        before = [v.numpy() for v in gan.trainable_variables]
        logs = [gan.train_step(batch) for _ in range(2)][-1]
        assert np.isfinite([float(value) for value in logs.values()]).all(), trick
        moved = [
            (a != b.numpy()).any() for a, b in zip(before, gan.trainable_variables, strict=True)
        ]
        assert any(moved), trick
        assert np.isfinite([np.abs(v.numpy()).max() for v in gan.trainable_variables]).all(), trick
        for network in gan.players.values():
            paths = {v.path for v in network[0].trainable_variables}
            assert any(
                m for m, v in zip(moved, gan.trainable_variables, strict=True) if v.path in paths
            )
