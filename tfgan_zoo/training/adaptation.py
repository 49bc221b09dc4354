"""Games that adapt a classifier to a domain without labels."""

import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.training import batches
from tfgan_zoo.training.guarding import TEST_WEIGHT
from tfgan_zoo.training.translating import Route
from tfgan_zoo.training.translation import Translation


class Adaptation(Translation):
    """What the adaptation models have in common: a classifier, and how it does on the target domain.

    A batch holds `source`, images in [-1, 1] with their `label`, and `target`, images of the other domain
    without; one to evaluate on, `target` and `target_label`. A subclass writes `classifier_logits`.

    Args:
        image_shape: (H, W, C) of both domains' images.
        num_classes: number of classes; labels are 0 to num_classes - 1.
        seed: int; the random numbers of training are a function of it and of the step.
        **kwargs: for `keras.Model`.
    """

    free_size = False

    def __init__(self, image_shape, num_classes, *, seed=0, **kwargs):
        errors.check_ints(2, num_classes=num_classes)
        super().__init__(image_shape, seed=seed, **kwargs)
        self.num_classes = num_classes

    @property
    def _label(self):
        return batches.Field((), "int32", 0, self.num_classes - 1)

    @property
    def batch_fields(self):
        """Source images, their labels, and target images."""
        images = batches.image_field(self.image_shape)
        return {"source": images, "label": self._label, "target": images}

    @property
    def test_fields(self):
        """Target images and their labels."""
        images = batches.image_field(self.image_shape)
        return {"target": images, "target_label": self._label}

    def classifier_logits(self, images, training=False):
        """Return the classes' logits `[B, num_classes]`."""
        raise NotImplementedError

    @property
    def routes(self):
        """From images to the classes' probabilities."""

        def probabilities(images):
            return tf.nn.softmax(tf.cast(self.classifier_logits(images), tf.float32))

        return {"classify": Route(probabilities, self.image_shape[2], output="probabilities")}

    def test_step(self, data):
        """The classifier's loss and accuracy on labelled images of the target domain."""
        batch = self.unpack(data, training=False)
        logits = self.classifier_logits(batch["target"])
        loss, accuracy = classification(logits, batch["target_label"])
        logs = {"classifier": {"target_loss": loss, "target_accuracy": accuracy}}
        size = batches.batch_size(batch, self.test_fields)
        return self._readable(logs) | {TEST_WEIGHT: tf.cast(size, tf.float32)}

    def classify(self, images, batch_size=256):
        """Return the classes' probabilities.

        Args:
            images: float array `[N, H, W, C]` in [-1, 1], of the training's size.
            batch_size: how many at a time, which bounds the memory.

        Returns:
            float32 array `[N, num_classes]`.

        Raises:
            ValueError: images of another rank, size, range or number of channels.
        """
        return self.through("classify", images, batch_size)
