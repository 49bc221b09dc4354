"""CycleGAN."""

import functools

import keras

from tfgan_zoo import errors
from tfgan_zoo.layers import ImagePool
from tfgan_zoo.losses.images import distance
from tfgan_zoo.networks.translation import parts, patch_discriminator, resnet, resnet_generator
from tfgan_zoo.training import Translation, batches
from tfgan_zoo.training.translating import Route

# What each direction is from and to.
DIRECTIONS = {"a_to_b": ("a", "b"), "b_to_a": ("b", "a")}


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class CycleGAN(Translation):
    """Translation without pairs (Zhu, Park, Isola & Efros 2017, CycleGAN, arXiv 1703.10593).

    Two generators of residual blocks, G from domain a to b and F back, and a PatchGAN for each domain. Each
    direction plays the least-squares game, and an image must come back: λ E |F(G(a)) - a| and
    λ E |G(F(b)) - b|, λ = 10. The discriminators are shown a history of 50 fakes, see `layers.ImagePool`. For
    paintings to photographs the paper adds that what is in the target domain already stays as it is:
    `identity_weight`, there half of λ. Adam(2e-4, β₁ 0.5) for generators and discriminators, at a batch size
    of 1; the paper lets the rate fall to 0 in the second half of its 200 epochs:
    `training.ConstantThenLinear`.

    A batch holds `a` and `b`, images in [-1, 1] of the same shape that have nothing to do with each other.

    Args:
        image_shape: (H, W, C) of both domains' images, sides multiples of 4. Once trained, it translates
            any size whose sides are.
        blocks: residual blocks of a generator; None for the paper's 6, or 9 from 256 pixels on.
        receptive_field: side of the patches that are judged, in pixels; see `patch_discriminator`.
        generator_width: channels of a generator's first layer.
        discriminator_width: channels of a discriminator's first layer.
        norm: `"instance"`, `"batch"` or `"none"`, in all networks.
        pool_size: how many fakes each history keeps; 0 for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that the generators cannot take (names the nearest), or a number out of range.

    Example:

    >>> model = CycleGAN((16, 16, 3), blocks=1, generator_width=4, discriminator_width=4)
    >>> model.compile(identity_weight=5.0)
    >>> model.translate(keras.ops.zeros([2, 20, 24, 3]), direction="b_to_a").shape
    (2, 20, 24, 3)
    """

    default_loss = "least_squares"
    size_multiple, smallest_side = resnet.MULTIPLE, resnet.SMALLEST
    # The zoo's least squares have the halves of their paper. Here they are in the discriminator's loss alone.
    adversarial_weight, cycle_weight, identity_weight = 2.0, 10.0, 0.0
    directions = "both"

    def __init__(
        self,
        image_shape,
        blocks=None,
        receptive_field=70,
        generator_width=64,
        discriminator_width=64,
        norm="instance",
        pool_size=50,
        *,
        seed=0,
        **kwargs,
    ):
        shape = parts.check_shape(image_shape, resnet.MULTIPLE, resnet.SMALLEST)
        errors.check_ints(0, pool_size=pool_size)
        blocks = (9 if min(shape[:2]) >= 256 else 6) if blocks is None else blocks
        super().__init__(shape, seed=seed, **kwargs)
        dtype = kwargs.get("dtype")
        self._arguments = {
            "image_shape": shape,
            "blocks": blocks,
            "receptive_field": receptive_field,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "norm": norm,
            "pool_size": pool_size,
        }
        generates = (shape[2], shape[2], generator_width, blocks, norm)
        judges = (shape[2], None, receptive_field, discriminator_width, norm)
        for index, (direction, (_, target)) in enumerate(DIRECTIONS.items()):
            generator = resnet_generator(
                *generates, seed=seed + 2 * index, dtype=dtype, name=direction
            )
            name = f"discriminator_{target}"
            discriminator = patch_discriminator(
                *judges, seed=seed + 2 * index + 1, dtype=dtype, name=name, sides=shape[:2]
            )
            # Attributes, so that Keras's saving and tf.train.Checkpoint find them.
            setattr(self, direction, generator)
            setattr(self, name, discriminator)
            pool = f"pool_{target}"
            setattr(self, pool, ImagePool(pool_size, shape, name=pool) if pool_size else None)
        self.built = True

    @property
    def batch_fields(self):
        """An image of each domain."""
        return {domain: batches.image_field(self.image_shape) for domain in "ab"}

    @property
    def active(self):
        """List of the directions that play, see `compile`."""
        return [d for d in DIRECTIONS if self.directions in ("both", d)]

    @property
    def players(self):
        """The generators and the discriminators, in the order of their turns; those that play."""
        trained = DIRECTIONS if self.cycle_weight else self.active
        return {
            "generator": [getattr(self, direction) for direction in trained],
            "discriminator": [discriminator for discriminator, _ in self.pairs],
        }

    @property
    def pairs(self):
        """Each domain's discriminator, and the generator that translates into it."""
        return [
            (getattr(self, f"discriminator_{DIRECTIONS[d][1]}"), getattr(self, d))
            for d in self.active
        ]

    @property
    def parts(self):
        """What has state besides the networks: penalties, losses and pools."""
        return super().parts + [pool for pool in (self.pool_a, self.pool_b) if pool is not None]

    @property
    def routes(self):
        """Each direction."""
        channels = self.image_shape[2]
        return {
            direction: Route(lambda x, d=direction: getattr(self, d)(x, training=False), channels)
            for direction in DIRECTIONS
        }

    @property
    def has_game(self):
        """Not where `adversarial_weight` is 0."""
        return self.adversarial_weight > 0

    def compile(
        self,
        optimizers=None,
        *,
        adversarial_weight=2.0,
        cycle_weight=10.0,
        identity_weight=0.0,
        directions="both",
        **kwargs,
    ):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"generator"` and/or `"discriminator"`; each trains both of
                them.
            adversarial_weight: of the game in the generators' loss; 0 for no game: the discriminators do not
                train. 2 makes the zoo's least squares E (D(G(a)) - 1)², as in the paper.
            cycle_weight: λ of the paper; 0 for a GAN without cycles.
            identity_weight: of E |G(b) - b| and E |F(a) - a|; 5 in the paper where it is used.
            directions: `"both"`; or, for ablations, `"a_to_b"` or `"b_to_a"`: one direction's game, cycle and
                identity. The other generator then learns by the cycle alone, if at all.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, …

        Raises:
            ValueError: what `Translation.compile` raises, an unknown direction, or all weights are 0.
        """
        weights = self.weights(
            adversarial_weight=adversarial_weight,
            cycle_weight=cycle_weight,
            identity_weight=identity_weight,
        )
        if directions not in ("both", *DIRECTIONS):
            raise ValueError(errors.unknown("directions", directions, ["both", *DIRECTIONS]))
        with self.choosing(**weights, directions=directions):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """A turn of both generators, then one of both discriminators, on the fakes from before it."""
        batch, turns = self.unpack(data), {}
        fakes = self.begin("generator", lambda: self.fakes(batch))
        turns["generator"] = self.update("generator", lambda: self.generator_loss(batch, fakes))
        shown = functools.cache(lambda: self.shown(fakes))  # the pools take fakes in once a step
        for _ in range(self.discriminator_steps if self.has_game else 0):
            turns["discriminator"] = self.update(
                "discriminator", lambda: self.discriminator_loss(batch, shown())
            )
        return self.log(**turns)

    def fakes(self, batch, training=True):
        """Return dict of domain -> the images that are translated into it."""
        found = {}
        for direction in self.active:
            source, target = DIRECTIONS[direction]
            found[target] = getattr(self, direction)(batch[source], training=training)
        return found

    def generator_loss(self, batch, fakes, training=True):
        """Return the sum of both directions' games, cycles and identities, weighted, and each to log."""
        loss, logs = 0.0, {}
        terms = {"adversarial": 0.0, "cycle": 0.0, "identity": 0.0}
        for direction, adversary in zip(self.active, self.adversaries, strict=True):
            source, target = DIRECTIONS[direction]
            there = getattr(self, direction)
            back = getattr(self, f"{target}_to_{source}")
            if self.has_game:
                game, found = adversary.generator_loss(
                    batch[target], fakes[target], training=training, scale=self.adversarial_weight
                )
                loss += game
                terms["adversarial"] += found.pop("adversarial")
                logs |= {f"{target}_{name}": value for name, value in found.items()}
            if self.cycle_weight:
                returned = back(fakes[target], training=training)
                terms["cycle"] += distance(returned, batch[source])
            if self.identity_weight:
                kept = there(batch[target], training=training)
                terms["identity"] += distance(kept, batch[target])
        loss += self.cycle_weight * terms["cycle"] + self.identity_weight * terms["identity"]
        used = {name: value for name, value in terms.items() if getattr(self, f"{name}_weight")}
        return loss, {**used, **logs}

    def shown(self, fakes):
        """Return dict of domain -> what its pool, which takes them in, shows for new fakes."""
        pools = {"a": self.pool_a, "b": self.pool_b}
        return {
            domain: images if pools[domain] is None else pools[domain](images)
            for domain, images in fakes.items()
        }

    def discriminator_loss(self, batch, shown, training=True):
        """Return the sum of both discriminators' losses on the fakes that are shown, and what to log."""
        total, logs = 0.0, {}
        for direction, adversary in zip(self.active, self.adversaries, strict=True):
            _, target = DIRECTIONS[direction]
            loss, judgement = adversary.discriminator_loss(
                batch[target], shown[target], training=training
            )
            total += loss
            logs |= {f"{target}_{name}": value for name, value in judgement.items()}
        return total, logs

    # --- in use -------------------------------------------------------------------------------

    def translate(self, images, direction="a_to_b", batch_size=16):
        """Translate images of one domain into the other.

        Args:
            images: float array `[N, H, W, C]` in [-1, 1]; sides multiples of 4.
            direction: `"a_to_b"` or `"b_to_a"`.
            batch_size: how many at a time, which bounds the memory.

        Returns:
            float32 array `[N, H, W, C]` in [-1, 1].

        Raises:
            ValueError: an unknown direction, or images of another rank, size (names the nearest), range or
                number of channels.
        """
        if direction not in DIRECTIONS:
            raise ValueError(errors.unknown("direction", direction, DIRECTIONS))
        return self.through(direction, images, batch_size)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
