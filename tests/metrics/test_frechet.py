import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.metrics import frechet_distance, frechet_from_moments


def seeded_pair(shape):
    """The two float32 sets that the golden numbers were recorded from (legacy NumPy stream)."""
    state = np.random.RandomState(0)
    return state.randn(*shape).astype("float32"), state.randn(*shape).astype("float32")


def whitened(rows):
    """Rows with exactly zero mean and unit covariance, so that closed forms hold to rounding."""
    centred = rows - rows.mean(axis=0)
    q, _ = np.linalg.qr(centred)
    return q * np.sqrt(len(rows) - 1)


@pytest.mark.parametrize(
    ("shape", "expected"),
    # Recorded with the eigenvalue, scipy.linalg.sqrtm and nuclear-norm forms, which agree; in
    # the second pair both covariances are singular (256 samples of 2,048 features).
    [((512, 256), 65.742724), ((256, 2048), 2898.385491)],
)
def test_golden_numbers(shape, expected):
    real, fake = seeded_pair(shape)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-7)


def test_golden_numbers_of_means_and_of_variances_alone():
    """Without correlations features can be taken apart: a sum over blocks of them."""
    parts = zip(*(np.split(rows, 32, axis=1) for rows in seeded_pair((256, 2048))), strict=True)
    of_means = of_variances = 0.0
    for real, fake in parts:
        means, variances = (
            [f(rows.astype(np.float64), axis=0) for rows in (real, fake)] for f in (np.mean, np.var)
        )
        zero = np.zeros([len(means[0])] * 2)
        of_means += frechet_from_moments(means[0], zero, means[1], zero)
        diagonals = [np.diag(variance) for variance in variances]
        of_variances += frechet_from_moments(means[0], diagonals[0], means[1], diagonals[1])
    assert of_means == pytest.approx(14.991064, rel=1e-6)
    assert of_variances == pytest.approx(22.972423, rel=1e-6)


def test_golden_number_of_a_scaled_and_shifted_set():
    real, fake = seeded_pair((512, 256))
    shifted = fake * 1.1 + 0.05
    assert frechet_distance(real, shifted) == pytest.approx(75.455704, rel=1e-7)


def test_equal_covariances_leave_the_squared_mean_difference():
    rows = np.random.default_rng(0).normal(size=(300, 20)) @ np.diag(np.arange(1.0, 21.0))
    move = np.linspace(-1.0, 2.0, 20)
    assert frechet_distance(rows, rows + move) == pytest.approx(move @ move, rel=1e-9)


def test_diagonal_covariances_have_a_closed_form():
    rows = whitened(np.random.default_rng(1).normal(size=(200, 6)))
    a, b = np.array([1.0, 4.0, 9.0, 0.25, 0.0, 2.0]), np.array([4.0, 1.0, 16.0, 1.0, 3.0, 0.0])
    expected = np.sum((np.sqrt(a) - np.sqrt(b)) ** 2)
    found = frechet_distance(rows * np.sqrt(a), rows * np.sqrt(b) + 0.0)
    assert found == pytest.approx(expected, rel=1e-9)


def test_commuting_but_rotated_covariances_have_the_same_closed_form():
    generator = np.random.default_rng(2)
    rows = whitened(generator.normal(size=(100, 4)))
    rotation, _ = np.linalg.qr(generator.normal(size=(4, 4)))
    a, b = np.array([1.0, 4.0, 9.0, 0.25]), np.array([4.0, 1.0, 16.0, 1.0])
    found = frechet_distance(rows * np.sqrt(a) @ rotation, rows * np.sqrt(b) @ rotation)
    assert found == pytest.approx(np.sum((np.sqrt(a) - np.sqrt(b)) ** 2), rel=1e-9)


def test_covariances_are_divided_by_n_minus_one():
    # Variances of {-1, 1} and {-3, 3} are 2 and 18: (√18 − √2)² = 8. Divided by N it would be 4.
    assert frechet_distance([[-1.0], [1.0]], [[-3.0], [3.0]]) == pytest.approx(8.0, rel=1e-12)


def test_fewer_samples_than_features():
    # Two samples: rank-one covariances vvᵀ/2 and wwᵀ/2 with orthogonal v and w share nothing, so
    # the distance is the sum of the traces.
    real = np.zeros((2, 50))
    fake = np.zeros((2, 50))
    real[:, 0] = [-1.0, 1.0]
    fake[:, 1] = [-2.0, 2.0]
    assert frechet_distance(real, fake) == pytest.approx(2.0 + 8.0, rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(20, 30), (20, 300), (300, 20), (300, 200)])
def test_few_and_many_samples_agree_with_a_general_matrix_square_root(n, m):
    generator = np.random.default_rng(4)
    real, fake = generator.normal(size=(n, 40)), 1.0 + 2.0 * generator.normal(size=(m, 40))
    covariances = np.cov(real.T), np.cov(fake.T)
    # Σ √eig(S₁S₂), another way to the trace of the root; tiny eigenvalues may be negative or
    # complex by rounding, which the real part of the complex root drops.
    eigenvalues = np.linalg.eigvals(covariances[0] @ covariances[1]).astype(complex)
    expected = np.sum((real.mean(0) - fake.mean(0)) ** 2) + sum(map(np.trace, covariances))
    expected -= 2.0 * np.sqrt(eigenvalues).real.sum()
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-6)


def test_float32_features_are_worked_on_in_float64():
    rows = np.random.default_rng(3).normal(size=(400, 30)).astype("float32") + 100.0
    rows = rows.astype("float32")
    # A mean of 100 beside a difference of 0.01 is lost to float32 sums, not to float64 ones.
    other = rows.astype("float64") + 0.01
    assert frechet_distance(rows, other) == pytest.approx(30 * 0.01**2, rel=1e-6)
    assert isinstance(frechet_distance(rows, rows), float)


def test_symmetric_and_never_negative():
    real, fake = seeded_pair((40, 60))
    assert frechet_distance(real, fake) == pytest.approx(frechet_distance(fake, real), rel=1e-9)
    assert 0.0 <= frechet_distance(real, real) < 1e-10


def test_tensors_are_taken():
    real, fake = seeded_pair((50, 5))
    found = frechet_distance(tf.constant(real), tf.constant(fake))
    assert found == frechet_distance(real, fake)


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        (np.zeros((1, 3)), np.zeros((5, 3)), "real_features needs at least 2 samples"),
        (np.zeros((5, 3)), np.zeros((1, 3)), "fake_features needs at least 2 samples"),
        (np.zeros((5, 3)), np.zeros((5, 4)), r"one width.*\[5, 3\].*\[5, 4\]"),
        (np.zeros((5, 3)), np.zeros(5), r"shape \[samples, width\], got \[5\]"),
        (np.zeros((5, 3)), np.full((5, 3), np.nan), "fake_features holds NaN.* 5 of 5"),
        (np.full((5, 3), np.inf), np.zeros((5, 3)), "real_features holds NaN or infinity"),
    ],
)
def test_errors_say_what_is_wrong(real, fake, message):
    with pytest.raises(ValueError, match=message):
        frechet_distance(real, fake)
