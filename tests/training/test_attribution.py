import keras
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tfgan_zoo.training import flops
from tfgan_zoo.training.attribution import CHECKS, RANDOM, REST, SUMS, Attribution, Group


@pytest.fixture
def gan():
    block = keras.Sequential([keras.Input([4]), keras.layers.Dense(4, name="mix")], name="block")
    generator = keras.Sequential(
        [
            keras.Input([2]),
            keras.layers.Dense(4, name="up_1"),
            block,
            keras.layers.Dense(16, name="up"),
            keras.layers.Reshape([4, 4, 1], name="images"),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input([4, 4, 1]),
            keras.layers.Conv2D(3, 3, name="down_1"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(1, name="logits"),
        ],
        name="discriminator",
    )
    return zoo.GAN(generator, discriminator)


@pytest.mark.parametrize(
    ("operation", "group"),
    [
        ("discriminator_1/down_1_1/convolution", ("discriminator", "down_1", "forward")),
        ("call/discriminator/down_1/BiasAdd", ("discriminator", "down_1", "forward")),
        (
            "call/gradient_tape/discriminator_5/down_1_2/convolution/Conv2DBackpropInput",
            ("discriminator", "down_1", "backward"),
        ),
        (
            "gradient_tape/gradient_tape/discriminator_5/logits_1/MatMul/MatMul_1",
            ("discriminator", "logits", "2nd backward"),
        ),
        ("generator_3/up_1/MatMul", ("generator", "up_1", "forward")),
        ("generator_3/up_1_1/MatMul", ("generator", "up_1", "forward")),
        ("generator_3/up_2/MatMul", ("generator", "up", "forward")),
        ("generator_3/block_1/mix_1/MatMul", ("generator", "block/mix", "forward")),
        # an operation is no scope: this one is called like a layer
        ("generator_3/up", ("generator", "other", "forward")),
        ("generator_3/Cast", ("generator", "other", "forward")),
        ("cond/then/_106/cond/discriminator_adam/Sqrt_7", ("", "discriminator optimizer", "")),
        ("cond_1/then/_15/cond_1/generator_adam_1/Sqrt", ("", "generator optimizer", "")),
    ],
)
def test_layers_and_optimizers(gan, operation, group):
    gan.compile()
    assert Attribution(gan)(operation) == Group(*group)


@pytest.mark.parametrize(
    ("operation", "kind", "group"),
    [
        ("stateless_random_normal_1/StatelessRandomNormalV2", "StatelessRandomNormalV2", RANDOM),
        ("call/stateless_random_uniform", "StatelessRandomUniformFullIntV2", RANDOM),
        ("call/global_norm_1/L2Loss_3", "L2Loss", CHECKS),
        ("call/IsFinite", "IsFinite", CHECKS),
        ("call/Min", "Min", CHECKS),
        ("call/AddN_3", "AddN", SUMS),
        ("call/Softplus_1", "Softplus", REST),
    ],
)
def test_what_is_beside_the_networks(gan, operation, kind, group):
    gan.compile()
    assert Attribution(gan)(operation, kind) == group


def test_optimizers_that_share_a_name(gan):
    gan.compile({player: keras.optimizers.SGD(1e-2, name="sgd") for player in gan.players})
    assert Attribution(gan)("cond/sgd/AssignSubVariableOp") == Group("", "optimizers")


def test_the_optimizer_within_a_loss_scaling_one(gan):
    gan.compile(
        {"generator": keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(name="inside"))}
    )
    assert Attribution(gan)("cond/inside/Sub") == Group("", "generator optimizer")


def test_every_product_of_a_real_step_belongs_to_a_layer(gan):
    gan.compile()
    spec = {"image": tf.TensorSpec([2, 4, 4, 1])}
    counted = flops.count(tf.function(gan.train_step).get_concrete_function(spec))
    groups = {Attribution(gan)(name) for name in counted.by_operation}
    layers = {("discriminator", n) for n in ("down_1", "logits")}
    layers |= {("generator", n) for n in ("up_1", "block/mix", "up")}
    assert groups == {Group(*layer, way) for layer in layers for way in ("forward", "backward")}
