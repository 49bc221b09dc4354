"""What every penalty must do, in a whole GAN."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.losses.penalties import tiny
from tfgan_zoo.losses import penalties

IMAGES = battery.images(8, tiny.SHAPE)


def without_clipping():
    return [(name, player) for name, player in tiny.ALL if name != "weight_clipping"]


def settle(penalty):
    """Give a penalty a past, so that its averages are constants that a single step hardly moves."""
    if penalty.kind == "lecam":
        penalty.decay = 1.0 - 1e-7
        penalty.averages.assign([0.3, -0.2])
        penalty.seen.assign(1.0)
    if penalty.kind == "path_length":
        penalty.decay = 1.0
        penalty.average.assign(0.05)
    if penalty.kind == "historical_averaging":
        penalty.turns.assign(1e9)
        for i, variable in enumerate(penalty.variables[:-1]):
            variable.assign(tf.constant(tiny.normal(*variable.shape, seed=i)))


@pytest.mark.parametrize(("name", "player"), without_clipping())
def test_gradients_against_finite_differences(name, player):
    penalty = tiny.make(name, player, weight=2.0, interval=3)
    gan = tiny.gan(penalty)
    variables = gan.player_variables(player)
    for i, variable in enumerate(variables):  # features that differ, norms away from 0
        variable.assign(variable + 0.5 * tiny.normal(*variable.shape, seed=i))
    settle(penalty)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in variables])
        value = tiny.value(gan, player, IMAGES)
    assert value.dtype == tf.float32
    assert float(value) != 0.0
    gradient = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
    length = float(tf.linalg.global_norm(gradient))
    assert length > 1e-4
    directions = [g / length for g in gradient]
    step = 0.02

    def along(distance):
        for variable, direction in zip(variables, directions, strict=True):
            variable.assign_add(distance * direction)
        settle(penalty)
        return float(tiny.value(gan, player, IMAGES))

    slopes = []
    for size in (step, step / 2):
        high, low = along(size), along(-2 * size)
        along(size)
        slopes.append((high - low) / (2 * size))
    # Richardson's: the error of order step² goes
    np.testing.assert_allclose((4 * slopes[1] - slopes[0]) / 3, length, rtol=5e-3, atol=2e-4)


@pytest.mark.parametrize(("name", "player"), without_clipping())
def test_lazy_it_adds_up_to_the_same(name, player):
    always = tiny.make(name, player, weight=3.0, interval=1)
    lazy = tiny.make(name, player, weight=3.0, interval=4)
    values = {}
    for penalty in (always, lazy):
        gan = tiny.gan(penalty)
        for variable in penalty.variables:
            variable.assign(tf.ones_like(variable) * 0.5)
        got = []
        for step in range(6):
            gan.iterations.assign(step)
            before = battery.values(penalty.variables)
            got.append(float(tiny.value(gan, player, IMAGES)))
            moved = [
                not np.array_equal(a, b)
                for a, b in zip(before, battery.values(penalty.variables), strict=True)
            ]
            assert all(m == (step % penalty.interval == 0) for m in moved)
        values[penalty.interval] = got
    np.testing.assert_array_equal([values[4][i] for i in (1, 2, 3, 5)], 0.0)
    np.testing.assert_allclose(values[4][0], 4 * values[1][0], rtol=1e-5)
    assert values[4][0] != 0.0


@pytest.mark.parametrize(("name", "player"), without_clipping())
def test_float32_under_mixed_precision(name, player):
    plain = tiny.gan(tiny.make(name, player))
    mixed = tiny.gan(tiny.make(name, player), dtype="mixed_float16")
    mixed.generator.set_weights(plain.generator.get_weights())
    mixed.discriminator.set_weights(plain.discriminator.get_weights())
    for gan in (plain, mixed):
        settle(gan.penalties[0])
    value = tiny.value(mixed, player, IMAGES)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, tiny.value(plain, player, IMAGES), rtol=0.05, atol=1e-3)
    assert all(v.dtype == "float32" for v in mixed.penalties[0].variables)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_it_is_added_to_its_players_loss(player):
    own = [tiny.make(name, player, weight=2.0) for name, p in without_clipping() if p == player]
    losses = []
    for given in ((), own):
        gan = tiny.gan(*given)
        for penalty in given:
            settle(penalty)
        batch = gan.unpack(tf.constant(IMAGES))
        with gan.random.active():
            loss, logs = getattr(gan, f"{player}_loss")(batch)
        losses.append(float(loss))
    added = [float(logs[penalty.kind]) for penalty in own]
    assert min(map(abs, added)) > 1e-5
    np.testing.assert_allclose(losses[1] - losses[0], sum(added), rtol=1e-5)
    with gan.random.active():
        other = {"discriminator": "generator", "generator": "discriminator"}[player]
        _, logs = getattr(gan, f"{other}_loss")(batch)
    assert not {penalty.kind for penalty in own} & logs.keys()


@pytest.mark.parametrize(("name", "player"), tiny.ALL)
def test_packed_images(name, player):
    gan = tiny.gan(tiny.make(name, player), packing=2)
    assert np.isfinite(tiny.value(gan, player, IMAGES))


def assert_two_replicas_equal_one(*players):
    def trained(**options):
        gan = tiny.gan(*(tiny.make(*each, interval=2) for each in players), **options)
        for variable in gan.discriminator.trainable_variables:  # larger features, other norms
            variable.assign(variable * 1.5)
        batches = tf.data.Dataset.from_tensor_slices(battery.images(24, tiny.SHAPE)).batch(8)
        gan.fit(batches, verbose=0)
        return gan

    one = trained(run_eagerly=True)
    strategy = battery.two_replicas()
    with strategy.scope():
        two = trained()
    for a, b in zip(one.state_variables, two.state_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=3e-6, rtol=1e-5, err_msg=a.path)
        copies = strategy.experimental_local_results(b.value)
        np.testing.assert_array_equal(copies[0], copies[1], err_msg=a.path)


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(start, marks=pytest.mark.long) for start in (1, 2)), 3]
)
def test_two_replicas_equal_one(start):
    """A strategy's step is traced for long: several penalties in each."""
    clipping = ("weight_clipping", "discriminator")  # not beside gradient_penalty or dragan
    others = [each for each in tiny.ALL if each != clipping][start::4]
    assert_two_replicas_equal_one(*others, *[clipping] * (start == 3))


@pytest.mark.long
@pytest.mark.parametrize(("name", "player"), tiny.ALL)
def test_two_replicas_equal_one_singly(name, player):
    assert_two_replicas_equal_one((name, player))


# --- state ----------------------------------------------------------------------------------------

WITH_STATE = [
    ("historical_averaging", "generator"),
    ("historical_averaging", "discriminator"),
    ("lecam", "discriminator"),
    ("path_length", "generator"),
]


def data(batches):
    images = battery.images(8 * batches, tiny.SHAPE)
    return tf.data.Dataset.from_tensor_slices(images).batch(8)


def test_state_is_saved_and_goes_on(tmp_path):
    gan = tiny.gan(*(tiny.make(name, player, interval=2) for name, player in WITH_STATE))
    gan.fit(data(3), verbose=0)
    gan.save(tmp_path / "m.keras")
    loaded = zoo.load_model(tmp_path / "m.keras")
    for old, new in zip(gan.penalties, loaded.penalties, strict=True):
        assert new.get_config() == old.get_config()
        assert len(new.variables) == len(old.variables) > 0
        for a, b in zip(old.variables, new.variables, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
            assert np.abs(a.numpy()).max() > 0
    battery.assert_same(gan, loaded)
    for model in (gan, loaded):
        model.fit(data(3), verbose=0)
    battery.assert_same(gan, loaded)


@pytest.mark.parametrize("bad", ["generator", "discriminator"])
def test_a_bad_step_leaves_the_state_as_it_was(bad):
    gan = tiny.gan(*(tiny.make(name, player) for name, player in WITH_STATE))
    gan.fit(data(2), verbose=0)
    battery.poison(gan, bad, from_step=2)
    own = [v for p in gan.penalties if p.player == bad for v in p.variables]
    before = battery.values(own)
    with pytest.raises(zoo.training.NonFiniteError, match="at step 2"):
        gan.fit(data(1), verbose=0)
    for variable, old in zip(own, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)


def test_rolled_back_the_state_is_that_of_the_copy():
    gan = tiny.gan(*(tiny.make(*each) for each in WITH_STATE), on_non_finite="roll_back")
    gan.fit(data(2), verbose=0)
    before = battery.values([v for p in gan.penalties for v in p.variables])
    battery.poison(gan, "generator", from_step=2, until_step=3)
    gan.fit(data(1), verbose=0)
    for variable, old in zip((v for p in gan.penalties for v in p.variables), before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old, err_msg=variable.path)


def test_compiled_again_it_begins_anew():
    penalty = penalties.LeCam()
    gan = tiny.gan(penalty)
    gan.fit(data(1), verbose=0)
    count = len(gan.variables)
    gan.compile(penalties=[penalty])
    assert len(gan.variables) == count
    np.testing.assert_array_equal(penalty.averages.numpy(), 0.0)


# --- arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", penalties.names())
def test_config_round_trip(name):
    for changed in ({"interval": 3}, {} if name == "weight_clipping" else {"weight": 0.25}):
        penalty = penalties.get({"name": name, **changed})
        config = keras.saving.serialize_keras_object(penalty)
        assert keras.saving.deserialize_keras_object(config).get_config() == penalty.get_config()
        assert changed.items() <= penalty.get_config().items()
    assert penalties.get(penalty) is penalty


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("gradient_penalti", "unknown penalty 'gradient_penalti' .did you mean 'gradient_penalty'"),
        ({"name": "r1", "wieght": 1}, "unknown argument of r1 'wieght' .did you mean 'weight'"),
        (3.0, "a penalty is one of"),
        ({"name": "r1", "weight": -1.0}, "r1: weight is -1.0"),
        ({"name": "r1", "weight": True}, "r1: weight is True"),
        ({"name": "drift", "weight": float("nan")}, "drift: weight is nan"),
        ({"name": "r1", "interval": 0}, "interval is 0"),
        ({"name": "r1", "interval": 1.5}, r"interval is 1\.5"),
        ({"name": "gradient_penalty", "target": -1}, "target is -1"),
        ({"name": "weight_clipping", "limit": 0}, "limit is 0"),
        ({"name": "weight_clipping", "weight": 2.0}, r"has no weight; .* is limit, .* 0\.01\)"),
        ({"name": "lecam", "decay": 1.0}, r"lecam: decay is 1\.0"),
        ({"name": "path_length", "decay": -0.1}, r"path_length: decay is -0\.1"),
        ({"name": "consistency", "shift": 1.0}, r"consistency: shift is 1\.0"),
        ({"name": "balanced_consistency", "fake_weight": -2}, "fake_weight is -2"),
        ({"name": "latent_consistency", "sigma": 0}, "sigma is 0"),
        ({"name": "mode_seeking", "decay_steps": 0}, "decay_steps is 0"),
        (
            {"name": "orthogonal", "player": "generater"},
            "orthogonal: unknown player 'generater' .did you mean 'generator'",
        ),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        penalties.get(arguments)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: penalties.R1(wieght=1.0), "argument of R1 'wieght' .did you mean 'weight'"),
        (lambda: penalties.R2(plyer="x"), "argument of R2 'plyer' .did you mean 'player'"),
        (lambda: penalties.get("WeightClipping"), "did you mean 'weight_clipping'"),
        (lambda: zoo.losses.BEGAN(gama=0.5), "argument of BEGAN 'gama' .did you mean 'gamma'"),
        (lambda: zoo.losses.get("HINGE"), "unknown loss 'HINGE' .did you mean 'hinge'"),
        (lambda: zoo.losses.get({"name": "hinge", "margn": 1}), "'margn'.*valid names: none"),
        (
            lambda: zoo.augmentations.AdaptiveAugment(sped=1),
            "argument of AdaptiveAugment 'sped' .did you mean 'speed'",
        ),
        (lambda: zoo.augmentations.get("ADA"), "unknown augmentation 'ADA' .did you mean 'ada'"),
        (lambda: zoo.augmentations.get({"name": "ada", "sped": 1}), "did you mean 'speed'"),
        (lambda: zoo.models.get("dcgan"), "unknown model 'dcgan' .did you mean 'DCGAN'"),
        (
            lambda: zoo.DCGAN((16, 16, 1), 2, 4, 4, latent_dims=3),
            "unknown argument of DCGAN 'latent_dims' .did you mean 'latent_dim'",
        ),
    ],
)
def test_the_nearest_name_wherever_there_are_names(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def numbers_of(registry, names):
    """Return (name, argument) for all arguments that are numbers."""
    return [
        (name, argument)
        for name in names
        for argument, value in registry.get(name).get_config().items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


NUMBERS = [
    (registry, *each)
    for registry in (penalties, zoo.losses, zoo.augmentations)
    for each in numbers_of(registry, registry.names())
]


@pytest.mark.parametrize(("registry", "name", "argument"), NUMBERS)
def test_numbers_may_be_numpys_but_not_true(registry, name, argument):
    default = registry.get(name).get_config()[argument]
    kinds = (np.int32, np.int64) if isinstance(default, int) else (np.float32, np.float16)
    for kind in kinds:
        value = kind(default if isinstance(default, int) else 0.375)
        made = registry.get({"name": name, argument: value}).get_config()[argument]
        assert made == value
        assert json.loads(json.dumps(made)) == made
    for wrong in (True, np.True_, "1", 1j):
        with pytest.raises(ValueError, match=rf"{argument} is .*, expected an? "):
            registry.get({"name": name, argument: wrong})


def test_numpys_numbers_in_a_model(tmp_path):
    gan = zoo.GAN(*tiny.networks(), ema_decay=np.float32(0.5))
    gan.compile(
        penalties=[{"name": "latent_consistency", "weight": np.float32(0.5)}],
        discriminator_steps=np.int64(2),
        top_k={"fraction": np.float32(0.5), "decay_steps": np.int64(3)},
    )
    gan.save(tmp_path / "m.keras")
    loaded = zoo.load_model(tmp_path / "m.keras")
    assert (loaded.discriminator_steps, loaded.top_k.fraction, loaded.ema_decay) == (2, 0.5, 0.5)
    assert loaded.generate(2, seed=0, truncation=np.float32(0.7)).shape == (2, *tiny.SHAPE)
    for wrong in (True, "much", None, [0.5]):
        with pytest.raises(ValueError, match="truncation is"):
            loaded.truncate(np.zeros([2, 3], np.float32), wrong)
    with pytest.raises(ValueError, match="ema_decay is True"):
        zoo.GAN(*tiny.networks(), ema_decay=True)
    with pytest.raises(ValueError, match="top_k: fraction is True"):
        gan.compile(top_k=True)


def test_a_player_for_whom_it_has_no_meaning():
    with pytest.raises(ValueError, match="unknown player 'discriminator'; valid names: generator"):
        penalties.PullAway(player="discriminator")


def with_batch_norm(network):
    layers = list(network.layers)
    return keras.Sequential(
        [
            keras.Input(network.input_shape[1:]),
            *layers[:-1],
            keras.layers.BatchNormalization(),
            layers[-1],
        ]
    )


@pytest.mark.parametrize(
    "name",
    ["gradient_penalty", "zero_centred_gradient_penalty", "r1", "r2", "dragan", "path_length"],
)
def test_batch_norm_and_gradients_of_single_samples(name):
    player = penalties.get(name).player
    generator, discriminator = tiny.networks()
    normed = {"generator": generator, "discriminator": discriminator}
    normed[player] = with_batch_norm(normed[player])
    gan = zoo.GAN(**normed)
    remedy = {
        "discriminator": r"in DCGAN; .* without gradients \(such as 'lecam'",
        "generator": r"zoo.StyleGAN2's has none; .* or leave path_length out\.$",
    }[player]
    message = rf"{name} takes .* {player}'s '.*' is a BatchNormalization.*without it.*{remedy}"
    with pytest.raises(ValueError, match=message):
        gan.compile(penalties=[name])
    gan.compile(penalties=["lecam"])
    other = "generator" if player == "discriminator" else "discriminator"
    generator, discriminator = tiny.networks()
    normed = {"generator": generator, "discriminator": discriminator}
    normed[other] = with_batch_norm(normed[other])
    zoo.GAN(**normed).compile(penalties=[name])


def test_what_cannot_go_together():
    with pytest.raises(ValueError, match="r1 is given twice"):
        tiny.gan("r1", {"name": "r1", "weight": 2.0})
    tiny.gan("orthogonal", {"name": "orthogonal", "player": "discriminator"})
    with pytest.raises(ValueError, match="unrolled_steps=2 with drift"):
        tiny.gan("drift", unrolled_steps=2)
    tiny.gan("pull_away", unrolled_steps=2)


@pytest.mark.parametrize("name", ["gradient_penalty", "dragan"])
def test_two_ways_to_be_lipschitz(name):
    message = rf"weight_clipping and {name} are two ways .* keep {name}, or, .* weight_clipping"
    for given in (["weight_clipping", name], [name, "weight_clipping"]):
        with pytest.raises(ValueError, match=message):
            tiny.gan(*given)
    tiny.gan({"name": "weight_clipping", "player": "generator"}, name)
    tiny.gan("weight_clipping", "r1")  # which aims at no norm


def test_minibatch_discrimination_and_gradients_of_single_samples():
    gan = zoo.ImprovedGAN((16, 16, 1), 2, 4, 4, 4, minibatch_discrimination=True)
    message = r"r1 takes .*'minibatch' is a MinibatchDiscrimination.*=False.*'lecam'"
    with pytest.raises(ValueError, match=message):
        gan.compile(penalties=["r1"])
    gan.compile(penalties=["lecam"])
    gan = zoo.ImprovedGAN((16, 16, 1), 2, 4, 4, 4)
    gan.compile(penalties=["feature_matching", "r1"])


def test_points_have_no_height_and_width():
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    gan = zoo.GAN(generator, discriminator)
    for name in ("consistency", "balanced_consistency", "path_length"):
        with pytest.raises(
            ValueError, match=rf"{name} .*images of shape .* \(2,\): leave {name} out"
        ):
            gan.compile(penalties=[name])


def test_an_object_of_another_model():
    penalty = penalties.HistoricalAveraging()
    tiny.gan(penalty)
    generator = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(16), keras.layers.Reshape(tiny.SHAPE)]
    )
    with pytest.raises(
        ValueError, match=r"belongs to another model .* \(3, 16\) instead of \(5, 16\)"
    ):
        zoo.GAN(generator, tiny.networks()[1]).compile(penalties=[penalty])
