"""A generator that is told something, in two halves: what it is told can be interpolated between them."""

import keras

# Names of the layers whose output is what a generator is told.
CLASS, GAUSSIANS, PRESENCE, VECTOR, WORDS = "class", "gaussians", "presence", "vector", "words"
CODES = "codes"  # InfoGAN's are told as they are
_TOLD = (CLASS, CODES, GAUSSIANS, PRESENCE, VECTOR, WORDS)


def halves_of(network):
    """Return the models from a condition to what a generator is told, and from [latents, *that] to images.

    What it is told: codes, or the vector of the class, the sound or the text; of a text that is drawn, what
    from; and where places look at its words, those and which there are, too.

    Args:
        network: `keras.Model` from [latents, condition] to images.

    Returns:
        Two `keras.Model`s; None of a network of unknown make.

    >>> from tfgan_zoo.networks import sagan
    >>> read, draw = halves_of(sagan.generator((32, 32, 3), num_classes=5, width=8))
    >>> read.output_shape, draw.output_shape
    ((None, 5), (None, 32, 32, 3))
    """
    latents, condition = network.inputs
    told = [layer.output for layer in network.layers if layer.name in _TOLD]
    if not told:
        return None
    return keras.Model(condition, told), keras.Model([latents, *told], network.outputs[0])
