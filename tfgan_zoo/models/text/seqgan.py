"""SeqGAN, and the systems that change its reward."""

import keras

from tfgan_zoo.models.text.networked import Networked
from tfgan_zoo.networks import text as networks
from tfgan_zoo.training.text_gan import TextGAN


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class SeqGAN(Networked, TextGAN):
    """SeqGAN (Yu, Zhang, Wang & Yu 2017, arXiv 1609.05473).

        maximum likelihood, then the discriminator alone, then, again and again:
          discriminator: cross-entropy on real and on written sentences, several batches
          generator:     write y; for each t complete y[:t] by 16 roll-outs of the generator itself;
                         Q_t = mean of D(completed), Q_T = D(y); ascend Σ_t Q_t · log π(y_t | y[:t])

    As in the authors' code: LSTM of 32 units with all weights from N(0, 0.1²); a CNN of 1,720 features with a
    highway layer and dropout 0.25; Adam(0.01) with gradients clipped to a norm of 5 for the generator and
    Adam(1e-4) for the discriminator; no baseline; roll-outs by the present generator. Not as there: no L2 on
    the discriminator's output layer, and `discriminator_steps` batches of new sentences a round, where
    they drew 10,000 sentences five times and passed over them three times.

    Args:
        tokens: the data's `Tokenizer`, or a `TokenSpec`.
        network: kind of generator: `"lstm"`, `"gru"`, `"transformer"` or `"relational"`; None for an LSTM.
        network_arguments: dict of further arguments of the generator (`units`, `embedding`, …).
        discriminator_arguments: dict of arguments of `networks.text.text_cnn`.
        likelihood_steps: steps of maximum likelihood that come first.
        discriminator_first: steps of the discriminator alone that come second.
        seed: int, for the initial weights and all random numbers of training.
        **kwargs: for `keras.Model`.

    Raises:
        ValueError: an unknown network or argument, or a number out of range.

    Example:

    >>> from tfgan_zoo.training import TokenSpec
    >>> gan = SeqGAN(TokenSpec(6, 4), likelihood_steps=10, discriminator_first=10)
    >>> gan.compile()
    >>> gan.phase_at(15)
    'discriminator'
    """

    default_reward = "roll_outs"
    default_baseline = "none"
    default_discriminator_steps = 15
    discriminator_network = staticmethod(networks.text_cnn)

    def paper_arguments(self, network):
        """All weights from N(0, 0.1²), of recurrent generators."""
        return {"initializer": 0.1} if network in ("lstm", "gru") else {}

    def default_optimizers(self):
        """Adam(0.01), clipped to a norm of 5, for the generator; Adam(1e-4) for the discriminator."""
        return super().default_optimizers() | {
            "discriminator": keras.optimizers.Adam(1e-4, name="discriminator_adam"),
            "generator": keras.optimizers.Adam(0.01, global_clipnorm=5.0, name="generator_adam"),
        }


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class MaliGAN(SeqGAN):
    """MaliGAN (Che et al. 2017, arXiv 1702.07983): SeqGAN with density ratios for rewards.

    A sentence's reward is D / (1 - D), which is p_data / p_generator where the discriminator is the best
    one, normalised over the batch; less the mean. The gradient is then that of a likelihood of the data,
    estimated by written sentences. No roll-outs. Arguments as for `SeqGAN`.
    """

    default_reward = "density_ratio"
    default_baseline = "batch_mean"


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class RankGAN(SeqGAN):
    """RankGAN (Lin et al. 2017, arXiv 1705.11001): SeqGAN whose reward is a rank among sentences.

    The discriminator's features embed sentences. A sentence's score beside real ones is its share of a
    softmax over cosines with a reference sentence; the reward is the log of the mean over references, less
    the mean of the other sentences (a log of a small share is mostly a constant), where the paper trains a
    ranker; here the discriminator is trained as a classifier. Arguments as for `SeqGAN`.
    """

    default_reward = "rank"
    default_baseline = "batch_mean"
