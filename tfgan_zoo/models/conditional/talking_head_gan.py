"""Talking heads of a few images."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers import LandmarkMaps, LogMel
from tfgan_zoo.losses.images import distance
from tfgan_zoo.models.conditional.talking_head_drawing import Drawing
from tfgan_zoo.networks import conditioning, talking_heads
from tfgan_zoo.networks.translation import parts
from tfgan_zoo.training import Translation, batches
from tfgan_zoo.training.animation import Animation

DRIVERS = ("landmarks", "audio")
PERSON = "factor_person"


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TalkingHeadGAN(Drawing, Animation, Translation):
    """Few-shot talking heads (Zakharov, Shysheya, Burkov & Lempitsky 2019, arXiv 1905.08233).

    An embedder E looks at images of a person with their landmarks and says who it is: the mean of its answers
    is the embedding e. The generator G draws the person as landmarks, or speech, drive it; e is told by
    adaptive instance norm. Who was never seen in training needs a few images and no more training.

    The discriminator D judges (frame, what drives it) by a projection, vᵀ(W_i + w₀) + b. As in the paper,
    W_i is a column of its own for each person of the training data, and a matching loss |e - W_i| ties E to
    it. (D could be told e instead, without persons' numbers; but what e says would then be E's to choose, and
    change from step to step.) Held-out people have no column: they are judged by e.

    G and E minimise the game plus D's feature matching (10), the matching loss (10), and 100 E |G - x|. The
    paper has VGG networks' features in place of the latter; their weights are not in this package. Adam of
    5e-5 for them and 2e-4 for D, which has two turns.

    A batch holds `image`; `source` `[B, S, H, W, C]`, other images of the same person, of which as many as
    chance says are used; `source_landmarks` `[B, S, K, 2]`; `factor_person`, int32, the person's number;
    and what drives: `landmarks` `[B, K, 2]` or `audio` `[B, length]`. Images are in [-1, 1], landmarks in
    pixels from the top left corner.

    Args:
        image_shape: (H, W, C), sides multiples of 2^stages, see `networks.talking_heads.stages_for`.
        people: how many the training data have.
        points: how many landmarks a head has, K.
        driver: `"landmarks"`, or `"audio"`: the head is held as the first source image holds it, and G
            hears a log-mel spectrogram.
        sees_source: whether G sees a source image, too, the one with the nearest landmarks (of audio, the
            first). The paper's does not, and finetunes on the person instead.
        embedding_dim: numbers of e.
        generator_width: channels of G's and E's first layers.
        discriminator_width: channels of D's first layer.
        sigma: of the dots that landmarks are drawn as, in pixels; None for 1/32 of the shorter side.
        audio_length: samples that a frame comes with.
        sample_rate: of the audio, a second.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: a size that cannot be halved so often (names the nearest that can), a number out of
            range, or an unknown driver.

    Example:

    >>> gan = TalkingHeadGAN((16, 16, 3), people=4, points=5, generator_width=4, discriminator_width=4)
    >>> gan.compile(loss="hinge", l1_weight=50.0)
    >>> gan.animate(tf.zeros([2, 16, 16, 3]), tf.zeros([2, 5, 2]), landmarks=tf.zeros([7, 5, 2])).shape
    (7, 16, 16, 3)
    """

    default_loss = "hinge"
    default_discriminator_steps = 2
    adversarial_weight, feature_weight, matching_weight, l1_weight = 1.0, 10.0, 10.0, 100.0

    def __init__(
        self,
        image_shape,
        people,
        points=26,
        driver="landmarks",
        sees_source=True,
        embedding_dim=128,
        generator_width=32,
        discriminator_width=32,
        sigma=None,
        audio_length=1024,
        sample_rate=8000,
        *,
        seed=0,
        **kwargs,
    ):
        shape = parts.check_shape(image_shape)
        shape = parts.check_shape(shape, 2 ** talking_heads.stages_for(*shape[:2]), 8)
        errors.check_ints(1, people=people, points=points, audio_length=audio_length)
        if driver not in DRIVERS:
            raise ValueError(errors.unknown("driver", driver, DRIVERS))
        super().__init__(shape, seed=seed, **kwargs)
        self.people, self.points, self.driver = people, points, driver
        self.sees_source = bool(sees_source)
        audio = driver == "audio"
        self.driving_shape = (audio_length,) if audio else (points, 2)
        self.maps = LandmarkMaps(shape[:2], min(shape[:2]) / 32 if sigma is None else sigma)
        self.hearing = LogMel(sample_rate) if audio else None
        sound = self.hearing.compute_output_shape((None, audio_length))[1:] if audio else None
        canvas = points + (shape[2] + (0 if audio else points)) * self.sees_source
        dtype = kwargs.get("dtype")
        width = {"width": generator_width, "dtype": dtype}
        self.embedder = talking_heads.embedder(shape, points, embedding_dim, seed=seed, **width)
        self.generator = talking_heads.generator(
            shape, canvas, embedding_dim, sound, seed=seed + 1, **width
        )
        self.discriminator = talking_heads.discriminator(
            shape, points, sound, embedding_dim, discriminator_width, seed + 2, dtype
        )
        self.columns = conditioning.proxies(people, embedding_dim, seed + 3)
        self._arguments = {
            "image_shape": shape,
            "people": people,
            "points": points,
            "driver": driver,
            "sees_source": self.sees_source,
            "embedding_dim": embedding_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "sigma": sigma,
            "audio_length": audio_length,
            "sample_rate": sample_rate,
        }
        self.built = True

    @property
    def players(self):
        """The discriminator with the persons' columns, and the generator with the embedder."""
        return {
            "discriminator": [self.discriminator, self.columns],
            "generator": [self.embedder, self.generator],
        }

    @property
    def batch_fields(self):
        """Frames, what drives them, sources with landmarks, and who it is."""
        return {**self.test_fields, PERSON: batches.Field((), "int32", 0, self.people - 1)}

    @property
    def test_fields(self):
        """The same without who it is: held-out people have numbers of their own."""
        limit = 1.0 if self.driver == "audio" else None
        return {
            "image": batches.image_field(self.image_shape),
            "source": batches.image_field((None, *self.image_shape)),
            "source_landmarks": batches.Field((None, self.points, 2)),
            self.driver: batches.Field(self.driving_shape, "float32", limit and -limit, limit),
        }

    @property
    def has_game(self):
        """Not where `adversarial_weight` is 0."""
        return self.adversarial_weight > 0

    def default_optimizers(self):
        """Adam(5e-5) for generator and embedder, Adam(2e-4) for the discriminator; β₁ 0.5."""
        rates = {"discriminator": 2e-4, "generator": 5e-5}
        return {
            player: keras.optimizers.Adam(rate, beta_1=0.5, name=f"{player}_adam")
            for player, rate in rates.items()
        }

    def compile(
        self,
        optimizers=None,
        *,
        adversarial_weight=1.0,
        feature_weight=10.0,
        matching_weight=10.0,
        l1_weight=100.0,
        **kwargs,
    ):
        """Choose optimizers and objective; with no argument, the paper's, but for L1.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            adversarial_weight: of the game in the generator's loss; 0 for no game: D does not train, and
                what is made of its features and columns is left out.
            feature_weight: of the distance of D's features of fakes from those of the true frames.
            matching_weight: of the distance of embeddings from the persons' columns.
            l1_weight: of the distance of fakes from the true frames.
            **kwargs: see `Translation.compile`: `loss`, `penalties`, …

        Raises:
            ValueError: what `Translation.compile` raises, or all weights are 0.
        """
        weights = self.weights(
            adversarial_weight=adversarial_weight,
            feature_weight=feature_weight,
            matching_weight=matching_weight,
            l1_weight=l1_weight,
        )
        if not adversarial_weight and not l1_weight:
            raise ValueError(
                "adversarial_weight and l1_weight are 0, so there is nothing to learn: the "
                "matching losses are of the game's discriminator and do not count without it"
            )
        with self.choosing(**weights):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def train_step(self, data):
        """The discriminator's turns, then one of generator and embedder, on the same fakes."""
        batch, turns = self.unpack(data), {}
        fakes = self.begin("generator", lambda: self.fakes(batch))
        for _ in range(self.discriminator_steps if self.has_game else 0):
            turns["discriminator"] = self.update(
                "discriminator", lambda: self.discriminator_loss(batch, fakes)
            )
        turns["generator"] = self.update("generator", lambda: self.generator_loss(batch, fakes))
        return self.log(**turns)

    def fakes(self, batch, training=True):
        """Return frames of a batch's people, and their embeddings."""
        source, marks = batch["source"], batch["source_landmarks"]
        # So that one source is no surprise to a model of four.
        used = self.random.uniform((), "sources") if training else None
        embedding = self.embed(source, marks, used, training)
        frames = self.draw(embedding, source, marks, batch[self.driver], used, training)
        return frames, embedding

    def discriminator_loss(self, batch, fakes, training=True):
        """Return the game's loss plus the penalties, and what to log."""
        frames, embedding = fakes
        (adversary,) = self.adversaries
        told = self._told(batch, embedding, training)
        return adversary.discriminator_loss(batch["image"], frames, told, training)

    def generator_loss(self, batch, fakes, training=True):
        """Return the weighted sum of the game's loss, both matching losses and L1, and each to log."""
        frames, embedding = fakes
        l1 = distance(frames, batch["image"])
        loss, logs = self.l1_weight * l1, {"l1": l1}
        if not self.has_game:
            return loss, logs
        (adversary,) = self.adversaries
        told = self._told(batch, embedding, training)
        look = talking_heads.stages_of(self.discriminator)
        *real, _ = look([batch["image"], *told], training=training)
        *fake, fake_logits = look([frames, *told], training=training)
        features = tf.add_n([distance(*each) for each in zip(fake, real, strict=True)]) / len(real)
        game, game_logs = adversary.generator_loss(
            batch["image"],
            frames,
            told,
            training,
            scale=self.adversarial_weight,
            fake_logits=fake_logits,
        )
        loss += game + self.feature_weight * features
        logs |= {"features": features, **game_logs}
        if training:
            matching = distance(embedding, told[-1])
            loss += self.matching_weight * matching
            logs["matching"] = matching
        return loss, logs

    def _told(self, batch, embedding, training):
        """Return what the discriminator is told of frames: what drives them, and whose they should be."""
        driving = batch[self.driver]
        signal = self.maps(driving) if self.hearing is None else self.hearing(driving)
        return [signal, self.columns(batch[PERSON]) if training else embedding]

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
