"""A classifier of each channel of an image, as stacked MNIST needs it."""

import tensorflow as tf

from tfgan_zoo.metrics.extractor import Extractor


def stacked(extractor, channels=3):
    """Return an extractor that reads each channel of an image by itself.

    Metz et al., "Unrolled Generative Adversarial Networks", 2017, arXiv 1611.02163: images with a digit in
    each channel have K³ classes, and the score `modes` counts those that there are; with ten classes of
    equal share `class_histogram_kl` is the published KL. See also `stacked_modes`.

    Args:
        extractor: of images of one channel, with classes.
        channels: C of the images.

    Returns:
        `Extractor` of images [N, H, W, C], with C·D features, those of the channels side by side, and K^C
        classes, the first channel's being the most significant digit of their number.

    Raises:
        ValueError: an extractor of another kind.

    >>> from tfgan_zoo.metrics import extractors
    >>> stacked(extractors.get("digits")).num_classes
    1000
    """
    height, width, own = extractor.image_shape
    if own != 1 or extractor.num_classes is None:
        raise ValueError(
            f"{extractor.name} takes images of {own} channel(s) and has {extractor.num_classes} classes; "
            "channels are read one by one by an extractor of one channel with classes"
        )

    @tf.function(input_signature=[tf.TensorSpec((None, height, width, channels), tf.float32)])
    def network(images):
        features, logits = [], tf.zeros([tf.shape(images)[0], 1])
        for channel in range(channels):
            feature, logit = extractor.network(images[..., channel : channel + 1])
            features.append(feature)
            # Independent classes: log-probabilities add up.
            sums = logits[:, :, None] + tf.nn.log_softmax(logit)[:, None]
            logits = tf.reshape(sums, [-1, sums.shape[1] * sums.shape[2]])
        return tf.concat(features, axis=1), logits

    found = Extractor(
        network,
        name=f"stacked_{extractor.name}",
        image_shape=(height, width, channels),
        num_classes=extractor.num_classes**channels,
        value_range=extractor.value_range,
    )
    found.repeats_grey = False  # thrice the same class
    return found
