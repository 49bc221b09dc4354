"""Every score by its name: the pure functions' values, the names' conditions, and what is left out why."""

import re

import numpy as np
import pytest

from tests.metrics import planted
from tfgan_zoo import metrics
from tfgan_zoo.metrics import Scorer, extractors, short_name
from tfgan_zoo.metrics.scores import SCORES

UNLABELLED = ("label_accuracy", "conditional_diversity", "classification_accuracy_score")


@pytest.fixture(scope="module")
def extractor():
    return extractors.get("digits")


@pytest.fixture(scope="module")
def scorer(extractor):
    digits = planted.digits()
    return Scorer(
        extractor,
        digits.test,
        split="held out",
        real_labels=digits.test_labels,
        scores="all",
        training_images=digits.training,
        training_labels=digits.training_labels,
    )


@pytest.fixture(scope="module")
def report(scorer):
    return scorer.report(planted.digits().fakes["real"])


def test_all_scores_have_the_values_of_the_pure_functions(extractor, report):
    digits = planted.digits()
    images = digits.fakes["real"]
    train, real, fake = (extractor(i).features for i in (digits.training, digits.test, images))
    curve = metrics.precision_recall_curve(real, fake)
    near, held_out = (
        metrics.nearest_neighbours(i, digits.training, count=5).distances
        for i in (images, digits.test)
    )
    threshold = metrics.duplicate_threshold(real)
    splits = metrics.classifier_score_splits(extractor(images).logits)
    expected = {
        "classifier_score_splits_mean": splits["mean"],
        "classifier_score_splits_std": splits["std"],
        "modes": 10.0,
        "frechet_infinity": metrics.frechet_infinity(real, fake)["intercept"],
        "kernel_distance": metrics.kernel_distance(real, fake),
        "kernel_distance_subset_std": metrics.kernel_distance_subsets(real, fake, 100, 180)["std"],
        **metrics.precision_recall(real, fake, k=3),
        **metrics.density_coverage(real, fake, k=5),
        "f_8": curve["f_8"],
        "f_1_8": curve["f_1_8"],
        "sliced_feature_distance": metrics.sliced_feature_distance(real, fake),
        "sliced_wasserstein": metrics.sliced_wasserstein(digits.test, images)["mean"],
        "ms_ssim_diversity": metrics.ms_ssim_diversity(images),
        "birthday_support": metrics.birthday_support(fake, threshold)["support"],
        "copying_share": metrics.copying_share(near, held_out),
        "c_t": metrics.data_copying(train, real, fake)["c_t"],
        "authenticity": metrics.authenticity(train, fake),
    }
    found = {short_name(name): value for name, value in report["scores"].items()}
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    computed = {*found, *report["left_out"]}
    assert computed == set(SCORES) == set(Scorer.names())


def test_names_say_what_a_score_depends_on(extractor, report):
    e = extractor.name
    assert {
        f"modes[{e}, of 10, 360]",
        f"classifier_score_splits_mean[{e}, 10 splits, 360]",
        f"kernel_distance[{e}, 360 vs held out]",
        f"kernel_distance_subset_std[{e}, subsets of 180, 360 vs held out]",
        f"frechet_infinity[{e}, up to 360 vs held out]",
        f"recall[{e}, k=3, 360 vs held out]",
        f"coverage[{e}, k=5, 360 vs held out]",
        f"f_8[{e}, 20 clusters, 360 vs held out]",
        "sliced_wasserstein[patches of 7×7, 360 vs held out]",
        "ms_ssim_diversity[1000 pairs, 360]",
        f"birthday_support[{e}, at most 64800, 360 vs held out]",
        "copying_share[pixels, flips, shifts of 1, 360 vs train]",
        f"c_t[{e}, 360 vs train, held out]",
        f"authenticity[{e}, 360 vs train]",
    } <= set(report["scores"])


def test_what_cannot_be_computed_is_left_out_of_all_scores_and_refused_by_name(extractor, report):
    assert set(report["left_out"]) == {*UNLABELLED, "kernel_distance_block_error"}
    assert report["left_out"]["label_accuracy"] == "no labels of the samples are known"
    digits = planted.digits()
    for name, reason in {
        "copying_share": "trained on are not known",
        "label_accuracy": "no labels of the samples are known",
        "kernel_distance_block_error": "one block of 1024 samples",
    }.items():
        scorer = Scorer(extractor, digits.test, split="test", scores=[name])
        with pytest.raises(ValueError, match=f"no {name} can be computed: .*{re.escape(reason)}"):
            scorer.score(digits.fakes["real"])
    for few, name, reason in (
        (
            5,
            "birthday_support",
            "at least 100 samples and as many real images, there are 5 and 360",
        ),
        (3, "kernel_distance", "at least 4 samples"),
        (50, "frechet_infinity", "128 features need at least 256 samples, there are 50"),
    ):
        scorer = Scorer(extractor, digits.test, split="test", scores=[name])
        with pytest.raises(ValueError, match=reason):
            scorer.score(digits.fakes["real"][:few])
    with pytest.raises(
        ValueError, match=r"labels of real images must be integers \[360\], got shape"
    ):
        Scorer(extractor, digits.test, split="test", real_labels=np.eye(10)[digits.test_labels])
    with pytest.raises(ValueError, match="did you mean 'precision'"):
        Scorer(extractor, digits.test, split="test", scores=["precison"])


def test_scores_asked_for_by_name_are_all_that_is_computed(extractor):
    digits = planted.digits()
    scorer = Scorer(extractor, digits.test, split="test", scores=["recall", "frechet_distance"])
    names = [short_name(name) for name in scorer.score(digits.fakes["real"])]
    assert names == ["recall", "frechet_distance"]


def test_of_unequal_sets_as_many_samples_are_compared(extractor):
    digits = planted.digits()
    scorer = Scorer(extractor, digits.test, split="test", scores="precision")
    [(name, value)] = scorer.score(digits.fakes["real"][:200]).items()
    assert name == f"precision[{extractor.name}, k=3, 200 vs 200 of test]"
    chosen = np.sort(np.random.default_rng(0).permutation(360)[:200])
    pair = extractor(digits.test[chosen]).features, extractor(digits.fakes["real"][:200]).features
    assert value == metrics.precision_recall(*pair, k=3)["precision"]


def test_the_floor_is_what_real_images_score(scorer, report):
    floor = scorer.floor(report)
    assert (floor["from"], floor["samples"]) == ("train", 360)
    assert not floor["left_out"].keys() & {"label_accuracy"}
    found = {short_name(name): (name, value) for name, value in floor["scores"].items()}
    assert set(found) == {short_name(name) for name in report["scores"]}
    assert 9 < found["frechet_distance"][1] < 18  # the samples here are real: 11.4
    # Training images would be copies of themselves: half of the held-out ones stand for real data.
    name, value = found["copying_share"]
    assert name == "copying_share[pixels, flips, shifts of 1, 180 vs train]"
    assert value < 0.06
    assert found["c_t"][0].endswith("180 vs train, half of held out]")
    assert 0.45 < found["authenticity"][1] < 0.65


def test_without_training_images_the_floor_is_of_halves(extractor):
    digits = planted.digits()
    scorer = Scorer(extractor, digits.test, split="test")
    floor = scorer.floor(scorer.report(digits.fakes["real"]))
    assert floor["from"] == "other half of test"
    halves = [extractor(digits.test[first::2]).features for first in (0, 1)]
    name = f"frechet_distance[{extractor.name}, 180 vs half of test]"
    assert floor["scores"][name] == pytest.approx(metrics.frechet_distance(*halves), rel=1e-6)
    with pytest.raises(ValueError, match="give 4 or more"):
        Scorer(extractor, digits.test[:3], split="test").floor({"samples": 3, "left_out": {}})


def test_labelled_samples_are_scored_for_what_they_were_asked_to_be(extractor):
    digits = planted.digits()
    names = ["label_accuracy", "conditional_diversity"]
    given = dict(split="test", real_labels=digits.test_labels, scores=names)
    scorer = Scorer(extractor, digits.test, **given)
    images, labels = digits.training[:360], digits.training_labels[:360].copy()
    right = extractor(images).logits.argmax(axis=1) == labels
    scores = {short_name(n): v for n, v in scorer.score(images, labels).items()}
    assert scores["label_accuracy"] == right.mean() > 0.99
    assert scores["conditional_diversity"] == pytest.approx(1.0, abs=0.1)
    labels[:90] = (labels[:90] + 1) % 10
    wrong = {short_name(n): v for n, v in scorer.score(images, labels).items()}
    assert wrong["label_accuracy"] == pytest.approx(0.75, abs=0.01)
    with pytest.raises(ValueError, match="359 labels for 360 samples"):
        scorer.score(images, labels[1:])


def test_stacked_digits_are_scored_by_the_published_protocol():
    digits, random = planted.digits(), np.random.default_rng(0)
    shown = random.integers(0, len(digits.test), (300, 3))
    images = np.concatenate([digits.test[shown[:, c]] for c in range(3)], axis=-1)
    stacked, alone = extractors.get("stacked:digits"), extractors.get("digits")
    found = stacked(images)
    seen = np.stack([alone(images[..., c : c + 1]).logits.argmax(axis=1) for c in range(3)], axis=1)
    np.testing.assert_array_equal(found.logits.argmax(axis=1), seen @ [100, 10, 1])
    np.testing.assert_allclose(np.exp(found.logits).sum(axis=1), 1.0, atol=1e-4)
    assert found.features.shape == (300, 3 * alone(digits.test[:2]).features.shape[1])
    scores = Scorer(stacked, images, split="test", scores=["modes"]).score(images)
    assert scores == {f"modes[{stacked.name}, of 1000, 300]": metrics.stacked_modes(seen)["modes"]}
    with pytest.raises(ValueError, match=r"takes images of 3 channel\(s\), got 1"):
        stacked(digits.test)
    with pytest.raises(ValueError, match="read one by one by an extractor of one channel"):
        extractors.get("stacked:shapes")


def test_images_in_another_range_are_noticed(extractor, caplog):
    scorer = Scorer(extractor, planted.digits().test, split="test")
    with caplog.at_level("WARNING"):
        scorer.score(planted.digits().test / 127.5 - 1.0)
        assert "[0, 1]" not in caplog.text
        scorer.score(planted.digits().test / 255.0)
    assert "all values of 360 images are in [0, 1]" in caplog.text


def test_the_names_of_the_literature_are_for_its_network_alone(extractor):
    digits = planted.digits()
    names = ["frechet_distance", "kernel_distance", "classifier_score_splits_mean"]
    found = extractors.get("digits")
    found.is_inception = True
    scores = Scorer(found, digits.test, split="test", scores=names).score(digits.fakes["real"])
    assert [short_name(name) for name in scores] == ["fid", "kid", "inception_score_splits_mean"]
    scores = Scorer(extractor, digits.test, split="test", scores=names).score(digits.test)
    assert [short_name(name) for name in scores] == names


def test_all_beside_other_names_is_all(extractor):
    digits = planted.digits()
    given = {"split": "test", "real_labels": digits.test_labels}
    both, alone = (
        Scorer(extractor, digits.test, scores=s, **given) for s in (["recall", "all"], "all")
    )
    assert both.scores == alone.scores
    assert both.all_that_can
