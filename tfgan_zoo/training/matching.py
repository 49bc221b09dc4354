"""A discriminator that is shown real images with wrong conditions, too."""

import keras
import tensorflow as tf

from tfgan_zoo.training import batches, judging, mismatching


class MatchingAware:
    """What makes a conditional GAN matching-aware (Reed et al. 2016, arXiv 1605.05396).

    To be named before a conditional GAN among a class's bases. Half of what the discriminator has to call
    fake are fakes, the other half are real images with a condition of another sample that is different, see
    `mismatching.wrong_conditions`. Where there is none in the batch, the fakes count for both halves.
    """

    wrong_pairs = True
    learns_beside_the_game = True

    def compile(self, optimizers=None, *, wrong_pairs=True, **kwargs):
        """Choose optimizers, objective and tricks; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            wrong_pairs: whether real images with wrong conditions count as fakes.
            **kwargs: see `GAN.compile`.

        Raises:
            ValueError: what `GAN.compile` raises, or a loss with state, which counts each pair once.
        """
        with self.choosing(wrong_pairs=bool(wrong_pairs)):
            super().compile(optimizers, **kwargs)

    def check_parts(self, loss, *others):
        """Refuse a loss that counts what it sees, see `GAN.check_parts`."""
        if self.wrong_pairs and isinstance(loss, keras.layers.Layer):
            raise ValueError(
                f"{type(loss).__name__} keeps count of what it sees, and real images would count twice "
                "beside wrong pairs: choose another loss, or wrong_pairs=False"
            )
        super().check_parts(loss, *others)

    def discriminator_game(self, batch, real, real_logits, fake_logits, training=True):
        """Return the loss of (real, right) against (fake, right) and (real, wrong), and what to log."""
        loss, logs = super().discriminator_game(batch, real, real_logits, fake_logits, training)
        if not self.wrong_pairs:
            return loss, logs
        wrong, found = self.wrong_conditions(batch)
        said = self.discriminator(judging.with_conditions(real, wrong), training=training)
        found = tf.reshape(found, [-1, *[1] * (len(fake_logits.shape) - 1)])
        wrong_logits = tf.where(found, self.logits_of(said), fake_logits)
        wrong_loss = self.adversarial_loss.discriminator(real_logits, wrong_logits)
        logs["wrong"] = tf.reduce_mean(self._realness(wrong_logits))
        return 0.5 * (loss + wrong_loss), logs

    def wrong_conditions(self, batch):
        """Return a list of conditions that do not belong to a batch's images, and whether there are any."""
        (conditions,) = self.discriminator_conditions(batch)
        chance = self.random.uniform((), "wrong conditions")
        meanings = self.what_conditions_mean(batch)
        wrong, found = mismatching.wrong_conditions(conditions, chance, meanings)
        return [wrong], found

    def what_conditions_mean(self, batch):
        """Return what right and wrong conditions differ in, ints `[B, …]`; None for themselves.

        It is the batch's `meaning`, int32 `[B]`, where there is one: several captions of one image, or two
        that say the same in other words, are different by themselves.
        """
        if "meaning" in batch:
            batches.check_batch(batch, {"meaning": batches.Field((), "int32")})
        return batch.get("meaning")
