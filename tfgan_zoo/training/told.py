"""GANs whose generator is told numbers, such as a sound or the frames before: given, or those of examples."""

import base64

import numpy as np
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.training import batches, export


class Told:
    """What GANs that are told arrays of numbers have in common.

    To be named before `GAN` among a class's bases; the constructor then calls `keep_examples`, and
    `read_condition` says what a user may give. Both networks take the condition, float32 `[B, …]` in
    [-1, 1], beside latents or images.

    Attributes:
        condition: its name, in batches, in `generate` and in what is served.
    """

    condition = None

    def keep_examples(self, examples, shape):
        """Keep what is told where nothing is given, in sample grids and in scores, one after the other.

        Args:
            examples: float32 array [E, …] in [-1, 1], or what `examples_config` made of one. They are kept
                in half precision.
            shape: of one.

        Raises:
            ValueError: none, another shape or dtype, or numbers out of range; says what was given.
        """
        if isinstance(examples, dict):
            whole = np.frombuffer(base64.b64decode(examples["float16"]), np.float16)
            examples = whole.reshape(examples["shape"])
        examples = np.asarray(examples)
        if examples.ndim == 0 or not len(examples):
            raise ValueError(f"example_{self.condition} is {examples.shape}, expected one or more")
        kept = rows_of(f"example_{self.condition}", examples, len(examples), shape, one=False)
        self.examples = kept.astype(np.float16).astype(np.float32)

    def examples_config(self):
        """Return dict with the examples, short enough for a config."""
        content = base64.b64encode(self.examples.astype(np.float16).tobytes()).decode("ascii")
        return {"shape": list(self.examples.shape), "float16": content}

    def read_condition(self, given, n):
        """Return the condition of n samples that a user means, float32 `[n, …]`.

        Raises:
            ValueError: it is none, or not n of them.
        """
        raise NotImplementedError

    @property
    def batch_fields(self):
        """Images, and the condition of each."""
        field = batches.Field(self.examples.shape[1:], "float32", -1.0, 1.0)
        return {**super().batch_fields, self.condition: field}

    def conditions(self, batch):
        """Return the conditions."""
        return [batch[self.condition]]

    @property
    def sampling_inputs(self):
        """Latents and conditions."""
        shape = [None, *self.examples.shape[1:]]
        spec = tf.TensorSpec(shape, tf.float32, name=self.condition)
        return {**super().sampling_inputs, self.condition: spec}

    @property
    def condition_count(self):
        """As many as there are examples."""
        return len(self.examples)

    def sampling_conditions(self, n, **given):
        """Return the conditions of n samples: those given, or the examples one after the other.

        Args:
            n: number of samples, int or int tensor.
            **given: the condition by its name, see `read_condition`.

        Raises:
            ValueError: something else is given, or what `read_condition` refuses.
        """
        for name in given:
            if name != self.condition:
                kind = f"input of {type(self).__name__}"
                raise ValueError(errors.unknown(kind, name, [self.condition]))
        if given.get(self.condition) is None:
            return [tf.gather(self.examples, tf.range(n) % len(self.examples))]
        return [self.read_condition(given[self.condition], n)]

    def from_request(self, latents, condition):
        """Return latents and conditions, in the served graph, which refuses numbers outside [-1, 1]."""
        return latents, export.refusing(self.condition, condition, 1.0)


def rows_of(name, given, n, shape, one=True):
    """Return an array as a condition of n samples, float32 `[n, …]`: one for all, or one for each.

    Args:
        name: what errors call it.
        given: floats in [-1, 1], `[n, …]` or one without the first axis.
        n: number of samples.
        shape: of one; None where any size will do.
        one: whether one for all will do.

    Raises:
        ValueError: another shape, dtype or range; says what was given.

    >>> rows_of("audio", np.zeros(3), 2, (3,)).shape
    (2, 3)
    """
    array = np.asarray(given)
    wanted = tuple("T" if size is None else size for size in shape)
    own = array.shape[-len(shape) :]
    fits = len(own) == len(shape) and all(w in (None, s) for w, s in zip(shape, own, strict=True))
    counts = [(), (n,)] if one else [(n,)]
    if not fits or array.shape[: -len(shape)] not in counts or array.dtype.kind != "f":
        expected = f"({', '.join(map(str, wanted))}{',' * (len(wanted) == 1)})"
        expected = f"{expected}, or {n} of them" if one else f"(N, {', '.join(map(str, wanted))})"
        raise ValueError(f"{name} is {array.dtype} {array.shape}, expected floats {expected}")
    if array.size and not np.abs(array).max() <= 1 + batches.RANGE_TOLERANCE:
        raise ValueError(f"{name} has values outside [-1, 1], or that are no numbers")
    return np.broadcast_to(array, [n, *own]).astype(np.float32)
