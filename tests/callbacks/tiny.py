"""A GAN that trains in milliseconds, and data for it."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo.callbacks.checkpoint import checkpoints
from tfgan_zoo.training import GAN

STEPS_PER_EPOCH = 3


def gan(channels=1, seed=0, side=4, **compile_options):
    """Return a compiled GAN of 4×4 images."""
    shape = (side, side, channels)
    keras.utils.set_random_seed(seed)
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(side * side * channels, activation="tanh"),
            keras.layers.Reshape(shape),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model = GAN(generator, discriminator, ema_decay=0.9, seed=seed)
    # Steps this small are not worth a trace.
    options = {"run_eagerly": "steps_per_execution" not in compile_options, **compile_options}
    model.compile(**options)
    return model


def images(count=4, channels=1, side=4, seed=0):
    """Return images in [-1, 1]."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (count, side, side, channels)).astype(np.float32)


def stream(channels=1, side=4):
    """Return a data set whose batch is a function of the step, as `datasets.load` returns them."""

    def at(step):
        def batch(i):
            return {
                "image": tf.constant(images(4, channels, side)) * tf.cos(tf.cast(i, tf.float32))
            }

        dataset = tf.data.Dataset.counter(step).map(batch)
        dataset.at, dataset.steps_per_epoch = at, STEPS_PER_EPOCH
        return dataset

    return at(0)


def fit(model, steps=STEPS_PER_EPOCH, callbacks=(), **kwargs):
    """Train for one epoch of so many steps."""
    _, *shape = model.generator.output_shape
    data = stream(channels=shape[-1], side=shape[0])
    return model.fit(
        data, **{"steps_per_epoch": steps, "verbose": 0, "callbacks": list(callbacks), **kwargs}
    )


class At(keras.callbacks.Callback):
    """Calls a function after a step."""

    def __init__(self, step, function):
        super().__init__()
        self.step, self.function = step, function

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.iterations.numpy()) == self.step:
            self.function()


class FixedScores:
    """A scorer that says what it is told, score by score."""

    def __init__(self, *values, name="frechet_distance[fixed, 8 vs test]"):
        self.values, self.name, self.seen = list(values), name, []

    def score(self, images):
        self.seen.append(images)
        return {self.name: self.values.pop(0)}


def flip(folder):
    """Damage a checkpoint: some bits, no more."""
    path = folder / "model.keras"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def steps(folder):
    """Return the steps that a folder has checkpoints of."""
    return [int(f.name.removeprefix("step_")) for f in checkpoints(folder)]


def no_scratch(folder):
    """Return whether nothing that was half written is left in a folder."""
    return [f.name for f in folder.iterdir() if f.name.startswith(".") and f.name != ".lock"] == []
