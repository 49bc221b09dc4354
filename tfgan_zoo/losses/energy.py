"""Objectives on energies: the discriminator's output is low for real samples, and never below 0."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, registry, replicas
from tfgan_zoo.losses.base import AdversarialLoss, float32
from tfgan_zoo.training import randomness


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class EnergyBased(AdversarialLoss):
    """Low energy for data, at least the margin for fakes (Zhao et al. 2017, EBGAN, 1609.03126).

    The energy is an autoencoder's reconstruction error, say. It must be at least 0: a discriminator
    without that bound lowers its loss on real samples for ever.

    Args:
        margin: energy beyond which a fake is left alone, above 0, in the energy's own unit: mean errors
            of a pixel need a small one, sums over pixels a large one.

    Raises:
        ValueError: a margin that is not above 0.

    >>> loss = EnergyBased(margin=2.0)
    >>> float(loss.discriminator(tf.constant([0.5]), tf.constant([1.25])))
    1.25
    """

    name = "energy_based"
    energy = True

    def __init__(self, margin=1.0):
        errors.check_numbers(0, 1e6, margin=margin)
        if margin == 0:
            raise ValueError("margin is 0, expected a number above 0")
        self.margin = float(margin)

    def discriminator(self, real_logits, fake_logits):
        """E D(x) + E max(0, margin - D(G(z)))."""
        real, fake = float32(real_logits, fake_logits)
        return tf.reduce_mean(real) + tf.reduce_mean(tf.nn.relu(self.margin - fake))

    def generator(self, real_logits, fake_logits):
        """E D(G(z))."""
        (fake,) = float32(fake_logits)
        return tf.reduce_mean(fake)

    def realness(self, logits):
        """Energy 0 is real (1), the margin is fake (0); it falls as the energy rises."""
        return 1.0 - tf.cast(logits, tf.float32) / self.margin

    def get_config(self):
        """Return the constructor's arguments."""
        return {"margin": self.margin}


# A package of its own: there is a model of that name, too.
@keras.saving.register_keras_serializable(package="tfgan_zoo.losses")
class BEGAN(AdversarialLoss, keras.layers.Layer):
    """Energies kept in equilibrium (Berthelot, Schumm & Metz 2017, BEGAN, 1703.10717).

    The energy L(v) = |v - D(v)| is the reconstruction error of an autoencoder. How much fakes count in
    the discriminator's loss, k in [0, 1], is steered so that E L(G(z)) = γ E L(x). In a training step k
    moves each time the discriminator's loss is taken, after that, by the same energies (the paper takes
    the fakes of the generator's turn). It is a weight, saved and resumed with the model, and moves by means
    over the global batch, so replicas agree on it. A `compile` begins anew at 0, with the same object too.

    Args:
        gamma: γ, the diversity ratio, in [0, 1]; lower: sharper and less diverse.
        gain: λ_k, how fast k moves.
        **kwargs: `name` of the layer.

    Raises:
        ValueError: a number out of range.

    >>> loss = BEGAN()
    >>> loss.name, float(loss.discriminator(tf.constant([0.5]), tf.constant([0.25])))  # k is 0
    ('began', 0.5)
    >>> float(loss.convergence(tf.constant([0.5]), tf.constant([0.125])))
    0.625
    """

    # `Layer` gives each object its own name; by default that one.
    name = "began"
    has_border = False
    energy = True

    def __init__(self, gamma=0.5, gain=0.001, **kwargs):
        errors.check_numbers(0, 1, gamma=gamma, gain=gain)
        registry.check_keywords(type(self), kwargs, registry.parameters(type(self)))
        super().__init__(**{"name": type(self).name, "dtype": "float32", **kwargs})
        self.gamma = float(gamma)
        self.gain = float(gain)
        self.k = self.add_weight(
            name="k",
            shape=(),
            dtype="float32",
            initializer="zeros",
            trainable=False,
            aggregation="mean",
        )
        self.built = True

    def start(self, gan):
        """Set k to 0."""
        self.k.assign(0.0)

    def discriminator(self, real_logits, fake_logits):
        """E L(x) - k E L(G(z)); in a training step k then moves."""
        real, fake = float32(real_logits, fake_logits)
        k = tf.identity(self.k.value)
        if randomness.active_stream() is not None:
            balance = tf.stop_gradient(self._balance(real, fake))
            self.k.assign(tf.clip_by_value(k + self.gain * balance, 0.0, 1.0))
        return tf.reduce_mean(real) - k * tf.reduce_mean(fake)

    def generator(self, real_logits, fake_logits):
        """E L(G(z))."""
        (fake,) = float32(fake_logits)
        return tf.reduce_mean(fake)

    def convergence(self, real_logits, fake_logits):
        """Return the paper's measure of convergence, M = E L(x) + |γ E L(x) - E L(G(z))|; less is better."""
        real, fake = float32(real_logits, fake_logits)
        return replicas.mean(real, axis=None) + tf.abs(self._balance(real, fake))

    def _balance(self, real, fake):
        return self.gamma * replicas.mean(real, axis=None) - replicas.mean(fake, axis=None)

    def realness(self, logits):
        """1 / (1 + L): 1 at energy 0, falling as it rises. There is no border between real and fake."""
        return 1.0 / (1.0 + tf.nn.relu(tf.cast(logits, tf.float32)))

    def get_config(self):
        """Return the constructor's arguments."""
        return {"gamma": self.gamma, "gain": self.gain, "name": self.name}
