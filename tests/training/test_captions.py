"""Captions as strings and as tokens, and what is none."""

import warnings

import numpy as np
import pytest

from tfgan_zoo.layers import Tokenizer
from tfgan_zoo.training.captions import captions_of, check_captions, unknown_words

TOKENIZER = Tokenizer(["a", "red", "blue", "circle"], length=4)


def test_strings_are_their_tokens():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = captions_of(TOKENIZER, "a red circle", 2)
        several = captions_of(TOKENIZER, ["a red circle", "a blue circle"], 2)
        array = captions_of(TOKENIZER, np.array([b"a red circle", b"blue"], object), 2)
        tokens = captions_of(TOKENIZER, np.int64([4, 5, 7]), 2)
        rows = captions_of(TOKENIZER, [[4, 5, 7, 2], [4, 6, 7, 2]], 2)
    assert one.tolist() == [[4, 5, 7, 2]] * 2
    assert several.tolist() == rows.tolist() == [[4, 5, 7, 2], [4, 6, 7, 2]]
    assert array.tolist() == [[4, 5, 7, 2], [6, 2, 0, 0]]
    assert tokens.tolist() == [[4, 5, 7, 0]] * 2
    assert {a.dtype.name for a in (one, several, array, tokens, rows)} == {"int32"}


def test_unknown_words_are_named():
    with pytest.warns(UserWarning, match=r"the vocabulary lacks 'tiny', 'é': read as <unk>"):
        tokens = captions_of(TOKENIZER, ["a tiny circle", "é tiny red"], 2)
    assert tokens.tolist() == [[4, 3, 7, 2], [3, 3, 5, 2]]
    characters = Tokenizer(list("abc "), "character", length=5)
    assert unknown_words(characters, ["a cab", "bad e"]) == ["d", "e"]
    assert unknown_words(TOKENIZER, [" "]) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "caption has no words"),
        (["a red circle", " "], "caption 1 has no words"),
        ([[4, 5, 7, 2], [2, 0, 0, 0]], "caption 1 has no words"),
        ("a red red red circle", "more than the 4 words of a sentence: 'a red red red circle'"),
        (["a circle"] * 3, "expected a string, or 2 of them"),
        (["a circle", 7], "expected a string, or 2 of them"),
        ([b"a circle", 7], "expected a string, or 2 of them"),
        ([4, 5, 8], "tokens from 4 to 8, expected 0 to 7"),
        ([-1, 5, 7], "tokens from -1 to 7, expected 0 to 7"),
        ([[4, 5]] * 3, r"caption has shape \(3, 2\) .* expected 2 strings, or int tokens \(2, 4\)"),
        ("a \udcff", r"caption 'a \\udcff' is no UTF-8: surrogates not allowed"),
        (b"a \xff", r"caption b'a \\xff' is no UTF-8: invalid start byte"),
        ([4, 5, 6, 7, 2], r"caption has shape \(5,\)"),
        ([0.5, 1.0], "dtype float64"),
    ],
)
def test_what_is_no_caption(given, message):
    with pytest.raises(ValueError, match=message):
        captions_of(TOKENIZER, given, 2)


@pytest.mark.parametrize("given", [None, [], "a red circle", [3]])
def test_examples_that_are_none(given):
    with pytest.raises(ValueError, match=r"example_captions are .* expected some strings"):
        check_captions(TOKENIZER, given)
    with pytest.raises(ValueError, match="captions need the Tokenizer"):
        check_captions(["a", "red"], ["a red circle"])
