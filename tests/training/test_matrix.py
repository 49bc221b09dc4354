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
        "virtual": zoo.layers.VirtualBatchNormalization,
        "minibatch discrimination": lambda: zoo.layers.MinibatchDiscrimination(2),
    }[norm]()


def networks(norm=None, packing=1, dtype=None, modulated=None):
    """Return a generator and a discriminator of a few weights."""
    latents = keras.Input((LATENTS,))
    x = layers.Dense(64, kernel_initializer="orthogonal", dtype=dtype)(latents)
    if modulated is not None:
        x = modulated()([x, latents])
    x = layers.Activation("tanh", dtype=dtype)(x)
    generator = keras.Model(latents, layers.Reshape(SHAPE, dtype="float32")(x))
    dense = zoo.layers.SpectralDense if norm == "spectral" else layers.Dense
    x = images = keras.Input((*SHAPE[:2], SHAPE[2] * packing))
    if norm == "attention":
        x = zoo.layers.SelfAttention()(layers.Conv2D(8, 4, 4)(x))
    elif norm == "minibatch deviation":
        x = zoo.layers.MinibatchStandardDeviation()(x)
    x = layers.Flatten()(x)
    x = dense(4, dtype=dtype)(x)
    if norm not in (None, "spectral", "attention", "minibatch deviation"):
        x = head(norm)(x)
    # After the norm: the mean of normalised logits would be the same for all fakes.
    x = layers.LeakyReLU(0.2, dtype=dtype)(x)
    discriminator = keras.Model(images, dense(1, dtype="float32")(x))
    if norm == "virtual":
        zoo.layers.set_reference(discriminator, battery.images(BATCH, SHAPE, seed=1))
    return generator, discriminator


def tricks():
    """Return dict of name -> (how the networks differ, arguments of the model, arguments of `compile`)."""
    rates = {"generator": keras.optimizers.SGD(1e-3), "discriminator": keras.optimizers.Adam(4e-3)}
    augmented = {name: {"augmentations": [name]} for name in zoo.augmentations.names()}
    return {
        "plain": ({}, {}, {}),
        "batch norm": ({"norm": "batch"}, {}, {}),
        "layer norm": ({"norm": "layer"}, {}, {}),
        "virtual norm": ({"norm": "virtual"}, {}, {}),
        "spectral norm": ({"norm": "spectral"}, {}, {}),
        "self-attention": ({"norm": "attention"}, {}, {}),
        "minibatch discrimination": ({"norm": "minibatch discrimination"}, {}, {}),
        "minibatch standard deviation": ({"norm": "minibatch deviation"}, {}, {}),
        "conditional norm": ({"modulated": zoo.layers.ConditionalBatchNormalization}, {}, {}),
        "self-modulation": ({"modulated": zoo.layers.SelfModulatedBatchNormalization}, {}, {}),
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
def _made(trick):
    differing, arguments, _ = tricks()[trick]
    gan = zoo.GAN(*networks(**differing), **arguments)
    return gan, [v.numpy() for v in gan.variables]


def model(trick):
    """Return the model of a trick as it was at first; making one takes longer than compiling it anew."""
    gan, start = _made(trick)
    for variable, value in zip(gan.variables, start, strict=False):
        variable.assign(value)
    return gan


def refused(loss, penalty, player, trick):
    """Return a part of the message that refuses a combination, or None where it trains."""
    of_discriminator = player == "discriminator"
    separate = zoo.losses.penalties.get(penalty).needs_separate_samples
    norms = ("batch norm",) if of_discriminator else ("conditional norm", "self-modulation")
    if trick in norms and separate:
        return "BatchNormalization"
    if trick == "minibatch discrimination" and separate and of_discriminator:
        return "MinibatchDiscrimination"
    if trick == "spectral norm" and penalty == "weight_clipping" and of_discriminator:
        return "spectral"
    if trick == "ada" and not zoo.losses.get(loss).has_border:
        return "border"
    if trick == "unrolling" and of_discriminator:
        return "unrolled_steps"
    return None


def train_two_steps(loss, penalty, player, trick, interval):
    """Compile and train, or check that it is refused."""
    gan, (_, _, arguments) = model(trick), tricks()[trick]
    term = {"name": penalty, "player": player, "interval": interval}
    given = {"loss": loss, "penalties": [term], **arguments}
    expected = refused(loss, penalty, player, trick)
    if expected is not None:
        with pytest.raises(ValueError, match=expected):
            gan.compile(**given)
        return
    gan.compile(**given)
    before = {player: _values(networks) for player, networks in gan.players.items()}
    batch = {"image": tf.constant(battery.images(BATCH, SHAPE))}
    logs = [gan.train_step(batch) for _ in range(2)][-1]
    assert np.isfinite([float(value) for value in logs.values()]).all()
    for name, networks in gan.players.items():
        after = _values(networks)
        assert np.isfinite(after).all(), name
        assert (after != before[name]).any(), name


def _values(networks):
    return np.concatenate([v.numpy().ravel() for v in networks[0].trainable_variables])


# Each trick with each penalty; the losses take turns, so that each meets every trick and every penalty.
LOSSES = zoo.losses.names()
TURNS = [
    (LOSSES[(2 * i + j) % len(LOSSES)], *penalty, trick)
    for i, trick in enumerate(tricks())
    for j, penalty in enumerate(PENALTIES)
]


def test_the_turns_leave_nothing_out():
    met = [(loss, (penalty, player), trick) for loss, penalty, player, trick in TURNS]
    everything = (LOSSES, PENALTIES, list(tricks()))
    for one, other in itertools.combinations(range(3), 2):
        pairs = {(turn[one], turn[other]) for turn in met}
        assert pairs == set(itertools.product(everything[one], everything[other]))


@pytest.mark.parametrize(
    ("loss", "penalty", "player", "trick"),
    # Every third; the rest is for `make test-all`.
    [pytest.param(*t, marks=[pytest.mark.long] * bool(n % 3)) for n, t in enumerate(TURNS)],
)
def test_in_turns(loss, penalty, player, trick):
    interval = 1 + list(tricks()).index(trick) % 2
    train_two_steps(loss, penalty, player, trick, interval)


@pytest.mark.long
@pytest.mark.parametrize(("penalty", "player"), PENALTIES)
@pytest.mark.parametrize("loss", zoo.losses.names())
def test_all(loss, penalty, player):
    for turn, trick in enumerate(tricks()):
        train_two_steps(loss, penalty, player, trick, interval=1 + turn % 2)
