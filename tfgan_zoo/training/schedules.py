"""Learning rates that Keras has no schedule for."""

import keras
import tensorflow as tf

from tfgan_zoo import errors


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ConstantThenLinear(keras.optimizers.schedules.LearningRateSchedule):
    """A constant rate, then one that falls to 0 along a line (CycleGAN, arXiv 1703.10593).

    Args:
        learning_rate: the first.
        constant_steps: how many steps keep it.
        decay_steps: in how many steps after them it falls to 0, where it stays.

    Raises:
        ValueError: a number out of range.

    >>> rate = ConstantThenLinear(0.5, constant_steps=10, decay_steps=4)
    >>> [float(rate(step)) for step in (0, 10, 11, 14, 99)]
    [0.5, 0.5, 0.375, 0.0, 0.0]
    """

    def __init__(self, learning_rate, constant_steps, decay_steps):
        errors.check_numbers(0, 1e6, learning_rate=learning_rate)
        errors.check_ints(0, constant_steps=constant_steps)
        errors.check_ints(1, decay_steps=decay_steps)
        self.learning_rate = float(learning_rate)
        self.constant_steps, self.decay_steps = constant_steps, decay_steps

    def __call__(self, step):
        """Return the rate of a step, which counts from 0."""
        gone = (tf.cast(step, tf.float32) - self.constant_steps) / self.decay_steps
        return self.learning_rate * (1.0 - tf.clip_by_value(gone, 0.0, 1.0))

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "learning_rate": self.learning_rate,
            "constant_steps": self.constant_steps,
            "decay_steps": self.decay_steps,
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Annealed(keras.optimizers.schedules.LearningRateSchedule):
    """learning_rate / (1 + α p)^β, where p goes from 0 to 1 (Ganin & Lempitsky 2015, arXiv 1409.7495).

    Args:
        learning_rate: the first.
        total_steps: in how many steps p gets to 1, where it stays.
        alpha: α.
        beta: β.

    Raises:
        ValueError: a number out of range.

    >>> round(float(Annealed(0.01, total_steps=100)(100)), 6)  # 0.01 / 11^0.75
    0.001656
    """

    def __init__(self, learning_rate, total_steps, alpha=10.0, beta=0.75):
        errors.check_numbers(0, 1e6, learning_rate=learning_rate, alpha=alpha, beta=beta)
        errors.check_ints(1, total_steps=total_steps)
        self.learning_rate, self.total_steps = float(learning_rate), total_steps
        self.alpha, self.beta = float(alpha), float(beta)

    def __call__(self, step):
        """Return the rate of a step, which counts from 0."""
        return (
            self.learning_rate / (1.0 + self.alpha * progress(step, self.total_steps)) ** self.beta
        )

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "learning_rate": self.learning_rate,
            "total_steps": self.total_steps,
            "alpha": self.alpha,
            "beta": self.beta,
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Scaled(keras.optimizers.schedules.LearningRateSchedule):
    """Another schedule's rate times a factor.

    Args:
        schedule: a `keras.optimizers.schedules.LearningRateSchedule`.
        factor: a number of at least 0.

    Raises:
        ValueError: the factor is out of range.

    >>> float(Scaled(ConstantThenLinear(0.5, constant_steps=10, decay_steps=4), 0.5)(11))
    0.1875
    """

    def __init__(self, schedule, factor):
        errors.check_numbers(0, 1e6, factor=factor)
        written = isinstance(schedule, dict)  # by get_config
        self.schedule = keras.saving.deserialize_keras_object(schedule) if written else schedule
        self.factor = float(factor)

    def __call__(self, step):
        """Return the rate of a step, which counts from 0."""
        return self.factor * self.schedule(step)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            "schedule": keras.saving.serialize_keras_object(self.schedule),
            "factor": self.factor,
        }


def progress(step, total_steps):
    """Return how much of a training is done, from 0 to 1.

    >>> float(progress(5, 20)), float(progress(50, 20))
    (0.25, 1.0)
    """
    return tf.minimum(tf.cast(step, tf.float32) / total_steps, 1.0)
