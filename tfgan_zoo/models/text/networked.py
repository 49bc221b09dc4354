"""What the named systems share: networks that are chosen by name and sized by arguments."""

from tfgan_zoo import errors, registry
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training.text import TokenSpec


class Networked:
    """Mixin before `TextGame` or `TextGAN`: makes both networks from names and arguments.

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network: kind of generator: `"lstm"`, `"gru"`, `"transformer"` or `"relational"`; None for the
            paper's.
        network_arguments: dict of further arguments of the generator (`units`, `embedding`, …).
        discriminator_arguments: dict of arguments of the discriminator's network.
        likelihood_steps: steps of maximum likelihood that come first.
        discriminator_first: steps of the discriminator alone that come second.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.
    """

    default_network = "lstm"
    discriminator_network = None

    def __init__(
        self,
        tokens,
        network=None,
        *,
        network_arguments=None,
        discriminator_arguments=None,
        likelihood_steps=0,
        discriminator_first=0,
        seed=0,
        **kwargs,
    ):
        spec, dtype = TokenSpec.of(tokens), kwargs.get("dtype")
        network = self.default_network if network is None else network
        writing = self.paper_arguments(network) | dict(network_arguments or {})
        judging = dict(discriminator_arguments or {})
        valid = registry.parameters(type(self).discriminator_network)
        for argument in judging:
            if argument not in valid:
                raise ValueError(errors.unknown("argument of the discriminator", argument, valid))
        super().__init__(
            networks.make(network, spec, seed, dtype, **writing),
            type(self).discriminator_network(
                spec.vocabulary_size, spec.length, seed=seed + 1, dtype=dtype, **judging
            ),
            tokens,
            likelihood_steps=likelihood_steps,
            discriminator_first=discriminator_first,
            seed=seed,
            **kwargs,
        )
        self._arguments = {
            "network": network,
            "network_arguments": writing,
            "discriminator_arguments": judging,
        }

    def paper_arguments(self, network):
        """Return the paper's arguments of a kind of generator, where they are not the network's own."""
        return {}

    def get_config(self):
        """Return the constructor's arguments."""
        return {**self._arguments, **self.common_config()}
