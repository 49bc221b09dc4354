"""A history of generated images for a discriminator."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.training import randomness


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ImagePool(keras.layers.Layer):
    """Shows a discriminator earlier fakes for half of the new ones (Shrivastava et al. 2017, 1612.07828).

    The first `size` images are kept and shown as they come. Of those that follow, each is shown as it is with
    probability ½; else it takes the place of a kept one, drawn at random, which is shown instead. One image
    comes after the other, so one of a batch may be shown again later in it.

    There is one pool for the global batch: every replica holds a copy, goes through all replicas' images in
    their order and shows its own part. Its numbers come from the training step's stream, so that it is
    the same on one replica and on several, and a run that is resumed goes on exactly. Outside of a step it
    shows what it is given.

    Args:
        size: how many images are kept.
        image_shape: (H, W, C).
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: a size that is not a positive int.

    >>> pool = ImagePool(2, (1, 1, 1), name="pool")
    >>> with randomness.RandomStream(0, tf.constant(0, tf.int64), 2).active():
    ...     shown = pool(tf.constant([3.0, 5.0], shape=[2, 1, 1, 1]))
    >>> pool.images.numpy().ravel().tolist(), int(pool.kept.numpy())
    ([3.0, 5.0], 2)
    """

    def __init__(self, size, image_shape, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        errors.check_ints(1, size=size)
        self.size, self.image_shape = size, tuple(image_shape)
        # Replicas assign the same values, so these need no aggregation.
        self.images = self.add_weight(
            name="images", shape=(size, *self.image_shape), initializer="zeros", trainable=False
        )
        self.kept = self.add_weight(
            name="kept", shape=(), dtype="int32", initializer="zeros", trainable=False
        )
        self.built = True

    def call(self, images):
        """Return what to show for new images `[B, H, W, C]`."""
        stream = randomness.active_stream()
        if stream is None:
            return images
        fresh = replicas.gather(images)
        numbers = replicas.gather(stream.uniform((2,), use=self.name))
        kept, places, shown = self._exchanges(numbers)
        all_images = tf.concat([self.images.value, fresh], axis=0)
        self.images.assign(tf.gather(all_images, places))
        self.kept.assign(kept)
        return tf.gather(all_images, stream.mine(shown))

    def _exchanges(self, numbers):
        """Return how many are kept, what is in the pool's places, and what is shown for each new image.

        Images by their numbers: those of the pool are 0 to size - 1, then come the new ones.
        """
        size = self.size

        def one(state, new):
            kept, places, _ = state
            number, chance = new
            full = kept >= size
            place = tf.where(full, tf.cast(chance[1] * size, tf.int32), kept)
            exchanged = full & (chance[0] < 0.5)
            shown = tf.where(exchanged, tf.gather(places, tf.minimum(place, size - 1)), number)
            taken = tf.equal(tf.range(size), place) & (exchanged | ~full)
            return tf.minimum(kept + 1, size), tf.where(taken, number, places), shown

        first = (tf.identity(self.kept.value), tf.range(size), tf.constant(0))
        new = tf.range(tf.shape(numbers)[0]) + size
        kept, places, shown = tf.scan(one, (new, numbers), first)
        return kept[-1], places[-1], shown

    def get_config(self):
        """Return the constructor's arguments."""
        own = {"size": self.size, "image_shape": self.image_shape}
        return {**super().get_config(), **own}
