"""How any generator and any discriminator of images are told a condition."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.features import features_of
from tfgan_zoo.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    LabelMaps,
    SpectralDense,
)
from tfgan_zoo.networks.initializers import SeededNormal
from tfgan_zoo.training import walking

GENERATOR_CONDITIONS = ("batch_norm", "both", "concatenate")
LABEL = "label"
_SLOPE = 0.2  # of leaky ReLU


def label_input():
    """Return the input of a network that is told a class: int32 `[B]`."""
    return keras.Input([], dtype="int32", name=LABEL)


def one_hot(label, num_classes):
    """Return a class as a vector `[B, num_classes]`."""
    column = layers.Reshape([1], name="label_column")(label)
    return layers.CategoryEncoding(num_classes, "one_hot", name=walking.CLASS)(column)


def told_beside_latents(generator, condition, vector):
    """Tell a generator a condition beside its latents (Mirza & Osindero 2014, arXiv 1411.1784).

    Args:
        generator: `keras.Model` from latents `[B, D]`, of which the condition's vector takes the last places;
            its other inputs stay as they are, after the condition.
        condition: the `keras.Input` of the condition.
        vector: what becomes of it, `[B, K]` with K below D.

    Returns:
        `keras.Model` from [latents `[B, D - K]`, condition] to images.

    Raises:
        ValueError: latents that have no room for the vector.

    >>> from tfgan_zoo.networks import mlp
    >>> label = label_input()
    >>> network = told_beside_latents(mlp.generator((8, 8, 1), 13, 16), label, one_hot(label, 3))
    >>> network([keras.ops.zeros([2, 10]), keras.ops.array([0, 2])]).shape
    TensorShape([2, 8, 8, 1])
    """
    total = generator.inputs[0].shape[-1]
    size = total - vector.shape[-1]
    if size < 1:
        raise ValueError(
            f"a condition of {vector.shape[-1]} numbers leaves no room in latents of {total}"
        )
    latents = keras.Input([size], name="latents")
    joined = layers.Concatenate(name="latents_and_condition", dtype="float32")([latents, vector])
    others = generator.inputs[1:]
    images = generator([joined, *others] if others else joined)
    return keras.Model([latents, condition, *others], images, name="generator")


def told(build, latent_dim, condition, vector, how="both", seed=0):
    """Tell a generator a condition in one of three ways.

    Args:
        build: function from a number of latents to a functional generator of images, see
            `architectures.builders`; its inputs but the latents stay as they are, after the condition.
        latent_dim: latents besides the condition.
        condition: the `keras.Input` of the condition.
        vector: what becomes of it, `[B, K]`.
        how: `"concatenate"`, beside the latents; `"batch_norm"`, by gain and bias of its batch norms, see
            `layers.ConditionalBatchNormalization`; or `"both"`: its first layer and all batch norms are told
            latents and condition (as in BigGAN, Brock et al. 2019, arXiv 1809.11096, where latents reach all
            stages, too).
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from [latents `[B, latent_dim]`, condition] to images.

    Raises:
        ValueError: an unknown name, or a generator without batch norm that should be told by it.

    >>> from tfgan_zoo.networks import architectures
    >>> build, label = architectures.builders("dcgan", (16, 16, 1), 4).generator, label_input()
    >>> told(build, 6, label, one_hot(label, 3))([keras.ops.zeros([2, 6]), keras.ops.array([0, 2])]).shape
    TensorShape([2, 16, 16, 1])
    """
    if how not in GENERATOR_CONDITIONS:
        raise ValueError(errors.unknown("generator_condition", how, GENERATOR_CONDITIONS))
    if how == "batch_norm":
        network = build(latent_dim)
        latents, *others = network.inputs
        images = _norms_told(network, vector, seed)
        return keras.Model([latents, condition, *others], images, name="generator")
    network = build(latent_dim + vector.shape[-1])
    if how == "both":
        everything, *others = network.inputs
        images = _norms_told(network, everything, seed)
        network = keras.Model([everything, *others] if others else everything, images)
    return told_beside_latents(network, condition, vector)


def judged_beside_image(build, num_classes):
    """Tell a discriminator the class of an image beside it, as maps, so that every layer can use it.

    Where DCGAN's is told the class beside its last features instead (`judged_beside_features`), without wrong
    pairs, 80% of the generator's digits of MNIST were right for 98.9%, see docs/results.md.

    Args:
        build: function from a number of channels beside the image's own to a functional `keras.Model` from
            images to logits, see `architectures.builders`.
        num_classes: how many classes.

    Returns:
        `keras.Model` from [images, label] to logits.

    >>> from tfgan_zoo.networks import architectures
    >>> build = architectures.builders("dcgan", (16, 16, 1), 4, 4).discriminator
    >>> judge = judged_beside_image(build, 3)
    >>> [tuple(i.shape) for i in judge.inputs], judge.output_shape
    ([(None, 16, 16, 1), (None,)], (None, 1))
    """
    told, label = build(num_classes), label_input()
    height, width, channels = told.input_shape[1:]
    images = keras.Input((height, width, channels - num_classes), name="images")
    maps = LabelMaps(num_classes, name="label_maps", dtype="float32")([images, label])
    features = layers.Identity(name="features", dtype="float32")(features_of(told)(maps))
    return keras.Model([images, label], told.layers[-1](features), name="discriminator")


def judged_beside_features(discriminator, condition, vector, units=128, seed=0):
    """Tell a discriminator a condition beside its last features: both make a hidden layer and a logit.

    Args:
        discriminator: functional `keras.Model` from images to logits, with flat features.
        condition: the `keras.Input` of the condition.
        vector: what becomes of it, `[B, K]`.
        units: of the hidden layer, with leaky ReLU of slope 0.2.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from [images, condition] to logits `[B, 1]`.

    Raises:
        ValueError: features that are not flat.

    >>> from tfgan_zoo.networks import dcgan
    >>> label = label_input()
    >>> judge = judged_beside_features(dcgan.discriminator((16, 16, 1), width=4), label, one_hot(label, 3))
    >>> judge.output_shape
    (None, 1)
    """
    dense = _dense(discriminator, seed)
    of_features = dense(units, "hidden")(_features(discriminator))
    of_condition = dense(
        units,
        "hidden_of_condition",
        use_bias=False,
        kernel_initializer=keras.initializers.HeNormal(seed),
    )(vector)
    x = layers.Add(name="hidden_of_both", dtype="float32")([of_features, of_condition])
    x = layers.LeakyReLU(_SLOPE, name="hidden_relu")(x)
    logits = dense(1, "logits")(x)
    return keras.Model([discriminator.inputs[0], condition], logits, name="discriminator")


def projected(discriminator, condition, vector, seed=0):
    """Tell a discriminator a condition by projection (Miyato & Koyama 2018, arXiv 1802.05637).

    The inner product of its last features and a linear map of the condition's vector, for a class its
    embedding, is added to its logit.

    Args:
        discriminator: functional `keras.Model` from images to logits `[B, 1]`, with flat features.
        condition: the `keras.Input` of the condition.
        vector: what becomes of it, `[B, K]`.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from [images, condition] to logits `[B, 1]`.

    Raises:
        ValueError: features that are not flat.

    >>> from tfgan_zoo.networks import dcgan
    >>> label = label_input()
    >>> judge = projected(dcgan.discriminator((16, 16, 1), width=4), label, one_hot(label, 3))
    >>> judge.output_shape
    (None, 1)
    """
    features = _features(discriminator)
    embedded = _dense(discriminator, seed)(features.shape[-1], "embedding", use_bias=False)(vector)
    fit = layers.Dot(axes=1, name="projection", dtype="float32")([features, embedded])
    logits = layers.Add(name="logits_of_both", dtype="float32")([discriminator.outputs[0], fit])
    return keras.Model([discriminator.inputs[0], condition], logits, name="discriminator")


def with_head(discriminator, units, hidden=0, seed=0):
    """Let a discriminator say more of an image than whether it is real.

    Args:
        discriminator: functional `keras.Model` from images to logits `[B, 1]`, with flat features.
        units: how many numbers more, of the same features.
        hidden: units of a hidden layer before them, with leaky ReLU of slope 0.2; 0 for none.
        seed: int, for the initial weights.

    Returns:
        `keras.Model` from images to `[B, 1 + units]`: the logit, then the rest.

    Raises:
        ValueError: features that are not flat.

    >>> from tfgan_zoo.networks import dcgan
    >>> with_head(dcgan.discriminator((16, 16, 1), width=4), 10).output_shape
    (None, 11)
    """
    dense, x = _dense(discriminator, seed), _features(discriminator)
    if hidden:
        x = layers.LeakyReLU(_SLOPE, name="head_relu")(dense(hidden, "head_hidden")(x))
    head = dense(units, "head")(x)
    said = layers.Concatenate(name="logit_and_head", dtype="float32")(
        [discriminator.outputs[0], head]
    )
    return keras.Model(discriminator.inputs[0], said, name="discriminator")


def proxies(num_classes, size, seed=0):
    """Build a table of a vector for each class.

    Args:
        num_classes: how many.
        size: of a vector.
        seed: int, for the initial weights, N(0, 0.02²).

    Returns:
        `keras.Model` from labels int32 `[B]` to `[B, size]`.

    >>> proxies(3, 8)(keras.ops.array([0, 2])).shape
    TensorShape([2, 8])
    """
    label = label_input()
    table = layers.Embedding(
        num_classes, size, embeddings_initializer=SeededNormal(0.02, seed)(), name="proxies"
    )
    return keras.Model(label, table(label), name="proxies")


def _norms_told(generator, vector, seed):
    """Return the images of a generator whose batch norms are told a vector."""
    if not any(isinstance(layer, BatchNormalization) for layer in generator.layers):
        raise ValueError(
            f"{generator.name!r} has no batch norm that could be told a condition: use 'concatenate'"
        )
    normal = SeededNormal(0.02, seed)

    def tell(layer, inputs):
        if not isinstance(layer, BatchNormalization):
            return layer(inputs)
        return ConditionalBatchNormalization(
            layer.momentum,
            layer.epsilon,
            kernel_initializer=normal(),
            name=layer.name,
            dtype=layer.dtype_policy,
        )([inputs, vector])

    return rebuilt(generator, tell)


def rebuilt(network, call):
    """Return the output of a functional network each of whose layers is called by a function.

    Args:
        network: functional `keras.Model` with one output, of layers that are called nowhere else.
        call: function of a layer and its inputs that returns what takes the place of the layer's output.
    """
    made = {id(tensor): tensor for tensor in network.inputs}
    for layer in network.layers:  # each after those that it takes its input from
        if not isinstance(layer, layers.InputLayer):
            inputs = keras.tree.map_structure(lambda tensor: made[id(tensor)], layer.input)
            made[id(layer.output)] = call(layer, inputs)
    return made[id(network.outputs[0])]


def _features(discriminator):
    features = features_of(discriminator).outputs[0]
    if len(features.shape) != 2:
        raise ValueError(
            f"the last features of {discriminator.name!r} have shape {tuple(features.shape)}, expected "
            "(batch, size)"
        )
    return features


def _dense(discriminator, seed):
    """Return a maker of layers with the discriminator's own kind of weights."""
    normal = SeededNormal(0.02, seed)
    spectral = isinstance(discriminator.layers[-1], SpectralDense)
    kind = SpectralDense if spectral else layers.Dense

    def make(units, name, **arguments):
        arguments.setdefault("kernel_initializer", normal())
        return kind(units, name=name, dtype="float32", **arguments)

    return make
