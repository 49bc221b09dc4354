"""Texts as batches of tokens: `load_texts(name, …)`, from any UTF-8 file or text set."""

import dataclasses

import numpy as np
import tensorflow as tf
from absl import logging

from tfgan_zoo.datasets import stream, text_sources
from tfgan_zoo.layers.tokenizer import UNK, Tokenizer, lengths

_KNOWN = ("captions", "text:PATH")


@dataclasses.dataclass(frozen=True)
class TextInfo:
    """Facts about a split of texts; `load_texts(...)` carries one as `.info`.

    Args:
        name: the name that was asked for, e.g. `"captions"`.
        split: the split that was asked for, e.g. `"train[:90%]"`.
        num_examples: how many texts are left.
        dropped: how many are not, by reason: `empty`, `undecodable` (not UTF-8, or
            with zero bytes), `too_long`.
        length: T, the tokens of a row; this and what follows is None for texts without tokens.
        level: `"word"` or `"character"`.
        tokenizer: the `Tokenizer`.
        unknown: the share of words that the vocabulary lacks, in [0, 1].
    """

    name: str
    split: str
    num_examples: int
    dropped: dict[str, int]
    length: int | None = None
    level: str | None = None
    tokenizer: Tokenizer | None = None
    unknown: float | None = None


def text_names():
    """Return the text sets that are known by name; TFDS's text sets work too.

    >>> text_names()
    ['captions', 'text:PATH']
    """
    return list(_KNOWN)


def load_text_lines(name, split="train", *, data_dir=None):
    """Read the texts of a split, one sample a line.

    Lines that are empty or not UTF-8 are left out, counted in the info and reported in a warning.

    Args:
        name: `"captions"`, the captions of the `shapes` scenes, a small language whose grammar is known
            (`datasets.captions`); `"text:PATH"`, a file, or a folder in which each `NAME.txt` is a split;
            or a TFDS set with a feature `text`. The first 90% of the lines of a file that stands alone are
            `train`, the others `test`.
        split: a split or slices of it in TFDS's notation, e.g. `"train[:90%]"`; they count lines as they
            are stored, before any is left out.
        data_dir: where TFDS keeps prepared sets; None for its default (`TFDS_DATA_DIR`).

    Returns:
        A list of strings without white space at the ends, and the `TextInfo`.

    Raises:
        ValueError: an unknown name or split, with the nearest, or an empty corpus.
        OSError: a TFDS set that could not be prepared.

    >>> texts, info = load_text_lines("captions", "test[:2]")
    >>> texts
    ['a small orange circle above a large purple cross', 'a large cyan circle below a small purple diamond']
    """
    texts, dropped = _lines(name, split, data_dir)
    info = TextInfo(name=name, split=split, num_examples=len(texts), dropped=dropped)
    _report(info)
    return texts, info


def load_texts(
    name,
    *,
    split="train",
    batch_size=64,
    length=None,
    level=None,
    max_words=None,
    vocabulary=None,
    seed=0,
    shuffle=None,
    first_step=0,
    data_dir=None,
):
    """Load texts as batches for training or evaluation: `{"tokens": int32 [B, T]}`.

    A row holds the words, one end (`layers.tokenizer.EOS`), and padding. The order is that of `load`: a
    shuffled set is an endless stream of full batches, a pure function of (seed, step).

    Without a `vocabulary`, the words of the whole `train` split are numbered, whatever split is asked for:
    so all parts of a set agree on their tokens.

    Args:
        name: what `load_text_lines` takes.
        split: a split or slices of it in TFDS's notation.
        batch_size: texts in a batch.
        length: T. Longer texts are dropped, counted and reported. None for the tokenizer's, or one more than
            the longest text of the `train` split has.
        level: `"word"` or `"character"`; None for the tokenizer's, or words.
        max_words: only so many words, the most frequent ones; the others become `UNK`. None for all.
        vocabulary: a `Tokenizer`, or the path of a file with one word a line. None for the words of `train`.
        seed: decides the order of a shuffled set.
        shuffle: None shuffles splits that begin with `train`. False gives one pass in order, whose
            last batch may be short.
        first_step: the batch that a shuffled stream begins with.
        data_dir: where TFDS keeps prepared sets; None for its default (`TFDS_DATA_DIR`).

    Returns:
        A `tf.data.Dataset` with `info` (a `TextInfo`), `steps_per_epoch` and, if it is shuffled, `at(step)`.

    Raises:
        ValueError: what `load_text_lines` raises, no text as short as `length`, arguments that contradict the
            tokenizer, a batch larger than a shuffled set, or a `first_step` for a set that is not shuffled.
        OSError: a TFDS set that could not be prepared.

    >>> train = load_texts("captions", batch_size=2)
    >>> train.info.tokenizer.vocabulary_size, train.info.length, train.steps_per_epoch
    (24, 11, 5000)
    >>> tokens = next(iter(train))["tokens"]
    >>> train.info.tokenizer.texts(tokens).numpy()[0]
    b'a small purple triangle left of a large cyan diamond'
    """
    shuffle = stream.check(
        split, batch_size=batch_size, seed=seed, shuffle=shuffle, first_step=first_step
    )
    texts, dropped = _lines(name, split, data_dir)
    tokenizer = _tokenizer(
        vocabulary,
        lambda: texts if split == "train" else _lines(name, "train", data_dir)[0],
        length=length,
        level=level,
        max_words=max_words,
    )
    fits = lengths(texts, tokenizer.level).numpy() <= tokenizer.length
    if not fits.any():
        raise ValueError(
            f"{name}[{split}]: an empty corpus: each of its {len(texts)} texts has more than the "
            f"{tokenizer.length} {tokenizer.level}s of a sentence"
        )
    tokens = tokenizer.tokens([text for text, short in zip(texts, fits, strict=True) if short])
    tokens = tokens.numpy()
    info = TextInfo(
        name=name,
        split=split,
        num_examples=len(tokens),
        dropped={**dropped, "too_long": int(np.sum(~fits))},
        length=tokenizer.length,
        level=tokenizer.level,
        tokenizer=tokenizer,
        unknown=float(np.sum(tokens == UNK) / np.sum(tokens >= UNK)),
    )
    _report(info)
    with tf.device("/CPU:0"):
        rows = tf.constant(tokens)
    return stream.of_rows(
        [(lambda indices: {"tokens": tf.gather(rows, indices)}, info.num_examples)],
        info,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        first_step=first_step,
    )


def _lines(name, split, data_dir):
    """Return the texts, and how many were dropped by reason."""
    if name == "captions":
        raw = text_sources.captions(split)
    elif str(name).startswith("text:"):
        raw = text_sources.from_path(name.removeprefix("text:"), split)
    else:
        raw = text_sources.from_tfds(name, split, data_dir, _KNOWN)
    texts, dropped = [], {"empty": 0, "undecodable": 0}
    for line in raw:
        text = _decoded(line)
        if text:
            texts.append(text)
        else:
            dropped["undecodable" if text is None else "empty"] += 1
    if not texts:
        raise ValueError(f"{name}[{split}]: an empty corpus: {len(raw)} lines, {_said(dropped)}")
    return texts, dropped


def _decoded(line):
    """Return a line without white space at its ends; None if it is not UTF-8."""
    try:
        text = line.decode().replace("\n", " ").strip()
    except UnicodeDecodeError:
        return None
    # UTF-16 of plain English is valid UTF-8, with a zero after every letter.
    return None if "\0" in text else text


def _tokenizer(given, train_lines, *, length, level, max_words):
    """Return the tokenizer that the arguments of `load_texts` mean; `train_lines()` is called if need be."""
    if given is not None and max_words is not None:
        raise ValueError(
            f"max_words={max_words} is for words that are counted, not for a vocabulary"
        )
    if isinstance(given, Tokenizer):
        for what, wanted, has in (
            ("length", length, given.length),
            ("level", level, given.level),
        ):
            if wanted not in (None, has):
                raise ValueError(f"{what}={wanted!r}, but the tokenizer has {what}={has!r}")
        return given
    level = "word" if level is None else level
    if given is None:
        return Tokenizer.from_texts(train_lines(), level, length=length, max_words=max_words)
    if length is None:
        length = int(tf.reduce_max(lengths(train_lines(), level))) + 1
    return Tokenizer.from_file(given, level, length=length)


def _report(info):
    if any(info.dropped.values()):
        logging.warning(
            "%s[%s]: lines used: %d; dropped: %s",
            info.name,
            info.split,
            info.num_examples,
            _said(info.dropped),
        )


def _said(dropped):
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in dropped.items())
