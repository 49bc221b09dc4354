"""Each planted fault is seen by the metric that is made for it, and real data has none."""

import numpy as np
import pytest

from tests.metrics import planted
from tfgan_zoo import metrics

CASES = [
    "real",
    "copies",
    "mirrored_copies",
    "noisy_copies",
    "class_missing",
    "five_classes_missing",
    "one_output",
    "gaussian",
]


@pytest.fixture(scope="module")
def extractor():
    return metrics.extractors.get("digits")


@pytest.fixture(scope="module")
def measured(extractor):
    """All measures of all cases, by the name of the case."""
    digits = planted.digits()
    train, test = extractor(digits.training), extractor(digits.test)
    held_out = metrics.nearest_neighbours(digits.test, digits.training, count=5)
    threshold = metrics.duplicate_threshold(test.features)
    assert list(digits.fakes) == CASES
    found = {}
    for name, images in digits.fakes.items():
        assert images.shape == (360, 16, 16, 1)
        fake = extractor(images)
        near = metrics.nearest_neighbours(images, digits.training, count=5)
        shares = metrics.class_histogram(fake.logits, 10)
        found[name] = {
            "frechet": metrics.frechet_distance(test.features, fake.features),
            "nearest": np.median(near.distances[:, 0]),
            "flipped": near.flipped[:, 0].mean(),
            "copying": metrics.copying_share(near.distances, held_out.distances),
            **metrics.data_copying(train.features, test.features, fake.features),
            "authenticity": metrics.authenticity(train.features, fake.features),
            "batch": metrics.birthday_support(fake.features, threshold)["batch"],
            "missing": np.flatnonzero(shares < 0.02).tolist(),
            "kl": metrics.histogram_kl(shares, np.bincount(digits.test_labels)),
        }
    return found


def test_real_data_has_no_fault(measured):
    real = measured["real"]
    assert real["copying"] < 0.03  # about 0.01
    assert abs(real["z_u"]) < 3
    assert abs(real["c_t"]) < 2
    assert 0.4 < real["authenticity"] < 0.65
    assert real["batch"] > 100
    assert real["missing"] == []
    assert 0 < real["kl"] < 0.03  # 9 / (2 · 360) and the classes' own scatter


def test_copies_are_caught_although_their_frechet_distance_is_that_of_real_data(measured):
    for name in ("copies", "noisy_copies"):
        found = measured[name]
        assert found["frechet"] < measured["real"]["frechet"] + 5
        assert found["copying"] > 0.98
        assert found["z_u"] == pytest.approx(-23.2, abs=0.1)  # all nearer than all test images
        assert found["c_t"] < -10
        assert found["authenticity"] < 0.01
        assert found["flipped"] < 0.01
        assert found["missing"] == []
    assert measured["copies"]["nearest"] == 0
    assert 8 < measured["noisy_copies"]["nearest"] < 12  # noise of 12, less where it is cut off


def test_mirror_images_are_caught_in_pixels_and_by_no_distance_in_features(measured):
    mirrored = measured["mirrored_copies"]
    assert mirrored["copying"] == 1.0
    assert mirrored["nearest"] == 0
    assert mirrored["flipped"] > 0.99
    assert mirrored["c_t"] > 5  # "underfitting"
    assert mirrored["authenticity"] > 0.8


def test_missing_classes_are_named_and_are_no_copies(measured):
    one, five = measured["class_missing"], measured["five_classes_missing"]
    assert one["missing"] == [9]
    assert five["missing"] == [5, 6, 7, 8, 9]
    assert one["kl"] == pytest.approx(np.log(10 / 9), abs=0.07)
    assert five["kl"] == pytest.approx(np.log(2), abs=0.1)
    for found in (one, five):
        assert found["copying"] < 0.03
        assert abs(found["z_u"]) < 3
        assert found["batch"] > 80


def test_one_output_for_all_is_seen_as_two_of_the_same(measured):
    assert measured["one_output"]["batch"] == 2
    assert measured["one_output"]["kl"] == pytest.approx(np.log(10), abs=0.25)
    assert len(measured["one_output"]["missing"]) == 9
    assert all(measured[name]["batch"] > 80 for name in CASES if name != "one_output")


def test_a_gaussian_fit_is_far_off_and_no_copy(measured):
    found = measured["gaussian"]
    assert found["frechet"] > 4 * measured["real"]["frechet"]
    assert found["copying"] < 0.01
    assert found["z_u"] > 15
    assert found["c_t"] > 8
    assert found["authenticity"] > 0.85


def test_together_they_tell_every_case_from_every_other(measured):
    def fingerprint(found):
        return (
            found["copying"] > 0.5,
            found["nearest"] == 0,
            found["flipped"] > 0.5,
            found["z_u"] > 10,
            found["batch"] < 10,
            tuple(found["missing"]),
        )

    assert len({fingerprint(found) for found in measured.values()}) == len(CASES)


def test_where_data_has_mirror_images_anyway_only_the_neighbours_see_them_replayed(extractor):
    digits = planted.digits()
    random = np.random.default_rng(0)

    def either_way(images):
        turned = random.uniform(size=len(images)) < 0.5
        return np.where(turned[:, None, None, None], images[:, :, ::-1], images)

    training, test = either_way(digits.training), either_way(digits.test)
    features = [extractor(images).features for images in (test, training, training[:, :, ::-1])]
    floor, replayed = (metrics.frechet_distance(features[0], fake) for fake in features[1:])
    assert replayed == pytest.approx(floor, rel=0.25)
    share = {}
    for flips in (False, True):
        fake, held_out = (
            metrics.nearest_neighbours(images, training, flips=flips, count=5).distances
            for images in (training[:, :, ::-1], test)
        )
        share[flips] = metrics.copying_share(fake, held_out)
    assert share[True] == 1.0
    assert share[False] < 0.1


def test_diversity_within_classes(extractor):
    digits = planted.digits()
    real = extractor(digits.training).features
    fake = extractor(digits.test).features
    same = metrics.conditional_diversity(fake, digits.test_labels, real, digits.training_labels)
    assert same["ratio"] == pytest.approx(1.0, abs=0.1)
    assert len(same["by_condition"]) == 10
    first = fake[[np.flatnonzero(digits.test_labels == label)[0] for label in digits.test_labels]]
    one_each = metrics.conditional_diversity(
        first, digits.test_labels, real, digits.training_labels
    )
    assert one_each["ratio"] == 0.0
