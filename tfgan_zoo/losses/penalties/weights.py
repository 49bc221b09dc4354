"""Penalties on the weights themselves."""

import keras
import tensorflow as tf

from tfgan_zoo.losses.penalties.base import Penalty


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Orthogonal(Penalty):
    """Σ ‖WᵀW ⊙ (1 - I)‖² over a player's kernels (Brock, Donahue & Simonyan 2019, arXiv 1809.11096).

    The pairs of a kernel's output features are driven apart, their lengths left free. A convolution's kernel
    is taken as a matrix with a column for each output feature. All trainable weights with at least two
    dimensions count, without those of embeddings.

    Args:
        weight: β of the paper.
        interval: see `Penalty`.
        player: `"generator"` or `"discriminator"`.

    >>> float(overlap(tf.constant([[1.0, 1.0], [0.0, 2.0]])))  # the columns' product is 1, twice
    2.0
    """

    kind = "orthogonal"
    players = ("generator", "discriminator")

    def __init__(self, weight=1e-4, interval=1, player=None, **kwargs):
        super().__init__(weight, interval, player, **kwargs)

    def value(self, turn):
        """Σ ‖WᵀW ⊙ (1 - I)‖²."""
        return tf.add_n([tf.zeros([]), *(overlap(w) for w in matrices(turn.network))])


def overlap(matrix):
    """Return ‖WᵀW ⊙ (1 - I)‖² of a matrix with a column for each output feature."""
    products = tf.matmul(matrix, matrix, transpose_a=True)
    return tf.reduce_sum(tf.square(tf.linalg.set_diag(products, tf.zeros(products.shape[0]))))


def matrices(network):
    """Return a network's trainable kernels as float32 matrices, a column for each output feature."""
    found = []
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.Embedding):
            continue
        for variable in layer._trainable_variables:
            if len(variable.shape) < 2 or not variable.trainable:
                continue
            kernel = tf.convert_to_tensor(variable.value)
            if isinstance(layer, (keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose)):
                kernel = tf.linalg.matrix_transpose(
                    kernel
                )  # their output features come before the last
            found.append(tf.cast(tf.reshape(kernel, [-1, kernel.shape[-1]]), tf.float32))
    return found


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class HistoricalAveraging(Penalty):
    """‖θ - (1/t) Σ θ[i]‖² of a player's parameters (Salimans et al. 2016, arXiv 1606.03498).

    θ[1] … θ[t] are the parameters in the player's earlier turns, weighed alike; the first turn has none,
    and costs nothing. Every replica does the same arithmetic on the same weights.

    Args:
        weight: of the term; the paper names none.
        interval: see `Penalty`; the average takes in the steps only in which it is due.
        player: `"generator"` or `"discriminator"`.

    >>> HistoricalAveraging(player="discriminator").player
    'discriminator'
    """

    kind = "historical_averaging"
    players = ("generator", "discriminator")

    def __init__(self, weight=1.0, interval=1, player=None, **kwargs):
        super().__init__(weight, interval, player, **kwargs)

    def start(self, gan):
        """Make the averages, or begin them anew.

        Raises:
            ValueError: it holds the averages of another network.
        """
        super().start(gan)
        for i, variable in enumerate(gan.players[self.player][0].trainable_variables):
            self.begin_state(f"average_{i}", variable.shape)
        self.begin_state("turns", ())

    def value(self, turn):
        """‖θ - average‖²."""
        total, turns = tf.zeros([]), tf.convert_to_tensor(self.turns.value)
        for i, variable in enumerate(turn.network.trainable_variables):
            average = getattr(self, f"average_{i}")
            now = tf.cast(tf.convert_to_tensor(variable.value), tf.float32)
            constant = tf.stop_gradient(now)
            past = tf.where(turns > 0.0, average.value, constant)
            total += tf.reduce_sum(tf.square(now - past))
            average.assign(past + (constant - past) / (turns + 1.0))
        self.turns.assign(turns + 1.0)
        return total
