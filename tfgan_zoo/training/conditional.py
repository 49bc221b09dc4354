"""The GAN of labelled images: generator and discriminator are told the class."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.training import batches
from tfgan_zoo.training.gan import GAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConditionalGAN(GAN):
    """Class-conditional GAN of any two networks (Mirza & Osindero 2014, arXiv 1411.1784).

    In training a fake is made for each real image's label, so that both have the data's class balance.

    Args:
        generator: `keras.Model` from [latents `[B, …]`, labels int32 `[B]`] to images in [-1, 1].
        discriminator: `keras.Model` from [images, labels] to logits.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        **kwargs: as for `GAN`, without `packing`: images of several classes make no pack.

    Raises:
        ValueError: networks that do not take a label, or not each other's images.

    Example:

    >>> latents, label = keras.Input((2,)), keras.Input((), dtype="int32")
    >>> told = keras.layers.Embedding(3, 2)(label) * latents
    >>> images = keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4, "tanh")(told))
    >>> image, label_seen = keras.Input((2, 2, 1)), keras.Input((), dtype="int32")
    >>> seen = keras.layers.Embedding(3, 4)(label_seen) * keras.layers.Flatten()(image)
    >>> gan = ConditionalGAN(keras.Model([latents, label], images),
    ...                      keras.Model([image, label_seen], keras.layers.Dense(1)(seen)), 3)
    >>> gan.generate(4, seed=1, label=2).shape
    (4, 2, 2, 1)
    """

    discriminator_is_told = True

    def __init__(self, generator, discriminator, num_classes, *, ema_decay=None, seed=0, **kwargs):
        errors.check_ints(1, num_classes=num_classes)
        told = [(generator, "latents")]
        if self.discriminator_is_told:
            told.append((discriminator, "images"))
        for network, what in told:
            if len(network.inputs) != 2 or network.inputs[1].shape != (None,):
                shapes = [tuple(i.shape) for i in network.inputs]
                raise ValueError(
                    f"{network.name!r} takes inputs of shapes {shapes}; a conditional GAN's takes [{what}, "
                    "labels], labels of shape (None,)"
                )
        if "packing" in kwargs:
            raise ValueError("packing joins images of several classes; a conditional GAN has none")
        super().__init__(generator, discriminator, ema_decay=ema_decay, seed=seed, **kwargs)
        self.num_classes = num_classes

    @property
    def batch_fields(self):
        """Images, and the label of each."""
        label = batches.Field((), "int32", 0, self.num_classes - 1)
        return {**super().batch_fields, "label": label}

    def conditions(self, batch):
        """Return the labels."""
        return [batch["label"]]

    def discriminator_conditions(self, batch):
        """Return the labels, if the discriminator is told them."""
        return self.conditions(batch) if self.discriminator_is_told else []

    @property
    def sampling_inputs(self):
        """Latents and labels."""
        return {**super().sampling_inputs, "label": tf.TensorSpec([None], tf.int32, name="label")}

    @property
    def condition_count(self):
        """As many as there are classes."""
        return self.num_classes

    def sampling_conditions(self, n, label=None, **given):
        """Return the labels of n samples: those given, or the classes one after the other.

        Args:
            n: number of samples, int or int tensor.
            label: an int for all samples, an array of n ints, or None.
            **given: nothing.

        Raises:
            ValueError: a label that is no class, or not n of them.
        """
        for name in given:
            raise ValueError(errors.unknown(f"input of {type(self).__name__}", name, ["label"]))
        if label is None:
            return [tf.range(n, dtype=tf.int32) % self.num_classes]
        return [batches.labels_of(label, n, self.num_classes)]

    def from_request(self, latents, label):
        """Return latents and labels, in the served graph, which refuses labels that are no class."""
        fits = tf.reduce_all((label >= 0) & (label < self.num_classes))
        message = f"labels are expected from 0 to {self.num_classes - 1}:"
        with tf.control_dependencies([tf.debugging.Assert(fits, [message, label])]):
            return latents, tf.identity(label)

    def get_config(self):
        """Return the constructor's arguments."""
        config = super().get_config()
        del config["packing"]
        return {**config, "num_classes": self.num_classes}
