"""pix2pix."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.losses.images import distance
from tfgan_zoo.networks.translation import parts, patch_discriminator, unet
from tfgan_zoo.networks.translation.unet import FEWEST_STAGES, stages_for
from tfgan_zoo.training import Translation, batches
from tfgan_zoo.training.translating import Route


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Pix2Pix(Translation):
    """Image-to-image translation from pairs (Isola, Zhu, Zhou & Efros 2017, pix2pix, arXiv 1611.07004).

    The generator G, a U-Net, makes a target y of a source x; dropout is its noise z, in use as in training.
    The discriminator D, a PatchGAN, judges patches of (x, y). They play the conditional game, and G is also
    held to the target: the loss is that of the game plus λ E |y - G(x, z)|, λ = 100. Its own loss is halved
    for D. Adam(2e-4, β₁ 0.5) for both, at a batch size of 1 to 10.

    Norms are per image, in training and in use: the paper's batch norm by the statistics of the test batch,
    at its batch size of 1.

    A batch holds `source` and `target`, images in [-1, 1].

    Args:
        image_shape: (H, W, C) of the targets, sides multiples of 4. Once trained, it translates any
            size whose sides are multiples of `size_multiple`, 2^stages.
        source_channels: channels of the sources; None for as many as targets have.
        stages: how often the U-Net halves the sides; None for as often as they can be, at most 8 times.
        receptive_field: side of the patches that D judges, in pixels; see `patch_discriminator`.
        generator_width: channels of the generator's first stage.
        discriminator_width: channels of the discriminator's first layer.
        norm: `"instance"`, `"batch"` or `"none"`, in both networks.
        dropout: share of the numbers that the noise drops; 0 for a generator without noise.
        discriminator_norm: the discriminator's, where it is another. By an instance norm, one glaring spot in
            a small image can hide the rest from D, which is divided by it.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that cannot be halved so often (names the nearest that can), or a number out of
            range.

    Example:

    >>> model = Pix2Pix((16, 16, 3), source_channels=1, generator_width=4, discriminator_width=4)
    >>> model.compile(l1_weight=10.0)
    >>> model.size_multiple, model.translate(keras.ops.zeros([1, 32, 48, 1]), seed=1).shape
    (16, (1, 32, 48, 3))
    """

    adversarial_weight, l1_weight = 1.0, 100.0

    def __init__(
        self,
        image_shape,
        source_channels=None,
        stages=None,
        receptive_field=70,
        generator_width=64,
        discriminator_width=64,
        norm="instance",
        dropout=0.5,
        discriminator_norm=None,
        *,
        seed=0,
        **kwargs,
    ):
        shape = parts.check_shape(image_shape, least=2**FEWEST_STAGES)
        source_channels = shape[2] if source_channels is None else source_channels
        errors.check_ints(1, source_channels=source_channels)
        stages = stages_for(*shape[:2]) if stages is None else stages
        errors.check_ints(1, stages=stages)
        parts.check_shape(shape, 2**stages)
        super().__init__(shape, seed=seed, **kwargs)
        dtype = kwargs.get("dtype")
        self.generator = unet(
            source_channels, shape[2], stages, generator_width, norm, dropout, seed, dtype
        )
        self.discriminator = patch_discriminator(
            shape[2],
            source_channels,
            receptive_field,
            discriminator_width,
            norm if discriminator_norm is None else discriminator_norm,
            seed=seed + 1,
            dtype=dtype,
            sides=shape[:2],
        )
        self.size_multiple = 2**stages
        self.has_noise = dropout > 0.0
        self._arguments = {
            "image_shape": shape,
            "source_channels": source_channels,
            "stages": stages,
            "receptive_field": receptive_field,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "norm": norm,
            "dropout": dropout,
            "discriminator_norm": discriminator_norm,
        }
        self.built = True

    @property
    def batch_fields(self):
        """Source and target, of the same size."""
        size = self.image_shape[:2]
        source = batches.image_field((*size, self._arguments["source_channels"]))
        return {"source": source, "target": batches.image_field(self.image_shape)}

    @property
    def routes(self):
        """From source to target."""
        channels = self._arguments["source_channels"]
        return {"translate": Route(lambda x: self.generator(x, training=False), channels)}

    @property
    def has_game(self):
        """Not where `adversarial_weight` is 0."""
        return self.adversarial_weight > 0

    def compile(self, optimizers=None, *, adversarial_weight=1.0, l1_weight=100.0, **kwargs):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            adversarial_weight: of the game in the generator's loss; 0 for no game: D does not train.
            l1_weight: λ of the paper; 0 for the game alone.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, …

        Raises:
            ValueError: what `Translation.compile` raises, or both weights are 0.
        """
        weights = self.weights(
            adversarial_weight=adversarial_weight,
            l1_weight=l1_weight,
        )
        with self.choosing(**weights):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """A turn of the discriminator and one of the generator, on the same fakes."""
        batch, turns = self.unpack(data), {}
        fakes = self.begin("generator", lambda: self.fakes(batch))
        for _ in range(self.discriminator_steps if self.has_game else 0):
            turns["discriminator"] = self.update(
                "discriminator", lambda: self.discriminator_loss(batch, fakes)
            )
        turns["generator"] = self.update("generator", lambda: self.generator_loss(batch, fakes))
        return self.log(**turns)

    def fakes(self, batch, training=True):
        """Return the targets that the generator makes of a batch's sources."""
        return self.generator(batch["source"], training=training)

    def discriminator_loss(self, batch, fakes, training=True):
        """Return half the game's loss plus the penalties, and what to log."""
        (adversary,) = self.adversaries
        return adversary.discriminator_loss(
            batch["target"], fakes, [batch["source"]], training, scale=0.5
        )

    def generator_loss(self, batch, fakes, training=True):
        """Return the game's loss plus λ times the distance from the target, and both to log."""
        l1 = distance(fakes, batch["target"])
        if not self.has_game:
            return self.l1_weight * l1, {"l1": l1}
        (adversary,) = self.adversaries
        game, logs = adversary.generator_loss(
            batch["target"], fakes, [batch["source"]], training, scale=self.adversarial_weight
        )
        return game + self.l1_weight * l1, {"l1": l1, **logs}

    # --- in use -------------------------------------------------------------------------------

    def translate(self, images, batch_size=16, seed=0):
        """Translate sources.

        Args:
            images: float array `[N, H, W, source_channels]` in [-1, 1]; sides multiples of `size_multiple`.
            batch_size: how many at a time, which bounds the memory.
            seed: int, for the noise; that of an image depends on it and on its place among the images.

        Returns:
            float32 array `[N, H, W, C]` in [-1, 1].

        Raises:
            ValueError: images of another rank, size (names the nearest), range or number of channels.
        """
        return self.through("translate", images, batch_size, seed)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
