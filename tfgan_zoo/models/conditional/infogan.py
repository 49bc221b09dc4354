"""InfoGAN."""

import math

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.networks import architectures, conditioning
from tfgan_zoo.training import GAN, export, walking


def _strides(dimensions):
    """Return numbers whose multiples, without their whole parts, fill a cube evenly (Roberts 2018, R_d).

    >>> _strides(1).round(4).tolist(), _strides(2).round(4).tolist()
    ([0.618], [0.7549, 0.5698])
    """
    root = 2.0  # of x^(d + 1) = x + 1
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (dimensions + 1))
    return root ** -np.arange(1.0, dimensions + 1)


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class InfoGAN(GAN):
    """Information maximising GAN (Chen et al. 2016, arXiv 1606.03657).

    Without any labels, the generator is given codes beside its latents, and the discriminator's features must
    tell which codes made a fake: so the codes come to mean what varies most, such as the class, the slant and
    the width of digits. Both players minimise the codes' negative log-likelihood, a bound of their mutual
    information with the images. Adam(2e-4) for the discriminator, Adam(1e-3) for the generator, β₁ 0.5.

    Codes are one after the other: each category as a one-hot vector, then numbers in [-1, 1]; those are
    taken as means of normal distributions of variance 1.

    Args:
        image_shape: (H, W, C); 16 to 128 pixels a side but for `"mlp"`.
        categories: tuple with the number of values of each categorical code.
        continuous: how many continuous codes.
        architecture: `"dcgan"`, `"deep_dcgan"`, `"mlp"`, `"resnet"` or `"sndcgan"`, see `networks`.
        latent_dim: size of the latent vectors, without codes.
        generator_width: see the architecture; None for its own.
        discriminator_width: see the architecture; None for its own.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown name, a size that is not a positive int, or no codes at all.

    Example:

    >>> gan = InfoGAN((16, 16, 1), (3,), 2, generator_width=4, discriminator_width=4)
    >>> gan.compile()
    >>> images = gan.generate(3, seed=0, codes=gan.codes(3, categories=[[0], [1], [2]]))
    >>> categories, continuous = gan.infer(images)
    >>> categories[0].shape, continuous.shape
    ((3, 3), (3, 2))
    """

    learns_beside_the_game = True
    information_weight, continuous_weight = 1.0, 0.1

    def __init__(
        self,
        image_shape,
        categories=(10,),
        continuous=2,
        architecture="dcgan",
        latent_dim=62,
        generator_width=None,
        discriminator_width=None,
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        if not isinstance(categories, (tuple, list)):
            raise ValueError(
                f"categories is {categories!r}, expected a tuple of ints, such as (10,)"
            )
        categories = tuple(categories)
        errors.check_ints(2, **{f"categories[{i}]": size for i, size in enumerate(categories)})
        errors.check_ints(0, continuous=continuous)
        errors.check_ints(1, latent_dim=latent_dim)
        count = sum(categories) + continuous
        if not count:
            raise ValueError("no codes: give categories, or continuous above 0")
        dtype = kwargs.get("dtype")
        codes = keras.Input([count], name=walking.CODES)
        build = architectures.builders(
            architecture, image_shape, generator_width, discriminator_width, seed, dtype
        )
        super().__init__(
            conditioning.told_beside_latents(build.generator(latent_dim + count), codes, codes),
            conditioning.with_head(build.discriminator(), count, hidden=128, seed=seed + 2),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self.categories, self.continuous, self.num_codes = categories, continuous, count
        self._arguments = {
            "image_shape": tuple(image_shape),
            "categories": categories,
            "continuous": continuous,
            "architecture": architecture,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
        }

    def default_optimizers(self):
        """Adam(2e-4) for the discriminator, Adam(1e-3) for the generator, β₁ 0.5."""
        rates = {"discriminator": 2e-4, "generator": 1e-3}
        return {
            player: keras.optimizers.Adam(rate, beta_1=0.5, name=f"{player}_adam")
            for player, rate in rates.items()
        }

    def compile(self, optimizers=None, *, information_weight=1.0, continuous_weight=0.1, **kwargs):
        """Choose optimizers, objective and tricks; with no argument, the paper's.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            information_weight: λ of the paper, of the codes' negative log-likelihood.
            continuous_weight: of the continuous codes' share of it.
            **kwargs: see `GAN.compile`.

        Raises:
            ValueError: what `GAN.compile` raises, or a weight below 0.
        """
        weights = {
            "information_weight": information_weight,
            "continuous_weight": continuous_weight,
        }
        errors.check_numbers(0, 1e6, **weights)
        with self.choosing(**{name: float(weight) for name, weight in weights.items()}):
            super().compile(optimizers, **kwargs)

    # --- the algorithm ------------------------------------------------------------------------

    def unpack(self, data):
        """Return the batch, with a code for each sample that its fakes are made of."""
        return {**super().unpack(data), "codes": self.draw_codes()}

    def draw_codes(self):
        """Draw a code for each sample of the open step: categories and numbers, all uniform."""
        drawn = self.random.uniform((len(self.categories) + self.continuous,), "codes")
        return self._as_codes(drawn)

    def conditions(self, batch):
        """Return the codes."""
        return [batch["codes"]]

    def discriminator_conditions(self, batch):
        """Return nothing: it is to find the codes."""
        return []

    def logits_of(self, said):
        """Return the logits of being real: the first of what the discriminator says."""
        return said[:, :1]

    def discriminator_lesson(self, batch, said_real, said_fake):
        """Return the negative log-likelihood of the fakes' codes, and what to log."""
        return self._information(batch, said_fake)

    def generator_lesson(self, batch, said_fake):
        """Return the negative log-likelihood of the fakes' codes, and what to log."""
        return self._information(batch, said_fake)

    def _information(self, batch, said_fake):
        codes, said, loss, logs = (
            self._split(batch["codes"]),
            self._split(said_fake[:, 1:]),
            0.0,
            {},
        )
        for number, (code, logits) in enumerate(zip(codes[0], said[0], strict=True)):
            found = tf.nn.softmax_cross_entropy_with_logits(code, logits)
            logs[f"category_{number}_loss"] = tf.reduce_mean(found)
            loss += logs[f"category_{number}_loss"]
        if self.continuous:
            # Up to a constant, the negative logarithm of a normal density of variance 1.
            squares = tf.reduce_sum(tf.square(codes[1] - said[1]), axis=1) / 2.0
            logs["continuous_loss"] = tf.reduce_mean(squares)
            loss += self.continuous_weight * logs["continuous_loss"]
        return self.information_weight * loss, logs

    def _split(self, codes):
        """Return a list of each category's part, and the continuous part."""
        *parts, continuous = tf.split(codes, [*self.categories, self.continuous], axis=1)
        return parts, continuous

    def _as_codes(self, uniform):
        """Return codes made of numbers in [0, 1), `[B, categories + continuous]`."""
        parts = [
            tf.one_hot(tf.cast(uniform[:, number] * size, tf.int32), size)
            for number, size in enumerate(self.categories)
        ]
        return tf.concat([*parts, 2.0 * uniform[:, len(self.categories) :] - 1.0], axis=1)

    # --- in use -------------------------------------------------------------------------------

    @property
    def sampling_inputs(self):
        """Latents and codes."""
        codes = tf.TensorSpec([None, self.num_codes], tf.float32, name="codes")
        return {**super().sampling_inputs, "codes": codes}

    @property
    def condition_count(self):
        """As many as the categories make, up to 1000; of continuous codes, which never end, at least 8."""
        return max(min(math.prod(self.categories), 1000), 8 if self.continuous else 1)

    def sampling_conditions(self, n, codes=None, **given):
        """Return the codes of n samples: those given, or some that fill their range evenly.

        Args:
            n: number of samples, int or int tensor.
            codes: see `read_condition`; None: the first category takes its values one after the other, the
                second changes when the first has taken all, and so on.
            **given: nothing.

        Raises:
            ValueError: something else is given, or what `read_condition` refuses.
        """
        for name in given:
            raise ValueError(errors.unknown(f"input of {type(self).__name__}", name, ["codes"]))
        return [self._even(n) if codes is None else self.read_condition(codes, n)]

    def from_request(self, latents, codes):
        """Return latents and codes, in the served graph, which refuses such as `codes` does not make."""
        categories, continuous = self._split(codes)
        single = [
            tf.reduce_all((tf.reduce_max(part, 1) == 1) & (tf.reduce_sum(tf.abs(part), 1) == 1))
            for part in categories
        ]
        said = "codes: expected a single 1 among 0 for each category"
        with tf.control_dependencies([tf.debugging.Assert(tf.reduce_all([True, *single]), [said])]):
            continuous = export.refusing("codes", continuous)
        return latents, tf.concat([*categories, continuous], axis=1)

    def read_condition(self, given, n):
        """Return the codes of n samples that a user means, float32 `[n, num_codes]`.

        Args:
            given: floats `[n, num_codes]`, see `codes`, or `[num_codes]` for all samples; or a text for all:
                a value of each category and then the continuous codes, such as "3, 0.5, -1".
            n: how many.

        Raises:
            ValueError: another shape, another text, or such codes as `codes` does not make.

        >>> InfoGAN((16, 16, 1), (3,), 2, "mlp").read_condition("2, 0.5, -1", 1).tolist()
        [[0.0, 0.0, 1.0, 0.5, -1.0]]
        """
        codes = self._codes_said(given) if isinstance(given, str) else np.asarray(given)
        if codes.dtype.kind not in "fiu":
            raise ValueError(
                f"codes are {codes.dtype}, expected floats {(n, self.num_codes)}, or one text for all"
            )
        codes = codes.astype(np.float32)
        if codes.shape == (self.num_codes,):
            codes = np.tile(codes, (n, 1))
        if codes.shape != (n, self.num_codes):
            raise ValueError(f"codes have shape {codes.shape}, expected {(n, self.num_codes)}")
        return self._codes_checked(codes)

    def _codes_said(self, text):
        said, categories = text.split(","), len(self.categories)
        try:
            values = [int(each) for each in said[:categories]]
            numbers = [float(each) for each in said[categories:]]
        except ValueError:
            values = numbers = []
        if (len(values), len(numbers)) != (categories, self.continuous):
            raise ValueError(
                f"codes are {text!r}, expected a whole number for each category ({categories}), and then one "
                f"for each continuous code ({self.continuous}), with commas between them"
            )
        return self.codes(1, [values], [numbers])[0]

    def _codes_checked(self, codes):
        start = 0
        for number, size in enumerate(self.categories):
            part = codes[:, start : start + size]
            if not (np.isin(part, (0, 1)).all() and (part.sum(1) == 1).all()):
                raise ValueError(
                    f"codes[:, {start}:{start + size}] say category {number}: expected a single 1 among 0 in "
                    "each row, as the method `codes` makes them"
                )
            start += size
        if not np.isfinite(codes[:, start:]).all():
            raise ValueError("continuous codes have values that are no finite numbers")
        return codes

    def _even(self, n):
        index, columns, period = tf.range(n, dtype=tf.int32), [], 1
        for size in self.categories:
            value = tf.cast((index // period) % size, tf.float32)
            columns.append((value + 0.5) / size)
            period = min(period * size, tf.int32.max)
        for stride in _strides(self.continuous):
            turned = tf.cast(index, tf.float32) * stride
            columns.append(tf.math.floormod(turned + 0.5, 1.0))
        return self._as_codes(tf.stack(columns, axis=1))

    def codes(self, n, categories=None, continuous=None):
        """Return codes for `generate`.

        Args:
            n: how many.
            categories: ints `[n, number of categories]`; None for all 0.
            continuous: floats `[n, number of continuous codes]`; in training they are in [-1, 1], and further
                out is allowed; None for all 0.

        Returns:
            float32 `[n, num_codes]`.

        Raises:
            ValueError: another shape, a category that there is not, or no finite number.
        """
        errors.check_ints(1, n=n)
        shapes = {"categories": (n, len(self.categories)), "continuous": (n, self.continuous)}
        given = {"categories": categories, "continuous": continuous}
        arrays = {}
        for name, shape in shapes.items():
            values = np.zeros(shape) if given[name] is None else np.asarray(given[name])
            if values.shape != shape:
                raise ValueError(f"{name} have shape {values.shape}, expected {shape}")
            arrays[name] = values
        parts = []
        for number, size in enumerate(self.categories):
            values = arrays["categories"][:, number]
            if not np.isin(values, np.arange(size)).all():
                raise ValueError(
                    f"categories[:, {number}] has values from {values.min()} to {values.max()}, expected "
                    f"ints from 0 to {size - 1}"
                )
            parts.append(np.eye(size, dtype=np.float32)[values.astype(int)])
        return self._codes_checked(
            np.concatenate([*parts, arrays["continuous"].astype(np.float32)], axis=1)
        )

    def infer(self, images, batch_size=256):
        """Return the codes that the discriminator sees in images.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].
            batch_size: how many at a time.

        Returns:
            A list of the probabilities `[N, size]` of each category, and the continuous codes
            `[N, number of continuous codes]`.
        """
        categories, continuous = self._split(self.said_of(images, batch_size)[:, 1:])
        return [tf.nn.softmax(logits).numpy() for logits in categories], continuous.numpy()

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
