"""ADA: random transforms whose probability follows how far the discriminator overfits."""

import keras
import tensorflow as tf

from tfgan_zoo import errors, replicas
from tfgan_zoo.augmentations import transforms
from tfgan_zoo.augmentations.base import Augmentation, check_images, words


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class AdaptiveAugment(Augmentation):
    """Adaptive discriminator augmentation (Karras et al. 2020, ADA, arXiv 2006.06676), for small sets.

    Each transform happens to each sample with probability p, the `strength`. It starts at 0 and moves with
    r = E[sign D(real)]: up where the discriminator is surer of the real images than `target`, down where
    it is less sure, from 0 to 1 in `speed` images at the fastest. While p is well below 1 (the authors
    say 0.8), the upright, unmirrored images are still the likeliest, and the generator makes those.

    The policy's words are transforms or groups of them:

    * `blit`: `flip` (mirrors), `rotate90` (square images only) and `translation` (whole pixels).
    * `geometric`: `scale`, `rotate` (any angle), `aniso` (stretches) and `shift` (parts of pixels).
    * `color`: `brightness`, `contrast`, `luma_flip`, and `hue` and `saturation` where there are three
      colours. An alpha channel, the last of 2 or 4, is left alone.

    Without `flip` and `rotate90`, which the default leaves out, nothing is ever mirrored; put `blit` in
    place of `translation` where mirrored images are as good as others (not for digits or letters).

    What moves is one bilinear warp, mirrored at the border. The authors sample a copy of twice the size;
    here strong shrinking aliases, in real and fake images alike. Their image-space filters and corruptions,
    which they found not to help, are left out.

    Replicas agree on the strength because all compute it from the mean over the global batch.

    Args:
        target: r above which the strength grows, in [-1, 1].
        speed: images in which the strength goes from 0 to 1.
        interval: discriminator turns between two moves of the strength.
        policy: words separated by commas, or a list of words.

    Raises:
        ValueError: an unknown word or a number out of range; samples that are no images of 1 to 4 channels,
            or smaller than 8 x 8 pixels.

    >>> ada = AdaptiveAugment(speed=1000, interval=1)
    >>> logs = ada.adapt(tf.fill([50, 1], 3.0), realness=tf.sigmoid)
    >>> {name: round(float(value), 3) for name, value in logs.items()}
    {'ada_strength': 0.05, 'ada_real_sign': 1.0}
    """

    kind = "ada"
    needs_border = True

    def __init__(
        self,
        target=0.6,
        speed=500_000,
        interval=4,
        policy="translation,geometric,color",
        **kwargs,
    ):
        super().__init__(**kwargs)
        errors.check_numbers(-1, 1, target=target)
        errors.check_ints(1, speed=speed, interval=interval)
        given = words(self.kind, policy, (*transforms.GROUPS, *transforms.NAMES))
        self.policy = ",".join(given)
        self._transforms = transforms.expanded(given)
        self.target = float(target)
        self.speed = int(speed)
        self.interval = int(interval)
        self._images_per_logit = 1
        # No aggregation: every replica assigns the same to its own copy.
        self.strength = self._state("strength", "float32")
        self._turns = self._state("turns", "int64")
        self._signs = self._state("signs", "float32")
        self._images = self._state("images", "float32")

    def _state(self, name, dtype):
        return self.add_weight(
            name=name,
            shape=(),
            dtype=dtype,
            initializer="zeros",
            trainable=False,
            autocast=False,
        )

    def start(self, gan):
        """Check the model's images, see how many of them a logit is about (PacGAN), and begin at 0."""
        super().start(gan)
        for variable in self.variables:
            variable.assign(tf.zeros_like(variable.value))
        self._images_per_logit = gan.packing

    def check(self, image_shape):
        """Check that images are images, and large enough to be moved."""
        check_images(self.kind, image_shape, least=8)

    def augment(self, images, stream, step):
        """Transform each sample, with as many of the policy's transforms as its luck wants."""
        self.check(images.shape[1:])
        shown = tf.cast(images, tf.float32)
        chance = transforms.Chance(stream, self.kind, tf.convert_to_tensor(self.strength.value))
        shown = transforms.move(shown, self._transforms, chance)
        return tf.cast(transforms.recolor(shown, self._transforms, chance), images.dtype)

    def adapt(self, real_logits, realness):
        """Count a turn; after `interval` of them move the strength by what was seen in them."""
        real = tf.cast(tf.stop_gradient(realness(real_logits)), tf.float32)
        sign = replicas.mean(tf.sign(real - 0.5), axis=None)
        images = replicas.add(
            tf.cast(tf.shape(real_logits)[0] * self._images_per_logit, tf.float32)
        )
        turns = self._turns.value + 1
        signs, images = self._signs.value + sign, self._images.value + images
        due = tf.equal(turns, self.interval)
        direction = tf.sign(signs / self.interval - self.target)
        moved = tf.clip_by_value(self.strength.value + direction * images / self.speed, 0.0, 1.0)
        strength = tf.where(due, moved, self.strength.value)
        self.strength.assign(strength)
        self._turns.assign(tf.where(due, tf.zeros_like(turns), turns))
        self._signs.assign(tf.where(due, 0.0, signs))
        self._images.assign(tf.where(due, 0.0, images))
        return {"ada_strength": strength, "ada_real_sign": sign}

    def get_config(self):
        """Return the constructor's arguments."""
        own = {name: getattr(self, name) for name in ("target", "speed", "interval", "policy")}
        return {**super().get_config(), **own}
