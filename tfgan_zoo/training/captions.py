"""GANs of captioned images: what goes in is tokens, strings, or nothing."""

import warnings

import keras
import numpy as np
import tensorflow as tf

from tfgan_zoo import errors
from tfgan_zoo.layers.tokenizer import UNK, Tokenizer
from tfgan_zoo.training import batches, vocabularies

_SHOWN = 5  # offenders that a warning names


class Captioned:
    """What a GAN whose generator is told captions has in common with others of its kind.

    To be named before `GAN` among a class's bases; the constructor then calls `read_captions`. Both networks
    take tokens, int32 `[B, T]`, beside latents or images. What is served takes strings.
    """

    def read_captions(self, tokenizer, example_captions):
        """Keep the data's tokenizer, and the captions that are taken where none are given.

        Raises:
            ValueError: no tokenizer, or captions that are none.
        """
        self.example_captions = check_captions(tokenizer, example_captions)
        self.tokenizer = tokenizer
        # Not a layer of the game: it takes no part in the step, and XLA, which has no strings, may.
        self._tracker.untrack(self.tokenizer)
        self._example_tokens = tokenizer.tokens(self.example_captions).numpy()

    @property
    def batch_fields(self):
        """Images, and the tokens of the caption of each."""
        highest = self.tokenizer.vocabulary_size - 1
        caption = batches.Field((self.tokenizer.length,), "int32", 0, highest)
        return {**super().batch_fields, "caption": caption}

    def conditions(self, batch):
        """Return the captions' tokens."""
        return [batch["caption"]]

    # --- in use -------------------------------------------------------------------------------

    @property
    def sampling_inputs(self):
        """Latents, and the tokens of captions."""
        caption = tf.TensorSpec([None, self.tokenizer.length], tf.int32, name="caption")
        return {**super().sampling_inputs, "caption": caption}

    @property
    def condition_count(self):
        """As many as there are example captions."""
        return len(self.example_captions)

    def sampling_conditions(self, n, caption=None, **given):
        """Return the tokens of the captions of n samples: those given, or the examples one after the other.

        Args:
            n: number of samples, int or int tensor.
            caption: a string for all samples, or n of them; or tokens, ints `[n, T]` or `[T]`. Words that the
                vocabulary lacks are read as `<unk>`, and a warning names them.
            **given: nothing.

        Raises:
            ValueError: captions without words, longer than T, or not n of them.
        """
        for name in given:
            raise ValueError(errors.unknown(f"input of {type(self).__name__}", name, ["caption"]))
        if caption is None:
            return [tf.gather(self._example_tokens, tf.range(n) % len(self._example_tokens))]
        return [captions_of(self.tokenizer, caption, n)]

    @property
    def serving_inputs(self):
        """Latents, and captions as strings."""
        caption = tf.TensorSpec([None], tf.string, name="caption")
        return {**super().sampling_inputs, "caption": caption}

    @property
    def serving_facts(self):
        """The tokenizer, by which one can tell which words are unknown to the model."""
        own = self.tokenizer
        known = {"vocabulary": list(own.words), "level": own.level}
        return {"tokenizer": {**known, "length": own.length, "lower": own.lower}}

    def serving_conditions(self, n):
        """Return the examples' first n captions as strings."""
        examples = self.example_captions
        return [np.array([examples[index % len(examples)] for index in range(n)])]

    def from_request(self, latents, caption):
        """Return latents and tokens of latents and strings, in the served graph."""
        tokens = self.tokenizer.tokens(caption)
        empty = tf.boolean_mask(tf.range(tf.size(caption)), ~tf.reduce_any(tokens >= UNK, axis=1))
        none = tf.equal(tf.size(empty), 0)
        with tf.control_dependencies(
            [tf.debugging.Assert(none, ["captions without words:", empty])]
        ):
            return latents, tf.identity(tokens)

    def check_config(self, config):
        """Check that a checkpoint's tokens mean what this model's mean.

        Raises:
            ValueError: it has another vocabulary; says where they begin to differ.
        """
        stored = keras.saving.deserialize_keras_object(config["tokens"])
        vocabularies.check_same(stored, self.tokenizer)

    def captions_config(self):
        """Return the constructor's arguments that are about captions."""
        return {
            "tokens": keras.saving.serialize_keras_object(self.tokenizer),
            "example_captions": self.example_captions,
        }


def check_captions(tokenizer, captions):
    """Return captions as a tuple of strings, each with a word in it and not too long.

    Raises:
        ValueError: no tokenizer, no captions, or some that are none.
    """
    if not isinstance(tokenizer, Tokenizer):
        raise ValueError(
            "captions need the Tokenizer that their tokens were made by, such as load(…).info.tokenizer; got "
            f"{tokenizer!r}"
        )
    listed = isinstance(captions, (list, tuple)) and captions
    if not listed or not all(isinstance(text, str) for text in captions):
        raise ValueError(
            "example_captions are what is drawn where no caption is given, such as "
            f"load(…).info.example_captions: expected some strings, got {captions!r}"
        )
    captions_of(tokenizer, captions, len(captions))
    return tuple(captions)


def captions_of(tokenizer, given, n):
    """Return the tokens of the captions that a user means, int32 [n, T].

    Args:
        tokenizer: a `layers.Tokenizer`.
        given: a string for all, or n of them; or tokens, ints [n, T] or [T], T at most the tokenizer's.
        n: number of captions.

    Raises:
        ValueError: captions without words, longer than T, not n of them, or bytes that are no UTF-8.

    >>> captions_of(Tokenizer(["a", "cat"], length=3), "a cat", 2).tolist()
    [[4, 5, 2], [4, 5, 2]]
    """
    listed = isinstance(given, (list, tuple)) and any(isinstance(x, (str, bytes)) for x in given)
    array = np.asarray(given, object if listed else None)  # numbers stay numbers beside strings
    if array.dtype.kind in "OSU":
        texts = [_read(text) for text in array.ravel().tolist()]
        if array.shape not in ((), (n,)) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"caption is {given!r}, expected a string, or {n} of them")
        warn_of_unknown_words(tokenizer, texts)
        tokens = tokenizer.tokens(texts).numpy()
    else:
        tokens, length = np.atleast_2d(array), tokenizer.length
        fits = array.shape in ((n, tokens.shape[1]), tokens.shape[1:])
        if array.dtype.kind not in "iu" or not fits or tokens.shape[1] > length:
            raise ValueError(
                f"caption has shape {array.shape} and dtype {array.dtype}, expected {n} strings, or int "
                f"tokens {(n, length)}"
            )
        highest = tokenizer.vocabulary_size - 1
        if tokens.size and (tokens.min() < 0 or tokens.max() > highest):
            raise ValueError(
                f"caption has tokens from {tokens.min()} to {tokens.max()}, expected 0 to {highest}"
            )
        tokens = np.pad(tokens, [(0, 0), (0, length - tokens.shape[1])])
    empty = np.flatnonzero(~(tokens >= UNK).any(axis=1))
    if empty.size:
        where = "" if len(tokens) == 1 else f" {empty[0]}"
        raise ValueError(f"caption{where} has no words: say what to draw")
    return np.broadcast_to(tokens, [n, tokens.shape[1]]).astype(np.int32)


def _read(text):
    """Return bytes as a string, anything else as it is."""
    try:
        if isinstance(text, str):
            text.encode("utf-8")  # what a terminal sent as other bytes cannot be
        return text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeError as error:
        raise ValueError(f"caption {text!r} is no UTF-8: {error.reason}") from error


def warn_of_unknown_words(tokenizer, texts):
    """Warn of the words of texts that a vocabulary lacks, if there are any, by name."""
    unknown = unknown_words(tokenizer, texts)
    if unknown:
        shown = ", ".join(map(repr, unknown[:_SHOWN])) + ", …" * (len(unknown) > _SHOWN)
        warnings.warn(f"the vocabulary lacks {shown}: read as <unk>", stacklevel=3)


def unknown_words(tokenizer, texts):
    """Return the words of texts that a vocabulary lacks, each once.

    >>> unknown_words(Tokenizer(["a", "cat"], length=3), ["a dog", "a dog cat"])
    ['dog']
    """
    # As TensorFlow splits: at ASCII white space.
    split = [text.encode().split() if tokenizer.level == "word" else list(text) for text in texts]
    words = list(dict.fromkeys(word for one in split for word in one))
    if not words:
        return []
    unknown = tokenizer.tokens(words).numpy()[:, 0] == UNK
    return [
        word.decode("utf-8") if isinstance(word, bytes) else word
        for word, lacks in zip(words, unknown, strict=True)
        if lacks
    ]
