import numpy as np
import pytest
from scipy.spatial.distance import pdist

from tfgan_zoo.metrics import conditional_diversity


def test_equals_the_distances_of_all_pairs():
    random = np.random.default_rng(0)
    fake, real = random.normal(size=(40, 6)), 3.0 * random.normal(size=(50, 6))
    conditions, real_conditions = random.integers(0, 3, 40), random.integers(0, 3, 50)
    result = conditional_diversity(fake.astype("float32"), conditions, real, real_conditions)
    for condition in range(3):
        squared = [
            np.mean(pdist(rows[which == condition]) ** 2)
            for rows, which in ((fake, conditions), (real, real_conditions))
        ]
        expected = np.sqrt(squared[0] / squared[1])
        assert result["by_condition"][condition] == pytest.approx(expected, rel=1e-6)
    assert result["ratio"] == pytest.approx(np.mean(list(result["by_condition"].values())))


def test_real_data_has_1_and_ignored_latents_0_however_far_apart_the_classes_are():
    random = np.random.default_rng(0)
    conditions = np.repeat(["cat", "dog"], 500)
    centres = np.where(conditions == "cat", 0.0, 100.0)[:, None]
    real, other = centres + random.normal(size=(2, 1000, 8))
    assert conditional_diversity(other, conditions, real, conditions)["ratio"] == pytest.approx(
        1, abs=0.03
    )
    ignored = np.broadcast_to(centres, (1000, 8))
    assert conditional_diversity(ignored, conditions, real, conditions) == {
        "ratio": 0.0,
        "by_condition": {"cat": 0.0, "dog": 0.0},
    }
    half = np.where(conditions[:, None] == "cat", other, centres)
    assert conditional_diversity(half, conditions, real, conditions)["ratio"] == pytest.approx(
        0.5, abs=0.02
    )


@pytest.mark.parametrize(
    ("conditions", "real_conditions", "message"),
    [
        (
            [0, 0, 1],
            [0, 0, 1, 1],
            "condition 1 needs at least 2 generated samples to compare, got 1",
        ),
        ([0, 0, 0], [1, 1, 1, 0], "condition 0 needs at least 2 real samples to compare, got 1"),
        ([2, 2, 2], [1, 1, 0, 0], "condition 2 needs at least 2 real samples to compare, got 0"),
        ([1, 1, 1], [0, 0, 1, 1], "the real samples of condition 1 are all the same"),
        ([0, 0], [0, 0, 1, 1], r"conditions must have shape \[3\].*got \[2\]"),
        ([0, 0, 0], [[0], [0], [1], [1]], r"real_conditions must have shape \[4\].*got \[4, 1\]"),
    ],
)
def test_errors(conditions, real_conditions, message):
    fake, real = np.eye(3), np.array([[1.0, 0, 0], [0, 1, 0], [5, 5, 5], [5, 5, 5]])
    with pytest.raises(ValueError, match=message):
        conditional_diversity(fake, conditions, real, real_conditions)


def test_widths_must_agree():
    with pytest.raises(ValueError, match="have one width"):
        conditional_diversity(np.eye(3), [0, 0, 0], np.eye(4), [0, 0, 0, 0])
