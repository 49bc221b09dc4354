"""How the places of a picture look at the words of a text."""

import keras
import tensorflow as tf

from tfgan_zoo.layers.causal_attention import CausalAttention
from tfgan_zoo.layers.words import are_words

_LEAST = 1e-30  # a presence whose logarithm is finite


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class WordPresence(keras.layers.Layer):
    """Which tokens are words: ints `[B, T]` -> floats `[B, T]`, 1 for a word, known or not, else 0.

    >>> WordPresence()(tf.constant([[5, 3, 2, 0]])).numpy().tolist()
    [[1.0, 1.0, 0.0, 0.0]]
    """

    def call(self, tokens):
        """Tell words from the rest."""
        return tf.cast(are_words(tokens), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class PlaceAttention(CausalAttention):
    """Each place of a map looks at the words of a text (Xu et al. 2018, AttnGAN, arXiv 1711.10485), by heads.

    [maps `[B, H, W, C]`, words `[B, T, width]`, presence float `[B, T]`] -> `[B, H, W, C]`: the maps, to
    which is added what each place sees. A word's weight is proportional to its presence, see `WordPresence`,
    so that what has 0 is not seen; between 0 and 1 a word comes and goes. The softmax is in float32.

    AttnGAN has one head and no scale, and its generator takes what was seen beside the maps.

    Args: see `CausalAttention`; the width is that of the words.

    >>> maps, words, presence = tf.ones([1, 2, 3, 8]), tf.ones([1, 4, 6]), tf.constant([[1.0, 1, 0, 0]])
    >>> PlaceAttention(2)([maps, words, presence]).shape
    TensorShape([1, 2, 3, 8])
    """

    def build(self, input_shape):
        """Make the dense layers."""
        maps, words = (shape[-1] for shape in input_shape[:2])
        self.width = words
        self.check_width()
        self.make_dense(asked=(maps, words), told=(words, 2 * words), seen=(words, maps))

    def call(self, inputs):
        """Attend, each place to all words."""
        maps, words, presence = inputs
        shape = tf.shape(maps)
        places = tf.reshape(maps, [shape[0], shape[1] * shape[2], maps.shape[-1]])
        (queries,) = self._split(self._asked(places), 1)
        keys, values = self._split(self._told(words), 2)
        weights = tf.math.log(tf.maximum(tf.cast(presence, tf.float32), _LEAST))
        scores = self._scores(queries, keys) + weights[:, None, None]
        return maps + tf.reshape(self._average(scores, values), shape)

    def compute_output_shape(self, input_shape):
        """The maps'."""
        return input_shape[0]
