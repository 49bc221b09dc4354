import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import battery
from tests.augmentations import common
from tfgan_zoo import augmentations
from tfgan_zoo.augmentations import transforms, warping
from tfgan_zoo.training import GAN

EVERYTHING = "blit,geometric,color"


def _ada(strength=1.0, policy=EVERYTHING, **kwargs):
    made = augmentations.AdaptiveAugment(policy=policy, **kwargs)
    made.strength.assign(strength)
    return made


def _one(*numbers):
    return [tf.constant([float(n)]) for n in numbers]


def _apart(real, fake):
    return tf.reduce_mean(tf.square(fake)) - tf.reduce_mean(real)


class _Judging:
    """A loss of a user's own that says which logits are real."""

    discriminator = generator = staticmethod(_apart)

    def realness(self, logits):
        return logits


@pytest.mark.parametrize("loss", [(_apart, _apart), "wasserstein"])
def test_it_needs_a_loss_that_says_which_logits_are_real(loss):
    image = keras.Input((8, 8, 1))
    critic = keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(image)))
    latents = keras.Input((2,))
    made = keras.layers.Reshape((8, 8, 1))(keras.layers.Dense(64)(latents))
    gan = GAN(keras.Model(latents, made), critic)
    with pytest.raises(ValueError, match=r"ada adapts .* no border .*'diff_augment'.*`realness`"):
        gan.compile(loss=loss, augmentations=["ada"])
    gan.compile(loss=loss, augmentations=["diff_augment"])
    gan.compile(loss=_Judging(), augmentations=["ada"])


# --- the warp ---------------------------------------------------------------------------------


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("size", [8, 9])
def test_a_quarter_turn_is_rot90(quarters, size):
    x = common.images(1, size, size, 2)
    angle = quarters * np.pi / 2
    turn_back = warping.rotation(*_one(np.cos(angle), -np.sin(angle)))
    np.testing.assert_allclose(warping.warp(x, turn_back)[0], np.rot90(x[0], quarters), atol=1e-5)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (2, -1), (-3, 0), (1, 7)])
def test_a_move_by_whole_pixels_mirrors_the_border(right, down):
    x = common.images(1, 8, 11, 3)
    moved = warping.warp(x, warping.translation(*_one(-right, -down)))
    padded = np.pad(x[0], [(7, 7), (10, 10), (0, 0)], mode="reflect")
    expected = np.roll(padded, (down, right), (0, 1))[7:-7, 10:-10]
    np.testing.assert_allclose(moved[0], expected, atol=1e-6)


def test_a_move_by_a_quarter_pixel_is_a_weighted_mean():
    x = common.images(1, 8, 8, 1)
    moved = warping.warp(x, warping.translation(*_one(0.25, 0)))
    np.testing.assert_allclose(
        moved[:, :, :-1], 0.75 * x[:, :, :-1] + 0.25 * x[:, :, 1:], atol=1e-6
    )


def test_scaling_keeps_a_ramp_a_ramp():
    ramp = tf.cast(tf.range(9) - 4, tf.float32)[None, None, :, None] * tf.ones([1, 8, 1, 1])
    wide = warping.warp(ramp, warping.scaling(*_one(0.5, 1)))
    np.testing.assert_allclose(wide, ramp / 2, atol=1e-6)
    tall = warping.warp(tf.transpose(ramp, [0, 2, 1, 3]), warping.scaling(*_one(1, 0.5)))
    np.testing.assert_allclose(tall, tf.transpose(ramp, [0, 2, 1, 3]) / 2, atol=1e-6)


# --- the transforms -----------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_strength_0_is_the_identity(channels):
    x = common.images(4, 10, 13, channels)
    np.testing.assert_array_equal(_ada(0.0).augment(x, common.stream(4), 0), x)


@pytest.mark.parametrize("name", [n for n in transforms.NAMES if n != "rotate90"])
def test_the_strength_is_the_probability(name):
    count, strength = 600, 0.4
    x = tf.tile(common.images(1, 8, 9, 3), [count, 1, 1, 1])
    y = _ada(strength, policy=name).augment(x, common.stream(count), 0)
    changed = np.mean(np.abs(y - x).max((1, 2, 3)) > 1e-6)
    # Mirrors are no mirrors for half of the chosen; 3 x 3 moves of -1, 0 or 1 pixel hold one of 0.
    size = {"flip": 0.5, "luma_flip": 0.5, "translation": 3 / 4}.get(name, 1.0)
    assert abs(changed - strength * size) < 0.075  # 3.7 standard errors


def test_rotate90_turns_square_images_only():
    x = tf.tile(common.images(1, 8, 8, 1), [800, 1, 1, 1])
    y = _ada(1.0, policy="rotate90").augment(x, common.stream(800), 0).numpy()
    turned = [(y == np.rot90(x[0], k)).all((1, 2, 3)).mean() for k in range(4)]
    np.testing.assert_allclose(turned, 0.25, atol=0.06)
    x = common.images(4, 8, 9, 1)
    y = _ada(1.0, policy="rotate90").augment(x, common.stream(4), 0)
    np.testing.assert_array_equal(y, x)


def test_flip_is_a_mirror():
    x = tf.tile(common.images(1, 8, 9, 1), [50, 1, 1, 1])
    y = _ada(1.0, policy="flip").augment(x, common.stream(50), 0).numpy()
    mirrored = (y == x.numpy()[:, :, ::-1]).all((1, 2, 3))
    assert (mirrored | (y == x.numpy()).all((1, 2, 3))).all()
    assert 0.25 < mirrored.mean() < 0.75


def test_the_default_never_mirrors():
    assert augmentations.AdaptiveAugment()._transforms & {"flip", "rotate90"} == set()
    inverse = transforms._inverse(
        (500, 12, 12, 1),
        augmentations.AdaptiveAugment()._transforms,
        transforms.Chance(common.stream(500), "ada", 1.0),
    )
    assert (np.linalg.det(inverse[:, :2, :2]) > 0).all()


def test_spreads_are_the_papers():
    count = 4000
    chance = transforms.Chance(common.stream(count), "ada", 1.0)

    def inverse(*names):
        return transforms._inverse((count, 16, 40, 1), set(names), chance).numpy()

    scale = inverse("scale")
    np.testing.assert_allclose(np.log2(scale[:, 0, 0]).std(), 0.2, atol=0.01)
    np.testing.assert_array_equal(scale[:, 0, 0], scale[:, 1, 1])
    aniso = inverse("aniso")
    np.testing.assert_allclose(np.log2(aniso[:, 0, 0]).std(), 0.2, atol=0.01)
    np.testing.assert_allclose(aniso[:, 0, 0] * aniso[:, 1, 1], 1.0, rtol=1e-5)
    shift = inverse("shift")[:, :2, 2]
    np.testing.assert_allclose(shift.std(0), [0.125 * 40, 0.125 * 16], rtol=0.05)
    moves = inverse("translation")[:, :2, 2]
    assert (moves == np.round(moves)).all()
    assert abs(moves).max(0).tolist() == [5.0, 2.0]
    # Two even turns make an even turn: both coordinates' mean is 0, their squares' 1/2.
    turn = inverse("rotate")
    np.testing.assert_allclose(np.mean(turn[:, :2, :2], 0), 0.0, atol=0.05)
    np.testing.assert_allclose(np.mean(turn[:, 0, 0] ** 2), 0.5, atol=0.03)


def test_the_composition_is_the_transforms_one_after_the_other():
    x = common.images(6, 12, 12, 1)
    names = [
        "flip",
        "rotate90",
        "translation",
    ]  # exact on pixels, so that they can be done one by one
    together = _ada(1.0, policy=names).augment(x, common.stream(6), 0)
    one_by_one = x
    for name in names:
        one_by_one = _ada(1.0, policy=[name]).augment(one_by_one, common.stream(6), 0)
    np.testing.assert_allclose(together, one_by_one, atol=1e-5)


def test_colors_compose_too():
    x = common.images(6, 8, 8, 4)
    together = _ada(1.0, policy="color").augment(x, common.stream(6), 0)
    one_by_one = x
    for name in transforms.GROUPS["color"]:
        one_by_one = _ada(1.0, policy=name).augment(one_by_one, common.stream(6), 0)
    np.testing.assert_allclose(together, one_by_one, atol=1e-5)


def test_what_color_transforms_keep():
    x = common.images(20, 8, 8, 4)

    def of(name):
        y = _ada(1.0, policy=name).augment(x, common.stream(20), 0)
        np.testing.assert_array_equal(y[..., 3], x[..., 3])
        return y[..., :3].numpy(), x[..., :3].numpy()

    for name in ("hue", "saturation"):
        y, was = of(name)
        np.testing.assert_allclose(y.mean(-1), was.mean(-1), atol=1e-5)
    y, was = of("hue")  # a turn
    np.testing.assert_allclose((y**2).sum(-1), (was**2).sum(-1), atol=1e-5)
    np.testing.assert_allclose(
        np.sum(np.cross(y[0, 0], y[0, 1]).sum(-1)), np.cross(was[0, 0], was[0, 1]).sum(), rtol=1e-4
    )
    y, was = of("saturation")
    ratio = (y - y.mean(-1, keepdims=True)) / (was - was.mean(-1, keepdims=True))
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1, :1, :1], ratio.shape), rtol=2e-3)
    y, was = of("luma_flip")  # the grey part changes sign, the rest stays
    flipped = np.isclose(y.mean(-1), -was.mean(-1), atol=1e-6).all((1, 2))
    assert 0.2 < flipped.mean() < 0.8
    np.testing.assert_allclose(
        y - y.mean(-1, keepdims=True), was - was.mean(-1, keepdims=True), atol=1e-6
    )
    y, was = of("brightness")
    offset = y - was
    np.testing.assert_allclose(
        offset, np.broadcast_to(offset[:, :1, :1, :1], offset.shape), atol=1e-6
    )
    assert 0.1 < offset[:, 0, 0, 0].std() < 0.3
    y, was = of("contrast")
    ratio = y / was
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1, :1, :1], ratio.shape), rtol=1e-3)
    assert 0.25 < np.log2(ratio[:, 0, 0, 0]).std() < 0.75


def test_grey_is_what_a_grey_rgb_image_becomes():
    grey = common.images(5, 8, 9, 1)
    names = ["translation", "geometric", "brightness", "contrast", "luma_flip"]
    one = _ada(1.0, policy=names).augment(grey, common.stream(5), 0)
    three = _ada(1.0, policy=names).augment(tf.repeat(grey, 3, -1), common.stream(5), 0)
    np.testing.assert_allclose(tf.repeat(one, 3, -1), three, atol=1e-5)


@pytest.mark.parametrize("shape", [(8, 9, 1), (10, 10, 4)])
def test_derivatives(shape):
    common.check_derivatives(_ada(), common.images(3, *shape))


def test_draws_and_parts():
    common.check_draws(_ada())
    common.check_parts(_ada(0.5), common.images(6, 9, 9, 3))


def test_unknown_batch_xla_and_half_precision():
    augmentation = _ada()

    def shown(x):
        return augmentation.augment(x, common.stream(tf.shape(x)[0]), 0)

    x = common.images(5, 8, 9, 3)
    signature = [tf.TensorSpec([None, 8, 9, 3], tf.float32)]
    np.testing.assert_allclose(
        tf.function(shown, input_signature=signature)(x), shown(x), atol=1e-4
    )

    @tf.function(jit_compile=True)
    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = augmentation.augment(x, common.stream(5), 0)
        return tape.gradient(y, x)

    assert np.isfinite(gradient(x)).all()
    assert shown(tf.cast(x, tf.float16)).dtype == tf.float16


# --- the strength -------------------------------------------------------------------------------


def test_the_strength_by_hand():
    ada = augmentations.AdaptiveAugment(target=0.5, speed=100, interval=2)
    sure, unsure = tf.fill([4, 1], 2.0), tf.constant([[1.0], [-1.0], [3.0], [-0.1]])
    seen = []
    # Means of the signs: (1, 1): up; (1, 0): 0.5 is the target, nothing; (0, 0): down.
    for logits in (sure, sure, sure, unsure, unsure, unsure, sure, sure, sure):
        logs = ada.adapt(logits, tf.sigmoid)
        seen.append(float(ada.strength.value))
        assert float(logs["ada_strength"]) == seen[-1]
        assert float(logs["ada_real_sign"]) == (1.0 if logits is sure else 0.0)
    np.testing.assert_allclose(seen, [0, 0.08, 0.08, 0.08, 0.08, 0, 0, 0.08, 0.08], atol=1e-7)


def test_compiled_again_it_begins_at_0():
    ada = augmentations.AdaptiveAugment()
    gan = _gan(ada)
    for variable in ada.variables:
        variable.assign(tf.ones_like(variable.value))
    gan.compile(augmentations=[ada])
    assert [float(variable) for variable in ada.variables] == [0.0] * 4


def test_the_strength_stays_a_probability():
    ada = augmentations.AdaptiveAugment(speed=10, interval=1)
    for logit, expected in (
        (-1.0, 0.0),
        (1.0, 0.8),
        (1.0, 1.0),
        (1.0, 1.0),
        (-1.0, 0.2),
        (-1.0, 0.0),
    ):
        ada.adapt(tf.fill([8, 1], logit), tf.sigmoid)
        np.testing.assert_allclose(ada.strength.value, expected, atol=1e-6)


def test_the_losss_realness_is_the_border():
    ada = augmentations.AdaptiveAugment(interval=1)
    logs = ada.adapt(tf.constant([[0.4], [0.6], [0.9], [0.7]]), lambda logits: logits)
    assert float(logs["ada_real_sign"]) == 0.5


def _gan(ada, packing=1):
    generator = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(64), keras.layers.Reshape((8, 8, 1))]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, packing)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    gan = GAN(generator, discriminator, packing=packing)
    optimizers = {p: keras.optimizers.SGD(0.01) for p in gan.players}
    gan.compile(optimizers=optimizers, augmentations=[ada])
    return gan


def test_it_counts_images_not_packs():
    ada = augmentations.AdaptiveAugment(-1, 100, 1, policy="brightness")
    gan = _gan(ada, packing=2)
    gan.train_on_batch(common.images(8, 8, 8, 1))
    np.testing.assert_allclose(ada.strength.value, 0.08, atol=1e-7)


def test_two_replicas_equal_one():
    def trained(strategy):
        keras.utils.set_random_seed(0)
        with strategy.scope():
            ada = augmentations.AdaptiveAugment(0.1, 50, 1, policy="translation,brightness")
            gan = _gan(ada)
        ada.strength.assign(0.5)
        data = tf.data.Dataset.from_tensors(common.images(6, 8, 8, 1)).unbatch().batch(6).repeat(3)
        gan.fit(data, epochs=1, steps_per_epoch=3, verbose=0, shuffle=False)
        return battery.values(gan.state_variables)

    one = trained(tf.distribute.get_strategy())
    two = trained(battery.two_replicas())
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


def test_it_is_saved_with_its_arguments_and_state(tmp_path):
    gan = _gan(augmentations.AdaptiveAugment(target=0.3, speed=99, interval=3, policy="blit,hue"))
    gan.train_on_batch(common.images(4, 8, 8, 1))
    gan.augmentations[0].strength.assign(0.25)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras").augmentations[0]
    given = {
        k: v
        for k, v in again.get_config().items()
        if k in ("target", "speed", "interval", "policy")
    }
    assert given == {"target": 0.3, "speed": 99, "interval": 3, "policy": "blit,hue"}
    assert [float(v.value) for v in again.variables] == [
        float(v.value) for v in gan.augmentations[0].variables
    ]
    assert float(again.strength.value) == 0.25
    assert int(again._turns.value) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"policy": "geometrics"},
            "ada: unknown word in policy 'geometrics' .did you mean 'geometric'",
        ),
        ({"target": 1.5}, "target is 1.5, expected a number in"),
        ({"speed": 0}, "speed is 0, expected an int"),
        ({"interval": 0}, "interval is 0, expected an int"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        augmentations.AdaptiveAugment(**arguments)


@pytest.mark.parametrize("shape", [(7, 16, 1), (2,), (16, 16, 5)])
def test_images_that_cannot_be_augmented(shape):
    with pytest.raises(ValueError, match="ada with this policy needs images"):
        _ada().augment(common.images(2, *shape), common.stream(2), 0)
