"""The next frame of a film."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.served import assert_serves

SHAPE, PAST = (16, 20, 1), 2
SIZES = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 6}
BATCH = {"image": battery.images(8, SHAPE), "past": battery.images(8, (PAST, *SHAPE), seed=1)}


def make(**kwargs):
    return zoo.FramePredictionGAN(SHAPE, PAST, **{**SIZES, **kwargs})


def batch():
    return {key: tf.constant(value) for key, value in BATCH.items()}


@battery.keeping(
    "test_training_is_finite_and_moves_everything",
)
class TestFramePredictionGAN(battery.ModelBattery):
    batch = BATCH

    def make(self, **kwargs):
        return make(example_past=BATCH["past"][:3], **kwargs)


@pytest.fixture(scope="module")
def gan():
    model = make(example_past=BATCH["past"][:3])
    model.compile()
    model.train_step(batch())
    return model


def test_the_loss_is_the_game_and_what_is_weighted():
    model, made = make(), []
    model.compile(adversarial_weight=0.5, l1_weight=3.0, l2_weight=2.0)
    inner = model.fakes
    model.fakes = lambda *args: made.append(inner(*args)) or made[-1]
    logs = {key: float(value) for key, value in model.train_step(batch()).items()}
    off = made[-1].numpy() - BATCH["image"]  # the generator's turn is the last
    measured = [abs(off).mean(), (off**2).mean()]
    np.testing.assert_allclose([logs["generator_l1"], logs["generator_l2"]], measured, rtol=1e-5)
    expected = 0.5 * logs["generator_adversarial"] + 3 * measured[0] + 2 * measured[1]
    np.testing.assert_allclose(logs["generator_loss"], expected, rtol=1e-5)
    assert abs(logs["generator_adversarial"]) > 1e-4
    assert logs["discriminator_r1"] > 0  # by default


def test_without_a_game_only_the_generator_learns():
    model = make()
    model.compile(adversarial_weight=0, l1_weight=1)
    before = battery.values(model.discriminator.weights)
    logs = model.train_step(batch())
    for old, new in zip(before, battery.values(model.discriminator.weights), strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_allclose(logs["generator_loss"], logs["generator_l1"])
    assert not any(name.startswith("discriminator") for name in logs)
    with pytest.raises(ValueError, match=r"all weights are 0"):
        model.compile(adversarial_weight=0)
    with pytest.raises(ValueError, match=r"no game that r1 could penalise"):
        model.compile(adversarial_weight=0, l2_weight=1, penalties=["r1"])
    assert (model.adversarial_weight, model.l1_weight) == (0.0, 1.0)


def test_what_is_held_to_the_mean_square_error_paints_the_average_of_both_futures():
    past = np.zeros((8, 1, 8, 8, 1), np.float32)
    past[:, 0, 5:7, 3:5] = 0.8
    left, right = np.full((2, 8, 8, 1), -0.5, np.float32)
    left[2:4, :3], right[2:4, 5:] = 0.8, 0.8
    futures = np.stack([left] * 2 + [right] * 6)  # one in four goes left
    model = zoo.FramePredictionGAN((8, 8, 1), 1, 2, generator_width=8, discriminator_width=4)
    model.compile({"generator": keras.optimizers.Adam(0.01)}, adversarial_weight=0, l2_weight=1.0)
    data = tf.data.Dataset.from_tensors({"image": futures, "past": past}).repeat()
    model.fit(data, steps_per_epoch=150, verbose=0)
    made = model.generate(4, seed=0, past=past[0])
    average = 0.25 * left + 0.75 * right
    np.testing.assert_allclose(made, np.broadcast_to(average, made.shape), atol=0.1)


def test_mode_seeking_compares_two_frames_of_the_same_past():
    model = make()
    model.compile(penalties=[{"name": "mode_seeking", "weight": 0.5}])
    given = model.unpack(batch())
    with model.random.active():
        _, logs = model.generator_loss(given)
    drawn = zoo.training.RandomStream(0, tf.constant(0, tf.int64), len(given["image"]))
    _, one, other = (drawn.normal(model.latent_shape, "latents") for _ in range(3))
    here, there = (model.imagine(z, [given["past"]]) for z in (one, other))
    apart = [abs(a - b).numpy().mean() for a, b in ((one, other), (here, there))]
    expected = 0.5 * apart[0] / apart[1]
    np.testing.assert_allclose(logs["mode_seeking"], expected, rtol=0.01)


def test_past_and_latents_both_matter(gan):
    frames = gan.predict_next(BATCH["past"][:2], seed=0)
    assert frames.shape == (2, *SHAPE)
    np.testing.assert_array_equal(frames, gan.generate(2, seed=0, past=BATCH["past"][:2]))
    other_way = gan.predict_next(BATCH["past"][:2], seed=1)
    assert abs(frames - other_way).max() > 0.01 * abs(frames).max()
    same_latents = gan.generate(2, seed=0, past=BATCH["past"][2:4])
    assert abs(frames - same_latents).max() > 1e-3
    np.testing.assert_allclose(
        gan.generate(2, seed=0, past=BATCH["past"][0])[0], frames[0], atol=1e-6
    )


def test_the_order_of_the_frames_matters(gan):
    past = BATCH["past"][:2]
    there, back = (gan.predict_next(film, seed=0) for film in (past, past[:, ::-1].copy()))
    assert abs(there - back).max() > 1e-3
    image = BATCH["image"][:2]
    seen = [gan.discriminator([image, film]).numpy() for film in (past, past[:, ::-1].copy())]
    assert abs(seen[0] - seen[1]).max() > 1e-6


def test_without_a_past_the_examples_follow_each_other(gan):
    (told,) = gan.sampling_conditions(5)
    np.testing.assert_allclose(told, BATCH["past"][[0, 1, 2, 0, 1]], atol=1e-3)
    (grey,) = make().sampling_conditions(2)
    np.testing.assert_array_equal(grey, np.zeros((2, PAST, *SHAPE)))


def test_what_is_no_past(gan):
    with pytest.raises(
        ValueError, match=r"past is uint8 .*, expected floats \(2, 16, 20, 1\), or 8"
    ):
        gan.generate(8, past=np.zeros((8, PAST, *SHAPE), np.uint8))
    with pytest.raises(ValueError, match=r"past is uint8 .*, expected floats \(N, 2, 16, 20, 1\)"):
        gan.predict_next(np.zeros((8, PAST, *SHAPE), np.uint8))
    with pytest.raises(ValueError, match=r"past is float32 .*, expected floats \(N, "):
        gan.predict_next(np.zeros((PAST, *SHAPE), np.float32))
    with pytest.raises(ValueError, match=r"past is float32 \(1, 3, 16, 20, 1\)"):
        gan.predict_next(np.zeros((1, 3, *SHAPE), np.float32))
    with pytest.raises(ValueError, match=r"past has values outside \[-1, 1\]"):
        gan.predict_next(np.full((1, PAST, *SHAPE), np.nan, np.float32))
    with pytest.raises(
        ValueError, match=r"unknown input of FramePredictionGAN 'pest' .did you mean 'past'"
    ):
        gan.generate(1, pest=0)
    with pytest.raises(ValueError, match=r"both sides must be multiples of 4; .* is 16×20"):
        zoo.FramePredictionGAN((16, 18, 1), PAST)
    with pytest.raises(ValueError, match=r"past_frames is 0"):
        zoo.FramePredictionGAN(SHAPE, 0)


def test_a_savedmodel_takes_frames(gan, tmp_path):
    gan.export(tmp_path / "saved")
    assert_serves(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
    latents = zoo.training.latents(8, (6,), 3)
    images = served(latents=latents, past=tf.constant(BATCH["past"]))["images"]
    np.testing.assert_allclose(images, gan.predict_next(BATCH["past"], seed=3), atol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"past has values outside \[-1, 1\]"):
        served(latents=latents, past=tf.constant(127.5 * BATCH["past"] + 127.5))


def test_latents_begin_as_loud_as_frames():
    network = zoo.FramePredictionGAN((32, 32, 1), 3, generator_width=8).generator
    joined = keras.Model(network.inputs, network.get_layer("seen_and_latents").output)
    past = np.random.default_rng(0).uniform(-1, 1, [32, 3, 32, 32, 1]).astype(np.float32)
    seen, told = np.split(
        joined([zoo.training.latents(32, (16,), 0), tf.constant(past)], training=True).numpy(),
        2,
        axis=-1,
    )
    assert 0.7 < told.std() / seen.std() < 3
