"""ScratchGAN: text by adversarial training alone."""

import keras

from tfgan_zoo.models.text.networked import Networked
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training.text_gan import TextGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class ScratchGAN(Networked, TextGAN):
    """ScratchGAN (d'Autume, Mohamed, Rosca & Rae 2019, arXiv 1905.09922): no maximum likelihood at all.

        discriminator: an LSTM that judges each beginning y[:t]; cross-entropy over all of them
        generator:     write y; r_t = 2 σ(D(y[:t])) - 1; R_t = Σ_{s ≥ t} γ^{s-t} r_s, γ = 0.23;
                       ascend Σ_t (R_t - b) · log π(y_t | y[:t]), b a moving mean of R

    What makes it work from random weights, by the paper: a reward for every token, large batches (512),
    a regularised discriminator, and pre-trained word vectors beside learned ones. Here embeddings are
    learned; means are over tokens, without the padding; and a sentence's end keeps its reward to the end of
    its row, so that length alone is worth nothing. Left out: the discriminator's L2 of 1e-6, and dropout of
    whole embedding entries, where here the vectors' numbers are dropped.

    Adam for both, β₁ 0.5: 9.59e-5 for the generator and 9.38e-3 for the discriminator.

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network: kind of generator: `"lstm"`, `"gru"`, `"transformer"` or `"relational"`; None for an LSTM.
        network_arguments: dict of further arguments of the generator (`units`, `embedding`, …).
        discriminator_arguments: dict of arguments of `networks.text.recurrent_discriminator`.
        likelihood_steps: steps of maximum likelihood that come first; none in the paper.
        discriminator_first: steps of the discriminator alone that come second; none in the paper.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown network or argument, or a number out of range.

    Example:

    >>> from tfgan_zoo.training import TokenSpec
    >>> gan = ScratchGAN(TokenSpec(6, 4))
    >>> gan.compile()
    >>> gan.generate(2, seed=0).shape
    (2, 4)
    """

    default_reward = "steps"
    default_baseline = "moving_mean"
    discriminator_network = staticmethod(networks.recurrent_discriminator)

    def default_optimizers(self):
        """Adam(9.59e-5) for the generator and Adam(9.38e-3) for the discriminator, β₁ 0.5."""
        rates = {"discriminator": 9.38e-3, "generator": 9.59e-5}
        return super().default_optimizers() | {
            player: keras.optimizers.Adam(rate, beta_1=0.5, name=f"{player}_adam")
            for player, rate in rates.items()
        }
