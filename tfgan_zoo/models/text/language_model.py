"""Maximum likelihood: the baseline that every text GAN must beat."""

import keras

from tfgan_zoo.networks import text as networks
from tfgan_zoo.training.text import TextModel, TokenSpec


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class LanguageModel(TextModel):
    """Language model: the likelihood of the next word, given those before it, made as large as can be.

    No adversary, and one player: what text GANs are pre-trained by, and compared with. Adam(1e-3), gradients
    clipped to a norm of 5.

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network: kind of generator, see `networks.text.token_generator`: `"lstm"`, `"gru"`, `"transformer"`
            or `"relational"`.
        seed: int, for the initial weights and all random numbers of training.
        network_arguments: dict of further arguments of the network (`units`, `depth`, …).
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown network or argument.

    Example:

    >>> from tfgan_zoo.training import TokenSpec
    >>> model = LanguageModel(TokenSpec(vocabulary_size=6, length=4))
    >>> model.compile()
    >>> model.generate(3, seed=0).shape
    (3, 4)
    """

    def __init__(self, tokens, network="lstm", *, network_arguments=None, seed=0, **kwargs):
        spec, dtype = TokenSpec.of(tokens), kwargs.get("dtype")
        arguments = dict(network_arguments or {})
        super().__init__(
            networks.make(network, spec, seed, dtype, **arguments),
            tokens,
            seed=seed,
            **kwargs,
        )
        self._arguments = {"network": network, "network_arguments": arguments}

    @property
    def players(self):
        """The generator alone."""
        return {"generator": [self.generator]}

    def default_optimizers(self):
        """Adam(1e-3), gradients clipped to a norm of 5."""
        return {"generator": keras.optimizers.Adam(1e-3, global_clipnorm=5.0, name="adam")}

    def train_step(self, data):
        """One step of maximum likelihood."""
        batch = self.unpack(data)
        return self.log(generator=self.update("generator", lambda: self.likelihood_loss(batch)))

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
