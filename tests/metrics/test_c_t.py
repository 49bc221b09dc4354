import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from tfgan_zoo.metrics import data_copying


def golden():
    """The arrays that the golden numbers were recorded from (legacy NumPy stream)."""
    state = np.random.RandomState(0)
    train, test, fresh = state.randn(1000, 4), state.randn(400, 4), state.randn(500, 4)
    return train, test, fresh, train[:500] + 0.01 * state.randn(500, 4)


def test_golden_numbers():
    train, test, fresh, copies = golden()
    assert data_copying(train, test, fresh)["z_u"] == pytest.approx(-0.432114, abs=1e-6)
    assert data_copying(train, test, copies)["z_u"] == pytest.approx(-25.805428, abs=1e-6)
    # All copies nearer than all test samples: U = 0.
    closed = (0.5 - 500 * 400 / 2) / np.sqrt(500 * 400 * 901 / 12)
    assert data_copying(train, test, copies)["z_u"] == pytest.approx(closed, rel=1e-12)


def test_one_cell_is_the_global_test():
    train, test, fresh, _ = golden()
    result = data_copying(train, test, fresh.astype("float32"), cells=1)
    assert result["c_t"] == result["z_u"]
    assert result["cells"] == [{"train": 1000, "test": 400, "fake": 500, "z_u": result["z_u"]}]


def on_a_line(*parts):
    return np.concatenate([np.asarray(part, float) for part in parts])[:, None]


def test_ties_count_half():
    train = on_a_line([0, 100])
    test, fake = on_a_line([0, 1, 1, 3]), on_a_line(np.repeat([0, 1, 2], 10))
    # Pairs with L(fake) > L(test): of 0s half a tie each; of 1s 1 + 2/2; of 2s 3.
    u = 10 * (0.5 + 2 + 3)
    assert u == mannwhitneyu(fake[:, 0], test[:, 0]).statistic
    expected = (u - (30 * 4 / 2 - 0.5)) / np.sqrt(30 * 4 * 35 / 12)
    assert data_copying(train, test, fake, cells=1)["z_u"] == pytest.approx(expected, rel=1e-12)


def test_cells_are_weighted_by_the_test_samples_in_them():
    train = on_a_line([0, 1], [1000, 1001], [2000, 2001])
    test = on_a_line([0.1] * 30, [1000.1] * 10)  # none in the third cell
    fake = on_a_line([0] * 25, [1000.2] * 30, [2000] * 40)
    result = data_copying(train, test, fake, cells=3)
    cells = {cell["fake"]: cell for cell in result["cells"]}
    assert [cells[n]["test"] for n in (25, 30, 40)] == [30, 10, 0]
    assert [cell["train"] for cell in result["cells"]] == [2, 2, 2]
    copied = (0.5 - 25 * 30 / 2) / np.sqrt(25 * 30 * 56 / 12)  # all nearer
    far = (30 * 10 / 2 + 0.5) / np.sqrt(30 * 10 * 41 / 12)  # all further off
    assert cells[25]["z_u"] == pytest.approx(copied, rel=1e-12)
    assert cells[30]["z_u"] == pytest.approx(far, rel=1e-12)
    assert cells[40]["z_u"] is None
    assert result["c_t"] == pytest.approx(0.75 * copied + 0.25 * far, rel=1e-12)


def test_a_cell_with_few_generated_samples_is_left_out():
    train, test = on_a_line([0, 1], [1000, 1001]), on_a_line([0.1] * 10, [1000.1] * 90)
    fake = on_a_line([0] * 21, [1000] * 20)
    result = data_copying(train, test, fake, cells=2)
    (used,) = (cell for cell in result["cells"] if cell["fake"] == 21)
    assert [c["z_u"] for c in result["cells"] if c["fake"] == 20] == [None]
    assert result["c_t"] == used["z_u"] < -4


def test_wide_features_lose_what_the_training_set_does_not_vary_in():
    train, test, fresh, _ = golden()
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(100, 100)))
    wide = [rows @ turn[:4] for rows in (train, test, fresh)]
    expected = data_copying(train, test, fresh)
    assert data_copying(*wide)["z_u"] == pytest.approx(expected["z_u"], abs=1e-9)
    # What lies in a direction that the training set does not know is not seen.
    far = 10.0 * turn[70]
    noise = np.random.default_rng(1).normal(scale=0.1, size=(1000, 100)) @ turn[4:64].T @ turn[4:64]
    seen = data_copying(wide[0] + noise, wide[1] + noise[:400], wide[2] + noise[500:])["z_u"]
    moved = data_copying(wide[0] + noise, wide[1] + noise[:400], wide[2] + noise[500:] + far)["z_u"]
    assert moved == pytest.approx(seen, abs=1e-9)


def test_repeats_exactly():
    train, test, fresh, _ = golden()
    assert data_copying(train, test, fresh, cells=7) == data_copying(train, test, fresh, cells=7)


def test_errors():
    train, test, fresh, _ = golden()
    with pytest.raises(ValueError, match="fake_features needs at least 21 samples"):
        data_copying(train, test, fresh[:20])
    with pytest.raises(ValueError, match=r"train_features \[1000, 4\].*fake_features \[500, 3\]"):
        data_copying(train, test, fresh[:, :3])
    with pytest.raises(ValueError, match="cells is 3, expected at most one for each of 2 samples"):
        data_copying(np.repeat(train[:2], 9, axis=0), test, fresh)
    with pytest.raises(ValueError, match="cells is 0"):
        data_copying(train, test, fresh, cells=0)
    with pytest.raises(ValueError, match="none of 2 cells holds test samples and more than 20"):
        data_copying(on_a_line([0, 1000]), on_a_line([0, 0]), on_a_line([1000] * 30), cells=2)
    with pytest.raises(ValueError, match="test_features holds NaN"):
        data_copying(train, np.full((9, 4), np.nan), fresh)
