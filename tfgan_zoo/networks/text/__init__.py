"""Networks that write sentences of tokens, token by token, and networks that judge them."""

from tfgan_zoo.networks.text.convolutional import representation_discriminator, text_cnn
from tfgan_zoo.networks.text.discriminator import TokenDiscriminator
from tfgan_zoo.networks.text.generator import TokenGenerator
from tfgan_zoo.networks.text.kinds import GENERATORS, make, token_generator
from tfgan_zoo.networks.text.leak import LeakGenerator
from tfgan_zoo.networks.text.recurrent import RecurrentGenerator
from tfgan_zoo.networks.text.recurrent_discriminators import (
    recurrent_discriminator,
    sentence_recurrent_discriminator,
)
from tfgan_zoo.networks.text.relational import RelationalGenerator
from tfgan_zoo.networks.text.transformer import TransformerGenerator

__all__ = [
    "GENERATORS",
    "LeakGenerator",
    "RecurrentGenerator",
    "RelationalGenerator",
    "TokenDiscriminator",
    "TokenGenerator",
    "TransformerGenerator",
    "make",
    "recurrent_discriminator",
    "representation_discriminator",
    "sentence_recurrent_discriminator",
    "text_cnn",
    "token_generator",
]
