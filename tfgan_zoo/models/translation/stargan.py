"""StarGAN."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.losses.images import distance
from tfgan_zoo.losses.labels import classification
from tfgan_zoo.networks.translation import domain_discriminator, parts, resnet, resnet_generator
from tfgan_zoo.training import Translation, batches
from tfgan_zoo.training.translating import Route


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class StarGAN(Translation):
    """Translation among many domains by one generator (Choi et al. 2018, StarGAN, arXiv 1711.09020).

    The generator takes an image and the domain to translate it to, as maps beside it; the discriminator tells
    real from fake, and the domain. Both play the game of WGAN-GP, in which the critic has 5 turns. The
    discriminator learns the domains of real images; the generator, to make images that it takes for the
    domain that was asked for, λ_cls = 1, and from which the first can be made again, λ_rec = 10:
    λ_rec E |x - G(G(x, c'), c)|. Domains to translate to are drawn uniformly, anew in each turn.
    Adam(1e-4, β₁ 0.5) for both, at a batch size of 16.

    As in the zoo's WGAN-GP, the five turns share a real batch; the paper takes a new one each.

    A batch holds `image`, in [-1, 1], and its domain as `label`.

    Args:
        image_shape: (H, W, C), sides multiples of 4. Once trained, it translates any size whose sides are.
        num_labels: number of domains; they count from 0.
        blocks: residual blocks of the generator.
        generator_width: channels of the generator's first layer.
        discriminator_width: channels of the discriminator's first layer.
        norm: of the generator: `"instance"`, `"batch"` or `"none"`.
        discriminator_stages: how often the discriminator halves an image before it says of each place whether
            it is real; None for the paper's way, until the shorter side has 2 or 3 places, at most 6 times.
        generator_skips: whether what the generator halves is seen again on the way up, as in a U-Net. Not the
            paper's; of 32 pixels, a quarter of the sides has few places for small things.
        generator_residual: whether the generator says what changes in an image, and so leaves the rest as it
            is from the start (Shen & Liu 2017, arXiv 1612.05363).
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that the generator cannot take (names the nearest), or a number out of range.

    Example:

    >>> model = StarGAN((16, 16, 3), 5, blocks=1, generator_width=4, discriminator_width=4)
    >>> model.compile()
    >>> model.translate(tf.zeros([2, 20, 24, 3]), label=[0, 4]).shape
    (2, 20, 24, 3)
    """

    default_loss = "wasserstein"
    default_penalties = ("gradient_penalty",)
    default_discriminator_steps = 5
    size_multiple, smallest_side = resnet.MULTIPLE, resnet.SMALLEST
    adversarial_weight, class_weight, reconstruction_weight = 1.0, 1.0, 10.0
    identity_weight = 0.0

    def __init__(
        self,
        image_shape,
        num_labels,
        blocks=6,
        generator_width=64,
        discriminator_width=64,
        norm="instance",
        discriminator_stages=None,
        *,
        generator_skips=False,
        generator_residual=False,
        seed=0,
        **kwargs,
    ):
        shape = parts.check_shape(image_shape, resnet.MULTIPLE, resnet.SMALLEST)
        errors.check_ints(2, num_labels=num_labels)
        super().__init__(shape, seed=seed, **kwargs)
        dtype = kwargs.get("dtype")
        self.generator = resnet_generator(
            shape[2],
            shape[2],
            generator_width,
            blocks,
            norm,
            scale_kernel=4,
            border="zeros",
            num_labels=num_labels,
            skips=generator_skips,
            residual=generator_residual,
            seed=seed,
            dtype=dtype,
        )
        self.discriminator = domain_discriminator(
            shape,
            num_labels,
            discriminator_width,
            seed=seed + 1,
            dtype=dtype,
            stages=discriminator_stages,
        )
        self.num_labels = num_labels
        self._arguments = {
            "image_shape": shape,
            "num_labels": num_labels,
            "blocks": blocks,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "norm": norm,
            "discriminator_stages": discriminator_stages,
            "generator_skips": generator_skips,
            "generator_residual": generator_residual,
        }
        self.built = True

    @property
    def batch_fields(self):
        """Images and their domains."""
        label = batches.Field((), "int32", 0, self.num_labels - 1)
        return {"image": batches.image_field(self.image_shape), "label": label}

    @property
    def pairs(self):
        """The part of the discriminator that tells real from fake, and the generator."""
        logits, _ = self.discriminator.outputs
        critic = keras.Model(self.discriminator.inputs, logits, name="critic")
        return [(critic, self.generator)]

    @property
    def routes(self):
        """From an image and a domain to the image there."""
        label = tf.TensorSpec([None], tf.int32, name="label")
        return {"translate": Route(self._translated, self.image_shape[2], {"label": label})}

    def _translated(self, images, labels):
        message = f"labels are expected from 0 to {self.num_labels - 1}"
        checks = [
            tf.debugging.assert_non_negative(labels, message),
            tf.debugging.assert_less(labels, self.num_labels, message),
        ]
        with tf.control_dependencies([check for check in checks if check is not None]):
            labels = tf.identity(labels)
        return self.generator([images, labels], training=False)

    def default_optimizers(self):
        """Adam(1e-4, β₁ 0.5) for both."""
        return {
            player: keras.optimizers.Adam(1e-4, beta_1=0.5, name=f"{player}_adam")
            for player in self.players
        }

    def compile(
        self,
        optimizers=None,
        *,
        adversarial_weight=1.0,
        class_weight=1.0,
        reconstruction_weight=10.0,
        identity_weight=0.0,
        **kwargs,
    ):
        """Choose optimizers and objective; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            adversarial_weight: of the game in the generator's loss.
            class_weight: λ_cls, of the domains in both losses.
            reconstruction_weight: λ_rec, in the generator's loss.
            identity_weight: of E |G(x, c) - x|, c the image's own domain, in the generator's loss; the paper
                has none. CycleGAN's idea: what is in the domain already should stay as it is.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, `discriminator_steps`, …

        Raises:
            ValueError: what `Translation.compile` raises, or all weights are 0.
        """
        weights = self.weights(
            adversarial_weight=adversarial_weight,
            class_weight=class_weight,
            reconstruction_weight=reconstruction_weight,
            identity_weight=identity_weight,
        )
        with self.choosing(**weights):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """The discriminator's turns and one of the generator, each on fakes of its own."""
        batch = self.unpack(data)
        for _ in range(self.discriminator_steps):
            d = self.update(
                "discriminator", lambda: self.discriminator_loss(batch, self.fakes(batch))
            )
        g = self.update("generator", lambda: self.generator_loss(batch, self.fakes(batch)))
        return self.log(discriminator=d, generator=g)

    def fakes(self, batch, training=True):
        """Draw a domain for each image of a batch; return the `image` there and the domain as `label`."""
        drawn = self.random.uniform((), "labels") * self.num_labels
        labels = tf.minimum(tf.cast(drawn, tf.int32), self.num_labels - 1)
        return {
            "image": self.generator([batch["image"], labels], training=training),
            "label": labels,
        }

    def discriminator_loss(self, batch, fakes, training=True):
        """Return the game's loss plus that of the real images' domains, and what to log."""
        (adversary,) = self.adversaries
        real, fake = batch["image"], tf.stop_gradient(fakes["image"])
        real_logits, domains = self.discriminator(real, training=training)
        fake_logits, _ = self.discriminator(fake, training=training)
        loss, logs = adversary.discriminator_loss(
            real, fake, training=training, logits=(real_logits, fake_logits)
        )
        class_loss, accuracy = classification(domains, batch["label"])
        logs |= {"class_loss": class_loss, "class_accuracy": accuracy}
        return loss + self.class_weight * class_loss, logs

    def generator_loss(self, batch, fakes, training=True):
        """Return the losses of game, domain asked for, way back and staying, weighted, and each to log."""
        (adversary,) = self.adversaries
        real, fake = batch["image"], fakes["image"]
        fake_logits, domains = self.discriminator(fake, training=training)
        game, logs = adversary.generator_loss(
            real, fake, training=training, scale=self.adversarial_weight, fake_logits=fake_logits
        )
        class_loss, accuracy = classification(domains, fakes["label"])
        returned = self.generator([fake, batch["label"]], training=training)
        reconstruction = distance(returned, real)
        loss = game + self.class_weight * class_loss + self.reconstruction_weight * reconstruction
        if self.identity_weight:
            kept = self.generator([real, batch["label"]], training=training)
            logs["identity"] = distance(kept, real)
            loss += self.identity_weight * logs["identity"]
        return loss, {
            "class_loss": class_loss,
            "class_accuracy": accuracy,
            "reconstruction": reconstruction,
            **logs,
        }

    # --- in use -------------------------------------------------------------------------------

    def translate(self, images, label, batch_size=16):
        """Translate images to domains.

        Args:
            images: float array `[N, H, W, C]` in [-1, 1]; sides multiples of 4.
            label: the domain: an int for all images, or N of them.
            batch_size: how many at a time, which bounds the memory.

        Returns:
            float32 array `[N, H, W, C]` in [-1, 1].

        Raises:
            ValueError: a label that is no domain, or not N of them; images of another rank, size (names the
                nearest), range or number of channels.
        """
        labels = batches.labels_of(label, len(images), self.num_labels)
        return self.through("translate", images, batch_size, label=labels)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
