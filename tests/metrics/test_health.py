"""Each verdict on evidence that is made for it, from both sides of its border."""

import pytest

from tfgan_zoo.metrics import health

ALIVE = {
    "diversity": 0.9,
    "duplicates": 0.02,
    "realism": 0.8,
    "coverage": 0.8,
    "missing": [],
    "copied": 0.02,
    "real": 0.7,
    "fake": 0.3,
    "real_accuracy": 0.8,
    "fake_accuracy": 0.8,
    "gradient_norms": {"discriminator": 1.0, "generator": 2.0},
}
UNBORN = {**ALIVE, "diversity": 0.05, "duplicates": 1.0, "realism": 0.0, "coverage": 0.0}
FEW = {"diversity": 0.05, "duplicates": 1.0, "coverage": 0.05}
CERTAIN = {"real": 0.99, "fake": 0.01, "real_accuracy": 1.0, "fake_accuracy": 1.0}
GUESSING = {"real": 0.5, "fake": 0.5, "real_accuracy": 0.5, "fake_accuracy": 0.55}


def history(*checks):
    return [{"step": 100 * n, **check} for n, check in enumerate(checks, start=1)]


def judge(*checks):
    return health.judge(history(*checks)).name


def test_every_verdict_has_a_sentence_and_some_are_faults():
    assert health.VERDICTS[:2] == ("too_early", "healthy")
    assert len(health.FAULTS) == 6
    assert set(health.FAULTS) | {"too_early", "healthy"} == set(health.VERDICTS)
    with pytest.raises(ValueError, match="holds no check"):
        health.judge([])


def test_healthy_is_said_at_once_and_nothing_else_but_divergence():
    assert judge(ALIVE) == "healthy"
    assert judge(ALIVE, ALIVE | FEW) == "healthy"
    found = health.judge(history(ALIVE, ALIVE | FEW))
    assert found.suspected == "collapsing"
    assert found.sentence.endswith("; this check alone looks like collapsing")
    assert "alone" not in health.judge(history(ALIVE, ALIVE | FEW, ALIVE)).sentence
    assert judge(ALIVE, {"not_finite": "NaN"}) == "diverged"


def test_a_generator_that_did_better_before_is_collapsing_after_two_checks():
    found = health.judge(history(ALIVE, ALIVE, ALIVE | FEW, ALIVE | FEW))
    assert found.name == "collapsing"
    assert "variety 5% of the data's, 100% of samples have a twin" in found.sentence
    # Either sign is enough: ten outputs, one of each kind, are as varied as the data.
    for some in ({"diversity": 0.05}, {"duplicates": 0.9}):
        assert judge(ALIVE, ALIVE | some, ALIVE | some) == "collapsing"
    for less in ({"diversity": 0.3}, {"duplicates": 0.4}):
        assert judge(ALIVE, ALIVE | less, ALIVE | less) == "healthy"


def test_realistic_samples_of_far_fewer_kinds_than_before_are_a_collapse():
    best = ALIVE | {"coverage": 0.6}
    found = health.judge(history(best, *[ALIVE | {"coverage": 0.15, "missing": [3]}] * 2))
    assert found.name == "collapsing"
    assert found.sentence == (
        "collapsing: samples of few kinds, 15% of real images have one nearby (60% at best)"
    )
    assert judge(best, *[ALIVE | {"coverage": 0.25, "missing": [3]}] * 2) == "dropping_modes"
    assert judge(best, *[ALIVE | {"coverage": 0.25}] * 2) == "healthy"


def test_a_collapse_that_is_over_at_the_next_check_is_none():
    assert judge(ALIVE, ALIVE | FEW, ALIVE, ALIVE | FEW, ALIVE) == "healthy"
    assert judge(ALIVE, ALIVE | FEW, ALIVE | FEW, ALIVE) == "healthy"


def test_a_generator_that_has_not_learned_yet_is_not_collapsing():
    assert judge(*[UNBORN] * 4) == "too_early"
    getting_better = [UNBORN | {"realism": 0.05 * n} for n in range(8)]
    assert judge(*getting_better) == "too_early"
    assert judge(*[UNBORN] * 6) == "collapsing"  # it never began
    assert judge(*[UNBORN] * 5) == "too_early"


def test_a_discriminator_that_is_certain_overpowers_where_samples_stay_far_off():
    assert judge(*[UNBORN | CERTAIN] * 6) == "discriminator_overpowering"
    assert judge(*[UNBORN | CERTAIN | {"fake_accuracy": 0.9}] * 6) == "collapsing"
    assert judge(*[ALIVE | CERTAIN] * 9) == "healthy"  # easily told from good samples
    lost = ALIVE | CERTAIN | {"realism": 0.1}
    assert judge(ALIVE, *[lost] * 2) == "discriminator_overpowering"
    assert judge(ALIVE, *[lost | {"realism": 0.5}] * 6) == "healthy"
    coming = [lost | {"realism": 0.0, "coverage": 0.08 * n} for n in range(12)]
    assert judge(*coming) == "too_early"


def test_a_generator_overpowers_a_discriminator_that_cannot_tell_bad_samples():
    lost = ALIVE | GUESSING | {"realism": 0.1}
    assert judge(*[lost] * 6) == "generator_overpowering"
    assert judge(*[lost | {"realism": 0.8}] * 6) == "healthy"  # what theory asks for
    # Either what it says on average, or how often it is right, is enough.
    apart = lost | {"real": 0.7, "fake": 0.3}
    assert judge(*[apart] * 6) == "generator_overpowering"
    assert judge(*[apart | {"real_accuracy": 0.8}] * 6) == "too_early"


def test_samples_that_leave_the_data_are_a_fault_whatever_is_said_of_them():
    gone = ALIVE | {"realism": 0.0}
    found = health.judge(history(ALIVE, gone, gone))
    assert found.name == "diverged"
    assert found.sentence == (
        "diverged: samples have left the data, 0% are realistic (80% at best)"
    )
    assert health.judge(history(ALIVE, gone)).suspected == "diverged"
    assert judge(ALIVE, gone) == "healthy"  # not at once
    assert judge(ALIVE, *[ALIVE | {"realism": 0.31}] * 2) == "healthy"
    assert judge(ALIVE, *[gone | GUESSING] * 2) == "generator_overpowering"


def test_what_was_missing_before_is_named_with_what_has_gone():
    some = ALIVE | {"missing": [5, 6, 8, 9]}
    found = health.judge(history(some, *[ALIVE | {"missing": [5, 6, 7, 8, 9]}] * 2))
    assert (found.name, found.missing) == ("dropping_modes", (5, 6, 7, 8, 9))


def test_missing_classes_are_named_as_far_as_two_checks_agree():
    found = health.judge(history(ALIVE, ALIVE | {"missing": [3, 9]}, ALIVE | {"missing": [5, 9]}))
    assert (found.name, found.missing) == ("dropping_modes", (9,))
    assert found.sentence == "dropping modes: next to no samples of class 9"
    found = health.judge(history(ALIVE, *[ALIVE | {"missing": [1, 4]}] * 2))
    assert found.missing == (1, 4)
    assert found.sentence.endswith("classes 1, 4")
    moving = [ALIVE | {"missing": [1, 2]}, ALIVE | {"missing": [3, 4]}]  # sorted data
    assert health.judge(history(ALIVE, *moving)).missing == (3, 4)
    assert judge(ALIVE, ALIVE, ALIVE | {"missing": [1]}) == "healthy"


def test_a_class_that_was_never_there_gets_time_to_come():
    never = ALIVE | {"missing": [9]}
    assert judge(*[UNBORN | {"missing": [1, 9]}] * 3, *[never] * 4) == "healthy"
    found = health.judge(history(*[UNBORN | {"missing": [1, 9]}] * 3, *[never] * 5))
    assert (found.name, found.missing) == ("dropping_modes", (9,))
    coming = [ALIVE | {"missing": list(range(n, 10))} for n in range(4, 11)]
    assert judge(*coming) == "healthy"


def test_copies_are_memorising_unless_all_are_alike():
    assert judge(*[ALIVE | {"copied": 0.6}] * 2) == "memorising"
    assert judge(*[ALIVE | {"copied": 0.2}] * 2) == "healthy"
    # Fifty training images again and again are duplicates, too.
    assert judge(*[ALIVE | {"copied": 0.9, "duplicates": 0.9}] * 2) == "memorising"
    assert judge(ALIVE, *[ALIVE | FEW | {"copied": 1.0}] * 2) == "collapsing"


def test_gradients_that_explode():
    def norm(value):
        return ALIVE | {"gradient_norms": {"discriminator": value, "generator": 2.0}}

    assert judge(norm(1.0), norm(2.0), norm(1e6)) == "diverged"
    assert judge(norm(1.0), norm(2.0), norm(1e3)) == "healthy"
    assert judge(norm(1.0), norm(1e6)) == "healthy"  # one check before says nothing
    overflown = ALIVE | {"gradient_norms": {"generator": 2.0}}
    assert judge(norm(1.0), overflown, norm(1e6)) == "healthy"
    assert judge(norm(1.0), overflown, norm(2.0), norm(1e6)) == "diverged"


def test_with_less_evidence_less_is_said():
    bare = {"diversity": 0.9, "duplicates": 0.02, "realism": 0.1, "coverage": 0.1}
    assert judge(*[bare] * 9) == "too_early"
    assert judge(bare | {"realism": 0.8}, *[bare] * 2) == "diverged"
    assert judge(bare | {"realism": 0.8}, *[bare | FEW] * 2) == "collapsing"
    assert judge({}) == "too_early"
