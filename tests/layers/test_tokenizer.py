"""Text as tokens and back: in eager code, in a data pipeline, in a SavedModel."""

import keras
import pytest
import tensorflow as tf

from tfgan_zoo.layers import Tokenizer
from tfgan_zoo.layers.tokenizer import BOS, EOS, PAD, UNK

WORDS = ["a", "<eos>", "chat", "猫", "[UNK]", "naïve"]


@pytest.fixture
def tokenizer():
    return Tokenizer(WORDS, length=4)


def read(tokenizer, tokens):
    return [text.decode() for text in tokenizer.texts(tokens).numpy()]


def test_the_four_that_are_no_words():
    assert (PAD, BOS, EOS, UNK) == (0, 1, 2, 3)


def test_words_have_the_numbers_from_four(tokenizer):
    texts = ["a chat", "猫 naïve a chat", "  dog\ta ", "", "<eos> [UNK] <unk>"]
    tokens = tokenizer.tokens(texts)
    assert tokens.dtype == tf.int32
    assert tokens.numpy().tolist() == [
        [4, 6, EOS, PAD],
        [7, 9, 4, 6],  # fills its row
        [UNK, 4, EOS, PAD],
        [EOS, PAD, PAD, PAD],
        [5, 8, UNK, EOS],  # an ordinary word that is written like an end is none
    ]
    assert tokenizer.vocabulary_size == 10
    assert read(tokenizer, tokens) == [
        "a chat",
        "猫 naïve a chat",
        "<unk> a",
        "",
        "<eos> [UNK] <unk>",
    ]
    assert tokenizer(tf.constant(texts)).numpy().tolist() == tokens.numpy().tolist()


def test_a_text_stops_at_its_first_end(tokenizer):
    tokens = [[BOS, 4, EOS, 6, EOS], [PAD, 6, PAD, UNK, BOS], [EOS, 4, 4, 4, 4]]
    assert read(tokenizer, tokens) == ["a", "chat <unk>", ""]


def test_characters():
    tokenizer = Tokenizer(["n", " ", "ï", "猫"], "character", length=6)
    tokens = tokenizer.tokens(["n ï", "ï猫x  "])
    assert tokens.numpy().tolist() == [[4, 5, 6, EOS, PAD, PAD], [6, 7, UNK, 5, 5, EOS]]
    assert read(tokenizer, tokens) == ["n ï", "ï猫<unk>  "]
    with pytest.raises(ValueError, match="more than the 6 characters of a sentence: 'ïïïïïïï'"):
        tokenizer.tokens(["n", "ï" * 7])


def test_lower_case():
    tokenizer = Tokenizer.from_texts(["Ä b", "ä B"], lower=True, length=3)
    assert tokenizer.words == ("b", "ä")
    assert tokenizer.tokens(["B Ä"]).numpy().tolist() == [[4, 5, EOS]]
    assert Tokenizer.from_texts(["Ä b", "ä B"]).words == ("B", "b", "Ä", "ä")


def test_the_vocabulary_of_texts():
    texts = ["b c z", "b", "a c b", "é"]
    assert Tokenizer.from_texts(texts).words == ("b", "c", "a", "z", "é")  # by count, then name
    assert Tokenizer.from_texts(texts, max_words=3).words == ("b", "c", "a")
    assert Tokenizer.from_texts(texts, min_count=2).words == ("b", "c")
    assert Tokenizer.from_texts(texts, "character").words == (" ", "b", "c", "a", "z", "é")
    # The longest text has an end.
    whole = Tokenizer.from_texts(texts)
    assert whole.length == 4
    assert whole.tokens(texts)[0].numpy().tolist() == [4, 5, 7, EOS]
    assert Tokenizer.from_texts(texts, length=9).length == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"texts": []}, "an empty corpus: 0 texts without a word"),
        ({"texts": ["", " "]}, "an empty corpus: 2 texts"),
        ({"texts": ["a b"], "min_count": 2}, r"no word occurs 2 times .* frequent one 1 times"),
        ({"texts": ["a"], "level": "words"}, "did you mean 'word'"),
        ({"texts": ["a"], "max_words": 0}, "max_words is 0"),
        ({"texts": ["a"], "min_count": 0}, "min_count is 0"),
        ({"texts": ["a"], "length": 0}, "length is 0"),
    ],
)
def test_texts_that_make_no_vocabulary(arguments, message):
    with pytest.raises(ValueError, match=message):
        Tokenizer.from_texts(**arguments)


@pytest.mark.parametrize(
    ("vocabulary", "level", "message"),
    [
        ([], "word", "an empty vocabulary"),
        (["a", "b c"], "word", r"vocabulary\[1\] is 'b c', expected a single word"),
        (["a", ""], "word", r"vocabulary\[1\] is ''"),
        (["a\n"], "word", r"is 'a\\n'"),
        (["ab"], "character", "'ab', expected a single character"),
        (["\n"], "character", r"'\\n', expected a single character"),
        ([3], "word", "is 3, expected"),
        (["a", "b", "a"], "word", "more than once: 'a'"),
        (["a"], "wrod", "unknown level 'wrod' .did you mean 'word'"),
    ],
)
def test_vocabularies_that_are_refused(vocabulary, level, message):
    with pytest.raises(ValueError, match=message):
        Tokenizer(vocabulary, level, length=3)


@pytest.mark.parametrize("level", ["word", "character"])
def test_a_file_holds_the_vocabulary(tmp_path, level):
    text = "un œuf\u2028 <eos>" + (" \r\t" if level == "character" else "")
    tokenizer = Tokenizer.from_texts([text], level, length=4)
    tokenizer.to_file(tmp_path / "words.txt")
    assert Tokenizer.from_file(tmp_path / "words.txt", level, length=4).words == tokenizer.words
    # From another editor: with a mark at the beginning.
    data = (tmp_path / "words.txt").read_bytes()
    (tmp_path / "words.txt").write_bytes(b"\xef\xbb\xbf" + data.removesuffix(b"\n"))
    assert Tokenizer.from_file(tmp_path / "words.txt", level, length=4).words == tokenizer.words


def test_files_from_windows_and_broken_ones(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes(b"a\r\ncat\r\n")
    assert Tokenizer.from_file(path, length=4).words == ("a", "cat")
    path.write_bytes(b"a\n\ncat\n")
    with pytest.raises(ValueError, match=r"words\.txt': vocabulary\[1\] is ''"):
        Tokenizer.from_file(path, length=4)
    path.write_bytes("naïve\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"words\.txt' is not a vocabulary in UTF-8"):
        Tokenizer.from_file(path, length=4)


def test_prompts(tokenizer):
    prompts = tokenizer.prompts(["a", "", "chat 猫 a"])
    assert prompts.numpy().tolist() == [[4, 0, 0], [0, 0, 0], [6, 7, 4]]
    assert prompts.dtype == tf.int32
    with pytest.raises(
        ValueError, match=r"a word that is not among the 6 of the vocabulary: 'dog', 'fôx'$"
    ):
        tokenizer.prompts(["a dog", "a", "fôx dog"])
    with pytest.raises(ValueError, match=r"more than the 4 words of a sentence: 'a a a a a'$"):
        tokenizer.prompts(["a", "a a a a a"])


def test_what_is_no_text_and_no_token(tokenizer):
    with pytest.raises(ValueError, match=r"more than the 4 words of a sentence: 'a b c d e'$"):
        tokenizer.tokens(["a", "a b c d e"])
    with pytest.raises(ValueError, match=r"no tokens of a vocabulary of 10: 10, -1$"):
        tokenizer.texts([[4, 10], [-1, 10]])
    with pytest.raises(ValueError, match=r"a list of strings, shape \[B\]; got shape \(\)"):
        tokenizer.tokens("a chat")


def test_in_a_pipeline(tokenizer):
    dataset = tf.data.Dataset.from_tensor_slices(["a", "a chat", "猫"]).batch(2)
    batches = list(dataset.map(tokenizer.tokens).as_numpy_iterator())
    assert [batch.tolist() for batch in batches] == [
        [[4, 2, 0, 0], [4, 6, 2, 0]],
        [[7, 2, 0, 0]],
    ]
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than the 4 words"):
        list(dataset.map(lambda texts: tokenizer.tokens(texts + " a a a a")))


def test_in_a_saved_model(tokenizer, tmp_path):
    archive = keras.export.ExportArchive()
    archive.track(tokenizer)
    texts = tf.TensorSpec([None], tf.string, name="texts")
    archive.add_endpoint("tokens", tokenizer.tokens, input_signature=[texts])
    archive.add_endpoint("prompts", tokenizer.prompts, input_signature=[texts])
    tokens = tf.TensorSpec([None, None], tf.int32, name="tokens")
    archive.add_endpoint("texts", tokenizer.texts, input_signature=[tokens])
    archive.write_out(str(tmp_path / "saved"), verbose=False)

    served = tf.saved_model.load(str(tmp_path / "saved"))
    texts = ["a chat", "", "<eos> dog 猫", "a a a a"]
    tokens = tokenizer.tokens(texts)
    assert served.tokens(tf.constant(texts)).numpy().tolist() == tokens.numpy().tolist()
    assert served.texts(tokens).numpy().tolist() == tokenizer.texts(tokens).numpy().tolist()
    assert served.prompts(tf.constant(["a", "chat a"])).numpy().tolist() == [[4, 0], [6, 4]]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"not among the 6.*dog"):
        served.prompts(tf.constant(["a", "dog"]))


def test_in_a_keras_file(tokenizer, tmp_path):
    inputs = keras.Input([], dtype="string")
    model = keras.Model(inputs, tokenizer(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    texts = tf.constant(["a chat", "猫"])
    assert again(texts).numpy().tolist() == tokenizer.tokens(texts).numpy().tolist()

    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(tokenizer))
    assert (copy.words, copy.level, copy.length) == (tuple(WORDS), "word", 4)
    other = Tokenizer(["A", "b"], "character", length=2, lower=True).get_config()
    assert (other["level"], other["length"], other["lower"]) == ("character", 2, True)
