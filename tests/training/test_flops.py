"""The counter against numbers worked out by hand."""

import keras
import pytest
import tensorflow as tf
from keras import layers

import tfgan_zoo as zoo
from tfgan_zoo.training import flops


def count(function, *shapes):
    specs = [tf.TensorSpec(shape) for shape in shapes]
    return flops.count(tf.function(function).get_concrete_function(*specs))


@pytest.mark.parametrize(
    ("function", "shapes", "expected"),
    [
        (tf.matmul, [(2, 3), (3, 5)], 2 * 2 * 3 * 5),
        (lambda a, b: tf.matmul(a, b, transpose_a=True), [(3, 2), (3, 5)], 2 * 2 * 3 * 5),
        (lambda a, b: tf.matmul(a, b, transpose_b=True), [(2, 3), (5, 3)], 2 * 2 * 3 * 5),
        (tf.matmul, [(7, 2, 3), (7, 3, 5)], 7 * 2 * 2 * 3 * 5),
        (lambda a, b: tf.matmul(a, b, adjoint_a=True), [(7, 3, 2), (7, 3, 5)], 7 * 2 * 2 * 3 * 5),
        (lambda a, b: tf.einsum("bij,jk->bik", a, b), [(7, 2, 3), (3, 5)], 7 * 2 * 2 * 3 * 5),
        (lambda a, b: tf.einsum("...ij,...j->...i", a, b), [(7, 2, 3), (7, 3)], 7 * 2 * 2 * 3),
        (lambda a: tf.einsum("ij->ji", a), [(2, 3)], 0),
        (lambda a, b: a * b, [(2, 3), (2, 3)], 0),
    ],
)
def test_matrix_products(function, shapes, expected):
    assert count(function, *shapes).total == expected


@pytest.mark.parametrize(
    ("strides", "padding", "pixels"),
    [(1, "SAME", 8 * 6), (2, "SAME", 4 * 3), (2, "VALID", 3 * 2)],
)
def test_convolutions_and_their_gradients(strides, padding, pixels):
    def convolve(x, w):
        return tf.nn.conv2d(x, w, strides, padding)

    def gradient(of):
        def run(x, w):
            with tf.GradientTape() as tape:
                tape.watch([x, w])
                y = convolve(x, w)
            return tape.gradient(y, {"x": x, "w": w}[of])

        return run

    # batch 4, kernel 3×3, 5 channels, 7 filters
    each = 4 * pixels * 3 * 3 * 5 * 7 * 2
    shapes = (4, 8, 6, 5), (3, 3, 5, 7)
    assert count(convolve, *shapes).by_operation == {"Conv2D": each}
    # The forward pass is not needed for the gradient of a sum, nor is the other gradient.
    for of, operation in (("x", "Conv2DBackpropInput"), ("w", "Conv2DBackpropFilter")):
        found = count(gradient(of), *shapes).by_operation
        assert list(found.values()) == [each]
        assert next(iter(found)).endswith(operation)


def test_a_transposed_convolution_counts_the_pixels_of_its_input():
    def convolve(x, w):
        return tf.nn.conv2d_transpose(x, w, [4, 8, 6, 7], 2)

    assert count(convolve, (4, 4, 3, 5), (3, 3, 7, 5)).total == 4 * 4 * 3 * 9 * 5 * 7 * 2


def test_a_convolution_of_volumes():
    def convolve(x, w):
        return tf.nn.conv3d(x, w, [1] * 5, "SAME")

    assert count(convolve, (2, 3, 4, 5, 6), (3, 3, 3, 6, 7)).total == 2 * 60 * 27 * 6 * 7 * 2


def test_nested_functions_count_what_is_used_of_them():
    state = tf.Variable(tf.zeros([2, 2]))

    @tf.function
    def inner(a, b, c):
        state.assign(tf.matmul(b, b))  # 16, a side effect
        return tf.matmul(a, a), tf.matmul(c, c)  # 2 · 3³, 2 · 4³

    def outer(a, b, c):
        unused = tf.matmul(a, a)  # nobody asks for it
        first, second = inner(a, b, tf.matmul(c, c))
        del unused, second
        return first

    found = count(outer, (3, 3), (2, 2), (4, 4))
    assert sorted(found.by_operation.values()) == [16, 54]
    assert all(name.startswith("StatefulPartitionedCall/") for name in found.by_operation)

    def both(a, b, c):
        return inner(a, b, tf.matmul(c, c))

    assert count(both, (3, 3), (2, 2), (4, 4)).total == 16 + 54 + 128 + 128


def test_a_function_that_is_only_waited_for():
    state = tf.Variable(tf.zeros([2, 2]))

    @tf.function
    def inner(a):
        state.assign(tf.matmul(a, a))
        return tf.matmul(a, a)

    def outer(a):
        inner(a)
        return state.read_value()

    assert count(outer, (2, 2)).total == 16


def test_what_is_only_waited_for():
    state = tf.Variable(tf.zeros([2, 2]))

    @tf.function
    def inner(a):
        state.assign(tf.matmul(a, a))  # 16
        return tf.matmul(a, a)  # dropped

    def outer(a):
        product = tf.matmul(inner(a), a)  # dropped, but not the call that it waits for
        with tf.control_dependencies([product]):
            return tf.identity(a)

    assert count(outer, (2, 2)).total == 16


def test_an_effect_that_a_result_waits_for():
    def run(a):
        with tf.control_dependencies([tf.print(tf.matmul(a, a))]):
            return tf.identity(a)

    # Unlike tf.function, this makes nothing wait by itself.
    wrapped = tf.compat.v1.wrap_function(run, [tf.TensorSpec([2, 2])])
    assert flops.count(wrapped).total == 16


def test_a_loop_counts_once_and_is_named():
    def loop(a):
        return tf.while_loop(lambda x: tf.reduce_sum(x) < 9.0, lambda x: [tf.matmul(x, x)], [a])

    found = count(loop, (3, 3))
    assert (found.total, found.loops) == (54, ["while"])


def test_a_condition_counts_its_dearest_branch():
    def branch(a):
        return tf.cond(a[0, 0] > 0, lambda: tf.matmul(a, a), lambda: tf.matmul(tf.matmul(a, a), a))

    assert count(branch, (3, 3)).total == 2 * 54


def test_a_shape_that_is_not_known():
    found = count(tf.matmul, (None, 3), (3, 5))
    assert (found.total, found.unknown) == (0, ["MatMul"])


# Two stages, as in a DCGAN: 16×16 pixels, batch 4.
BATCH = 4
DENSE = BATCH * 6 * (4 * 4 * 8) * 2  # latents of 6
UP_1 = BATCH * (4 * 4) * 25 * 8 * 5 * 2  # 4×4×8 → 8×8×5
UP_2 = BATCH * (8 * 8) * 25 * 5 * 3 * 2  # 8×8×5 → 16×16×3
DOWN_1 = BATCH * (8 * 8) * 25 * 3 * 4 * 2  # 16×16×3 → 8×8×4
DOWN_2 = BATCH * (4 * 4) * 25 * 4 * 7 * 2  # 8×8×4 → 4×4×7
LOGIT = BATCH * (4 * 4 * 7) * 2
G, D = DENSE + UP_1 + UP_2, DOWN_1 + DOWN_2 + LOGIT


def tiny_dcgan():
    generator = keras.Sequential(
        [
            keras.Input([6]),
            layers.Dense(4 * 4 * 8),
            layers.Reshape([4, 4, 8]),
            layers.BatchNormalization(),
            layers.Conv2DTranspose(5, 5, 2, "same", use_bias=False, activation="relu"),
            layers.Conv2DTranspose(3, 5, 2, "same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input([16, 16, 3]),
            layers.Conv2D(4, 5, 2, "same", activation="leaky_relu"),
            layers.Conv2D(7, 5, 2, "same", use_bias=False),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    return zoo.GAN(generator, discriminator, ema_decay=0.9)


@pytest.mark.parametrize("discriminator_steps", [1, 2])
def test_a_step_of_a_dcgan(discriminator_steps):
    gan = tiny_dcgan()
    gan.compile(discriminator_steps=discriminator_steps)
    step = tf.function(gan.train_step)
    spec = {"image": tf.TensorSpec([BATCH, 16, 16, 3])}
    found = flops.count(step.get_concrete_function(spec))
    # Real and fake, each forward, by the weights, and by the inputs of all but the first layer, whose
    # inputs are images.
    discriminator_turn = G + 2 * (D + D + D - DOWN_1)
    # The discriminator: forward and by its inputs. The generator: forward, by its weights, and by the
    # inputs of all but the first layer, whose inputs are latents.
    generator_turn = (D + D) + (G + G + G - DENSE)
    assert found.total == discriminator_steps * discriminator_turn + generator_turn
    assert found.unknown == found.loops == []


def test_matmul_peak_counts_two_for_each_product(monkeypatch):
    ticks = iter([0.0, 9.0, 10.0, 12.0, 20.0, 24.0])
    monkeypatch.setattr(flops.time, "perf_counter", lambda: next(ticks))
    assert flops.matmul_peak(size=10, rounds=2) == 2 * 10**3 / 2.0
