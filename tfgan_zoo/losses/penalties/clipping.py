"""Weight clipping: the first way to keep a critic Lipschitz."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.penalties.base import Penalty


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WeightClipping(Penalty):
    """Every weight of the critic back into [-limit, limit] after each update (Arjovsky, Chintala & Bottou
    2017, WGAN, arXiv 1701.07875).

    No term of the loss, so it has no weight.

    Args:
        limit: c of the paper.
        interval: clip every so many steps only.
        player: `"discriminator"`, or `"generator"`.

    Raises:
        ValueError: a limit that is not above 0, a weight, or (in `start`) layers with spectral normalisation.

    >>> WeightClipping(0.05).limit
    0.05
    """

    kind = "weight_clipping"
    players = ("discriminator", "generator")
    keeps_lipschitz = True

    def __init__(self, limit=0.01, interval=1, player=None, **kwargs):
        if "weight" in kwargs:
            raise ValueError(
                "weight_clipping is no term of the loss and has no weight; how much is clipped is "
                f"limit, c of the paper (now {limit!r})"
            )
        super().__init__(1.0, interval, player, **kwargs)
        if not errors.is_number(limit) or limit <= 0.0:
            raise ValueError(f"weight_clipping: limit is {limit!r}, expected a number above 0")
        self.limit = float(limit)

    def start(self, gan):
        """Refuse spectral norm, which divides by the size of the weights that are clipped here."""
        for network in gan.players[self.player]:
            for layer in network._flatten_layers():
                if hasattr(layer, "advance"):
                    raise ValueError(
                        f"weight_clipping changes the size of weights, but the {self.player}'s "
                        f"{layer.name!r} divides them by their largest singular value: the clipping would "
                        "do nothing but round them. Leave one of the two out; spectral norm alone keeps "
                        "the network Lipschitz."
                    )

    def value(self, turn):
        """Nothing: what it does, it does in `project`."""
        return tf.zeros([])

    def project(self, network, step, ok):
        """Clip."""
        due = ok & tf.equal(step % self.interval, 0)
        for variable in network.trainable_variables:
            value = variable.value
            clipped = tf.clip_by_value(value, -self.limit, self.limit)
            variable.assign(tf.where(due, clipped, value))

    def get_config(self):
        """Return the constructor's arguments."""
        config = super().get_config()
        del config["weight"]
        return {**config, "limit": self.limit}
