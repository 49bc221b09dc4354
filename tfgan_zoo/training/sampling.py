"""Images from a trained generator."""

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.training import export, randomness, walking


class Sampling:
    """What a GAN offers once it is trained: images, and a SavedModel that makes them."""

    # Of a model that is told texts.
    tokenizer = None

    @property
    def sampling_generator(self):
        """The averaged generator where there is one, else the generator."""
        return self.generator if self.averaged_generator is None else self.averaged_generator

    def call(self, inputs, training=False):
        """Map latents (with conditions: a list of both) to images with the sampling generator."""
        return self.sampling_generator(inputs, training=training)

    @property
    def sampling_inputs(self):
        """Dict of name -> `tf.TensorSpec` of what the sampling generator takes: latents, then conditions."""
        return {"latents": tf.TensorSpec([None, *self.latent_shape], tf.float32, name="latents")}

    def sampling_conditions(self, n, **given):
        """Return a list of what the generator is told beside the latents of n samples: nothing.

        Raises:
            ValueError: something is given that the generator does not take.
        """
        for name in given:
            raise ValueError(f"{type(self).__name__} takes no {name!r}: it is not conditional")
        return []

    @property
    def condition_count(self):
        """How many conditions `sampling_conditions` goes through before it begins again; 1 if it has none."""
        return 1

    @property
    def serving_inputs(self):
        """Dict of name -> `tf.TensorSpec` of what a request holds: latents, then conditions."""
        return self.sampling_inputs

    @property
    def serving_facts(self):
        """Dict for JSON of what one has to know to make a request, beside names and shapes: nothing."""
        return {}

    def serving_conditions(self, n):
        """Return a list of the conditions of n samples, as a request has them where nothing is asked for."""
        return self.sampling_conditions(n)

    def from_request(self, *inputs):
        """Return what the sampling generator takes, made of a request's inputs in the served graph."""
        return inputs

    def generate(self, n, seed=None, batch_size=64, truncation=None, **conditions):
        """Make images.

        Args:
            n: how many.
            seed: int; the same seed gives the same images, and fewer images are the first of more.
                None draws a new seed.
            batch_size: how many to make at a time, which bounds the memory.
            truncation: see `decode`.
            **conditions: what a conditional model takes, such as `label`.

        Returns:
            float32 array `[n, H, W, C]` in [-1, 1].

        Raises:
            ValueError: n or batch_size is not a positive int, or truncation not above 0.
        """
        errors.check_ints(1, n=n, batch_size=batch_size)
        if seed is None:
            seed = int(np.random.default_rng().integers(2**31))
        latents = randomness.latents(n, self.latent_shape, seed).numpy()
        return self.decode(latents, batch_size, truncation, **conditions)

    def decode(self, latents, batch_size=64, truncation=None, **conditions):
        """Map an array of latents to an array of images, a batch at a time.

        Args:
            latents: float32 array `[n, *latent_shape]`.
            batch_size: how many to map at a time.
            truncation: None, or a number above 0: latents from the normal distribution cut off there
                (Brock, Donahue & Simonyan 2019, arXiv 1809.11096). Lower: better images, less of
                the data's variety. Each latent is mapped to the cut distribution in place, in order.
            **conditions: what a conditional model takes, such as `label`.

        Returns:
            float32 array `[n, H, W, C]` in [-1, 1].
        """
        latents = np.asarray(latents, np.float32)
        if truncation is not None:
            latents = self.truncate(latents, truncation)
        inputs = [latents, *self.sampling_conditions(len(latents), **conditions)]
        return self._decoded(inputs, batch_size)

    def generate_table(self, rows, columns, seed=0, batch_size=64):
        """Make images of some conditions with the same latents: a condition each row, latents each column.

        Args:
            rows: how many conditions, at most `condition_count`, over which they are spread evenly.
            columns: how many latents.
            seed: int, for the latents, which are those of `generate`.
            batch_size: how many images to make at a time.

        Returns:
            float32 array `[rows, columns, H, W, C]` in [-1, 1].

        Raises:
            ValueError: a number is not a positive int, or there are not so many conditions.
        """
        errors.check_ints(1, rows=rows, columns=columns, batch_size=batch_size)
        count = self.condition_count
        if rows > count:
            name = type(self).__name__
            raise ValueError(f"rows is {rows}, but this {name} is told {count} by itself at most")
        chosen = np.arange(rows) * count // rows
        latents = randomness.latents(columns, self.latent_shape, seed).numpy()
        told = [np.asarray(each)[chosen] for each in self.sampling_conditions(count)]
        inputs = [
            np.concatenate([latents] * rows),
            *[np.repeat(each, columns, axis=0) for each in told],
        ]
        images = self._decoded(inputs, batch_size)
        return images.reshape(rows, columns, *self.image_shape)

    def walk(self, start, end, latents, steps=10, batch_size=64):
        """Make images on straight ways from one condition to another.

        What the generator is told is interpolated: the vector of a class, of a sound or of a caption, or what
        a caption's is drawn from; of a caption whose words are looked at, these too.

        Args:
            start: a label, a caption or a sound, as `generate` takes it for all images.
            end: another one.
            latents: float array `[n, *latent_shape]`, one for each way.
            steps: images of each way, both ends included.
            batch_size: how many images to make at a time.

        Returns:
            float32 array `[n * steps, H, W, C]` in [-1, 1], one way after the other.

        Raises:
            ValueError: what `generate` does not take, fewer than two steps, or a model that has nothing
                between its conditions.
        """
        errors.check_ints(2, steps=steps)
        names = list(self.sampling_inputs)[1:]
        halves = walking.halves_of(self.sampling_generator) if len(names) == 1 else None
        if halves is None:
            told = f"two values of {names[0]!r}" if names else "conditions: it has none"
            raise ValueError(f"{type(self).__name__} has nothing between {told}")
        read, draw = halves
        ends = [self.sampling_conditions(1, **{names[0]: each})[0] for each in (start, end)]
        first, last = (keras.tree.flatten(read(tf.convert_to_tensor(each))) for each in ends)
        told = [
            np.concatenate([np.linspace(one[0], other[0], steps, dtype=np.float32)] * len(latents))
            for one, other in zip(first, last, strict=True)
        ]
        rows = [np.repeat(np.asarray(latents, np.float32), steps, axis=0), *told]
        parts = [slice(at, at + batch_size) for at in range(0, len(rows[0]), batch_size)]
        return np.concatenate([draw([each[part] for each in rows]).numpy() for part in parts])

    def _decoded(self, inputs, batch_size):
        """Return the images of latents and conditions, a batch at a time."""
        if self._sampler is None:
            self._sampler = tf.function(
                lambda *inputs: tf.cast(self(_one_or_list(inputs), training=False), tf.float32),
                input_signature=list(self.sampling_inputs.values()),
            )
        images = np.empty([len(inputs[0]), *self.image_shape], np.float32)
        for first in range(0, len(images), batch_size):
            rows = slice(first, first + batch_size)
            images[rows] = self._sampler(*[x[rows] for x in inputs]).numpy()
        return images

    def truncate(self, latents, truncation):
        """Map normal latents to the normal distribution that is cut off at ±truncation.

        Raises:
            ValueError: truncation is not above 0.
        """
        if not errors.is_number(truncation) or truncation <= 0.0:
            raise ValueError(f"truncation is {truncation!r}, expected a number above 0")
        z, limit = (tf.constant(x, tf.float64) for x in (latents, truncation))

        def below(x):
            return 0.5 * tf.math.erfc(-x / np.sqrt(2.0))

        share = below(-limit) + below(z) * (below(limit) - below(-limit))
        return tf.cast(tf.math.ndtri(share), tf.float32).numpy()

    def use_standing_statistics(self, samples=2048, batch_size=64, seed=0):
        """Measure the sampling generator's batch-norm statistics anew, over many of its own batches.

        The moving statistics of training belong to weights that have moved since, and an averaged
        generator's to weights it never had (Brock, Donahue & Simonyan 2019, arXiv 1809.11096, section 3.1).
        They are replaced; keep training afterwards only if that is meant.

        Args:
            samples: how many images to make.
            batch_size: images in a batch.
            seed: int, for the latents.

        Raises:
            ValueError: the generator has no batch norm, or a number is out of range.
        """
        errors.check_ints(1, batch_size=batch_size)
        errors.check_ints(batch_size, samples=samples)
        network = self.sampling_generator
        norms = [
            layer
            for layer in network._flatten_layers()
            if isinstance(layer, keras.layers.BatchNormalization)
        ]
        if not norms:
            raise ValueError(
                f"the generator of this {type(self).__name__} has no batch norm, so there are no statistics "
                "to measure: sample without use_standing_statistics"
            )
        settings = [(layer.momentum, layer.trainable) for layer in norms]
        latents = randomness.latents(samples, self.latent_shape, seed)
        inputs = [latents, *self.sampling_conditions(samples)]
        try:
            for index, first in enumerate(range(0, samples - batch_size + 1, batch_size)):
                for layer in norms:
                    # The mean of all batches so far, this one included.
                    layer.momentum, layer.trainable = index / (index + 1), True
                network(
                    _one_or_list([x[first : first + batch_size] for x in inputs]), training=True
                )
        finally:
            for layer, (momentum, trainable) in zip(norms, settings, strict=True):
                layer.momentum, layer.trainable = momentum, trainable

    def export(self, filepath):
        """Write the sampling generator as a SavedModel that serves without this package.

        Signatures, see `training.export`: `serving_default` (latents to images in [-1, 1]),
        `serving_uint8` (latents to images in 0…255), `sample` (n and seed to images) and, of a conditional
        model, `sample_given` (seed and conditions to images). The images of a few fixed latents are
        stored beside it, for `export/check_savedmodel.py`.

        Args:
            filepath: the SavedModel's folder; an older SavedModel there is replaced as a whole.

        Raises:
            FileExistsError: there is something at filepath that is not a SavedModel.
        """
        export.export_generator(self, filepath)


def _one_or_list(inputs):
    return inputs[0] if len(inputs) == 1 else list(inputs)
