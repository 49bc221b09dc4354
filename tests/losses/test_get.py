"""What people write for a loss."""

import keras
import pytest
import tensorflow as tf

from tfgan_zoo import losses

REAL, FAKE = tf.constant([[2.0]], tf.float16), tf.constant([[-3.0]], tf.float16)


def apart(real, fake):
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


@keras.saving.register_keras_serializable(package="tests")
def registered(real, fake):
    return -apart(real, fake)


def test_a_pair_of_functions():
    loss = losses.get((apart, registered))
    assert loss.generator_needs_real
    assert loss.discriminator(REAL, FAKE) == -5.0
    assert loss.generator(REAL, FAKE) == 5.0
    assert loss.discriminator(REAL, FAKE).dtype == tf.float32


def nothing(real, fake):
    tf.reduce_mean(fake)


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (nothing, r"'nothing' returned None"),
        (lambda real, fake: fake - real, r"'<lambda>' returned a tensor of shape \(1, 1\)"),
        (lambda real, fake: (apart(real, fake), {}), r"returned \(<tf.Tensor"),
        (lambda real, fake: "low", "returned 'low'"),
    ],
)
@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_a_function_that_returns_no_scalar(side, function, found):
    pair = (function, registered) if side == "discriminator" else (registered, function)
    loss = losses.get(pair)
    message = f"the {side}'s loss .*{found}.*, expected a scalar"
    with pytest.raises(ValueError, match=message):
        getattr(loss, side)(REAL, FAKE)
    with pytest.raises(ValueError, match=f"the {side}'s loss .*, expected a scalar"):
        tf.function(getattr(loss, side))(REAL, FAKE)
    other = "generator" if side == "discriminator" else "discriminator"
    assert getattr(loss, other)(REAL, FAKE) == 5.0


def test_a_pair_is_saved_where_its_functions_are_registered():
    serialize, read = keras.saving.serialize_keras_object, keras.saving.deserialize_keras_object
    again = read(serialize(losses.get((registered, registered))))
    assert again.generator(REAL, FAKE) == 5.0
    with pytest.raises(TypeError, match=r"the discriminator's loss .*apart.* is not registered"):
        losses.get((apart, registered)).get_config()


def test_objects_stay_what_they_are():
    own = losses.Hinge()
    assert losses.get(own) is own


@pytest.mark.parametrize("name", losses.names())
def test_descriptions_are_a_line(name):
    line = losses.describe(name)
    assert line.endswith(".")
    assert "\n" not in line
    assert any(c.isdigit() for c in line), "it names the paper"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("wassersein", "unknown loss 'wassersein' .did you mean 'wasserstein'"),
        ({"label_noise": 1}, "a loss given as a dict needs its 'name'"),
        ({"name": "hing"}, "did you mean 'hinge'"),
        ((apart, 3), "its generator's is 3"),
        ((apart,), "a pair of functions"),
        (7, "a loss is one of began, .*got 7"),
        (None, "got None"),
        (losses.Hinge, "a loss is one of .*got <class"),
        ({"name": ["hinge"]}, "unknown loss"),
    ],
)
def test_errors(given, message):
    with pytest.raises(ValueError, match=message):
        losses.get(given)
