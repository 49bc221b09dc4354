"""Drift: keep a critic's logits near zero."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.penalties.base import Penalty


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Drift(Penalty):
    """E D(x)² at real images (Karras et al. 2018, Progressive GAN, arXiv 1710.10196, appendix A.1).

    A Wasserstein critic's loss does not change when a number is added to all logits; this keeps that number
    from drifting away.

    Args:
        weight: ε of the paper.
        interval: see `Penalty`.

    >>> Drift().weight
    0.001
    """

    kind = "drift"

    def __init__(self, weight=1e-3, interval=1, **kwargs):
        super().__init__(weight, interval, **kwargs)

    def value(self, turn):
        """E D(x)²."""
        return tf.reduce_mean(tf.square(tf.cast(turn.real_logits, tf.float32)))
