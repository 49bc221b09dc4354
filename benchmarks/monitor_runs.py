"""Trainings of digits with a planted fault each, and healthy ones: what `benchmarks.monitor` tells apart.

DCGAN's networks with 16 channels and kernels of 4, 32 latents, 16×16 pixels, batches of 32,
Adam(5e-4, β₁ 0.5).
"""

import dataclasses

import keras
import numpy as np

STEPS, EVERY, ONSET, BATCH = 800, 50, 400, 32
RATE = 5e-4
SAMPLES = 360  # as many as there are test images


@dataclasses.dataclass(frozen=True)
class Case:
    """One training.

    Attributes:
        says: what is done to it, for the table.
        expected: the verdicts that are right; empty for a healthy run.
        arguments: of `DCGAN`.
        compile: arguments of `compile`.
        rates: learning rates by player.
        data: which images are learnt from: "all", "sorted", "few", or a tuple of missing classes.
        onset: the step at which the fault begins.
        event: what happens then, a name in `EVENTS`.
        blind: whether the discriminator sees the mean brightness of an image alone.
    """

    says: str = ""
    expected: tuple = ()
    arguments: dict = dataclasses.field(default_factory=dict)
    compile: dict = dataclasses.field(default_factory=dict)
    rates: dict = dataclasses.field(default_factory=dict)
    data: object = "all"
    onset: int = 0
    event: str = ""
    blind: bool = False


SMALL = {"latent_dim": 32, "generator_width": 16, "discriminator_width": 16, "kernel_size": 4}


def _rates(discriminator, generator):
    return {"discriminator": discriminator, "generator": generator}


FAULTS = {
    "frozen discriminator": Case(
        "the discriminator stands still",
        ("collapsing", "generator_overpowering"),
        onset=ONSET,
        event="freeze",
    ),
    "frozen from the start": Case(
        "an untrained discriminator stands still",
        ("collapsing", "generator_overpowering"),
        rates={"discriminator": 0.0},
    ),
    "high rates": Case(
        "both learning rates × 1000",
        ("collapsing", "diverged", "discriminator_overpowering"),
        onset=ONSET,
        event="high",
    ),
    "high generator rate": Case(
        "the generator's learning rate × 1000",
        ("collapsing", "diverged"),
        onset=ONSET,
        event="high generator",
    ),
    "high rates from the start": Case(
        "learning rates of 0.5",
        ("collapsing", "diverged", "discriminator_overpowering"),
        rates=_rates(0.5, 0.5),
    ),
    "blind discriminator": Case(
        "a discriminator that sees the mean brightness alone",
        ("generator_overpowering", "collapsing"),
        blind=True,
    ),
    "slow generator": Case(
        "the generator's learning rate / 1000",
        ("discriminator_overpowering",),
        rates={"generator": RATE / 1000},
    ),
    "saturating": Case(
        "the saturating loss, a discriminator ten times as fast, five updates",
        ("discriminator_overpowering", "collapsing"),
        compile={"loss": "minimax", "discriminator_steps": 5},
        rates={"discriminator": 10 * RATE},
    ),
    "nan": Case("a weight of the generator becomes NaN", ("diverged",), onset=ONSET, event="nan"),
    "sorted": Case("images sorted by class", ("dropping_modes", "collapsing"), data="sorted"),
    "few": Case("50 training images", ("memorising",), data="few"),
    "class missing": Case("no 9 among the training images", ("dropping_modes",), data=(9,)),
    "half missing": Case(
        "no 5 to 9 among the training images", ("dropping_modes",), data=(5, 6, 7, 8, 9)
    ),
    "one latent": Case(
        "the generator stops to look at latents", ("collapsing",), onset=ONSET, event="deaf"
    ),
}

HEALTHY = {
    "non-saturating": Case(),
    "two rates": Case(rates=_rates(2 * RATE, RATE)),
    "least squares": Case(compile={"loss": "least_squares"}),
    "hinge, spectral norm": Case(
        arguments={**SMALL, "discriminator_norm": "spectral"}, compile={"loss": "hinge"}
    ),
    "averaged": Case(arguments={**SMALL, "ema_decay": 0.99}),
    "WGAN-GP": Case(
        arguments={**SMALL, "discriminator_norm": "layer"},
        compile={
            "loss": "wasserstein",
            "penalties": ["gradient_penalty"],
            "discriminator_steps": 3,
        },
    ),
    "R1": Case(arguments={**SMALL, "discriminator_norm": "layer"}, compile={"penalties": ["r1"]}),
    "augmented": Case(
        compile={"augmentations": [{"name": "instance_noise", "stddev": 0.1, "decay_steps": 1500}]}
    ),
}


def _set_rate(player, rate):
    def set_rate(model):
        model.optimizers[player].learning_rate = rate

    return set_rate


def _high(model):
    for optimizer in model.optimizers.values():
        optimizer.learning_rate = 1000 * RATE


def _nan(model):
    kernel = model.generator.trainable_variables[0]
    value = kernel.numpy()
    value.flat[0] = np.nan
    kernel.assign(value)


def _deaf(model):
    kernel = model.generator.trainable_variables[0]
    kernel.assign(0.0 * kernel.numpy())
    model.optimizers["generator"].learning_rate = 0.0


EVENTS = {
    "freeze": _set_rate("discriminator", 0.0),
    "high": _high,
    "high generator": _set_rate("generator", 1000 * RATE),
    "nan": _nan,
    "deaf": _deaf,
}


class Event(keras.callbacks.Callback):
    """Does something to the model after a step."""

    def __init__(self, step, name):
        super().__init__()
        self.step, self.function = step, EVENTS[name]

    def on_train_batch_end(self, batch, logs=None):
        """Do it."""
        if int(self.model.iterations.numpy()) == self.step:
            self.function(self.model)


class Said(keras.callbacks.Callback):
    """Keeps what a monitor before it says, check by check."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def on_train_batch_end(self, batch, logs=None):
        """Keep it."""
        health = self.model.callback_state["health"]
        if health["step"] == int(self.model.iterations.numpy()):
            self.lines.append(f"{health['step']}: {health['sentence']}")


def make(case, seed):
    """Return the compiled model of a case."""
    import tfgan_zoo as zoo

    gan = zoo.DCGAN((16, 16, 1), seed=seed, **(case.arguments or SMALL))
    if case.blind:
        layers = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)]
        eyes = keras.Sequential([keras.Input((16, 16, 1)), *layers])
        gan = zoo.training.GAN(gan.generator, eyes, seed=seed)
    optimizers = {
        player: keras.optimizers.Adam(case.rates.get(player, RATE), beta_1=0.5)
        for player in gan.players
    }
    gan.compile(optimizers, **{"discriminator_steps": 1, **case.compile})
    return gan


def data(case, seed):
    """Return (stream of training batches, training images)."""
    import tensorflow as tf

    import tfgan_zoo as zoo

    train = zoo.datasets.load_arrays("digits", split="train", image_size=16)
    images, labels = train.images, train.labels
    if case.data == "sorted":
        # Ten times each class: a pass of 450 steps, as of a larger set.
        images = np.concatenate([images[labels == label] for label in np.repeat(range(10), 10)])
    elif case.data == "few":
        images = images[np.random.default_rng(seed).permutation(len(images))[:50]]
    elif isinstance(case.data, tuple):
        images = images[~np.isin(labels, case.data)]
    dataset = tf.data.Dataset.from_tensor_slices(images)
    if case.data != "sorted":
        dataset = dataset.shuffle(len(images), seed=seed)
    dataset = dataset.repeat().batch(BATCH, drop_remainder=True)
    return dataset.map(lambda x: {"image": tf.cast(x, tf.float32) / 127.5 - 1.0}), images
