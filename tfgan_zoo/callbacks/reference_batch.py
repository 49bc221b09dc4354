"""Keeps the reference statistics of virtual batch norm at the weights' heels."""

from tfgan_zoo import layers
from tfgan_zoo.callbacks.schedule import EverySteps


class ReferenceBatch(EverySteps):
    """Sets the reference of a player's virtual batch norms anew every so many steps.

    See `layers.VirtualBatchNormalization` (Salimans et al. 2016, arXiv 1606.03498). Put it first among the
    callbacks, so that samples, scores and checkpoints see the new statistics. Hand a resumed run the same
    reference. An averaged generator averages them with the weights.

    Args:
        reference: batch for the player's networks, see `layers.set_reference`.
        every: steps between two updates; the paper's reference is new in each.
        player: whose networks.

    Raises:
        ValueError: every is not a positive int; while training, a network without virtual batch norm.

    Example:

    >>> import tensorflow as tf
    >>> ReferenceBatch(tf.zeros([64, 28, 28, 1]), every=10).player
    'discriminator'
    """

    def __init__(self, reference, every=1, player="discriminator"):
        super().__init__(every)
        self.reference, self.player = reference, player

    def on_train_begin(self, logs=None):
        """Set the reference; a run resumed between two updates goes on with the one it had."""
        super().on_train_begin(logs)
        if self.step % self.every == 0:
            self.act(self.step, logs)

    def act(self, step, logs):
        """Set the reference."""
        for network in self.model.players[self.player]:
            layers.set_reference(network, self.reference)
