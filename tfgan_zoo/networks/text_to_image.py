"""Any generator and any discriminator of images, told by a text encoder."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import ConditioningAugmentation
from tfgan_zoo.networks import conditioning, word_reading
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.training import walking

DISCRIMINATOR_CONDITIONS = {
    "concatenate": conditioning.judged_beside_features,
    "none": None,
    "projection": conditioning.projected,
}


def generator(
    build, encoder, latent_dim, conditioning_dim=32, condition="both", attention_size=None, seed=0
):
    """Tell a generator a text, by conditioning augmentation (Zhang et al. 2017, arXiv 1612.03242).

    Args:
        build: function from a number of latents to a generator of images, see `architectures.builders`.
        encoder: `keras.Model` from tokens to a vector.
        latent_dim: latents of the images, besides the noise.
        conditioning_dim: C, the numbers drawn for a text, see `layers.ConditioningAugmentation`; 0: none, and
            the generator is told the encoder's vector itself.
        condition: how it is told: `"concatenate"`, `"batch_norm"` or `"both"`, see `conditioning.told`.
        attention_size: (H, W) of the maps whose places look at the words, see `word_reading.reading`; None
            for none.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from [latents `[B, latent_dim + C]`, tokens] to images.

    Raises:
        ValueError: an unknown name, or a generator without batch norm that should be told by it.

    >>> from tfgan_zoo.networks import architectures, text_encoders
    >>> build = architectures.builders("dcgan", (16, 16, 1), 4).generator
    >>> network = generator(build, text_encoders.transformer(24, 10, width=8), 6, conditioning_dim=5)
    >>> [tuple(i.shape) for i in network.inputs], network.output_shape
    ([(None, 11), (None, 10)], (None, 16, 16, 1))
    """
    latents = keras.Input([latent_dim + conditioning_dim], name="latents")
    tokens = keras.Input(encoder.input_shape[1:], dtype="int32", name="tokens")
    own, looked_at = latents, []
    if attention_size is None:
        vector = encoder(tokens)
    else:
        words, vector = word_reading.words_of(encoder, tokens)
        words = layers.Identity(name=walking.WORDS, dtype="float32")(words)
        looked_at = [words, word_reading.presence_of(tokens)]
    if conditioning_dim:
        kernel = AnySeeded(seed)(keras.initializers.GlorotUniform)
        gaussians = layers.Dense(
            2 * conditioning_dim,
            kernel_initializer=kernel,
            name=walking.GAUSSIANS,
            dtype="float32",
        )(vector)
        own, vector = ConditioningAugmentation(name="augmentation", dtype="float32")(
            [gaussians, latents]
        )
    else:
        vector = layers.Identity(name=walking.VECTOR, dtype="float32")(vector)
    told = keras.Input(vector.shape[1:], name="condition")

    def build_reading(size):
        network = build(size)
        if not looked_at:
            return network
        seen = [keras.Input(each.shape[1:], name=each.name) for each in looked_at]
        heads = word_reading.heads_of(encoder)
        images = word_reading.reading(network, attention_size, *seen, heads, seed=seed + 2)
        return keras.Model([network.inputs[0], *seen], images, name=network.name)

    network = conditioning.told(build_reading, latent_dim, told, told, condition, seed=seed + 1)
    images = network([own, vector, *looked_at])
    return keras.Model([latents, tokens], images, name="generator")


def gaussians_of(network):
    """Return the model from tokens to what their conditions are drawn from, `[B, 2 C]`; None if not drawn."""
    named = [layer.output for layer in network.layers if layer.name == walking.GAUSSIANS]
    return keras.Model(network.inputs[1], *named) if named else None


def discriminator(network, encoder, condition="projection", attention_size=None, seed=0):
    """Tell a discriminator a text.

    Args:
        network: functional `keras.Model` from images to logits `[B, 1]`, with flat features.
        encoder: `keras.Model` from tokens to a vector.
        condition: how it is told: `"projection"` (Miyato & Koyama 2018, arXiv 1802.05637), the inner product
            of features and text is added to the logit; `"concatenate"`, beside the features, of which a
            hidden layer makes the logit (Reed et al. 2016, arXiv 1605.05396); or `"none"`: it is not told.
        attention_size: (H, W) of the maps whose places look at the words as well, see `word_reading.reading`;
            None for none.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from [images, tokens] to logits; the network itself for `"none"`.

    Raises:
        ValueError: an unknown name, or features that are not flat.

    >>> from tfgan_zoo.networks import dcgan, text_encoders
    >>> judge = discriminator(dcgan.discriminator((16, 16, 1), 4), text_encoders.transformer(24, 10))
    >>> [tuple(i.shape) for i in judge.inputs]
    [(None, 16, 16, 1), (None, 10)]
    """
    if condition not in DISCRIMINATOR_CONDITIONS:
        valid = DISCRIMINATOR_CONDITIONS
        raise ValueError(errors.unknown("discriminator_condition", condition, valid))
    tell = DISCRIMINATOR_CONDITIONS[condition]
    if tell is None:
        return network
    tokens = keras.Input(encoder.input_shape[1:], dtype="int32", name="tokens")
    if attention_size is None:
        return tell(network, tokens, encoder(tokens), seed=seed)
    words, vector = word_reading.words_of(encoder, tokens)
    presence = word_reading.presence_of(tokens)
    heads = word_reading.heads_of(encoder)
    logits = word_reading.reading(network, attention_size, words, presence, heads, seed=seed + 1)
    network = keras.Model([network.inputs[0], tokens], logits, name=network.name)
    return tell(network, tokens, vector, seed=seed)
