"""From sources and what drives to frames."""

import tensorflow as tf


class Drawing:
    """How `TalkingHeadGAN` draws, with its networks: whom, and which of the sources it sees."""

    def embed(self, source, source_landmarks, used=None, training=False):
        """Return who people are, float32 `[B, embedding_dim]`: the mean over their sources.

        Args:
            source: images `[B, S, H, W, C]`.
            source_landmarks: `[B, S, K, 2]`, in pixels.
            used: numbers in [0, 1), which share of the sources is used, `[B]`: at least one; None for all.
            training: whether this is a training step.
        """
        count = tf.shape(source)[1] if source.shape[1] is None else source.shape[1]
        images = tf.reshape(source, [-1, *self.image_shape])
        maps = self.maps(tf.reshape(source_landmarks, [-1, self.points, 2]))
        each = self.embedder([images, maps], training=training)
        each = tf.reshape(each, [-1, count, each.shape[-1]])
        among = tf.cast(_among(used, count), tf.float32)[..., None]
        return tf.reduce_sum(each * among, axis=1) / tf.reduce_sum(among, axis=1)

    def draw(self, embedding, source, source_landmarks, driving, used=None, training=False):
        """Return frames, float32 `[B, H, W, C]` in [-1, 1].

        Args:
            embedding: see `embed`, as the other arguments.
            source: images `[B, S, H, W, C]`.
            source_landmarks: `[B, S, K, 2]`, in pixels.
            driving: landmarks `[B, K, 2]` in pixels, or audio `[B, length]`.
            used: as for `embed`.
            training: whether this is a training step.
        """
        if self.hearing is None:
            apart = tf.reduce_mean(tf.square(source_landmarks - driving[:, None]), axis=[2, 3])
            count = tf.shape(source)[1] if source.shape[1] is None else source.shape[1]
            seen = tf.argmin(tf.where(_among(used, count), apart, apart.dtype.max), axis=1)
        else:
            seen = tf.zeros_like(driving[:, 0], tf.int32)
        image, marks = (tf.gather(each, seen, batch_dims=1) for each in (source, source_landmarks))
        canvas = [self.maps(driving if self.hearing is None else marks)]
        if self.sees_source:
            canvas.append(tf.cast(image, canvas[0].dtype))
            canvas += [self.maps(marks)] * (self.hearing is None)
        sound = [] if self.hearing is None else [self.hearing(driving)]
        inputs = [tf.concat(canvas, axis=-1), embedding, *sound]
        return tf.cast(self.generator(inputs, training=training), tf.float32)


def _among(used, count):
    """Return which of the sources are used, bool `[B or 1, S]`; see `Drawing.embed`."""
    numbers = tf.range(count)[None]
    if used is None:
        return numbers >= 0
    return numbers <= tf.cast(used[:, None] * tf.cast(count, tf.float32), tf.int32)
