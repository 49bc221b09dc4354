"""Top-k: the generator learns from the fakes that the discriminator finds best."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TopK:
    """Top-k training (Sinha et al. 2020, arXiv 2002.06224).

    The other fakes' logits count as constants in the generator's loss: its value stays that of all
    fakes, its gradient is the mean over the best.

    Args:
        fraction: share of the batch that teaches the generator, in (0, 1].
        decay_steps: steps over which the share falls from 1 to `fraction`, linearly; 0: at once.

    Raises:
        ValueError: a number out of range.

    >>> float(TopK(0.5, decay_steps=100).share(50))
    0.75
    """

    def __init__(self, fraction=0.5, decay_steps=0):
        if not errors.is_number(fraction) or not 0.0 < fraction <= 1.0:
            raise ValueError(f"top_k: fraction is {fraction!r}, expected a number in (0, 1]")
        errors.check_ints(0, decay_steps=decay_steps)
        self.fraction = float(fraction)
        self.decay_steps = int(decay_steps)

    def share(self, step):
        """Return the share of the batch that counts at a step."""
        done = tf.cast(step, tf.float32) / max(self.decay_steps, 1)
        done = tf.minimum(done, 1.0) if self.decay_steps else 1.0
        return tf.constant(1.0) - done * (1.0 - self.fraction)

    def select(self, logits, realness, step):
        """Return (logits with a gradient at the best only, factor for the loss's gradient).

        Args:
            logits: `[B, …]`, of fakes.
            realness: function of logits; the larger, the better the fake.
            step: the step counter.
        """
        axes = list(range(1, len(logits.shape)))
        score = tf.stop_gradient(tf.reduce_mean(tf.cast(realness(logits), tf.float32), axes))
        everybody = replicas.gather(score)
        count = tf.cast(tf.size(everybody), tf.float32)
        k = tf.clip_by_value(tf.math.ceil(self.share(step) * count - 1e-4), 1.0, count)
        least = tf.sort(everybody, direction="DESCENDING")[tf.cast(k, tf.int32) - 1]
        chosen = tf.reshape(score >= least, [-1, *[1] * len(axes)])
        chosen_count = replicas.add(tf.reduce_sum(tf.cast(chosen, tf.float32)))
        return tf.where(chosen, logits, tf.stop_gradient(logits)), count / chosen_count

    def get_config(self):
        """Return the constructor's arguments."""
        return {"fraction": self.fraction, "decay_steps": self.decay_steps}

    @classmethod
    def from_config(cls, config):
        """Make it from its config."""
        return cls(**config)


def get(top_k):
    """Return None, or a `TopK` from a fraction, a dict of arguments or the object itself.

    >>> get(0.25).fraction
    0.25
    """
    if top_k is None or isinstance(top_k, TopK):
        return top_k
    if hasattr(top_k, "items"):
        valid = ("fraction", "decay_steps")
        for name in top_k:
            if name not in valid:
                raise ValueError(errors.unknown("argument of top_k", name, valid))
        return TopK(**dict(top_k.items()))
    return TopK(top_k)


def scale_gradient(value, factor):
    """Return a value whose gradient is multiplied by a factor."""
    return value * factor - tf.stop_gradient(value * factor - value)
