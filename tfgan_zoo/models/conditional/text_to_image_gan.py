"""Images from captions."""

import keras

from tfgan_zoo import errors
from tfgan_zoo.losses.gaussian import kl_from_standard_normal
from tfgan_zoo.networks import architectures, text_encoders, text_to_image
from tfgan_zoo.networks.attention_stages import attention_size
from tfgan_zoo.training import GAN, Captioned, MatchingAware
from tfgan_zoo.training.captions import check_captions


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class TextToImageGAN(MatchingAware, Captioned, GAN):
    """Text to image (Reed et al. 2016, GAN-CLS, arXiv 1605.05396; Zhang et al. 2017, StackGAN, 1612.03242).

    Each player reads the caption by a transformer of its own. The generator is told a draw from a normal
    distribution that the caption decides (conditioning augmentation), so that captions that are close make
    one region; the last `conditioning_dim` latents are that draw's noise. The discriminator is told by
    projection, and also shown real images with the captions of others, which it has to call fake. Hinge loss,
    SNGAN's networks.

    A batch holds `image` and `caption` (int32 [B, T], tokens); where captions of other words may say the
    same, `meaning` (int32 [B]) has the same number for those that do, and they are no wrong pairs.

    Args:
        image_shape: (H, W, C); 16 to 128 pixels a side but for `"mlp"`.
        tokens: the `layers.Tokenizer` of the data's captions, such as `load("shapes").info.tokenizer`.
        example_captions: list of captions, which are drawn one after the other where none is given: in
            sample grids, in scores; such as `load("shapes").info.example_captions`.
        architecture: `"dcgan"`, `"deep_dcgan"`, `"mlp"`, `"resnet"` or `"sndcgan"`, see `networks`.
        latent_dim: size of the latent vectors, without the noise of the caption's draw.
        generator_width: see the architecture; None for its own.
        discriminator_width: see the architecture; None for its own.
        discriminator_norm: of `"dcgan"`: `"batch"`, `"layer"`, `"none"` or `"spectral"`; None for the
            architecture's own. Only without batch norm can gradient penalties such as `"r1"` be used.
        generator_condition: how the generator is told: `"concatenate"`, `"batch_norm"` or `"both"`, see
            `networks.conditioning.told`.
        discriminator_condition: how the discriminator is told: `"projection"`, `"concatenate"`, beside its
            last features, or `"none"`: it is not told, and the generator learns to ignore the caption.
        conditioning_dim: how many numbers are drawn for a caption; 0 for none: the generator is then told the
            encoder's vector itself.
        attention_stage: at the maps of which size the places of both players' pictures look at the words (Xu
            et al. 2018, AttnGAN, arXiv 1711.10485): how many times the image has been halved there; None for
            nowhere. A discriminator that is not told the caption does not look.
        encoder_width: size of the encoders' vectors.
        encoder_depth: blocks of each encoder.
        encoder_heads: of each block, and of the places that look.
        pooling: what becomes of a caption's words: their `"mean"`, or `"attention"` by a learned query.
        ema_decay: decay of the averaged generator that `generate` and `export` use; None for none.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown name, a size that is not a positive int, captions that are none, or an
            image_shape that the architecture cannot make.

    Example:

    >>> from tfgan_zoo.layers import Tokenizer
    >>> tokenizer = Tokenizer(["a", "red", "blue", "circle"], length=4)
    >>> gan = TextToImageGAN((16, 16, 3), tokenizer, ["a red circle"], generator_width=4,
    ...                      discriminator_width=4)
    >>> gan.compile()
    >>> gan.generate(2, seed=0, caption="a blue circle").shape
    (2, 16, 16, 3)
    """

    default_loss = "hinge"
    kl_weight = 0.02

    def __init__(
        self,
        image_shape,
        tokens,
        example_captions,
        architecture="sndcgan",
        latent_dim=64,
        generator_width=None,
        discriminator_width=None,
        discriminator_norm=None,
        generator_condition="both",
        discriminator_condition="projection",
        conditioning_dim=32,
        attention_stage=None,
        encoder_width=64,
        encoder_depth=2,
        encoder_heads=4,
        pooling="mean",
        *,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        errors.check_ints(1, latent_dim=latent_dim)
        errors.check_ints(0, conditioning_dim=conditioning_dim)
        check_captions(tokens, example_captions)
        size = attention_size(image_shape, attention_stage)
        dtype = kwargs.get("dtype")

        def encoder(own_seed):
            return text_encoders.transformer(
                tokens.vocabulary_size,
                tokens.length,
                encoder_width,
                encoder_depth,
                encoder_heads,
                pooling,
                seed=own_seed,
                dtype=dtype,
            )

        build = architectures.builders(
            architecture,
            image_shape,
            generator_width,
            discriminator_width,
            seed,
            dtype,
            discriminator_norm=discriminator_norm,
        )
        super().__init__(
            text_to_image.generator(
                build.generator,
                encoder(seed + 2),
                latent_dim,
                conditioning_dim,
                generator_condition,
                size,
                seed=seed + 3,
            ),
            text_to_image.discriminator(
                build.discriminator(),
                encoder(seed + 5),
                discriminator_condition,
                size,
                seed=seed + 6,
            ),
            ema_decay=ema_decay,
            seed=seed,
            **kwargs,
        )
        self.read_captions(tokens, example_captions)
        self.discriminator_is_told = discriminator_condition != "none"
        self._arguments = {
            "image_shape": tuple(image_shape),
            "architecture": architecture,
            "latent_dim": latent_dim,
            "generator_width": generator_width,
            "discriminator_width": discriminator_width,
            "discriminator_norm": discriminator_norm,
            "generator_condition": generator_condition,
            "discriminator_condition": discriminator_condition,
            "conditioning_dim": conditioning_dim,
            "attention_stage": attention_stage,
            "encoder_width": encoder_width,
            "encoder_depth": encoder_depth,
            "encoder_heads": encoder_heads,
            "pooling": pooling,
        }

    def compile(self, optimizers=None, *, kl_weight=0.02, **kwargs):
        """Choose optimizers, objective and tricks; with no argument, those of the class's description.

        Args:
            optimizers: dict with optimizers for `"discriminator"` and/or `"generator"`.
            kl_weight: in the generator's loss, of the KL divergence of the captions' distributions from the
                standard normal one, summed over their numbers. (StackGAN's code has 2 times the mean over
                128 numbers.)
            **kwargs: see `MatchingAware.compile` and `GAN.compile`.

        Raises:
            ValueError: what they raise, a weight below 0, or wrong pairs for a discriminator that is not told
                the caption.
        """
        errors.check_numbers(0, 1e6, kl_weight=kl_weight)
        with self.choosing(kl_weight=float(kl_weight)):
            super().compile(optimizers, **kwargs)

    def check_parts(self, loss, *others):
        """Refuse wrong pairs where nobody looks at the captions, see `GAN.check_parts`."""
        if self.wrong_pairs and not self.discriminator_is_told:
            raise ValueError(
                "wrong pairs are for a discriminator that is told the caption, and this one's "
                "discriminator_condition is 'none': compile with wrong_pairs=False"
            )
        super().check_parts(loss, *others)

    def discriminator_conditions(self, batch):
        """Return the captions' tokens, if the discriminator is told them."""
        return self.conditions(batch) if self.discriminator_is_told else []

    def generator_lesson(self, batch, said_fake):
        """Return the KL divergence of what the captions' conditions are drawn from, and what to log."""
        network = text_to_image.gaussians_of(self.generator)
        if network is None:
            return super().generator_lesson(batch, said_fake)
        kl = kl_from_standard_normal(network(batch["caption"]))
        return self.kl_weight * kl, {"kl": kl}

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.captions_config(), **self.common_config()}
