"""LeCam: hold each side's logits by the other side's moving average."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.penalties.base import Penalty


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LeCam(Penalty):
    """E (D(x) - α_F)² + E (D(G(z)) - α_R)² (Tseng et al. 2021, arXiv 2104.03310).

    α_R and α_F are exponential moving averages of the mean logits of real and of generated images. This
    is the paper's formula; the authors' code punishes excess only, relu(D(x) - α_F)² +
    relu(α_R - D(G(z)))², which is the same as long as the two sides are in their places.

    The averages take in a step's own means before they are used, and are bias-corrected (divided by
    1 - decay^t, as Adam's moments are), so that the first step's averages are its own means instead of 0.

    Args:
        weight: λ of the paper.
        decay: of the averages, in [0, 1).
        interval: see `Penalty`; the averages move in the steps only in which it is due.

    Raises:
        ValueError: a decay out of range.

    >>> LeCam(decay=0.9).decay
    0.9
    """

    kind = "lecam"
    crosses_replicas = True

    def __init__(self, weight=0.3, decay=0.99, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if not errors.is_number(decay) or not 0.0 <= decay < 1.0:
            raise ValueError(f"lecam: decay is {decay!r}, expected a number in [0, 1)")
        self.decay = float(decay)

    def start(self, gan):
        """Make the averages, or begin them anew."""
        super().start(gan)
        # The real and the fake logits' averages, and the sum of what they weigh.
        self.begin_state("averages", (2,))
        self.begin_state("seen", ())

    def value(self, turn):
        """E (D(x) - α_F)² + E (D(G(z)) - α_R)²."""
        real, fake = (tf.cast(x, tf.float32) for x in (turn.real_logits, turn.fake_logits))
        now = tf.stack([replicas.mean(tf.stop_gradient(x), axis=None) for x in (real, fake)])
        averages = self.decay * self.averages.value + (1.0 - self.decay) * now
        seen = self.decay * self.seen.value + (1.0 - self.decay)
        self.averages.assign(averages)
        self.seen.assign(seen)
        anchor_real, anchor_fake = tf.unstack(averages / seen)
        return tf.reduce_mean(tf.square(real - anchor_fake)) + tf.reduce_mean(
            tf.square(fake - anchor_real)
        )

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "decay": self.decay}
