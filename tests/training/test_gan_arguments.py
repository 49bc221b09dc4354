"""What GAN and its compile refuse, and what they take."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.training.two_players import SHAPE, data, make, networks


def test_compile_refuses_by_name():
    gan = zoo.GAN(*networks())
    with pytest.raises(ValueError, match="call compile"):
        gan.fit(data(), verbose=0)
    for options, message in (
        ({"loss": "hing"}, "unknown loss 'hing'"),
        (
            {"optimizers": {"generatr": "adam"}},
            "unknown player 'generatr' .did you mean 'generator'",
        ),
        (
            {"on_non_finite": "rollback"},
            "unknown on_non_finite 'rollback' .did you mean 'roll_back'",
        ),
        ({"discriminator_steps": 0}, "discriminator_steps is 0"),
        (
            {"optimizers": keras.optimizers.Adam()},
            "optimizers is Adam, expected a dict .* default: discriminator, generator",
        ),
        (
            {"on_non_finite": "roll_back", "steps_per_execution": 2},
            "needs steps_per_execution=1",
        ),
        ({"optimizer": "adam"}, "unknown compile argument 'optimizer' .did you mean 'optimizers'"),
    ):
        with pytest.raises(ValueError, match=message):
            gan.compile(**options)
    shared = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="two share one"):
        gan.compile(optimizers={"generator": shared, "discriminator": shared})


def compiled_in_full():
    """Return a model that was compiled with state of all kinds, has trained, and those objects."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(64, "tanh"), keras.layers.Reshape((8, 8, 1))]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "softplus")]
    )
    gan = zoo.GAN(generator, discriminator)
    gan.compile(
        optimizers={"discriminator": "rmsprop"},
        loss=zoo.losses.EnergyBased(),
        penalties=[zoo.losses.penalties.LeCam(), "drift"],
        augmentations=[zoo.augmentations.AdaptiveAugment(speed=10, interval=1, policy="flip")],
        discriminator_steps=2,
        share_fakes=True,
        top_k=0.5,
    )
    gan.train_step(tf.constant(battery.images(4, (8, 8, 1))))
    return gan, [gan.adversarial_loss, *gan.penalties, *gan.augmentations]


REFUSED = (
    {"loss": "hing"},
    {"penalties": ["r1", "r1"]},
    {"optimizers": {"generatr": "adam"}},
    {"loss": "hinge", "on_non_finite": "rollback"},
    {"augmentations": [], "optimizer": "adam"},
    {"top_k": 2.0},
    {"unrolled_steps": 2, "penalties": [], "optimizers": {"discriminator": "rmsprop"}},
)


def test_a_refused_compile_leaves_the_model_as_compiled_before():
    twin, _ = compiled_in_full()
    gan, (loss, *parts) = compiled_in_full()
    lecam, drift, ada = parts
    config, optimizers = gan.get_compile_config(), gan.optimizers
    # The same objects again: their state would begin anew.
    same = {"loss": loss, "penalties": [lecam, drift], "augmentations": [ada]}
    for options in REFUSED:
        with pytest.raises(ValueError, match=r"unknown|twice|top_k|looks through"):
            gan.compile(**{**same, **options})
        assert [gan.adversarial_loss, *gan.penalties, *gan.augmentations] == [loss, *parts]
        assert gan.optimizers == optimizers
        assert gan.get_compile_config() == config
        battery.assert_same(twin, gan)
    assert float(lecam.seen.numpy()) > 0.0
    for model in (twin, gan):
        model.train_step(tf.constant(battery.images(4, (8, 8, 1), seed=1)))
    battery.assert_same(twin, gan)


def test_a_first_compile_that_is_refused_leaves_nothing():
    gan = zoo.GAN(*networks())
    count = len(gan.variables)
    with pytest.raises(ValueError, match="unknown player"):
        gan.compile(penalties=["lecam"], optimizers={"generatr": "adam"})
    assert not gan.compiled
    assert len(gan.variables) == count
    assert not hasattr(gan, "penalties")


def test_a_model_that_was_not_compiled_is_saved(tmp_path):
    gan = zoo.GAN(*networks())
    gan.save(tmp_path / "m.keras")
    loaded = zoo.load_model(tmp_path / "m.keras")
    assert not loaded.compiled
    battery.assert_same(gan, loaded)


def test_compile_takes_names_and_keeps_the_other_default():
    gan = make({"optimizers": {"generator": "rmsprop"}})
    assert type(gan.generator_optimizer) is keras.optimizers.RMSprop
    assert type(gan.discriminator_optimizer) is keras.optimizers.Adam
    np.testing.assert_allclose(float(gan.discriminator_optimizer.learning_rate), 2e-4)
    assert gan.discriminator_optimizer.beta_1 == 0.5


def test_networks_that_do_not_fit():
    generator, _ = networks()
    other = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match=r"makes images of shape \(4, 4, 1\).* takes \(8, 8, 1\)"):
        zoo.GAN(generator, other)
    with pytest.raises(ValueError, match=r"ema_decay is 1\.5"):
        zoo.GAN(*networks(), ema_decay=1.5)


def test_a_pair_of_image_and_label_is_a_batch():
    gan = make()
    pairs = tf.data.Dataset.from_tensors((battery.images(4, SHAPE), np.arange(4, dtype=np.int32)))
    gan.fit(pairs, verbose=0)
    gan.fit(battery.images(8, SHAPE), batch_size=4, verbose=0)
    assert int(gan.iterations.numpy()) == 3


def test_a_generator_of_one_s_own_is_restored(tmp_path):
    gan = make(ema_decay=0.9)
    gan.fit(data(), verbose=0)
    gan.save(tmp_path / "m.keras")
    battery.assert_same(gan, keras.models.load_model(tmp_path / "m.keras"))
