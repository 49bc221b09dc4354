"""What holds for every objective, by formulas of the papers written anew in float64."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses

REAL = np.array([[2.0], [-1.0], [0.5]])
FAKE = np.array([[-3.0], [1.5], [0.25]])
LOG2 = np.log(2.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def log_sigmoid(x):
    return np.log(sigmoid(x))


def relu(x):
    return np.maximum(x, 0.0)


def cross_entropy(r, f):
    return -np.mean(log_sigmoid(r)) - np.mean(np.log(1.0 - sigmoid(f)))


def average(r, f):
    to_fakes, to_real = sigmoid(r - np.mean(f)), sigmoid(f - np.mean(r))
    return -np.mean(np.log(to_fakes)) - np.mean(np.log(1.0 - to_real))


# name -> (discriminator's loss, generator's loss) of real and fake logits.
FORMULAS = {
    "minimax": (cross_entropy, lambda r, f: np.mean(np.log(1.0 - sigmoid(f)))),
    "non_saturating": (cross_entropy, lambda r, f: -np.mean(log_sigmoid(f))),
    "least_squares": (
        lambda r, f: 0.5 * np.mean((r - 1.0) ** 2) + 0.5 * np.mean(f**2),
        lambda r, f: 0.5 * np.mean((f - 1.0) ** 2),
    ),
    "wasserstein": (lambda r, f: np.mean(f) - np.mean(r), lambda r, f: -np.mean(f)),
    "hinge": (
        lambda r, f: np.mean(relu(1.0 - r)) + np.mean(relu(1.0 + f)),
        lambda r, f: -np.mean(f),
    ),
    "relativistic_paired": (
        lambda r, f: -np.mean(log_sigmoid(r - f)),
        lambda r, f: -np.mean(log_sigmoid(f - r)),
    ),
    "relativistic_average": (average, lambda r, f: average(f, r)),
    "energy_based": (
        lambda r, f: np.mean(r) + np.mean(relu(1.0 - f)),
        lambda r, f: np.mean(f),
    ),
    "began": (lambda r, f: np.mean(r), lambda r, f: np.mean(f)),  # k is 0
}
# divergence -> (activation, conjugate) as in the paper's table, activations made to rise.
TABLE = {
    "kl": (lambda v: v, lambda t: np.exp(t - 1.0)),
    "reverse_kl": (lambda v: -np.exp(-v), lambda t: -1.0 - np.log(-t)),
    "pearson": (lambda v: v, lambda t: 0.25 * t**2 + t),
    "neyman": (lambda v: 1.0 - np.exp(-v), lambda t: 2.0 - 2.0 * np.sqrt(1.0 - t)),
    "squared_hellinger": (lambda v: 1.0 - np.exp(-v), lambda t: t / (1.0 - t)),
    "jensen_shannon": (
        lambda v: LOG2 - np.log(1.0 + np.exp(-v)),
        lambda t: -np.log(2.0 - np.exp(t)),
    ),
    "gan": (lambda v: -np.log(1.0 + np.exp(-v)), lambda t: -np.log(1.0 - np.exp(t))),
    "total_variation": (lambda v: 0.5 * np.tanh(v), lambda t: t),
}


def f_gan(activation, conjugate):
    return (
        lambda r, f: np.mean(conjugate(activation(f))) - np.mean(activation(r)),
        lambda r, f: -np.mean(activation(f)),
    )


FORMULAS |= {f"f_{name}": f_gan(*row) for name, row in TABLE.items()}


def both(loss, real, fake):
    return loss.discriminator(real, fake), loss.generator(real, fake)


def test_names():
    assert losses.names() == sorted(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", [(3, 1), (3,), (1, 3, 1, 1)])
def test_values(name, shape):
    real, fake = REAL.reshape(shape), FAKE.reshape(shape)
    for got, formula in zip(both(losses.get(name), real, fake), FORMULAS[name], strict=True):
        assert got.dtype == tf.float32
        assert got.shape == ()
        np.testing.assert_allclose(got, formula(real, fake), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", FORMULAS)
def test_gradients_by_finite_differences(name):
    loss, h = losses.get(name), 1e-5
    real, fake = tf.constant(REAL, tf.float32), tf.constant(FAKE, tf.float32)
    for side, formula in enumerate(FORMULAS[name]):
        with tf.GradientTape() as tape:
            tape.watch([real, fake])
            value = both(loss, real, fake)[side]
        zero = tf.UnconnectedGradients.ZERO
        by_real, by_fake = tape.gradient(value, [real, fake], unconnected_gradients=zero)
        for i in range(len(REAL)):
            step = np.zeros_like(REAL)
            step[i] = h
            slope = (formula(REAL + step, FAKE) - formula(REAL - step, FAKE)) / (2 * h)
            np.testing.assert_allclose(by_real[i, 0], slope, rtol=1e-5, atol=1e-6)
            slope = (formula(REAL, FAKE + step) - formula(REAL, FAKE - step)) / (2 * h)
            np.testing.assert_allclose(by_fake[i, 0], slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", FORMULAS)
def test_both_players_push_the_right_way(name):
    loss = losses.get(name)
    up = -1.0 if loss.energy else 1.0  # an energy falls where samples become more real
    logits = tf.constant([[0.3], [0.6]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        d_real = loss.discriminator(logits, tf.constant([[0.5], [0.2]]))
        d_fake = loss.discriminator(tf.constant([[0.5], [0.2]]), logits)
        generator = loss.generator(tf.constant([[0.5], [0.2]]), logits)
    assert (up * tape.gradient(d_real, logits).numpy() < 0).all()
    assert (up * tape.gradient(generator, logits).numpy() < 0).all()
    fakes = tape.gradient(d_fake, logits).numpy()
    assert (up * fakes > 0).all() or (name == "began" and not fakes.any())


@pytest.mark.parametrize("name", FORMULAS)
def test_half_precision_is_reduced_in_float32(name):
    # A sum of 4096 of them is not a float16, nor would a bfloat16 hold its mean.
    ones = np.tile(np.float32([[1.0], [1.25]]), (2048, 1))
    wanted = both(losses.get(name), ones, 0.5 * ones)
    for dtype in (tf.float16, tf.bfloat16):
        got = both(losses.get(name), tf.cast(ones, dtype), tf.cast(0.5 * ones, dtype))
        assert got[0].dtype == got[1].dtype == tf.float32
        np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", [n for n in FORMULAS if not n.startswith("f_")])
def test_large_logits(name):
    loss = losses.get(name)
    for real, fake in ((1e4, -1e4), (-1e4, 1e4), (1e4, 1e4), (-1e4, -1e4)):
        with tf.GradientTape() as tape:
            x, y = tf.constant([[real]]), tf.constant([[fake]])
            tape.watch([x, y])
            values = both(loss, x, y)
            total = values[0] + values[1]
        assert np.isfinite(values).all()
        assert np.isfinite(tape.gradient(total, [x, y], unconnected_gradients="zero")).all()
    d, g = both(loss, tf.constant([[-1e4]]), tf.constant([[1e4]]))  # wrong on both sides
    wanted = {
        "minimax": (2e4, -1e4),
        "non_saturating": (2e4, 0.0),
        "least_squares": (0.5 * 10001.0**2 + 0.5e8, 0.5 * 9999.0**2),
        "wasserstein": (2e4, -1e4),
        "hinge": (20002.0, -1e4),
        "relativistic_paired": (2e4, 0.0),
        "relativistic_average": (4e4, 0.0),
        "energy_based": (-1e4, 1e4),
        "began": (-1e4, 1e4),
    }[name]
    np.testing.assert_allclose([d, g], wanted, rtol=1e-6)


@pytest.mark.parametrize("name", FORMULAS)
def test_realness_is_monotone(name):
    loss = losses.get(name)
    logits = np.linspace(0.1, 4.0, 9) if loss.energy else np.linspace(-1.9, 4.0, 9)
    steps = np.diff(loss.realness(tf.constant(logits, tf.float16)).numpy())
    assert loss.realness(logits).dtype == tf.float32
    assert (steps < 0).all() if loss.energy else (steps > 0).all()


def test_realness_s_landmarks():
    for name, logit, wanted in (
        ("minimax", 2.0, 0.8807971),
        ("non_saturating", 0.0, 0.5),
        ("least_squares", 2.0, 2.0),
        ({"name": "least_squares", "a": -1, "b": 1, "c": 0}, 0.0, 0.5),
        ("wasserstein", 0.0, 0.5),
        ("wasserstein", -3.0, 0.125),
        ("hinge", -1.0, 0.0),
        ("hinge", 1.0, 1.0),
        ("relativistic_paired", 1.0, 0.75),
        ("relativistic_average", 0.0, 0.5),
        ({"name": "energy_based", "margin": 4.0}, 1.0, 0.75),
        ("began", 0.0, 1.0),
        ("began", 1.0, 0.5),
    ):
        np.testing.assert_allclose(losses.get(name).realness([logit]), [wanted], atol=1e-6)
    # Critics' scores in the thousands must not become equal: the best k are chosen by them.
    assert len(np.unique(losses.get("wasserstein").realness([900.0, 1000.0, 1100.0]))) == 3


def test_what_the_model_reads():
    by_name = {name: losses.get(name) for name in losses.names()}
    assert {n for n, loss in by_name.items() if loss.unbounded} == {"wasserstein"}
    assert {n for n, loss in by_name.items() if loss.energy} == {"began", "energy_based"}
    assert {n for n, loss in by_name.items() if loss.generator_needs_real} == {
        "relativistic_paired",
        "relativistic_average",
    }
    assert {loss.name for loss in by_name.values()} == set(losses.names())


ARGUMENTS = [
    *FORMULAS,
    {"name": "minimax", "label_smoothing": 0.1, "label_noise": 0.2, "label_flipping": 0.3},
    {"name": "non_saturating", "label_smoothing": 0.1, "label_noise": 0.2, "label_flipping": 0.3},
    {"name": "least_squares", "label_smoothing": 0.1, "a": -1.0, "b": 2.0, "c": 0.5},
    {"name": "energy_based", "margin": 7.0},
    {"name": "began", "gamma": 0.7, "gain": 0.01},
    {"name": "f_gan", "saddle": True},
]


@pytest.mark.parametrize("given", ARGUMENTS, ids=str)
def test_serialization(given):
    loss = losses.get(given)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss)
    assert again.name == loss.name
    assert again.get_config() == loss.get_config()
    if isinstance(given, dict):
        assert {k: getattr(again, k) for k in given} == given
    np.testing.assert_allclose(both(again, REAL, FAKE), both(loss, REAL, FAKE))


@pytest.mark.parametrize("name", FORMULAS)
def test_second_derivatives_and_an_unknown_batch_size(name):
    loss = losses.get(name)

    @tf.function(input_signature=[tf.TensorSpec([None, 1])] * 2, reduce_retracing=True)
    def curvature(real, fake):
        with tf.GradientTape() as outer:
            outer.watch(fake)
            with tf.GradientTape() as inner:
                inner.watch(fake)
                value = loss.discriminator(real, fake) + loss.generator(real, fake)
            slope = tf.reduce_sum(inner.gradient(value, fake))
        return outer.gradient(slope, fake, unconnected_gradients="zero")

    got, h = curvature(tf.constant(REAL, tf.float32), tf.constant(FAKE, tf.float32)), 1e-4

    def total(shift):  # moving all fakes at once: the sum of all second derivatives
        return sum(formula(REAL, FAKE + shift) for formula in FORMULAS[name])

    second = (total(h) - 2 * total(0.0) + total(-h)) / h**2
    np.testing.assert_allclose(np.sum(got), second, rtol=1e-3, atol=1e-4)


def test_all_patches_of_all_samples_have_the_same_say():
    patches = tf.zeros([2, 3, 5, 1])
    with tf.GradientTape() as tape:
        tape.watch(patches)
        value = losses.get("hinge").generator(None, patches)
    np.testing.assert_allclose(tape.gradient(value, patches), np.full((2, 3, 5, 1), -1 / 30))


@pytest.mark.parametrize("first", ["tfgan_zoo.losses", "tfgan_zoo.training", "tfgan_zoo.layers"])
def test_any_room_may_be_imported_first(first):
    then = "import tfgan_zoo.losses, tfgan_zoo.training; tfgan_zoo.losses.get('began')"
    subprocess.run([sys.executable, "-c", f"import {first}; {then}"], check=True, timeout=120)
