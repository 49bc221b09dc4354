"""Translations are scored against the answers that are known, each image to each domain but its own."""

import numpy as np
import pytest

from tfgan_zoo import datasets, metrics, pictures
from tfgan_zoo.datasets import shapes_looks


class Answers:
    """A model that knows the answer to each image it has been told of, darkened by some levels."""

    def __init__(self, *known, off=0):
        self.known, self.off, self.asked = {}, off, []
        for images, answers, told in known:
            for image, answer in zip(images, answers, strict=True):
                self.known[image.tobytes(), told] = answer

    def translate(self, images, **told):
        images = pictures.to_uint8(images)
        self.asked.append((len(images), told))
        key = next(iter(told.values()), None)
        answers = np.stack([self.known[image.tobytes(), key] for image in images])
        return np.clip(answers.astype(np.float32) - self.off, 0, 255) / 127.5 - 1


def test_pairs():
    test = datasets.load_arrays("scenes_pairs", split="test[:6]")
    source, target = test.images["source"], test.images["target"]
    # Grey in the middle of the range, that no level is cut off.
    target[:] = 100
    scorer = metrics.TranslationScorer(test, "test[:6]")
    # No edges, no sharpness to compare with.
    scores = scorer.score(Answers((source, target, None), off=51), samples=4)
    assert list(scores) == [f"{name}[4 of test[:6]]" for name in ("psnr", "ssim", "l1")]
    psnr, ssim, l1 = scores.values()
    assert psnr == pytest.approx(20 * np.log10(255 / 51), abs=1e-4)
    assert l1 == pytest.approx(51 / 127.5, abs=1e-6)
    c1 = (0.01 * 255) ** 2
    assert ssim == pytest.approx((2 * 100 * 49 + c1) / (100**2 + 49**2 + c1), abs=2e-4)


def test_two_domains_from_a_to_b():
    test = datasets.load_arrays("scenes_unpaired", split="test[:5]")
    a, b = test.images["a"], test.images["b_of_a"]
    model = Answers((a, b, "a_to_b"))
    scorer = metrics.TranslationScorer(test, "test", looks=(shapes_looks.NIGHT,))
    scores = scorer.score(model)
    assert model.asked == [(5, {"direction": "a_to_b"})]
    assert [scores[f"{name}[5 of test]"] for name in ("l1", "sharpness", "things_right")] == [
        0,
        1,
        1,
    ]
    copies = scorer.score_copies(model)
    expected = np.abs(a.astype(float) - b).mean() / 127.5
    assert copies["l1[5 of test]"] == pytest.approx(expected, rel=1e-5)
    assert copies["things_right[5 of test]"] == 0.0  # no texture of theirs is that of the night


def test_many_domains_each_to_the_others():
    test = datasets.load_arrays("scenes_domains", split="test[:11]")
    truth, labels = test.images["in_every_domain"], test.rows["label"]
    known = [(test.images["image"], truth[:, n], n) for n in range(5)]
    model = Answers(*known)
    scorer = metrics.TranslationScorer(test, "test", looks=shapes_looks.FIVE)
    scores = scorer.score(model)
    assert scores["things_right[44 of test]"] == 1.0
    assert model.asked == [(int((labels != n).sum()), {"label": n}) for n in range(5)]
    # A mistake in one domain counts by how many images are asked to go there.
    for image in test.images["image"]:
        model.known[image.tobytes(), 4] = image
    wrong = np.abs(test.images["image"].astype(float) - truth[:, 4])[labels != 4].mean()
    share = int((labels != 4).sum()) / 44
    found = scorer.score(model)["l1[44 of test]"]
    assert found == pytest.approx(share * wrong / 127.5, rel=1e-5)


def test_a_classifier_in_both_domains():
    test = datasets.load_arrays("digits_textured", split="test[:20]")

    class Half:
        def classify(self, images):
            known = pictures.to_uint8(images)
            right = np.eye(10)[test.rows["target_label"][: len(images)]]
            textured = np.array_equal(known, test.images["target"][: len(images)])
            return np.roll(right, 1, axis=1) if textured else right

    scorer = metrics.TranslationScorer(test, "test")
    scores = scorer.score(Half(), samples=10)
    assert scores == {"source_accuracy[10 of test]": 1.0, "target_accuracy[10 of test]": 0.0}
    assert scorer.score_copies(Half()) == {}


def test_refusals():
    with pytest.raises(ValueError, match=r"scenes_unpaired\[train\[:3\]\] does not know what"):
        metrics.TranslationScorer(
            datasets.load_arrays("scenes_unpaired", split="train[:3]"), "train"
        )
    test = datasets.load_arrays("scenes_pairs", split="test[:3]")
    with pytest.raises(ValueError, match="split names the images"):
        metrics.TranslationScorer(test, "")
    grey = datasets.load_arrays("scenes_pairs", split="test[:3]", channels=1)
    grey.groups[0].images["target"] = test.images["target"]
    assert metrics.TranslationScorer(grey, "test").score_copies(object()) == {}
