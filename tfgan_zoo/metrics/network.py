"""The small convolutional classifier behind the zoo's own extractors."""

import keras
from keras import layers

CONVOLUTIONS = ((16, 1), (32, 2), (64, 1), (64, 2), (128, 1))  # of the zoo's own extractors
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-3


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


def compiled_classifier(network, steps):
    """Return a `small_cnn` as a model to be trained for so many steps on images and integer labels.

    AdamW on the cross-entropy, with a learning rate that rises over the first twentieth of the steps and
    falls to 0 in a cosine.

    Args:
        network: a `small_cnn`, which shares its weights with the result.
        steps: in all; batches are meant to be of `BATCH_SIZE`.

    Returns:
        keras.Model from images to logits, compiled, with `accuracy` among its metrics.

    >>> classifier = compiled_classifier(small_cnn((16, 16, 1), 10, CONVOLUTIONS), steps=100)
    >>> classifier.output_shape
    (None, 10)
    """
    classifier = keras.Model(network.inputs, network.outputs[1])
    classifier.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(
                0.0, steps, warmup_target=LEARNING_RATE, warmup_steps=steps // 20
            ),
            weight_decay=WEIGHT_DECAY,
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # Keras would compile for the CPU, too, where that is slower
    )
    return classifier
