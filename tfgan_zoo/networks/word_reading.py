"""Networks of images whose places look at the words of a text."""

import keras
from keras import layers

from tfgan_zoo.layers import PlaceAttention, WordPresence
from tfgan_zoo.networks import conditioning
from tfgan_zoo.networks.initializers import AnySeeded
from tfgan_zoo.training import walking

_ACTIVATIONS = (layers.Activation, layers.LeakyReLU, layers.ReLU)


def words_of(encoder, tokens):
    """Return what an encoder of `text_encoders` makes of tokens: each word's vector, and the text's.

    >>> from tfgan_zoo.networks import text_encoders
    >>> tokens = keras.Input([10], dtype="int32")
    >>> [tuple(each.shape) for each in words_of(text_encoders.transformer(24, 10), tokens)]
    [(None, 10, 64), (None, 64)]
    """
    words = encoder.get_layer("norm").output
    return keras.Model(encoder.inputs, [words, encoder.outputs[0]], name=encoder.name)(tokens)


def heads_of(encoder):
    """Return how many heads the attention of an encoder of `text_encoders` has; so many divide its words.

    >>> from tfgan_zoo.networks import text_encoders
    >>> heads_of(text_encoders.transformer(24, 10, width=6, heads=2))
    2
    """
    return encoder.get_layer("attention_1").heads


def presence_of(tokens):
    """Return which tokens are words, see `layers.WordPresence`, by a layer that `walk` knows."""
    return WordPresence(name=walking.PRESENCE, dtype="float32")(tokens)


def reading(network, size, words, presence, heads, seed=0):
    """Let the places of a network's maps look at words, see `layers.PlaceAttention`.

    Args:
        network: functional `keras.Model` to or from images.
        size: (H, W) of the maps that look: the first that an activation has made.
        words: `[B, T, width]`, a `keras.Input` or what was made of one.
        presence: float `[B, T]`, the same.
        heads: of the attention, a divisor of the words' width.
        seed: int, for the initial weights.

    Returns:
        The output of such a network that depends on the words, too; its layers are new.

    Raises:
        ValueError: a network that makes no maps of that size.

    >>> from tfgan_zoo.networks import dcgan
    >>> words, presence = keras.Input([10, 64]), keras.Input([10])
    >>> network = dcgan.generator((32, 32, 3), width=4)
    >>> images = reading(network, (8, 8), words, presence, heads=4)
    >>> keras.Model([*network.inputs, words, presence], images).output_shape
    (None, 32, 32, 3)
    """
    reads = next(
        (
            layer
            for layer in network.layers
            if isinstance(layer, _ACTIVATIONS) and tuple(layer.output.shape[1:-1]) == tuple(size)
        ),
        None,
    )
    if reads is None:
        height, width = size
        raise ValueError(
            f"{network.name!r} has no maps of {height}×{width} places that could look at words: "
            "leave out attention_stage"
        )

    glorot = AnySeeded(seed)(keras.initializers.GlorotUniform)
    attention = PlaceAttention(heads, glorot, name="reading", dtype=reads.dtype_policy)

    def call(layer, inputs):
        made = type(layer).from_config(layer.get_config())(inputs)  # its own are called elsewhere
        return attention([made, words, presence]) if layer is reads else made

    return conditioning.rebuilt(network, call)
