"""The classifier of digits that DANN and PixelDA adapt, and DANN's domain classifier (arXiv 1409.7495)."""

import keras
from keras import layers

from tfgan_zoo import errors
from tfgan_zoo.layers import Conv2D
from tfgan_zoo.networks.initializers import AnySeeded

# Of smaller images, the convolutions would leave nothing.
SMALLEST = 16


def _he(seeded):
    return seeded(keras.initializers.HeNormal)


def feature_extractor(image_shape, width=32, seed=0, dtype=None):
    """Build the features: two 5×5 convolutions without padding, each with maximum pooling and ReLU.

    Args:
        image_shape: (H, W, C), sides of at least 16 pixels.
        width: channels of the first convolution; the second has half as many more.
        seed: int, for the initial weights.
        dtype: Keras dtype policy; features come out as float32.

    Returns:
        `keras.Model` from images to features `[B, F]`.

    Raises:
        ValueError: a width that is not a positive int.

    >>> feature_extractor((28, 28, 3)).output_shape
    (None, 768)
    """
    errors.check_ints(1, width=width)
    seeded = AnySeeded(seed)
    x = inputs = keras.Input(image_shape, name="images")
    for stage, filters in enumerate((width, width * 3 // 2), start=1):
        x = Conv2D(filters, 5, kernel_initializer=_he(seeded), name=f"conv_{stage}", dtype=dtype)(x)
        x = layers.MaxPooling2D(name=f"pool_{stage}", dtype=dtype)(x)
        x = layers.ReLU(name=f"relu_{stage}", dtype=dtype)(x)
    x = layers.Flatten(name="flatten", dtype="float32")(x)
    return keras.Model(inputs, x, name="features")


def dense_classifier(features, outputs, hidden, name, seed=0, dtype=None):
    """Build a classifier of features: dense layers with ReLU, then logits.

    Args:
        features: number of features.
        outputs: number of logits.
        hidden: units of the hidden layers: the paper's (100, 100) for labels, (100,) for domains.
        name: of the network.
        seed: int, for the initial weights.
        dtype: Keras dtype policy of the hidden layers; logits come out as float32.

    Returns:
        `keras.Model` from `[B, features]` to `[B, outputs]`.

    >>> dense_classifier(768, 10, (100, 100), "labels").count_params()
    88010
    """
    seeded = AnySeeded(seed)
    x = inputs = keras.Input((features,), name="features")
    for layer, units in enumerate(hidden, start=1):
        x = layers.Dense(
            units,
            "relu",
            kernel_initializer=_he(seeded),
            name=f"hidden_{layer}",
            dtype=dtype,
        )(x)
    initializer = seeded(keras.initializers.GlorotUniform)
    logits = layers.Dense(outputs, kernel_initializer=initializer, name="logits", dtype="float32")(
        x
    )
    return keras.Model(inputs, logits, name=name)
