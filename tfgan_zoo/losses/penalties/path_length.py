"""Path length: steps in the mapped latents change the image by the same amount everywhere."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.losses.penalties.base import Penalty, need_images
from tfgan_zoo.losses.penalties.gradients import safe_sqrt


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PathLength(Penalty):
    """E (‖Jᵀ y‖ - a)² of the synthesis network (Karras et al. 2020, StyleGAN2, arXiv 1912.04958).

    J is the Jacobian of the images by the mapped latents w, y normal noise divided by √(H·W) as in the
    authors' code, and a the moving average of the lengths ‖Jᵀ y‖, a constant for the gradient, which takes in
    a step's own mean before it is used and starts at 0. Of a w for each layer, `[B, layers, features]`, the
    squared lengths are averaged over the layers.

    Args:
        weight: of the term, in the authors' code.
        decay: how much of the average stays when it moves.
        interval: see `Penalty`; the average moves in the steps only in which it is due.

    Raises:
        ValueError: a decay out of range, or (in `start`) batch norm in the generator, or a model
            without images `[H, W, C]`.

    >>> PathLength().interval
    4
    """

    kind = "path_length"
    players = ("generator",)
    needs_separate_samples = True
    crosses_replicas = True
    needs_latents = True

    def __init__(self, weight=2.0, decay=0.99, interval=4, **kwargs):
        super().__init__(weight, interval, **kwargs)
        if not errors.is_number(decay) or not 0.0 <= decay < 1.0:
            raise ValueError(f"path_length: decay is {decay!r}, expected a number in [0, 1)")
        self.decay = float(decay)

    def start(self, gan):
        """Make the average, or begin it anew."""
        super().start(gan)
        need_images(self.kind, gan)
        self.begin_state("average", ())

    def value(self, turn):
        """E (‖Jᵀ y‖ - a)²."""
        lengths = safe_sqrt(self.squared_lengths(turn))
        mean = replicas.mean(tf.stop_gradient(lengths))
        average = self.average.value + (1.0 - self.decay) * (mean - self.average.value)
        self.average.assign(average)
        return tf.reduce_mean(tf.square(lengths - average))

    def squared_lengths(self, turn):
        """Return ‖Jᵀ y‖² of fresh latents, float32 [B]."""
        mapped = tf.cast(turn.mapping(turn.latents()), tf.float32)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(mapped)
            images = tf.cast(turn.synthesis(mapped), tf.float32)
            height, width = images.shape[1:3]
            noise = turn.random.normal(images.shape[1:], self.kind) / (height * width) ** 0.5
            projected = tf.reduce_sum(images * noise)
        gradient = tf.cast(tape.gradient(projected, mapped), tf.float32)
        squares = tf.reduce_sum(tf.square(gradient), axis=-1)
        return tf.reduce_mean(squares, axis=list(range(1, len(squares.shape))))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**super().get_config(), "decay": self.decay}
