import numpy as np
import pytest

from tfgan_zoo.metrics import authenticity, copying_ratio, copying_share, k_nearest


def test_ratio_by_hand():
    distances = [[1.0, 2.0, 6.0], [0.0, 0.0, 0.0], [3.0, 3.0, 3.0], [0.0, 0.0, 1.0]]
    np.testing.assert_array_equal(copying_ratio(distances), [0.25, 0.0, 1.0, 0.0])


def test_share_by_hand():
    held_out = np.column_stack([np.linspace(0, 1, 201), np.ones(201)])  # 1% of them: 0.01 and less
    fake = np.column_stack([[0.0, 0.0099, 0.0101, 0.5], np.ones(4)])
    assert copying_share(fake, held_out) == 0.5
    assert copying_share(fake, held_out, quantile=0.3) == 0.75
    assert copying_share(held_out, held_out, quantile=0.3) == pytest.approx(61 / 201)


def test_copies_count_even_where_held_out_samples_are_in_the_training_set():
    held_out = np.column_stack([np.maximum(np.linspace(-0.1, 1, 111), 0), np.ones(111)])
    fake = np.column_stack([[0.0, 0.0, 0.001, 1.0], np.ones(4)])
    assert copying_share(fake, held_out) == 0.5
    assert copying_share(held_out, held_out) == 11 / 111  # and the floor says so


def test_held_out_data_scores_the_quantile_and_simple_samples_are_no_copies():
    random = np.random.default_rng(0)
    train, held_out, fresh = np.split(random.normal(size=(2500, 20)), [500, 1500])
    near = {"held_out": k_nearest(held_out, train, 5)[1]}

    def share(rows):
        near["fake"] = k_nearest(rows, train, 5)[1]
        return copying_share(near["fake"], near["held_out"], quantile=0.05)

    assert share(fresh) == pytest.approx(0.05, abs=0.03)  # 3 standard deviations of 2 × 1000
    assert share(train) == 1.0
    assert share(train + random.normal(scale=0.1, size=train.shape)) > 0.99
    # In the thick of the data most samples are nearer to the training set than the nearest 5% of
    # held-out ones, and yet they copy none of it: they are as near to many.
    assert share(random.normal(scale=0.5, size=(500, 20))) < 0.15
    threshold = np.quantile(near["held_out"][:, 0], 0.05)
    assert np.mean(near["fake"][:, 0] < threshold) > 0.5


@pytest.mark.parametrize(
    ("width", "expected"),
    # 1 - the share of points that are their nearest neighbour's nearest one, of a Poisson process:
    # 2/3 on the line, 6π / (8π + 3√3) = 0.6215 in the plane (Clark & Evans 1955).
    [(1, 1 / 3), (2, 1 - 6 * np.pi / (8 * np.pi + 3 * np.sqrt(3)))],
)
def test_authenticity_of_fresh_samples_is_known_in_one_and_two_dimensions(width, expected):
    random = np.random.default_rng(0)
    train, fake = random.uniform(size=(2, 3000, width))
    assert authenticity(train, fake) == pytest.approx(expected, abs=0.03)


def test_authenticity_of_copies_and_of_noise():
    random = np.random.default_rng(0)
    train = random.normal(size=(300, 4)).astype("float32")
    train[7] = train[8]  # a duplicate, whose copy is no less a copy
    assert authenticity(train, train) == 0.0
    assert authenticity(train, 100 + random.normal(size=(50, 4))) == 1.0
    half = np.concatenate([train[:100], 100 + train[:100]])
    assert authenticity(train, half) == 0.5


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (copying_ratio, ([[1.0]],), "count=5 neighbours"),
        (copying_ratio, ([[2.0, 1.0]],), "ascend in each row"),
        (copying_ratio, ([[-1.0, 1.0]],), "non-negative"),
        (copying_ratio, ([[0.0, np.nan]],), "NaN"),
        (copying_share, (np.ones((3, 2)), np.ones((99, 2))), "at least 100 of them, got 99"),
        (copying_share, (np.ones((3, 2)), np.ones((200, 3))), "have one width"),
        (copying_share, (np.ones((3, 2)), np.ones((200, 2)), 0.0), "quantile is 0"),
        (authenticity, (np.ones((1, 2)), np.ones((3, 2))), "train_features needs at least 2"),
        (authenticity, (np.ones((3, 2)), np.ones((3, 1))), "have one width"),
    ],
)
def test_errors(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
