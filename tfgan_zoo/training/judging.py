"""What a discriminator's turn and its opponent's are made of, in games of any number of them."""

import keras
import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.features import features_of
from tfgan_zoo.losses import penalties as penalty_terms
from tfgan_zoo.training import combinations


def realness(loss, logits):
    """Return what a discriminator says of samples by a loss: 1 is real, 0 is fake, 0.5 undecided."""
    return getattr(loss, "realness", tf.sigmoid)(logits)


def judgement(real, fake):
    """Return dict of what to log of a discriminator.

    Args:
        real: realness of real samples.
        fake: realness of fakes.

    >>> float(judgement(tf.constant([0.25, 0.75]), tf.constant([0.25]))["real_accuracy"])
    0.5
    """
    return {
        "real": tf.reduce_mean(real),
        "fake": tf.reduce_mean(fake),
        "real_accuracy": tf.reduce_mean(tf.cast(real > 0.5, tf.float32)),
        "fake_accuracy": tf.reduce_mean(tf.cast(fake < 0.5, tf.float32)),
    }


def with_conditions(images, conditions):
    """Return what a network takes: images alone, or a list of them and what it is told beside."""
    return [images, *conditions] if conditions else images


def penalised(penalties, player, turn, loss, logs):
    """Return a player's loss with its penalties added, and the logs with their values."""
    for penalty in penalties:
        if penalty.player == player:
            value = penalty.weighted(turn)
            loss += value
            logs = logs | {penalty.kind: value}
    return loss, logs


def copied(part):
    """Return a loss or penalty like this one with state of its own; one without state is its own copy."""
    if isinstance(part, keras.layers.Layer):
        return type(part).from_config(part.get_config())
    return part


class Adversary:
    """One discriminator and the network that it judges, with their objective and their penalties.

    Args:
        model: the `AdversarialModel` whose steps these turns belong to.
        discriminator: `keras.Model` from images (or a list of them and conditions) to logits.
        generator: the network that makes the fakes.
        loss: an adversarial loss.
        penalties: list of penalties.
        image_shape: (H, W, C) of the images.
    """

    def __init__(self, model, discriminator, generator, loss, penalties, image_shape):
        self._model = model
        self.discriminator, self.generator = discriminator, generator
        self.loss, self.penalties = loss, penalties
        self.image_shape = image_shape

    @property
    def players(self):
        """The two, as penalties ask for them."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    def start(self):
        """Begin the state of loss and penalties, and refuse what cannot work.

        Raises:
            ValueError: naming the part, and the remedy.
        """
        for penalty in self.penalties:
            if penalty.needs_latents:
                raise ValueError(
                    f"{penalty.kind} is about latents; the generator of {type(self._model).__name__} makes "
                    f"images of images: leave {penalty.kind} out"
                )
        own = [self.loss] * isinstance(self.loss, losses.AdversarialLoss)
        for part in (*own, *self.penalties):
            part.start(self)
        combinations.check(self, self.loss, self.penalties, [], 0)

    def judge(self, conditions=(), training=True):
        """Return the function from images to the discriminator's logits."""
        return lambda images: self.discriminator(
            with_conditions(images, conditions), training=training
        )

    def discriminator_loss(
        self, real, fake, conditions=(), training=True, *, scale=1.0, logits=None
    ):
        """Return the discriminator's loss and what to log of it.

        Args:
            real: real images.
            fake: fakes, constants for the gradient.
            conditions: list of what the discriminator is told beside.
            training: whether this is a training step: else there are no penalties.
            scale: what the loss, but no penalty, is multiplied by.
            logits: pair of the discriminator's logits of both, where they are known.
        """
        fake = tf.stop_gradient(fake)
        discriminate = self.judge(conditions, training)
        # Two passes: in one, batch norm would mix the statistics of real and fake images.
        real_logits, fake_logits = logits or (discriminate(real), discriminate(fake))
        loss = scale * self.loss.discriminator(real_logits, fake_logits)
        logs = judgement(realness(self.loss, real_logits), realness(self.loss, fake_logits))
        turn = self._turn("discriminator", real, fake, real_logits, fake_logits, conditions)
        return self._penalised("discriminator", turn, loss, logs, training)

    def generator_loss(
        self, real, fake, conditions=(), training=True, *, scale=1.0, fake_logits=None
    ):
        """Return the generator's loss and what to log: the game alone, not scaled, and each penalty.

        Args: see `discriminator_loss`; `fake_logits` are the discriminator's where they are known.
        """
        discriminate = self.judge(conditions, training)
        real_logits = None
        if fake_logits is None:
            fake_logits = discriminate(fake)
        if getattr(self.loss, "generator_needs_real", True):
            real_logits = discriminate(real)
        game = self.loss.generator(real_logits, fake_logits)
        turn = self._turn("generator", real, fake, real_logits, fake_logits, conditions)
        logs = {"adversarial": game}
        return self._penalised("generator", turn, scale * game, logs, training)

    def _penalised(self, player, turn, loss, logs, training):
        if not training:
            return loss, logs
        return penalised(self.penalties, player, turn, loss, logs)

    def _turn(self, player, real, fake, real_logits, fake_logits, conditions):
        return penalty_terms.Turn(
            network=self.players[player][0],
            real=real,
            fake=fake,
            real_logits=real_logits,
            fake_logits=fake_logits,
            discriminate=self.judge(conditions),
            features=lambda images: features_of(self.discriminator)(
                with_conditions(images, conditions), training=True
            ),
            show=lambda images: images,
            latents=None,
            mapping=None,
            synthesis=None,
            random=self._model.random,
            step=self._model.iterations.value,
            branches=not self._model.jit_compile,
        )

    def project(self, player, ok):
        """Project a player's weights where a penalty asks for it (weight clipping)."""
        for penalty in self.penalties:
            if penalty.player == player:
                penalty.project(self.players[player][0], self._model.iterations.value, ok)
