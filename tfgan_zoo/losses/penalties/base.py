"""What a penalty is, and what it may look at."""

import collections.abc
import dataclasses

import keras
import tensorflow as tf

from tfgan_zoo import errors, registry, replicas


@dataclasses.dataclass
class Turn:
    """One player's turn, as penalties see it.

    Attributes:
        network: the `keras.Model` that the player trains.
        real: real images as the discriminator is shown them: augmented, packed. None in a generator's
            turn that needs none.
        fake: generated images as the discriminator is shown them.
        real_logits: the discriminator's logits of `real`, None where it was not asked.
        fake_logits: the discriminator's logits of `fake`.
        discriminate: function from shown images to logits.
        features: function from shown images to the discriminator's last features.
        show: function from images to shown images.
        latents: function without arguments that draws a latent for each sample.
        mapping: function from latents to what `synthesis` takes.
        synthesis: function to images.
        random: the step's `RandomStream`.
        step: int64 scalar, the step counter.
        branches: whether a penalty that is not due is left out. Otherwise it is computed, and not counted.
    """

    network: keras.Model
    real: tf.Tensor | None
    fake: tf.Tensor
    real_logits: tf.Tensor | None
    fake_logits: tf.Tensor
    discriminate: collections.abc.Callable
    features: collections.abc.Callable
    show: collections.abc.Callable
    latents: collections.abc.Callable
    mapping: collections.abc.Callable
    synthesis: collections.abc.Callable
    random: object
    step: tf.Tensor
    branches: bool = True

    def imagine(self, latents):
        """Return the images of latents, as the discriminator is shown them."""
        return self.show(self.synthesis(self.mapping(latents)))

    def uniform(self, shape, use):
        """Draw numbers uniform in [0, 1) for each shown image, `[shown images, *shape]`.

        Those are fewer than the step's samples where several are packed into one.
        """
        rows = self.random.uniform(shape, use)
        # A slice of steps of unknown size would lose the rank, where a batch's size is not known either.
        return tf.reshape(rows, [tf.shape(self.fake)[0], -1, *shape])[:, 0]


class Penalty(keras.layers.Layer):
    """A term added to a player's loss. A layer, so that its state is saved and resumed with the model.

    Subclasses define `value(turn)`, the term without its weight, a float32 scalar: a mean over this
    replica's samples, with whatever it takes from the whole batch taken over all replicas.

    Args:
        weight: what the term is multiplied by.
        interval: add it every so many steps only, with `interval` times the weight (lazy
            regularisation, Karras et al. 2020, arXiv 1912.04958).
        player: whose loss it is added to.

    Raises:
        ValueError: a weight below zero, an interval that is no positive int, or a player for whom it has
            no meaning.
    """

    kind = None
    players = ("discriminator",)
    generator_needs_real = False
    # Where a sample's logit depends on the rest of the batch, its gradient is no per-sample thing.
    needs_separate_samples = False
    keeps_lipschitz = False
    needs_latents = False
    # Whether `value` asks other replicas, itself or (synchronised batch norm) by a network it calls.
    crosses_replicas = False

    def __init__(self, weight=1.0, interval=1, player=None, **kwargs):
        registry.check_keywords(type(self), kwargs, registry.parameters(type(self)))
        super().__init__(**kwargs)
        if not errors.is_number(weight) or weight < 0.0:
            raise ValueError(f"{self.kind}: weight is {weight!r}, expected a number of at least 0")
        errors.check_ints(1, interval=interval)
        player = self.players[0] if player is None else player
        if player not in self.players:
            raise ValueError(f"{self.kind}: " + errors.unknown("player", player, self.players))
        self.weight = float(weight)
        self.interval = int(interval)
        self.player = player
        self.built = True

    def start(self, gan):
        """Look at the model that is being compiled: refuse it, or make variables of its sizes.

        Raises:
            ValueError: this penalty has no meaning for that model; says the remedy.
        """
        if self.needs_separate_samples:
            refuse_shared_samples(self.kind, self.player, gan.players[self.player])

    def value(self, turn):
        """Return the term, without its weight."""
        raise NotImplementedError

    def term(self, turn):
        """Return the term, with its weight."""
        return self.weight * self.value(turn)

    def due(self, step):
        """Return whether the term counts in a step: True, or a bool scalar where steps differ."""
        return self.interval == 1 or tf.equal(step % self.interval, 0)

    def weighted(self, turn):
        """Return what to add to the loss in this step."""
        due = self.due(turn.step)
        if due is True:
            return self.term(turn)
        meets = self.crosses_replicas and replicas.several()
        if turn.branches and not meets and not tf.executing_eagerly():
            return tf.cond(due, lambda: self.interval * self.term(turn), lambda: tf.zeros([]))
        # Replicas cannot meet inside of a branch, and eagerly a branch that is not taken would not count its
        # random draws, as it does in a graph: all is computed, and counts when it is due.
        state = [(v, tf.identity(v.value)) for v in self.variables]
        term = tf.where(due, self.interval * self.term(turn), 0.0)
        for variable, before in state:
            variable.assign(tf.where(due, variable.value, before))
        return term

    def begin_state(self, name, shape):
        """Make an attribute of zeros that steps change (float32), or set that of an earlier `start` to zeros.

        Replicas must assign it the same values, computed from means over all of them: each changes its own
        copy.

        Raises:
            ValueError: it is there in another shape.
        """
        state = getattr(self, name, None)
        if state is None:
            state = self.add_weight(
                name=name,
                shape=shape,
                initializer="zeros",
                dtype="float32",
                autocast=False,
                trainable=False,
                aggregation="none",
            )
            setattr(self, name, state)
        elif tuple(state.shape) != tuple(shape):
            raise ValueError(
                f"{self.kind}: this object belongs to another model (its {name} has shape "
                f"{tuple(state.shape)} instead of {tuple(shape)}); make a new one"
            )
        else:
            state.assign(tf.zeros(shape))

    def project(self, network, step, ok):
        """Change the player's weights after its update, unless that update was called off (`ok` is false);
        for those that are no term of a loss.
        """

    def get_config(self):
        """Return the constructor's arguments."""
        own = {"weight": self.weight, "interval": self.interval, "player": self.player}
        return {**super().get_config(), **own}


def need_images(what, gan):
    """Refuse models of what has no height and width.

    Raises:
        ValueError: naming what the model makes.
    """
    if len(gan.image_shape) != 3:
        raise ValueError(
            f"{what} is about images of shape (height, width, channels); this model makes "
            f"{gan.image_shape}: leave {what} out"
        )


def refuse_without_game(penalties, weight):
    """Refuse penalties where there is no game.

    Args:
        penalties: the ones that were chosen.
        weight: name of the game's weight, which is 0.

    Raises:
        ValueError: there is a penalty.
    """
    if penalties:
        kind = penalties[0].kind
        raise ValueError(
            f"{weight} is 0, so there is no game that {kind} could penalise: leave {kind} out"
        )


def refuse_shared_samples(what, player, networks):
    """Refuse layers that let samples see each other: batch norm, minibatch discrimination.

    `layers.MinibatchStandardDeviation` is let pass, as StyleGAN2 has it beside R1.

    Raises:
        ValueError: naming the layer and the remedy.
    """
    for network in networks:
        for layer in network._flatten_layers():
            if isinstance(layer, keras.layers.BatchNormalization):
                kind, without = "BatchNormalization", _WITHOUT_BATCH_NORM[player]
            elif getattr(layer, "compares_samples", False):
                kind = type(layer).__name__
                without = "minibatch_discrimination=False in ImprovedGAN"
            else:
                continue
            instead = (
                "choose a penalty without gradients (such as 'lecam' or 'weight_clipping')"
                if player == "discriminator"
                else f"leave {what} out"
            )
            raise ValueError(
                f"{what} takes the gradient of each sample, but the {player}'s {layer.name!r} is a "
                f"{kind}: what comes out depends on the whole batch. Build the network without it "
                f"({without}), or {instead}."
            )


_WITHOUT_BATCH_NORM = {
    "discriminator": "discriminator_norm='layer', 'spectral' or 'none' in DCGAN; norm='instance' or 'none' "
    "in Pix2Pix and CycleGAN; layer norm or layers.VirtualBatchNormalization in your own",
    "generator": "zoo.StyleGAN2's has none; layer norm or layers.VirtualBatchNormalization in your own",
}
