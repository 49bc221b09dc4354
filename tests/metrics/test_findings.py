"""The report tells the planted cases apart in words."""

import numpy as np
import pytest

from tests.metrics import planted
from tfgan_zoo import metrics

KINDS = {
    "real": ["none"],
    "copies": ["copies"],
    "mirrored_copies": ["mirrored_copies", "missing_classes", "far_off", "narrow"],
    "noisy_copies": ["altered_copies"],
    "class_missing": ["missing_classes"],
    "five_classes_missing": ["missing_classes", "far_off", "narrow"],
    "one_output": ["repeats", "missing_classes", "far_off", "narrow"],
    "gaussian": ["far_off", "narrow"],
}


def make_scorer(*scores, real=None, **given):
    real = planted.digits().test if real is None else real
    return metrics.Scorer(
        metrics.extractors.get("digits"), real, split="test", scores=list(scores), **given
    )


def found_in(scorer, images, labels=None):
    comparison = scorer.compare(images, labels)
    report = scorer.report_of(comparison)
    return metrics.findings(report | {"real": scorer.floor(report)}, comparison)


@pytest.fixture(scope="module")
def found():
    digits = planted.digits()
    scorer = make_scorer(
        "frechet_distance",
        "coverage",
        "birthday_support",
        "copying_share",
        real_labels=digits.test_labels,
        training_images=digits.training,
    )
    return {name: found_in(scorer, images) for name, images in digits.fakes.items()}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_planted_is_found_and_nothing_else(found, name):
    assert [kind for kind, _ in found[name]] == KINDS[name]


def test_in_plain_words(found):
    words = {name: " ".join(sentence for _, sentence in each) for name, each in found.items()}
    assert words["copies"] == "100% of the samples are copies of training images."
    assert "copies of training images, mirrored." in words["mirrored_copies"]
    assert "with changes of 11 levels of 255." in words["noisy_copies"]
    assert words["class_missing"] == "Class 9 is missing, or nearly so."
    assert "Classes 5, 6, 7, 8, 9 are missing, or nearly so." in words["five_classes_missing"]
    assert "Many latents make few images: all are alike." in words["one_output"]
    assert "99% of what real images cover of the data is not covered." in words["one_output"]
    assert "Fréchet distance is 5.4 times that of real images." in words["gaussian"]


def test_few_different_outputs_are_counted():
    digits = planted.digits()
    scorer = make_scorer("birthday_support")
    few = digits.fakes["real"][:100].repeat(4, axis=0)[:360]
    [(kind, sentence)] = found_in(scorer, few)
    assert kind == "repeats"
    count = int(sentence.split("about ")[1].split()[0])
    assert 40 < count < 300  # of 90 s² is 2 log 2 · 90 = 125


def test_the_very_images_they_are_compared_with(found):
    digits = planted.digits()
    scorer = make_scorer("frechet_distance")
    mixed = np.concatenate([digits.test[:60], digits.fakes["real"][:60]])
    for images, said in ((digits.test, "100%"), (mixed, "50%")):
        (kind, sentence), *_ = found_in(scorer, images)
        assert kind == "real_images"
        assert sentence.startswith(f"{said} of the samples are the very images")
    # Where nothing is found, it says what nobody looked for.
    [(kind, sentence)] = found_in(scorer, digits.fakes["real"])
    assert kind == "none"
    assert sentence.endswith(
        "Not looked for, for want of scores: copies of training images, few outputs for many latents, parts "
        "of the data that are not covered."
    )
    assert found["real"][0][1] == "Nothing of what was looked for is wrong with these samples."


@pytest.mark.parametrize("name", ["real", "five_classes_missing", "one_output"])
def test_without_training_images_at_the_numbers_of_the_floor(name):
    digits = planted.digits()
    scorer = make_scorer("frechet_distance", "coverage", "birthday_support")
    floor = scorer.floor(scorer.report(digits.fakes[name]))
    assert floor["samples"] == floor["real_samples"] == planted.N // 2
    assert [kind for kind, _ in found_in(scorer, digits.fakes[name])] == KINDS[name]


def test_samples_are_not_better_than_real_images_for_being_more():
    digits = planted.digits()
    scorer = make_scorer("frechet_distance")
    mirrored = digits.fakes["mirrored_copies"]
    images = np.concatenate([mirrored[:344], digits.fakes["real"][:16]])
    report = scorer.report(images)
    found, real = (next(iter(r["scores"].values())) for r in (report, scorer.floor(report)))
    assert found < 3 * real  # of 360 samples and of 180
    assert [kind for kind, _ in found_in(scorer, images) if kind == "far_off"] == ["far_off"]


def test_real_images_that_were_trained_on_are_said():
    digits = planted.digits()
    scorer = make_scorer(
        "copying_share",
        real=np.concatenate([digits.training[:12], digits.test[:300]]),
        training_images=digits.training,
    )
    (kind, sentence), *_ = found_in(scorer, digits.fakes["noisy_copies"])
    assert kind == "overlap"
    assert sentence.startswith("4% of the real images are training images, too")


def test_a_few_exact_copies(found):
    digits = planted.digits()
    scorer = make_scorer(
        "copying_share",
        training_images=digits.training,
    )
    for count, kinds in ((2, ["none"]), (18, ["copies"])):
        images = np.concatenate([digits.training[:count], digits.fakes["real"][count:]])
        made = found_in(scorer, images)
        assert [kind for kind, _ in made] == kinds
    assert made[0][1] == "5.0% of the samples are training images, pixel by pixel."


def test_labels_that_are_ignored():
    digits = planted.digits()
    scorer = make_scorer(
        "label_accuracy",
        "conditional_diversity",
        real_labels=digits.test_labels,
        training_images=digits.training,
        training_labels=digits.training_labels,
    )
    labels = digits.training_labels[:360]
    one_of_each = digits.training[[np.flatnonzero(labels == label)[0] for label in labels]]
    for images, given, kinds in (
        (digits.training[:360], labels, ["copies"]),
        (digits.training[:360], np.roll(labels, 7), ["copies", "labels_ignored"]),
        (one_of_each, labels, ["copies", "alike_within_classes"]),
    ):
        made = found_in(scorer, images, given)
        assert [kind for kind, _ in made if kind != "missing_classes"] == kinds


def test_classes_are_not_missed_among_few_samples():
    digits = planted.digits()
    scorer = make_scorer(
        "class_histogram_kl",
        real_labels=digits.test_labels,
    )
    for count, kinds in ((12, ["none"]), (300, ["missing_classes"])):
        made = found_in(scorer, digits.fakes["five_classes_missing"][:count])
        assert [kind for kind, _ in made] == kinds
