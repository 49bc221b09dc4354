"""BLEU and self-BLEU: by hand, against NLTK, and against the table that Texygen published."""

import os
import pathlib
import time

import numpy as np
import pytest
from nltk.tokenize import word_tokenize
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from tfgan_zoo.metrics.text import References, bleu, self_bleu

REPOSITORY = pathlib.Path(__file__).parents[3]
SHARED = pathlib.Path(os.environ.get("TFGAN_ZOO_SHARED_DATA") or REPOSITORY.parent / "shared/data")
TEXTS = SHARED / "text"

# Texygen (Zhu et al. 2018): BLEU-2 to 5 against the COCO test captions, self-BLEU-2 to 5.
PUBLISHED = {
    "mle": ((0.731, 0.497, 0.305, 0.189), (0.916, 0.769, 0.583, 0.408)),
    "seq": ((0.745, 0.498, 0.294, 0.180), (0.950, 0.840, 0.670, 0.489)),
    "maligan": ((0.673, 0.432, 0.257, 0.159), (0.918, 0.781, 0.606, 0.437)),
    "rank": ((0.743, 0.467, 0.264, 0.156), (0.959, 0.882, 0.762, 0.618)),
    "leakgan": ((0.746, 0.528, 0.355, 0.230), (0.966, 0.913, 0.848, 0.780)),
    "textgan": ((0.593, 0.463, 0.277, 0.207), (0.942, 0.931, 0.804, 0.746)),
}


def random_texts(count, seed, most=8):
    random = np.random.default_rng(seed)
    return [
        " ".join(random.choice(list("abcde"), random.integers(1, most + 1))) for _ in range(count)
    ]


def by_nltk(hypothesis, references, n):
    return sentence_bleu(
        [reference.split() for reference in references],
        hypothesis.split(),
        weights=[1 / n] * n,
        smoothing_function=SmoothingFunction().method1,
    )


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.filterwarnings("ignore:.*The hypothesis contains 0 counts")
def test_the_mean_is_that_of_nltk(n):
    # Some hypotheses are shorter than n, some longer than all references, some share no word with them.
    hypotheses = [*random_texts(40, seed=0, most=12), "x y z", "a x", ""]
    references = random_texts(9, seed=1)
    expected = [by_nltk(hypothesis, references, n) for hypothesis in hypotheses]
    assert 0 in expected
    assert bleu(hypotheses, references, n) == pytest.approx(np.mean(expected), rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.filterwarnings("ignore:.*The hypothesis contains 0 counts")
def test_a_text_is_not_its_own_reference(n):
    texts = random_texts(30, seed=2)
    texts += [texts[3], "a a a a a a a a a a", "x y", "b"]  # a copy; the longest; nothing in common
    expected = [
        by_nltk(text, texts[:position] + texts[position + 1 :], n)
        for position, text in enumerate(texts)
    ]
    assert self_bleu(texts, n) == pytest.approx(np.mean(expected), rel=1e-12)


def test_by_hand():
    # Clipped 1-grams 2 of 4 ("a" occurs twice in one reference), 2-grams 1 of 3, and no penalty.
    assert bleu(["a a a b"], ["a a c d", "a c d e"], 1) == pytest.approx(2 / 4)
    assert bleu(["a a a b"], ["a a c d", "a c d e"], 2) == pytest.approx((2 / 4 / 3) ** 0.5)
    # The nearest reference is 3 words long, the hypothesis 2: exp(1 - 3/2).
    assert bleu(["a b"], ["a b c", "a b c d e"], 2) == pytest.approx(np.exp(-0.5))
    # No 2-gram matches: 0.1 of 1.
    assert bleu(["a b"], ["b a"], 2) == pytest.approx((1 * 0.1) ** 0.5)
    # An equal sentence elsewhere counts, the sentence itself does not.
    assert self_bleu(["a b", "a b", "c d"], 2) == pytest.approx(2 / 3)
    assert self_bleu(["a b", "c d"], 1) == 0.0
    # Its own length does not count: 2/2 · exp(1 - 4/2), and 2/4.
    assert self_bleu(["a b", "a b c d"], 1) == pytest.approx((np.exp(-1) + 0.5) / 2)


def test_every_order_at_once():
    hypotheses, references = random_texts(20, seed=3), random_texts(20, seed=4)
    counted = References(references, 4)
    assert counted.bleu(hypotheses) == [bleu(hypotheses, references, n) for n in (1, 2, 3, 4)]
    assert counted.self_bleu() == [self_bleu(references, n) for n in (1, 2, 3, 4)]
    assert len(counted) == 20


def test_errors():
    for call, message in (
        (lambda: bleu([], ["a"]), "hypotheses needs at least 1 texts, got 0"),
        (lambda: bleu(["a"], []), "references needs at least 1 texts"),
        (lambda: bleu("a b", ["a"]), "hypotheses is one text, expected a list"),
        (lambda: bleu(["a", 3], ["a"]), r"hypotheses\[1\] is 3, expected a string"),
        (lambda: bleu(["a"], ["a"], 0), "n is 0"),
        (lambda: self_bleu(["a"]), "at least 2, got 1"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def read(path, count=None):
    """Return a file's first lines as Texygen read them: NLTK's words."""
    if not path.is_file():
        pytest.skip(f"no {path.name}")
    lines = path.read_text(encoding="utf-8").splitlines()[:count]
    return [" ".join(word_tokenize(line, preserve_line=True)) for line in lines]


@pytest.fixture(scope="module")
def coco():
    return References(read(TEXTS / "coco" / "test_coco.txt"), 5)


@pytest.mark.shared_data
def test_real_captions_are_the_ceiling(coco):
    train = read(TEXTS / "coco" / "image_coco.txt", 2000)
    started = time.process_time()
    scores = coco.bleu(train)
    assert [round(score, 3) for score in scores[1:]] == [0.736, 0.513, 0.329, 0.211]
    # Half a second; a loop over 10,000 references for each would take minutes.
    assert time.process_time() - started < 20


@pytest.mark.long
@pytest.mark.shared_data
@pytest.mark.parametrize("model", PUBLISHED)
def test_texygen_s_table(coco, model):
    samples = read(TEXTS / "texygen_samples" / f"{model}.txt")
    against, among = PUBLISHED[model]
    assert coco.bleu(samples)[1:] == pytest.approx(against, abs=0.002)
    assert References(samples, 5).self_bleu()[1:] == pytest.approx(among, abs=0.002)


@pytest.mark.long
@pytest.mark.shared_data
def test_all_real_captions(coco):
    train = read(TEXTS / "coco" / "image_coco.txt")
    assert coco.bleu(train)[1:] == pytest.approx([0.740, 0.520, 0.337, 0.218], abs=0.0006)
    among = References(train, 5).self_bleu()[1:]
    assert among == pytest.approx([0.892, 0.747, 0.574, 0.416], abs=0.0006)
