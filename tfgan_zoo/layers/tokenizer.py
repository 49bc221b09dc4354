"""Text as tokens and back, in TensorFlow ops: a part of the model that is exported."""

import collections
from pathlib import Path

import keras
import tensorflow as tf

from tfgan_zoo import errors, files

# Tokens that are no words. They have no name inside a text: a word "<eos>" is a word like any other.
PAD, BOS, EOS, UNK = range(4)
LEVELS = ("word", "character")

_SHOWN = 5  # offenders that an error names
# What `StringLookup` calls a word it does not know; with a space in it, it is neither a word nor a character.
_OUTSIDE = "not in the vocabulary"


@keras.saving.register_keras_serializable(package="tfgan_zoo")
class Tokenizer(keras.layers.Layer):
    """Turn texts into tokens and tokens into texts.

    Token 0 is padding, 1 begins and 2 ends a sentence, 3 stands for a word that the vocabulary lacks; words
    have the numbers from 4. Words are what (ASCII) white space separates, characters are Unicode code points;
    nothing is split off or removed, so texts come pre-tokenized if punctuation is to be words of its own.

    All of it runs inside `tf.function`, `tf.data` and a SavedModel. Errors are ValueErrors in eager code, and
    `tf.errors.InvalidArgumentError`s with the same text in a graph.

    Args:
        vocabulary: the words (or characters) in the order of their tokens, distinct.
        level: `"word"` or `"character"`.
        length: T, how many tokens a sentence has, padding included.
        lower: whether texts are put in lower case first.
        **kwargs: for `keras.layers.Layer`.

    Raises:
        ValueError: an empty vocabulary, what is no word (or no single character), or occurs twice; an unknown
            level, with the nearest.

    >>> tokenizer = Tokenizer(["a", "cat", "sat"], length=5)
    >>> tokens = tokenizer.tokens(["a cat sat", "a <eos> cat"])
    >>> tokens.numpy().tolist()
    [[4, 5, 6, 2, 0], [4, 3, 5, 2, 0]]
    >>> tokenizer.texts(tokens).numpy().tolist()
    [b'a cat sat', b'a <unk> cat']
    """

    def __init__(self, vocabulary, level="word", *, length, lower=False, **kwargs):
        super().__init__(**kwargs)
        if level not in LEVELS:
            raise ValueError(errors.unknown("level", level, LEVELS))
        errors.check_ints(1, length=length)
        words = tuple(vocabulary)
        _check_vocabulary(words, level)
        self.words = words
        self.level = level
        self.length = length
        self.lower = lower
        self.supports_jit = False  # XLA has no strings
        arguments = {"vocabulary": list(words), "mask_token": None, "oov_token": _OUTSIDE}
        # 0 for a word outside, words from 1: UNK more makes them ours.
        self._number = keras.layers.StringLookup(**arguments)
        self._word = keras.layers.StringLookup(**arguments, invert=True)
        self.built = True  # there are no weights; an unbuilt layer cannot be exported

    @classmethod
    def from_texts(
        cls, texts, level="word", *, length=None, lower=False, max_words=None, min_count=1
    ):
        """Return a tokenizer of the words in texts, the most frequent first, ties in alphabetical order.

        Args:
            texts: a list of strings.
            level: `"word"` or `"character"`.
            length: None for that of the longest text and one more, so that every sentence has an end.
            lower: whether texts are put in lower case first.
            max_words: keep only so many words; None for all.
            min_count: keep only words that occur so often.

        Raises:
            ValueError: texts without words, or none of them frequent enough.

        >>> Tokenizer.from_texts(["b a", "b c"], max_words=2).words
        ('b', 'a')
        """
        errors.check_ints(1, min_count=min_count)
        if max_words is not None:
            errors.check_ints(1, max_words=max_words)
        if level not in LEVELS:
            raise ValueError(errors.unknown("level", level, LEVELS))
        split = _split(_strings(texts), level, lower)
        counts = collections.Counter(split.flat_values.numpy().tolist())
        if not counts:
            raise ValueError(f"an empty corpus: {split.nrows()} texts without a {level} to count")
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        words = [word.decode() for word, count in ordered if count >= min_count][:max_words]
        if not words:
            raise ValueError(
                f"no {level} occurs {min_count} times (min_count); the most frequent one "
                f"{ordered[0][1]} times"
            )
        if length is None:
            length = int(tf.reduce_max(split.row_lengths())) + 1
        return cls(words, level, length=length, lower=lower)

    @classmethod
    def from_file(cls, path, level="word", *, length, lower=False):
        """Return a tokenizer of a vocabulary file: UTF-8, one word a line, in the order of their tokens.

        Raises:
            ValueError: what the constructor refuses, or a file that is not UTF-8.
        """
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{str(path)!r} is not a vocabulary in UTF-8: {error}") from error
        lines = text.removesuffix("\n").split("\n")  # not splitlines: a character may be U+2028
        if level == "word":
            lines = [line.removesuffix("\r") for line in lines]
        try:
            return cls(lines, level, length=length, lower=lower)
        except ValueError as error:
            raise ValueError(f"{str(path)!r}: {error}") from error

    def to_file(self, path):
        """Write the vocabulary, one word a line, whole or not at all."""
        files.write_text(path, "".join(f"{word}\n" for word in self.words))

    @property
    def vocabulary_size(self):
        """V, the number of tokens: the words and the four that are none."""
        return len(self.words) + UNK + 1

    def tokens(self, texts):
        """Return texts as tokens.

        Args:
            texts: strings [B]: a list or a tensor.

        Returns:
            int32 [B, T]: words, one `EOS`, padding. A text of T words fills its row and has no `EOS`.

        Raises:
            ValueError: texts of more than T words, by name.
        """
        texts = _strings(texts)
        numbers = self._numbers(_split(texts, self.level, self.lower))
        self._check_length(texts, numbers)
        ends = tf.fill([tf.size(texts), 1], EOS)
        return tf.concat([numbers, ends], axis=1)[:, : self.length].to_tensor(
            PAD, shape=[None, self.length]
        )

    def texts(self, tokens):
        """Return tokens as texts: up to the first `EOS`, without `BOS` and padding; `UNK` reads `<unk>`.

        Args:
            tokens: integers [B, T], of any T.

        Returns:
            Strings [B]: words joined by a space, characters by nothing.

        Raises:
            ValueError: numbers that are no tokens of this vocabulary.
        """
        tokens = tf.cast(tokens, tf.int32)
        _refuse(
            tf.boolean_mask(tokens, (tokens < 0) | (tokens >= self.vocabulary_size)),
            f"no tokens of a vocabulary of {self.vocabulary_size}",
        )
        running = tf.cumsum(tf.cast(tokens == EOS, tf.int32), axis=1) == 0
        words = tf.where(tokens == UNK, "<unk>", self._word(tokens - UNK))
        written = tf.ragged.boolean_mask(words, running & (tokens != PAD) & (tokens != BOS))
        return tf.strings.reduce_join(
            written, axis=1, separator=" " if self.level == "word" else ""
        )

    def prompts(self, texts):
        """Return beginnings of sentences as tokens, to be completed.

        Args:
            texts: strings [B]: a list or a tensor. An empty one is no prompt.

        Returns:
            int32 [B, P], without `EOS`, padded to the longest of them; P ≤ T.

        Raises:
            ValueError: words that the vocabulary lacks, or prompts of more than T words, by name.

        >>> Tokenizer(["a", "cat"], length=5).prompts(["a cat", "", "a"]).numpy().tolist()
        [[4, 5], [0, 0], [4, 0]]
        """
        texts = _strings(texts)
        words = _split(texts, self.level, self.lower)
        numbers = self._numbers(words)
        _refuse(
            tf.boolean_mask(words.values, numbers.values == UNK),
            f"a prompt has a {self.level} that is not among the {len(self.words)} of the vocabulary",
        )
        self._check_length(texts, numbers)
        return numbers.to_tensor(PAD)

    def call(self, texts):
        """Return `tokens(texts)`."""
        return self.tokens(texts)

    def get_config(self):
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary": list(self.words),
            "level": self.level,
            "length": self.length,
            "lower": self.lower,
        }

    def _numbers(self, words):
        return tf.cast(self._number(words), tf.int32) + UNK

    def _check_length(self, texts, numbers):
        _refuse(
            tf.boolean_mask(texts, numbers.row_lengths() > self.length),
            f"a text has more than the {self.length} {self.level}s of a sentence",
        )


def lengths(texts, level="word"):
    """Return how many words or characters texts have.

    Args:
        texts: strings [B]: a list or a tensor.
        level: `"word"` or `"character"`.

    Returns:
        int64 [B].

    >>> lengths(["a cat", ""]).numpy().tolist()
    [2, 0]
    """
    return _split(_strings(texts), level, lower=False).row_lengths()


def _strings(texts):
    texts = tf.convert_to_tensor(texts, tf.string)
    if texts.shape.rank != 1:
        raise ValueError(f"texts must be a list of strings, shape [B]; got shape {texts.shape}")
    return texts


def _split(texts, level, lower):
    """Return strings [B] as words or characters, ragged [B, None]."""
    if lower:
        texts = tf.strings.lower(texts, encoding="utf-8")
    return tf.strings.split(texts) if level == "word" else tf.strings.unicode_split(texts, "UTF-8")


def _refuse(offenders, why):
    """Raise if there are any; in a graph, when it runs."""
    if not tf.executing_eagerly():
        empty = tf.equal(tf.size(offenders), 0)
        tf.debugging.Assert(empty, [f"{why}:", offenders], summarize=_SHOWN)
        return
    found = [
        value.decode() if isinstance(value, bytes) else value
        for value in offenders.numpy().tolist()
    ]
    if found:
        distinct = list(dict.fromkeys(found))
        shown = ", ".join(map(repr, distinct[:_SHOWN])) + (", …" if len(distinct) > _SHOWN else "")
        raise ValueError(f"{why}: {shown}")


def _check_vocabulary(words, level):
    if not words:
        raise ValueError("an empty vocabulary")
    for position, word in enumerate(words):
        # As TensorFlow splits: at ASCII white space.
        fits = isinstance(word, str) and (
            len(word) == 1 and word != "\n"
            if level == "character"
            else word.encode().split() == [word.encode()]
        )
        if not fits:
            raise ValueError(f"vocabulary[{position}] is {word!r}, expected a single {level}")
    repeated = [word for word, count in collections.Counter(words).items() if count > 1]
    if repeated:
        raise ValueError(
            f"in the vocabulary more than once: {', '.join(map(repr, repeated[:_SHOWN]))}"
        )
