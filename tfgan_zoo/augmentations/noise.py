"""Instance noise: the same noise on real and on generated samples."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.augmentations.base import Augmentation


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InstanceNoise(Augmentation):
    """Gaussian noise (Sønderby et al. 2017, arXiv 1610.04490; Arjovsky & Bottou 2017, arXiv 1701.04862).

    It makes the two distributions overlap, so that no perfect discriminator exists while they are still far
    apart. Samples may be of any rank, 2-D points for example.

    Args:
        stddev: the noise's standard deviation at step 0, in units of the samples (images span [-1, 1]).
        decay_steps: step at which the noise, falling linearly, reaches 0; None for constant noise.

    Raises:
        ValueError: a number out of range.

    >>> noise = InstanceNoise(stddev=0.5, decay_steps=100)
    >>> float(noise.level(25))
    0.375
    """

    kind = "instance_noise"

    def __init__(self, stddev=0.1, decay_steps=None, **kwargs):
        super().__init__(**kwargs)
        errors.check_numbers(0, float("inf"), stddev=stddev)
        if decay_steps is not None:
            errors.check_ints(1, decay_steps=decay_steps)
        self.stddev = float(stddev)
        self.decay_steps = None if decay_steps is None else int(decay_steps)

    def level(self, step):
        """Return the standard deviation at a step."""
        if self.decay_steps is None:
            return tf.constant(self.stddev)
        done = tf.cast(step, tf.float32) / self.decay_steps
        return self.stddev * tf.maximum(1.0 - done, 0.0)

    def augment(self, images, stream, step):
        """Add noise; `images` are `[B, …]` of any rank."""
        noise = stream.normal(images.shape[1:], use=self.kind)
        return images + tf.cast(self.level(step) * noise, images.dtype)

    def get_config(self):
        """Return the constructor's arguments."""
        own = {"stddev": self.stddev, "decay_steps": self.decay_steps}
        return {**super().get_config(), **own}
