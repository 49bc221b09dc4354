"""The next frame of a film."""

import keras
import numpy as np

from tfgan_zoo import errors
from tfgan_zoo.losses.images import distance, squared_distance
from tfgan_zoo.losses.penalties.base import refuse_without_game
from tfgan_zoo.networks import frame_prediction
from tfgan_zoo.training import GAN
from tfgan_zoo.training.told import Told, rows_of


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class FramePredictionGAN(Told, GAN):
    """The next frame of a film, one of those that may come (Mathieu, Couprie & LeCun 2015, arXiv 1511.05440).

    The generator makes a frame of the frames before it and of latents; the discriminator sees both, too, and
    judges whether such a past may go on so. Where there are two futures, what is held to the frame that came
    cannot know which: the frame with the least mean square error is the average of both, which is neither,
    and with the least mean absolute error the median of each pixel. So neither is in the loss by default.
    `compile(adversarial_weight=0, l2_weight=1)` is the network that paints both. The non-saturating loss with
    R1 of weight 0.05, and no multi-scale networks: the paper's are for larger images.

    Told this much, a generator tends to overlook its latents, and each past has one future; the penalty
    `mode_seeking` gives it others, as in the config frame_prediction_junction. How often each comes is not to
    be relied on: of uneven ones the more frequent came too often there, see docs/results.md.

    A batch holds `image`, the frame that came, and `past`, float32 [B, P, H, W, C] in [-1, 1].

    Args:
        image_shape: (H, W, C); sides multiples of 4.
        past_frames: P, how many frames are seen.
        latent_dim: size of the latent vectors.
        generator_width: channels of the generator's first stage.
        discriminator_width: channels of the discriminator's first stage.
        example_past: float32 [E, P, H, W, C], pasts that are continued one after the other where none is
            given: in sample grids, in scores; such as `load("junction").info.example_past`. None for one
            without a picture, all grey.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a number that is no positive int, or sides that cannot be halved twice.

    Example:

    >>> gan = FramePredictionGAN((16, 16, 1), 2, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> gan.predict_next(np.zeros([3, 2, 16, 16, 1]), seed=0).shape
    (3, 16, 16, 1)
    """

    condition = "past"
    adversarial_weight, l1_weight, l2_weight = 1.0, 0.0, 0.0

    def __init__(
        self,
        image_shape,
        past_frames,
        latent_dim=16,
        generator_width=32,
        discriminator_width=32,
        example_past=None,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        dtype = kwargs.get("dtype")
        super().__init__(
            frame_prediction.generator(
                image_shape, past_frames, latent_dim, generator_width, seed, dtype
            ),
            frame_prediction.discriminator(
                image_shape, past_frames, discriminator_width, seed + 1, dtype
            ),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        shape = (past_frames, *image_shape)
        self.keep_examples(np.zeros([1, *shape]) if example_past is None else example_past, shape)
        self._arguments = {
            "image_shape": tuple(image_shape),
            "past_frames": past_frames,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
        }

    def compile(
        self, optimizers=None, *, adversarial_weight=1.0, l1_weight=0.0, l2_weight=0.0, **kwargs
    ):
        """Choose optimizers, objective and tricks; with no argument, those of the class's description.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            adversarial_weight: of the game, with its penalties, in the generator's loss; 0 for no game: the
                discriminator does not train.
            l1_weight: of the mean absolute difference from the frame that came.
            l2_weight: of the mean square difference.
            **kwargs: see `GAN.compile`.

        Raises:
            ValueError: what `GAN.compile` raises, a weight below 0, all weights 0, or penalties of no game.
        """
        weights = {
            "adversarial_weight": adversarial_weight,
            "l1_weight": l1_weight,
            "l2_weight": l2_weight,
        }
        errors.check_numbers(0, 1e6, **weights)
        if not any(weights.values()):
            raise ValueError("all weights are 0, so there is nothing to learn")
        with self.choosing(**{name: float(weight) for name, weight in weights.items()}):
            super().compile(optimizers, **kwargs)

    def check_parts(self, loss, penalties, *others):
        """Refuse penalties of no game, see `GAN.check_parts`."""
        if not self.adversarial_weight:
            refuse_without_game(penalties, "adversarial_weight")
        super().check_parts(loss, penalties, *others)

    @property
    def default_penalties(self):
        """R1, where there is a game."""
        return ({"name": "r1", "weight": 0.05},) if self.adversarial_weight else ()

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """One round, see `GAN.train_step`; without a game, a turn of the generator."""
        if self.adversarial_weight:
            return super().train_step(data)
        batch = self.unpack(data)
        return self.log(generator=self.update("generator", lambda: self.generator_loss(batch)))

    def generator_loss(self, batch, fakes=None, training=True):
        """Return the game's loss plus the weighted distances from the frame that came, and all to log."""
        fakes = self.fakes(batch, training) if fakes is None else fakes
        l1, l2 = (measure(fakes, batch["image"]) for measure in (distance, squared_distance))
        loss, logs = self.l1_weight * l1 + self.l2_weight * l2, {"l1": l1, "l2": l2}
        if not self.adversarial_weight:
            return loss, logs
        game, game_logs = super().generator_loss(batch, fakes, training)
        return loss + self.adversarial_weight * game, {**logs, "adversarial": game, **game_logs}

    # --- in use -------------------------------------------------------------------------------

    def predict_next(self, past, seed=None, batch_size=64):
        """Return one frame that may come next for each past.

        Args:
            past: float array `[N, P, H, W, C]` in [-1, 1].
            seed: int; another one may turn another way. None draws a new one.
            batch_size: how many to make at a time.

        Returns:
            float32 array `[N, H, W, C]` in [-1, 1]; the same as `generate(N, seed, past=past)`.

        Raises:
            ValueError: an array of another shape, dtype or range.
        """
        past = rows_of("past", past, len(past), self.examples.shape[1:], one=False)
        return self.generate(len(past), seed, batch_size, past=past)

    def read_condition(self, given, n):
        """Return the pasts of n samples: `[P, H, W, C]` for all of them, or `[n, P, H, W, C]`.

        Raises:
            ValueError: an array of another shape, dtype or range.
        """
        return rows_of("past", given, n, self.examples.shape[1:])

    def get_config(self):
        """Return the constructor's arguments."""
        config = {**self._arguments, "example_past": self.examples_config()}
        return {**config, **self.common_config()}
