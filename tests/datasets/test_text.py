"""Texts as batches of tokens: what is read, what is dropped and said, and in which order."""

import logging

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from tfgan_zoo.datasets import captions, load_arrays, load_text_lines, load_texts, shapes, stream
from tfgan_zoo.layers import Tokenizer

LINES = [f"line {number} of many" for number in range(20)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def load(path, **kwargs):
    return load_texts(f"text:{path}", **{"batch_size": 4, **kwargs})


def read(dataset, batches=1):
    tokens = np.concatenate([batch["tokens"] for batch in dataset.take(batches)])
    return [text.decode() for text in dataset.info.tokenizer.texts(tokens).numpy()]


def test_a_file_is_nine_tenths_training(file):
    train, info = load_text_lines(f"text:{file}", "train")
    assert train == LINES[:18]
    assert (info.name, info.split, info.num_examples) == (f"text:{file}", "train", 18)
    assert info.dropped == {"empty": 0, "undecodable": 0}
    assert load_text_lines(f"text:{file}", "test")[0] == LINES[18:]
    assert load_text_lines(f"text:{file}", "train+test")[0] == LINES
    assert load_text_lines(f"text:{file}", "train[-2:]")[0] == LINES[16:18]


def test_a_folder_has_a_split_for_each_file(tmp_path):
    (tmp_path / "train.txt").write_text("a b\nb c")
    (tmp_path / "valid.txt").write_text("c d\n")
    (tmp_path / "notes.md").write_text("no text")
    assert load_text_lines(f"text:{tmp_path}", "train")[0] == ["a b", "b c"]
    valid = load(tmp_path, split="valid")
    assert read(valid) == ["c <unk>"]  # in the words of the training split
    assert valid.info.unknown == 0.5
    with pytest.raises(ValueError, match=r"unknown split 'vaild' .did you mean 'valid'"):
        load_text_lines(f"text:{tmp_path}", "vaild")


def test_what_is_dropped_is_counted_and_said(tmp_path, caplog):
    path = tmp_path / "odd.txt"
    lines = [
        "\ufeffa b".encode(),
        b"",
        "naïve é\u2028c".encode("utf-8"),
        "naïve".encode("latin-1"),
        b" \t ",
        b"  a\r",
        b"\xc3(",
        b"a b c d e",
    ]
    path.write_bytes(b"\n".join([*lines, b"held out"]) + b"\n")
    with caplog.at_level(logging.WARNING, logger="absl"):
        texts, info = load_text_lines(f"text:{path}", "train[:8]")
    assert texts == ["a b", "naïve é\u2028c", "a", "a b c d e"]
    assert info.dropped == {"empty": 2, "undecodable": 2}
    assert "lines used: 4; dropped: 2 empty, 2 undecodable" in caplog.text

    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="absl"):
        dataset = load(path, split="train", batch_size=2, length=4)
    assert dataset.info.dropped == {"empty": 2, "undecodable": 2, "too_long": 1}
    assert dataset.info.num_examples == 4
    assert "lines used: 4; dropped: 2 empty, 2 undecodable, 1 too long" in caplog.text

    caplog.clear()
    load(path, split="train[:1]", batch_size=1)
    assert not caplog.text


def test_the_length_is_that_of_the_longest_and_its_end(file):
    dataset = load(file)
    assert dataset.info.length == dataset.element_spec["tokens"].shape[1] == 5
    # Exactly as long as the row is not too long.
    dataset = load(file, length=4)
    assert dataset.info.dropped["too_long"] == 0
    assert dataset.element_spec["tokens"] == tf.TensorSpec((4, 4), tf.int32)
    with pytest.raises(ValueError, match="18 texts has more than the 3 words of a sentence"):
        load(file, length=3)


def test_the_order_is_that_of_every_set(file):
    def tokens(**kwargs):
        dataset = load(file, split="train", **kwargs)
        return dataset, [text.split()[1] for text in read(dataset, 9)]

    dataset, numbers = tokens(seed=3)
    expected = [stream.batch_indices(step, 3, 18, 4).numpy() for step in range(9)]
    assert numbers == [str(number) for number in np.concatenate(expected)]
    assert dataset.steps_per_epoch == 4
    assert tokens(seed=3, first_step=2)[1][:8] == numbers[8:16]
    assert [text.split()[1] for text in read(dataset.at(2), 2)] == numbers[8:16]
    assert tokens(seed=4)[1] != numbers
    in_order = load(file, split="test+train[:3]")
    assert read(in_order, 2) == ["line <unk> of many"] * 2 + LINES[:3]
    assert in_order.steps_per_epoch == 2
    assert not hasattr(in_order, "at")
    assert read(load(file, shuffle=False), 9) == LINES[:18]


def test_vocabularies(file, tmp_path):
    words = load(file).info.tokenizer.words
    assert words[:4] == ("line", "many", "of", "0")
    assert load(file, split="test").info.tokenizer.words == words
    assert load(file, split="train[:3]", batch_size=1).info.tokenizer.words == words

    few = load(file, max_words=3)
    assert few.info.unknown == pytest.approx(1 / 4)
    assert read(few)[0] == "line <unk> of many"

    (tmp_path / "words").write_text("of\nmany\n")
    by_file = load(file, vocabulary=tmp_path / "words", shuffle=False)
    assert by_file.info.tokenizer.words == ("of", "many")
    assert by_file.info.length == 5
    assert read(by_file)[0] == "<unk> <unk> of many"
    assert load(file, vocabulary=tmp_path / "words", length=4).info.length == 4

    given = Tokenizer.from_texts(LINES, "character", length=30)
    dataset = load(file, vocabulary=given)
    assert dataset.info.tokenizer is given
    assert (dataset.info.level, dataset.info.length) == ("character", 30)
    assert load(file, level="character").info.length == 16


def test_arguments_that_contradict_a_vocabulary(file):
    tokenizer = Tokenizer(["line"], length=8)
    for arguments, message in (
        ({"length": 9}, "length=9, but the tokenizer has length=8"),
        ({"level": "character"}, "level='character', but the tokenizer has level='word'"),
        ({"max_words": 9}, "max_words=9 is for words that are counted"),
    ):
        with pytest.raises(ValueError, match=message):
            load(file, vocabulary=tokenizer, **arguments)
    assert load(file, vocabulary=tokenizer, length=8, level="word").info.length == 8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "split 'train' holds no example"),
        (b"\n \n", "an empty corpus: 2 lines, 2 empty, 0 undecodable"),
        ("a b\n".encode("utf-16"), "an empty corpus: 2 lines, 0 empty, 2 undecodable"),
    ],
)
def test_an_empty_corpus(tmp_path, content, message):
    (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_texts(f"text:{tmp_path / 'x.txt'}")


def test_errors(file, tmp_path):
    (tmp_path / "empty").mkdir()
    for arguments, message in (
        ({"name": "captoins"}, r"unknown data set 'captoins' \(did you mean 'captions'\?\)"),
        ({"name": "imdb_review"}, r"did you mean 'imdb_reviews'\?"),
        ({"name": f"text:{tmp_path}/no.txt"}, "no such file or folder"),
        ({"name": f"text:{tmp_path}/empty"}, r"a folder without \.txt files"),
        ({"name": "captions", "split": "tset"}, "did you mean 'test'"),
        ({"name": f"text:{file}", "level": "wrd"}, "did you mean 'word'"),
        ({"name": f"text:{file}", "batch_size": 19, "split": "train"}, "more than the 18 examples"),
        ({"name": f"text:{file}", "batch_size": 0}, "batch_size=0"),
        ({"name": f"text:{file}", "split": "test", "first_step": 1}, "needs a shuffled set"),
    ):
        with pytest.raises(ValueError, match=message):
            load_texts(**arguments)


def test_captions_are_those_of_the_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(shapes, "SIZES", {"train": 30, "test": 20})
    for split, count in (("train", 30), ("test", 20)):
        pictures = load_arrays("shapes", split=split, data_dir=tmp_path)
        texts, _ = load_text_lines("captions", f"{split}[:{count}]")
        assert texts == [captions.decode(tokens) for tokens in pictures.extras["caption"]]


def test_captions():
    texts, info = load_text_lines("captions")
    assert info.num_examples == len(texts) == 10_000
    assert all(captions.is_valid(text) for text in texts)
    test = load_texts("captions", split="test", batch_size=500)
    assert test.info.num_examples == 2_000
    assert sorted(test.info.tokenizer.words) == sorted(captions.WORDS)
    assert (test.info.unknown, test.info.dropped["too_long"]) == (0.0, 0)


class TinyTexts(tfds.core.GeneratorBasedBuilder):
    """A text set as TFDS has them; being defined registers it."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = {"headline": tfds.features.Text(), "text": tfds.features.Text()}
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def _split_generators(self, dl_manager):
        del dl_manager
        return {"train": self._generate_examples(8), "test": self._generate_examples(2)}

    def _generate_examples(self, count):
        for number in range(count):
            yield (
                number,
                {"headline": "no", "text": f"{count}\nwords é {number}" if number else " "},
            )


def test_a_tfds_set(tmp_path):
    name = "tiny_texts"
    texts, info = load_text_lines(name, "train", data_dir=tmp_path)
    assert sorted(texts) == [f"8 words é {number}" for number in range(1, 8)]
    assert info.dropped == {"empty": 1, "undecodable": 0}
    parts = [load_text_lines(name, s, data_dir=tmp_path)[0] for s in ("train[:5]", "train[5:]")]
    assert parts[0] + parts[1] == texts
    assert len(parts[1]) in (2, 3)
    test = load_texts(name, split="test", data_dir=tmp_path)
    assert read(test) == ["2 words é 1"]


def test_a_tfds_set_without_text(tmp_path):
    with pytest.raises(ValueError, match=r"mnist has no feature `text`.*: image, label"):
        load_texts("mnist", data_dir=tmp_path)
