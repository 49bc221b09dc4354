"""Residual blocks, and what else the networks of SNGAN, SAGAN and BigGAN are made of."""

from keras import layers

from tfgan_zoo.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    GlobalSumPooling2D,
    SelfAttention,
    SpectralConv2D,
    SpectralDense,
    SpectralEmbedding,
)


class Maker:
    """Adds layers to one network: named, with seeded weights, with spectral normalisation or without.

    Args:
        initializers: function without arguments that returns the next initializer.
        dtype: Keras dtype policy of the layers.
        spectral: whether all weights have spectral normalisation.
    """

    def __init__(self, initializers, dtype=None, spectral=False):
        self._initializers = initializers
        self._dtype = dtype
        self._spectral = spectral

    def conv(self, x, filters, kernel_size, name, strides=1):
        """Add a convolution."""
        kind = SpectralConv2D if self._spectral else Conv2D
        return kind(
            filters,
            kernel_size,
            strides,
            padding="same",
            kernel_initializer=self._initializers(),
            name=name,
            dtype=self._dtype,
        )(x)

    def dense(self, x, units, name, dtype=None, use_bias=True):
        """Add a dense layer, of another dtype if it is given."""
        kind = SpectralDense if self._spectral else layers.Dense
        return kind(
            units,
            use_bias=use_bias,
            kernel_initializer=self._initializers(),
            name=name,
            dtype=dtype or self._dtype,
        )(x)

    def norm(self, x, name, condition=None):
        """Add batch norm, by a condition if there is one."""
        if condition is not None:
            return ConditionalBatchNormalization(
                spectral=self._spectral,
                kernel_initializer=self._initializers(),
                name=name,
                dtype=self._dtype,
            )([x, condition])
        return BatchNormalization(
            momentum=0.9, epsilon=1e-5, synchronized=True, name=name, dtype=self._dtype
        )(x)

    def relu(self, x, name):
        """Add a ReLU."""
        return layers.ReLU(name=name, dtype=self._dtype)(x)

    def attention(self, x, name="attention"):
        """Add self-attention."""
        return SelfAttention(self._spectral, self._initializers(), name=name, dtype=self._dtype)(x)

    def maps(self, latents, size, filters):
        """Project latents to the first feature maps."""
        x = self.dense(latents, size[0] * size[1] * filters, "project")
        return layers.Reshape([*size, filters], name="reshape", dtype=self._dtype)(x)

    def up_block(self, x, filters, size, name, condition=None):
        """Add a generator's block, which makes maps of twice the size: norm, ReLU and convolution, twice.

        The shortcut's 1×1 convolution comes before it is upsampled, not after, which is the same for less.
        """
        shortcut = self._up(
            self.conv(x, filters, 1, f"{name}_shortcut"), size, f"{name}_shortcut_up"
        )
        x = self.relu(self.norm(x, f"{name}_norm_1", condition), f"{name}_relu_1")
        x = self.conv(self._up(x, size, f"{name}_up"), filters, 3, f"{name}_conv_1")
        x = self.relu(self.norm(x, f"{name}_norm_2", condition), f"{name}_relu_2")
        x = self.conv(x, filters, 3, f"{name}_conv_2")
        return layers.Add(name=name, dtype=self._dtype)([x, shortcut])

    def down_block(self, x, filters, name, down=True, first=False):
        """Add a discriminator's block: ReLU and convolution, twice, and maps of half the size if `down`.

        The first block sees the image, not its positive part. The shortcut's 1×1 convolution comes after it
        is pooled, not before, which is the same for less.
        """
        shortcut, taken = x, x.shape[-1]
        if not first:
            x = self.relu(x, f"{name}_relu_1")
        x = self.relu(self.conv(x, filters, 3, f"{name}_conv_1"), f"{name}_relu_2")
        x = self.conv(x, filters, 3, f"{name}_conv_2")
        if down:
            x = self._half(x, f"{name}_down")
            shortcut = self._half(shortcut, f"{name}_shortcut_down")
        if down or taken != filters:
            shortcut = self.conv(shortcut, filters, 1, f"{name}_shortcut")
        return layers.Add(name=name, dtype=self._dtype)([x, shortcut])

    def images(self, x, channels):
        """Add the last layers of a generator: norm, ReLU, convolution, tanh."""
        x = self.relu(self.norm(x, "last_norm"), "last_relu")
        x = self.conv(x, channels, 3, "last_conv")
        return layers.Activation("tanh", dtype="float32", name="images")(x)

    def logits(self, x, label=None, num_classes=None):
        """Add the last layers of a discriminator: ReLU, sum over the positions, one logit.

        With labels there is a projection too (Miyato & Koyama 2018, arXiv 1802.05637): the features times the
        class's embedding are added to the logit.
        """
        features = GlobalSumPooling2D(name="features", dtype="float32")(self.relu(x, "last_relu"))
        logits = self.dense(features, 1, "logits" if label is None else "unconditional", "float32")
        if label is None:
            return logits
        embedding = SpectralEmbedding if self._spectral else layers.Embedding
        embedded = embedding(
            num_classes,
            features.shape[-1],
            embeddings_initializer=self._initializers(),
            name="class",
            dtype="float32",
        )(label)
        fit = layers.Dot(axes=1, name="projection", dtype="float32")([features, embedded])
        return layers.Add(name="logits", dtype="float32")([logits, fit])

    def _up(self, x, size, name):
        rows, columns = (2 * side for side in x.shape[1:3])
        x = layers.UpSampling2D(2, name=name, dtype=self._dtype)(x)
        if (rows, columns) == tuple(size):
            return x
        odd = ((0, rows - size[0]), (0, columns - size[1]))
        return layers.Cropping2D(odd, name=f"{name}_crop", dtype=self._dtype)(x)

    def _half(self, x, name):
        return layers.AveragePooling2D(2, padding="same", name=name, dtype=self._dtype)(x)
