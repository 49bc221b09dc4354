import json

import numpy as np
import pytest

from tfgan_zoo import datasets, metrics
from tfgan_zoo.metrics import Scorer, extractors, short_name


@pytest.fixture(scope="module")
def digits():
    return extractors.get("digits")


@pytest.fixture(scope="module")
def held_out():
    return datasets.load_arrays("digits", split="test", image_size=16)


@pytest.fixture(scope="module")
def scorer(digits, held_out):
    return Scorer(digits, held_out.images, split="test", real_labels=held_out.labels)


@pytest.fixture(scope="module")
def train_images():
    return datasets.load_arrays("digits", split="train", image_size=16).images[:500]


def by_short_name(scores):
    return {short_name(name): value for name, value in scores.items()}


def test_keys_say_extractor_count_and_split(digits, scorer, train_images):
    e = digits.name
    scores = scorer.score(train_images[:300])
    assert list(scores) == [
        f"frechet_distance[{e}, 300 vs test]",
        f"classifier_score[{e}, 300]",
        f"confident_fraction[{e}, p>=0.9, 300]",
        f"class_histogram_kl[{e}, 300 vs test]",
        f"smallest_class_share[{e}, 300]",
        f"largest_class_share[{e}, 300]",
    ]
    assert all(type(value) is float for value in scores.values())
    for name in scores:
        metrics.lower_is_better(name)  # every score has a direction


def test_scores_are_the_pure_functions_on_the_extractor_s_output(
    digits, scorer, train_images, held_out
):
    scores = by_short_name(scorer.score(train_images))
    real, fake = digits(held_out.images), digits(train_images)
    shares = metrics.class_histogram(fake.logits, 10)
    expected = {
        "frechet_distance": metrics.frechet_distance(real.features, fake.features),
        "classifier_score": metrics.classifier_score(fake.logits),
        "confident_fraction": metrics.confident_fraction(fake.logits, 0.9),
        "class_histogram_kl": metrics.histogram_kl(shares, [36] * 10),  # the test split's labels
        "smallest_class_share": shares.min(),
        "largest_class_share": shares.max(),
    }
    assert scores == pytest.approx(expected, rel=1e-9)
    np.testing.assert_array_equal(scorer.histogram(train_images), shares)


def test_real_images_score_better_than_noise_in_every_respect(scorer, train_images):
    real = by_short_name(scorer.score(train_images))
    noise = np.random.default_rng(0).uniform(-1, 1, (500, 16, 16, 1)).astype("float32")
    bad = by_short_name(scorer.score(noise))
    for name, value in real.items():
        better = value < bad[name] if metrics.lower_is_better(name) else value > bad[name]
        assert better, f"{name}: {value} for digits, {bad[name]} for noise"


def test_one_image_for_all_is_seen(scorer, train_images):
    scores = by_short_name(scorer.score(np.repeat(train_images[:1], 100, axis=0)))
    assert scores["classifier_score"] == pytest.approx(1.0, abs=1e-6)
    assert scores["class_histogram_kl"] == pytest.approx(np.log(10), abs=1e-6)
    assert scores["smallest_class_share"] == 0.0
    assert scores["largest_class_share"] == 1.0


def test_report_is_json(digits, scorer, train_images):
    report = scorer.report(train_images)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["extractor"] == digits.name
    assert (report["split"], report["samples"], report["real_samples"]) == ("test", 500, 360)
    assert report["scores"] == scorer.score(train_images)
    assert sum(report["class_histogram"]) == pytest.approx(1.0)
    assert report["real_class_histogram"] == [0.1] * 10


def test_without_labels_the_extractor_counts_the_real_classes(digits, held_out, train_images):
    scorer = Scorer(digits, held_out.images, split="test")
    counted = metrics.class_histogram(digits(held_out.images).logits, 10)
    assert scorer.report(train_images)["real_class_histogram"] == counted.tolist()


def test_a_class_that_the_real_set_lacks_counts_as_half_an_image(digits, held_out):
    few = held_out.labels < 2
    scorer = Scorer(
        digits, held_out.images[few], split="zeros and ones", real_labels=held_out.labels[few]
    )
    scores = by_short_name(scorer.score(held_out.images))
    shares = scorer.histogram(held_out.images)
    expected = metrics.histogram_kl(shares, [36, 36] + [0.5] * 8)
    assert scores["class_histogram_kl"] == pytest.approx(expected, rel=1e-9)
    assert np.isfinite(expected)


def test_errors(digits, scorer, held_out):
    images = held_out.images
    with pytest.raises(ValueError, match="split names the real images"):
        Scorer(digits, images, split="")
    with pytest.raises(ValueError, match="359 labels for 360 real images"):
        Scorer(digits, images, split="test", real_labels=held_out.labels[1:])
    with pytest.raises(ValueError, match="labels must be from 0 to 9"):
        Scorer(digits, images, split="test", real_labels=held_out.labels + 1)
    with pytest.raises(ValueError, match="at least 2 real images"):
        Scorer(digits, images[:1], split="test")
    with pytest.raises(ValueError, match="fake_features needs at least 2 samples"):
        scorer.score(images[:1])
    with pytest.raises(ValueError, match=r"in \[-1, 1\]"):
        scorer.score(images.astype("float32"))
