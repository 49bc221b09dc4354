"""StyleGAN2."""

import keras
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.networks import stylegan2 as networks
from tfgan_zoo.training import GAN, averaging


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class StyleGAN2(GAN):
    """A generator steered by styles (Karras et al. 2020, arXiv 1912.04958).

    A mapping network makes a style w of the latents z; the synthesis network starts from a learned
    constant, and at each place w scales the channels of a convolution, with noise for the details. The
    image is the sum of one from each resolution; the discriminator is a residual network that sees the
    spread of the batch. The loss is non-saturating, with R1 in every 16th step and, for the generator, path
    length in every 4th.

    Style mixing: in training most samples take the styles of a second latent from some place on, drawn for
    each sample, so that places do not rely on their neighbours' styles.

    Truncation: `generate(…, truncation=ψ)` moves every style to w̄ + ψ (w - w̄). w̄, the moving mean of the
    styles of the generator's turns over the global batch, is a weight of the generator's layer
    `mean_style`, and of the averaged generator's. ψ = 1 leaves images as they are, 0 shows the mean
    style's image. An exported model takes ψ for each image as its input `truncation`; its `sample`
    signatures use 1.

    What differs from the paper: sizes are a small machine's (the paper has 512 latents, up to 512 channels);
    noise is for training only (`layers.NoiseInjection`); the penalties are part of the step they are due
    in, not a step of their own; the place where styles change is drawn for each sample, not for the batch.
    R1's γ, the `weight` of `r1`, is 1: the paper's 10 is meant for 1024 pixels a side. StyleGAN2-ADA (arXiv
    2006.06676) starts from 0.0002 · H · W / batch size; more is safer, less is sharper.

    Args:
        image_shape: (H, W, C): 16 to 128 pixels a side, non-square too, 1 to 4 channels.
        latent_dim: size of the latents and of the styles.
        generator_width: channels of the synthesis network at the images' resolution; doubled with each
            halving.
        discriminator_width: the same of the discriminator.
        max_width: the most channels of both.
        mapping_depth: dense layers of the mapping network.
        convolutions: modulated convolutions at each resolution but the lowest, which has one.
        group_size: samples among which the discriminator sees the spread.
        mixing: probability of style mixing, 0 for none.
        output_activation: `"linear"` as in the paper, or `"tanh"` for images with large parts at exactly -1
            or 1, such as MNIST's: there the discriminator always won against a linear end, and training
            collapsed.
        packing: how many images the discriminator judges at once.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`; `dtype="mixed_float16"` or `"mixed_bfloat16"` trains in mixed
            precision.

    Raises:
        ValueError: an image_shape that this architecture cannot make, a size that is not a positive int, or
            mixing outside [0, 1].

    Example:

    >>> gan = StyleGAN2((16, 16, 1), 8, generator_width=4, discriminator_width=4, mapping_depth=2)
    >>> gan.compile()
    >>> [(penalty.kind, penalty.interval) for penalty in gan.penalties]
    [('r1', 16), ('path_length', 4)]
    >>> gan.generate(2, seed=1, truncation=0.7).shape
    (2, 16, 16, 1)
    """

    default_penalties = (
        {"name": "r1", "weight": 1.0, "interval": 16},
        {"name": "path_length", "weight": 2.0, "interval": 4},
    )
    # Of the mean style, as in the authors' code.
    mean_decay = 0.995

    def __init__(
        self,
        image_shape,
        latent_dim=64,
        generator_width=32,
        discriminator_width=32,
        max_width=256,
        mapping_depth=8,
        convolutions=2,
        group_size=4,
        mixing=0.9,
        output_activation="linear",
        *,
        packing=1,
        ema_decay=0.999,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(
            1,
            generator_width=generator_width,
            discriminator_width=discriminator_width,
            packing=packing,
        )
        errors.check_numbers(0, 1, mixing=mixing)
        dtype = kwargs.get("dtype")
        generator = networks.generator(
            networks.mapping(latent_dim, mapping_depth, seed=seed + 2),
            networks.synthesis(
                image_shape,
                latent_dim,
                generator_width,
                max_width,
                convolutions,
                seed=seed,
                dtype=dtype,
                output_activation=output_activation,
            ),
        )
        discriminator = networks.discriminator(
            image_shape,
            discriminator_width,
            max_width,
            group_size,
            packing=packing,
            seed=seed + 1,
            dtype=dtype,
        )
        super().__init__(
            generator, discriminator, packing=packing, ema_decay=ema_decay, seed=seed, **kwargs
        )
        self.mixing = float(mixing)
        self._arguments = {
            "image_shape": tuple(image_shape),
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "max_width": max_width,
            "mapping_depth": mapping_depth,
            "convolutions": convolutions,
            "group_size": group_size,
            "mixing": self.mixing,
            "output_activation": output_activation,
            "packing": packing,
        }

    def default_optimizers(self):
        """Adam(2e-3, β₁ 0, β₂ 0.99) for both, corrected for lazy regularisation.

        A player with a penalty in every k-th step only gets c = k / (k + 1) times the rate, and
        β₂ᶜ, as in the paper's appendix B.
        """

        def adam(player):
            given = getattr(self, "penalties", [])  # none before `compile`
            lazy = [p.interval for p in given if p.player == player and p.interval > 1]
            c = max(lazy) / (max(lazy) + 1) if lazy else 1.0
            return keras.optimizers.Adam(
                2e-3 * c, beta_1=0.0, beta_2=0.99**c, epsilon=1e-8, name=f"{player}_adam"
            )

        return {player: adam(player) for player in self.players}

    # --- styles -------------------------------------------------------------------------------

    def imagine(self, latents, conditions=(), training=True):
        """Return the generator's images of latents; while training the mean style moves, and styles mix."""
        if not training:
            return super().imagine(latents, conditions, training)
        styles = self.generator.get_layer("mapping")(latents, training=True)
        rate = averaging.average_rate(self.mean_decay, self.iterations.value)
        self.generator.get_layer("mean_style").track(styles, rate)
        return self.synthesis(self._mixed(styles), conditions)

    def mapping(self, latents, training=True):
        """Return the latents' styles, `[B, places, latent_dim]`; while training mixed with others'."""
        styles = self.generator.get_layer("mapping")(latents, training=training)
        return self._mixed(styles) if training else self.generator.get_layer("places")(styles)

    def synthesis(self, mapped, conditions=(), training=True):
        """Return the images of styles `[B, places, latent_dim]`."""
        return self.generator.get_layer("synthesis")(mapped, training=training)

    def _mixed(self, styles):
        """Return styles for all places, from a place on those of other latents."""
        repeat = self.generator.get_layer("places")
        styles = repeat(styles)
        if not self.mixing:
            return styles
        others = self.random.normal(self.latent_shape, "mixing_latents")
        others = repeat(self.generator.get_layer("mapping")(others, training=True))
        places = styles.shape[1]
        draws = self.random.uniform((2, 1, 1), "mixing")
        # One of the places but the first, each as likely; beyond the last for no mixing.
        first = 1.0 + tf.floor(draws[:, 1] * (places - 1))
        first = tf.where(draws[:, 0] < self.mixing, first, float(places))
        place = tf.range(places, dtype=tf.float32)[None, :, None]
        return tf.where(place < first, styles, others)

    # --- sampling -----------------------------------------------------------------------------

    def call(self, inputs, training=False):
        """Map latents, or [latents, ψ of each], to images with the sampling generator."""
        if not isinstance(inputs, (list, tuple)):
            return super().call(inputs, training=training)
        latents, truncation = inputs
        layer = self.sampling_generator.get_layer
        styles = layer("mapping")(latents, training=training)
        styles = layer("mean_style").truncate(styles, truncation)
        return layer("synthesis")(layer("places")(styles), training=training)

    @property
    def sampling_inputs(self):
        """Latents, and ψ of each."""
        truncation = tf.TensorSpec([None], tf.float32, name="truncation")
        return {**super().sampling_inputs, "truncation": truncation}

    def sampling_conditions(self, n, psi=1.0, **given):
        """Return ψ of n samples.

        Raises:
            ValueError: ψ is no number of at least 0, or something is given that the generator does not take.
        """
        super().sampling_conditions(n, **given)
        if not errors.is_number(psi) or psi < 0.0:
            raise ValueError(f"truncation is {psi!r}, expected a number of at least 0")
        return [tf.fill([n], tf.constant(psi, tf.float32))]

    def decode(self, latents, batch_size=64, truncation=None, **conditions):
        """Map an array of latents to an array of images, a batch at a time.

        Args:
            latents: float32 array `[n, latent_dim]`.
            batch_size: how many to map at a time.
            truncation: ψ, a number of at least 0, or None for 1: how far styles are from their mean. Lower:
                better images, less of the data's variety (Karras et al. 2019, arXiv 1812.04948).
            **conditions: nothing.

        Returns:
            float32 array `[n, H, W, C]` in [-1, 1].

        Raises:
            ValueError: a truncation that is no number of at least 0.
        """
        if "psi" in conditions:
            raise ValueError("ψ is given as truncation: generate(…, truncation=0.7)")
        psi = 1.0 if truncation is None else truncation
        return super().decode(latents, batch_size, psi=psi, **conditions)

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
