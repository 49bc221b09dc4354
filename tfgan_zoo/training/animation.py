"""Images of a person that are made to move, and a SavedModel that does it elsewhere."""

import numpy as np
import tensorflow as tf

from tfgan_zoo import errors, films
from tfgan_zoo.training import batches, export

_REQUESTS, _SOURCES = 2, 3  # of the answers that are stored beside a SavedModel


class Animation:
    """What a model offers that draws people as they are driven, by what it says of itself.

    A subclass has `image_shape`, `points` (how many landmarks), `driver` (the batch's key of what drives) and
    `driving_shape` (of one frame), `test_fields`, and `embed` and `draw`.
    """

    _animator = None

    def call(self, inputs, training=False):
        """Return frames, of [source `[B, S, H, W, C]`, source_landmarks `[B, S, K, 2]`, what drives]."""
        source, marks, driving = inputs
        embedding = self.embed(source, marks, training=training)
        return self.draw(embedding, source, marks, driving, training=training)

    def animate(self, source, source_landmarks, *, batch_size=16, **driving):
        """Return a film of a person.

        Args:
            source: float array `[S, H, W, C]` in [-1, 1]: images of the person, any S of at least 1.
            source_landmarks: float array `[S, K, 2]`: theirs, in pixels from the top left corner.
            batch_size: how many frames are drawn at a time, which bounds the memory.
            **driving: what drives, by the model's `driver`: `landmarks` `[T, K, 2]` in pixels, or `audio`,
                for each frame the samples around it, `[T, length]` in [-1, 1].

        Returns:
            float32 array `[T, H, W, C]` in [-1, 1].

        Raises:
            ValueError: what drives another model, or arrays of another shape, dtype or range.
        """
        errors.check_ints(1, batch_size=batch_size)
        for name in driving:
            if name != self.driver:
                kind = f"what drives this {type(self).__name__}"
                raise ValueError(errors.unknown(kind, name, [self.driver]))
        if not driving:
            raise ValueError(f"{self.driver} is missing: it drives this {type(self).__name__}")
        source = _checked("source", source, self.image_shape, "S", 1.0)
        marks = _checked("source_landmarks", source_landmarks, (self.points, 2), "S")
        if len(marks) != len(source):
            raise ValueError(f"{len(source)} images, but the landmarks of {len(marks)}")
        limit = 1.0 if self.driver == "audio" else None
        driving = _checked(self.driver, driving[self.driver], self.driving_shape, "T", limit)
        if self._animator is None:
            self._animator = tf.function(self._frames, reduce_retracing=True)
        made = [
            self._animator(source, marks, driving[first : first + batch_size]).numpy()
            for first in range(0, len(driving), batch_size)
        ]
        return np.concatenate(made)

    def _frames(self, source, marks, driving):
        # The person is looked at once, whatever it does.
        embedding = self.embed(source[None], marks[None])
        count = tf.shape(driving)[0]
        everyone = (
            tf.repeat(each, count, axis=0) for each in (embedding, source[None], marks[None])
        )
        return self.draw(*everyone, driving)

    def write(self, path, frames, fps=25):
        """Write a film as GIF or MP4, see `films.write`."""
        films.write(path, frames, fps)

    def export(self, filepath):
        """Write the networks as a SavedModel that serves without this package.

        Signatures: `animate`, which is `serving_default`, too: `source` float32 [B, S, H, W, C] in [-1, 1],
        `source_landmarks` float32 [B, S, K, 2] in pixels, and `landmarks` [B, K, 2] or `audio` [B, length] ->
        `images` float32 [B, H, W, C] in [-1, 1]; and `animate_uint8`, which returns uint8 in 0…255. B and S
        are free; values out of range are refused. Some answers are stored beside it, for
        `export/check_savedmodel.py`.

        Args:
            filepath: the SavedModel's folder; an older SavedModel there is replaced as a whole.

        Raises:
            FileExistsError: there is something at filepath that is not a SavedModel.
        """
        export.write_savedmodel(
            filepath, lambda folder: (self._write_signatures(folder), self._write_extras(folder))
        )

    def _write_signatures(self, folder):
        shapes = {
            "source": (None, *self.image_shape),
            "source_landmarks": (None, self.points, 2),
            self.driver: self.driving_shape,
        }
        specs = {
            key: tf.TensorSpec([None, *shape], tf.float32, name=key)
            for key, shape in shapes.items()
        }
        fields = self.test_fields
        animate = export.frozen(lambda *inputs: self.call(inputs), specs.values())

        def plain(**inputs):
            made = animate(*[export.refusing(key, inputs[key], fields[key].high) for key in specs])
            return {"images": tf.ensure_shape(made, [None, *self.image_shape])}

        def as_uint8(**inputs):
            return {"images": export.to_uint8(plain(**inputs)["images"])}

        served = tf.Module()
        served.endpoints = {
            name: tf.function(function).get_concrete_function(**specs)
            for name, function in (("animate", plain), ("animate_uint8", as_uint8))
        }
        signatures = {
            **served.endpoints,
            "serving_default": served.endpoints["animate"],
            "serving_uint8": served.endpoints["animate_uint8"],
        }
        tf.saved_model.save(served, str(folder), signatures)

    def _write_extras(self, folder):
        random = np.random.default_rng(export.REFERENCE_SEED)

        def drawn(low, high, *shape):
            return random.uniform(low, high, (_REQUESTS, *shape)).astype(np.float32)

        side = min(self.image_shape[:2])
        asked = {
            "source": drawn(-1, 1, _SOURCES, *self.image_shape),
            "source_landmarks": drawn(0, side, _SOURCES, self.points, 2),
            self.driver: drawn(
                *((-1, 1) if self.driver == "audio" else (0, side)), *self.driving_shape
            ),
        }
        made = self.call([tf.constant(values) for values in asked.values()])
        reference = {f"animate/input/{key}": values for key, values in asked.items()}
        reference["animate/output/images"] = made.numpy()
        info = {"image_shape": list(self.image_shape), "points": self.points, "driver": self.driver}
        export.write_extras(self, folder, reference, info)


def _checked(name, values, shape, count, limit=None):
    """Return values as float32, if they are `[count, *shape]` and within ±limit."""
    values = np.asarray(values)
    if values.shape[1:] != tuple(shape) or not len(values):
        expected = ", ".join([count, *map(str, shape)])
        raise ValueError(f"{name} has shape {values.shape}, expected ({expected})")
    if values.dtype.kind != "f":
        remedy = "; for images in [0, 255] use x / 127.5 - 1" if name == "source" else ""
        raise ValueError(f"{name} has dtype {values.dtype}, expected floats{remedy}")
    low, high = values.min(), values.max()
    most = np.inf if limit is None else limit + batches.RANGE_TOLERANCE
    if not (-most <= low and high <= most and np.isfinite([low, high]).all()):
        bounds = "finite numbers" if limit is None else f"[-{limit:g}, {limit:g}]"
        raise ValueError(f"{name} is in [{low:.4g}, {high:.4g}], expected {bounds}")
    return values.astype(np.float32)
