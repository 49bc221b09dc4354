"""Planted sets of digits, through the signs to a verdict."""

import numpy as np
import pytest

from tests.metrics import planted
from tfgan_zoo import metrics
from tfgan_zoo.metrics import health


@pytest.fixture(scope="module")
def measured():
    """Signs of all planted sets, with the extractor and in pixels."""
    digits, found = planted.digits(), {}
    for name, extractor in {"features": metrics.extractors.get("digits"), "pixels": None}.items():
        signs = metrics.VitalSigns(digits.test, extractor, digits.training)
        assert signs.samples == planted.N
        found[name] = {case: signs(images) for case, images in digits.fakes.items()}
    return found


def verdict(measured, name):
    alive = {"step": 1, **measured["real"]}
    return health.judge([alive, *[{"step": n, **measured[name]} for n in (2, 3)]])


@pytest.mark.parametrize("features", ["features", "pixels"])
def test_real_images_score_what_real_images_score(measured, features):
    real = measured[features]["real"]
    assert real["diversity"] == pytest.approx(1.0, abs=0.1)
    assert real["duplicates"] == pytest.approx(0.01, abs=0.02)
    assert real["realism"] == pytest.approx(1.0, abs=0.12)
    assert real["coverage"] == pytest.approx(1.0, abs=0.06)
    assert real["copied"] == pytest.approx(0.01, abs=0.03)
    assert real["copied_images"] == pytest.approx(0.9, abs=0.15)
    if features == "features":
        assert real["missing"] == []
        assert real["confident"] == pytest.approx(1.0, abs=0.03)
    else:
        assert "missing" not in real


@pytest.mark.parametrize("features", ["features", "pixels"])
def test_verdicts_on_planted_sets(measured, features):
    expected = {
        "real": "healthy",
        "copies": "memorising",
        "mirrored_copies": "memorising",
        "noisy_copies": "memorising",
        "class_missing": "dropping_modes" if features == "features" else "healthy",
        "five_classes_missing": "dropping_modes" if features == "features" else "healthy",
        "one_output": "collapsing",
    }
    found = {name: verdict(measured[features], name).name for name in expected}
    assert found == expected


def test_missing_classes_are_named(measured):
    assert verdict(measured["features"], "class_missing").missing == (9,)
    assert verdict(measured["features"], "five_classes_missing").missing == (5, 6, 7, 8, 9)


def test_one_output_has_no_variety(measured):
    for found in measured.values():
        one = found["one_output"]
        assert one["diversity"] == pytest.approx(0.0, abs=1e-9)
        assert one["duplicates"] == 1.0
        assert one["coverage"] < 0.06


def test_what_is_copied_has_as_many_images_as_there_are():
    digits = planted.digits()
    signs = metrics.VitalSigns(digits.test, None, digits.training)
    few = digits.training[np.random.default_rng(0).integers(0, 5, planted.N)]
    found = signs(few)
    assert found["copied"] == 1.0
    assert found["copied_images"] == pytest.approx(5 / 120, abs=0.003)


def test_a_rare_class_is_not_missed():
    digits = planted.digits()
    rare = np.flatnonzero(digits.test_labels == 3)[15:]  # leaves 15, too few to tell
    real = np.delete(digits.test, rare, axis=0)
    signs = metrics.VitalSigns(real, metrics.extractors.get("digits"))
    without = np.concatenate([digits.test[digits.test_labels != 3]] * 2)[: signs.samples]
    assert signs(without)["missing"] == []


def test_the_order_of_real_images_does_not_matter():
    digits = planted.digits()
    by_class = digits.test[np.argsort(digits.test_labels, kind="stable")]
    found = metrics.VitalSigns(by_class, samples=150)(digits.fakes["real"][:150])
    assert found["coverage"] > 0.85
    assert found["realism"] > 0.85


def test_large_images_are_shrunk_and_any_size_will_do():
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (200, 40, 24, 3)).astype(np.float32)
    signs = metrics.VitalSigns(images[:100], None, images[100:], samples=100)
    assert signs(images[100:])["copied"] == 1.0
    assert signs(images[:100])["copied"] < 0.05


@pytest.mark.parametrize(
    ("count", "samples", "message"),
    [(99, 512, "real_images are 99, expected at least 100"), (100, 99, "samples is 99")],
)
def test_too_few(count, samples, message):
    with pytest.raises(ValueError, match=message):
        metrics.VitalSigns(np.zeros((count, 8, 8, 1), np.uint8), samples=samples)


def test_real_images_that_are_training_images_say_nothing_of_copies(caplog):
    digits = planted.digits()
    for shared, looked_for in ((0, True), (3, True), (12, False)):
        real = np.concatenate([digits.training[:shared], digits.test[shared:]])
        with caplog.at_level("WARNING"):
            signs = metrics.VitalSigns(real, None, digits.training)
        assert ("copied" in signs(digits.fakes["copies"])) is looked_for
        assert ("copies are not looked for" in caplog.text) is not looked_for


def test_images_of_another_size():
    digits = planted.digits()
    signs = metrics.VitalSigns(digits.test)
    with pytest.raises(
        ValueError, match=r"generated images are \[8, 16, 1\], the real images \[16,"
    ):
        signs(digits.test[:, ::2])
    with pytest.raises(ValueError, match=r"training_images are \[8, 16, 1\]"):
        metrics.VitalSigns(digits.test, None, digits.training[:, ::2])


def test_real_images_that_are_all_alike():
    with pytest.raises(ValueError, match="real_images are all alike"):
        metrics.VitalSigns(np.full((100, 8, 8, 1), 7, np.uint8))
