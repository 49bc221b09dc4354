"""TalkingHeadGAN passes the battery; whom it embeds, what it sees, and its losses are the paper's."""

import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.served import assert_serves
from tfgan_zoo.features import features_of
from tfgan_zoo.networks import talking_heads

SHAPE, POINTS, PEOPLE = (16, 24, 3), 5, 4
SIZES = {"points": POINTS, "generator_width": 4, "discriminator_width": 4, "embedding_dim": 6}
RANDOM = np.random.default_rng(0)


def landmarks(*shape):
    return RANDOM.uniform(0, 16, (*shape, POINTS, 2)).astype(np.float32)


BATCH = {
    "image": battery.images(8, SHAPE),
    "source": battery.images(8, (3, *SHAPE), seed=1),
    "source_landmarks": landmarks(8, 3),
    "factor_person": np.int32([0, 1, 2, 3, 0, 1, 2, 3]),
}
DRIVING = {
    "landmarks": landmarks(8),
    "audio": RANDOM.uniform(-1, 1, (8, 400)).astype(np.float32),
}


def make(driver="landmarks", **kwargs):
    return zoo.TalkingHeadGAN(SHAPE, PEOPLE, driver=driver, audio_length=400, **{**SIZES, **kwargs})


class AnimationBattery(battery.ModelBattery):
    still = "realness/bias"  # of hinge loss, while all logits are within the margins
    first_loss_scale = 2.0**8  # the first one overflows

    def make(self, **kwargs):
        return make(self.driver, **kwargs)

    @property
    def batch(self):
        return BATCH | {self.driver: DRIVING[self.driver]}

    def animated(self, model, row=0, sources=3, **kwargs):
        source, marks = (BATCH[key][row, :sources] for key in ("source", "source_landmarks"))
        return model.animate(source, marks, **{self.driver: DRIVING[self.driver]}, **kwargs)

    def test_generate_repeats_and_extends(self):
        model = self.make()
        many = self.animated(model, batch_size=3)
        assert many.shape == (8, *SHAPE)
        assert many.dtype == np.float32
        assert 0.0 < np.abs(many).max() <= 1.0
        # As if each frame came with sources of its own.
        same = [np.repeat(BATCH[key][:1], 8, axis=0) for key in ("source", "source_landmarks")]
        np.testing.assert_allclose(model([*same, DRIVING[self.driver]]), many, atol=1e-5)
        assert np.abs(many[1] - many[0]).max() > 1e-4
        assert np.abs(self.animated(model, row=1) - many).max() > 1e-4
        assert np.abs(self.animated(model, sources=1) - many).max() > 1e-4

    def test_the_export_serves_in_a_fresh_process(self, tmp_path):
        model = self.make()
        model.export(tmp_path / "saved")
        assert_serves(tmp_path / "saved")
        served = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
        for sources, count in ((3, 8), (1, 2)):
            asked = {
                "source": BATCH["source"][:count, :sources],
                "source_landmarks": BATCH["source_landmarks"][:count, :sources],
                self.driver: DRIVING[self.driver][:count],
            }
            answer = served(**{key: tf.constant(values) for key, values in asked.items()})
            expected = model(list(asked.values()))
            np.testing.assert_allclose(answer["images"], expected, atol=1e-5)
            one = model.animate(
                *(values[1] for values in list(asked.values())[:2]),
                **{self.driver: asked[self.driver][1:2]},
            )
            np.testing.assert_allclose(answer["images"][1:2], one, atol=1e-5)
        limited = ("source", "audio")  # landmarks are pixels
        for key in asked:
            for value in (np.nan, np.inf, *[1.1] * (key in limited)):
                bad = {name: np.array(values) for name, values in asked.items()}
                bad[key][0, 0] = value
                with pytest.raises(tf.errors.InvalidArgumentError, match=f"{key} has values"):
                    served(**{name: tf.constant(values) for name, values in bad.items()})


@battery.keeping(
    "test_training_is_finite_and_moves_everything",
    "test_generate_repeats_and_extends",
    "test_the_export_serves_in_a_fresh_process",
)
class TestByLandmarks(AnimationBattery):
    driver = "landmarks"


@battery.keeping("test_generate_repeats_and_extends", "test_the_export_serves_in_a_fresh_process")
class TestByAudio(AnimationBattery):
    driver = "audio"


def test_an_embedding_is_the_mean_over_any_sources():
    model = make()
    source, marks = BATCH["source"], BATCH["source_landmarks"]
    alone = [model.embed(source[:, n : n + 1], marks[:, n : n + 1]).numpy() for n in range(3)]
    assert np.abs(alone[0] - alone[1]).max() > 1e-3
    np.testing.assert_allclose(model.embed(source, marks), np.mean(alone, axis=0), atol=1e-5)
    order = [2, 0, 1]
    turned = model.embed(source[:, order], marks[:, order])
    np.testing.assert_allclose(model.embed(source, marks), turned, atol=1e-5)
    used = np.float32([0.0, 0.3, 0.34, 0.6, 0.67, 0.999, 0.0, 0.5])
    counts = [1, 1, 2, 2, 3, 3, 1, 2]
    expected = [np.mean(alone[:count], axis=0)[row] for row, count in enumerate(counts)]
    np.testing.assert_allclose(model.embed(source, marks, used), expected, atol=1e-5)


def test_it_sees_the_source_with_the_nearest_landmarks_among_those_in_use():
    model, driving = make(), DRIVING["landmarks"][:1]
    marks = driving[:, None] + np.float32([4.0, 1.0, 2.0])[None, :, None, None]
    source, embedding = BATCH["source"][:1], tf.ones([1, 6])

    def moved(number, used):
        """Tell whether what one source shows makes a difference to the frame."""
        other = source.copy()
        other[:, number] *= -1
        used = None if used is None else np.float32([used])
        frames = [model.draw(embedding, each, marks, driving, used) for each in (source, other)]
        return np.abs(frames[1] - frames[0]).max() > 1e-3

    assert [moved(number, None) for number in range(3)] == [False, True, False]
    assert [moved(number, 0.0) for number in range(3)] == [True, False, False]
    model = make(sees_source=False)
    assert [moved(number, None) for number in range(3)] == [False] * 3


def test_the_discriminator_projects_on_a_column():
    judge = make().discriminator
    told = [BATCH["image"], RANDOM.uniform(size=(8, 16, 24, POINTS)).astype(np.float32)]
    column = RANDOM.normal(size=(8, 6)).astype(np.float32)
    fit = judge([*told, column]) - judge([*told, 0 * column])
    features = features_of(judge)([*told, column]).numpy()
    expected = (features * column).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(fit, expected, atol=1e-5 + 1e-4 * np.abs(expected).max())
    assert np.abs(expected).max() > 1e-3


def step(**options):
    """Return a model, and what its next step says, with one source, frames and embeddings of before."""
    model = make()
    model.compile(discriminator_steps=1, **options)
    one = {key: BATCH[key][:, :1] for key in ("source", "source_landmarks")}
    batch = {k: tf.constant(v) for k, v in {**BATCH, **one, **DRIVING}.items()}
    embedding = model.embed(batch["source"], batch["source_landmarks"])
    frames = model([batch["source"], batch["source_landmarks"], batch["landmarks"]])
    logs = {key: value.numpy() for key, value in model.train_step(batch).items()}
    return model, frames, embedding, logs


def test_the_losses_are_the_papers():
    model, frames, embedding, logs = step()
    # The generator is judged by the discriminator, and tied to the columns, that have just been trained.
    column = model.columns(BATCH["factor_person"])
    told = [model.maps(DRIVING["landmarks"]), column]
    look = talking_heads.stages_of(model.discriminator)
    *fake, logits = look([frames, *told])
    *real, _ = look([tf.constant(BATCH["image"]), *told])
    terms = {
        "adversarial": -np.mean(logits),
        "features": np.mean([np.abs(f - r).mean() for f, r in zip(fake, real, strict=True)]),
        "matching": np.abs(embedding - column).mean(),
        "l1": np.abs(frames - BATCH["image"]).mean(),
    }
    weights = {"adversarial": 1.0, "features": 10.0, "matching": 10.0, "l1": 100.0}
    for name, value in terms.items():
        np.testing.assert_allclose(logs[f"generator_{name}"], value, rtol=1e-4, atol=1e-6)
    total = sum(weights[name] * value for name, value in terms.items())
    np.testing.assert_allclose(logs["generator_loss"], total, rtol=1e-5)
    assert len(fake) == 2


def test_without_a_game_l1_is_left():
    model, *_, logs = step(adversarial_weight=0.0)
    np.testing.assert_allclose(logs["generator_loss"], 100 * logs["generator_l1"], rtol=1e-6)
    assert int(model.optimizers["discriminator"].iterations.numpy()) == 0


def test_without_a_game_matching_losses_alone_teach_nothing():
    with pytest.raises(ValueError, match="adversarial_weight and l1_weight are 0"):
        make().compile(adversarial_weight=0, l1_weight=0)


def test_held_out_people_have_no_numbers():
    model = make()
    model.compile()
    held_out = {key: values for key, values in BATCH.items() if key != "factor_person"}
    told = {"batch_size": 8, "verbose": 0, "return_dict": True}
    found = model.evaluate({**held_out, "landmarks": DRIVING["landmarks"]}, **told)
    made = model([BATCH["source"], BATCH["source_landmarks"], DRIVING["landmarks"]])
    np.testing.assert_allclose(
        found["generator_l1"], np.abs(made - BATCH["image"]).mean(), rtol=1e-5
    )
    assert "generator_matching" not in found


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"audio": DRIVING["audio"]}, "unknown what drives .*'audio'.*: landmarks"),
        ({}, "landmarks is missing"),
        ({"landmarks": landmarks(2)[:, 1:]}, r"has shape \(2, 4, 2\), expected \(T, 5, 2\)"),
        ({"landmarks": landmarks(2), "source": BATCH["source"]}, r"expected \(S, 16, 24, 3\)"),
        ({"landmarks": landmarks(2), "source": np.zeros((3, *SHAPE), int)}, r"x / 127\.5 - 1"),
        ({"landmarks": landmarks(2), "source": BATCH["source"][0] * 90}, r"expected \[-1, 1\]"),
        ({"landmarks": landmarks(2) * np.nan}, "expected finite numbers"),
        ({"landmarks": landmarks(2), "source": BATCH["source"][0, :2]}, "2 images, but .* of 3"),
    ],
)
def test_what_cannot_be_animated(given, message):
    asked = {"source": BATCH["source"][0], "source_landmarks": BATCH["source_landmarks"][0]}
    with pytest.raises(ValueError, match=message):
        make().animate(**{**asked, **given})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"driver": "sound"}, "unknown driver 'sound'"),
        ({"people": 0}, "people is 0"),
        ({"image_shape": (18, 24, 3)}, "nearest that works is"),
        ({"driver": "audio", "audio_length": 100}, "shorter than a window"),
    ],
)
def test_what_cannot_be_is_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        zoo.TalkingHeadGAN(**{"image_shape": SHAPE, "people": PEOPLE, **arguments})
