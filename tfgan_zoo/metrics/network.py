"""The small convolutional classifier behind the zoo's own extractors."""

import keras
from keras import layers


def small_cnn(image_shape, num_classes, convolutions, seed=0):
    """Return an untrained classifier that gives its last features along with its logits.

    3×3 convolutions with ReLU, global average pooling, one dense layer. There is no batch
    normalisation and no dropout: the network is the same function in training and in use, and a
    sample's features depend on no other sample.

    Args:
        image_shape: (height, width, channels).
        num_classes: K.
        convolutions: one (filters, stride) for each convolution; the last one's filters are the
            width D of the features.
        seed: of the initial weights. They are drawn by initialisers with seeds of their own, so
            that building an extractor in the middle of a training run does not move Keras's
            global random state.

    Returns:
        keras.Model from float32 images [N, H, W, C] in [-1, 1] to (features [N, D], logits [N, K]),
        float32 under any global dtype policy.

    >>> features, logits = small_cnn((16, 16, 1), 10, [(8, 2), (32, 2)]).output_shape
    >>> features, logits
    ((None, 32), (None, 10))
    """
    images = keras.Input(image_shape, name="images")
    x = images
    for index, (filters, stride) in enumerate(convolutions, start=1):
        x = layers.Conv2D(
            filters,
            3,
            strides=stride,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.HeNormal(seed=1000 * seed + index),
            data_format="channels_last",
            dtype="float32",
            name=f"conv_{index}",
        )(x)
    features = layers.GlobalAveragePooling2D(
        data_format="channels_last", dtype="float32", name="features"
    )(x)
    logits = layers.Dense(
        num_classes,
        kernel_initializer=keras.initializers.GlorotUniform(seed=1000 * seed),
        dtype="float32",
        name="logits",
    )(features)
    return keras.Model(images, (features, logits), name="small_cnn")
