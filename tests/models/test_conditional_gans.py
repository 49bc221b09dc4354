"""The GANs of labelled images pass the battery."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tfgan_zoo.features import features_of
from tfgan_zoo.networks import architectures, conditioning

SHAPE, CLASSES = (16, 16, 1), 3
SIZES = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 6}
BATCH = {"image": battery.images(8, SHAPE), "label": np.int32([0, 1, 2, 0, 1, 2, 1, 0])}

# Each keeps what it adds to the game of labelled images; the rest is left to `make test-all`.
MOVES = "test_training_is_finite_and_moves_everything"
RESUMED, REPLICAS = "test_resume_is_exact", "test_two_replicas_equal_one"


class Labelled(battery.ModelBattery):
    batch = BATCH

    def make(self, **kwargs):
        return self.model(SHAPE, CLASSES, **{**SIZES, **kwargs})


@battery.keeping(MOVES)
class TestCGAN(Labelled):
    model = zoo.CGAN


@battery.keeping(MOVES)
class TestProjectionGAN(Labelled):
    model = zoo.ProjectionGAN
    still = "logits/bias"  # of hinge loss, while all logits are within the margins
    latents_change = 0.01  # the class makes more of a difference so early


@battery.keeping(REPLICAS)
class TestMatchingAwareGAN(Labelled):
    model = zoo.MatchingAwareGAN


@battery.keeping(MOVES)
class TestACGAN(Labelled):
    model = zoo.ACGAN
    first_loss_scale = 2.0**8


@battery.keeping(MOVES)
class TestReACGAN(Labelled):
    model = zoo.ReACGAN
    first_loss_scale = 2.0**4
    still = "logits/bias"

    def make(self, **kwargs):
        return super().make(**{"embedding_dim": 5, **kwargs})


@battery.keeping(RESUMED)
class TestInfoGAN(battery.ModelBattery):
    batch = {"image": BATCH["image"]}

    def make(self, **kwargs):
        return zoo.InfoGAN(SHAPE, (3, 2), 2, **{**SIZES, **kwargs})


def step(model, **options):
    """Return what a model's next step logs, and what its discriminator says of a batch before."""
    model.compile(**options)
    batch = {k: tf.constant(v) for k, v in BATCH.items()}
    said = model.discriminator([batch["image"], batch["label"]][: len(model.discriminator.inputs)])
    return said.numpy(), {k: float(v) for k, v in model.train_step(batch).items()}


def cross_entropy(logits, labels):
    logits = np.float64(logits)
    return (np.log(np.exp(logits).sum(1)) - logits[np.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize("model", [zoo.ACGAN, zoo.ReACGAN])
def test_the_classes_are_learned_besides_the_game(model):
    arguments = {
        **SIZES,
        "architecture": "mlp",
    }  # no batch norm; dropout is only in the discriminator

    def logs(**options):
        return step(model(SHAPE, CLASSES, **arguments), **options)[1]

    without, with_, twice = (logs(class_weight=weight) for weight in (0, 1, 2))
    taught = with_["discriminator_class_loss"]
    for weight, logged in ((1, with_), (2, twice)):
        more = logged["discriminator_loss"] - without["discriminator_loss"]
        np.testing.assert_allclose(more, weight * taught, rtol=1e-4)


def test_acgan_judges_the_classes_of_both_and_reacgan_those_of_real_images():
    said = tf.constant(np.random.default_rng(0).normal(size=(8, 1 + CLASSES)), tf.float32)
    other = said[::-1]
    batch = {"label": tf.constant(BATCH["label"])}
    gan = zoo.ACGAN(SHAPE, CLASSES, **SIZES)
    gan.compile(class_weight=3.0)
    real, fake = (cross_entropy(x.numpy()[:, 1:], BATCH["label"]) for x in (said, other))
    loss, _ = gan.discriminator_lesson(batch, said, other)
    np.testing.assert_allclose(loss, 3 * (real + fake), rtol=1e-5)
    np.testing.assert_allclose(gan.generator_lesson(batch, other)[0], 3 * fake, rtol=1e-5)
    np.testing.assert_allclose(gan.logits_of(said), said[:, :1])

    gan = zoo.ReACGAN(SHAPE, CLASSES, **SIZES, embedding_dim=CLASSES)
    gan.compile(class_weight=3.0)
    loss, _ = gan.discriminator_lesson(batch, said, other)
    np.testing.assert_allclose(loss, 3 * gan.class_loss(said, batch["label"])[0], rtol=1e-6)
    assert abs(loss - 3 * gan.class_loss(other, batch["label"])[0]) > 1e-3


def test_reacgan_classifies_by_the_nearest_proxy():
    gan = zoo.ReACGAN(SHAPE, CLASSES, **SIZES, embedding_dim=CLASSES)
    gan.proxies.set_weights([2.0 * np.eye(CLASSES, dtype=np.float32)])
    gan.compile(temperature=0.25)
    said = tf.constant([[9.0, 0.0, 3.0, 0.0], [9.0, 3.0, 0.0, 4.0]])
    expected = [[0.0, 4.0, 0.0], [0.6 * 4, 0.0, 0.8 * 4]]
    np.testing.assert_allclose(gan.class_logits(said), expected, atol=1e-6)


@pytest.mark.parametrize("model", [zoo.ACGAN, zoo.ReACGAN, zoo.InfoGAN, zoo.MatchingAwareGAN])
def test_what_learns_more_than_the_game_does_not_look_ahead(model):
    told = () if model is zoo.InfoGAN else (CLASSES,)
    gan = model(SHAPE, *told, **SIZES)
    with pytest.raises(ValueError, match=r"unrolled_steps=2 looks ahead .* leave it out"):
        gan.compile(unrolled_steps=2)


@pytest.mark.parametrize("name", sorted(architectures.ARCHITECTURES))
def test_any_architecture_is_told(name):
    """Another class, other images and other judgements: by each way that a network can be told one."""
    latents = np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32)
    for model, way in itertools.product(
        (zoo.CGAN, zoo.MatchingAwareGAN, zoo.ProjectionGAN), conditioning.GENERATOR_CONDITIONS
    ):
        arguments = {**SIZES, "architecture": name, "generator_condition": way}
        if name == "mlp" and way != "concatenate":
            with pytest.raises(ValueError, match=r"has no batch norm .* use 'concatenate'"):
                model(SHAPE, CLASSES, **arguments)
            continue
        gan = model(SHAPE, CLASSES, **arguments)
        images = [gan.generator([latents, np.int32([label] * 2)]).numpy() for label in (0, 1)]
        assert np.abs(images[0] - images[1]).max() > 1e-6
        logits = [
            gan.discriminator([BATCH["image"][:2], np.int32([label] * 2)]).numpy()
            for label in (0, 1)
        ]
        assert np.abs(logits[0] - logits[1]).max() > 1e-6


def test_label_maps_are_judged_as_channels_of_the_image():
    build = architectures.builders("dcgan", SHAPE, 4, 4).discriminator
    judge, plain = conditioning.judged_beside_image(build, CLASSES), build(CLASSES)
    plain.set_weights(judge.get_weights())
    images, labels = BATCH["image"], BATCH["label"]
    maps = np.eye(CLASSES, dtype=np.float32)[labels][:, None, None] * np.ones((1, 16, 16, 1))
    expected = plain(np.concatenate([images, maps], axis=-1))
    np.testing.assert_allclose(judge([images, labels]), expected, atol=1e-6)
    # What the logit is made of, for losses of features: not the maps.
    assert features_of(judge).output_shape == features_of(plain).output_shape


def test_a_condition_beside_the_features_has_an_even_say():
    """Of a hidden unit that is made of hundreds of features, and of a few numbers that say the class."""
    build = architectures.builders("dcgan", SHAPE, 4, 16).discriminator
    label = conditioning.label_input()
    judge = conditioning.judged_beside_features(
        build(), label, conditioning.one_hot(label, CLASSES)
    )
    of_features = judge.get_layer("hidden").output
    parts = keras.Model(judge.inputs, [of_features, judge.get_layer("hidden_of_condition").output])
    features, condition = (
        np.std(part) for part in parts([BATCH["image"], BATCH["label"]], training=True)
    )
    assert 0.5 < condition / features < 5.0


def test_a_projection_is_added_to_the_logit():
    plain = architectures.builders("dcgan", SHAPE, 4, 4).discriminator()
    label = conditioning.label_input()
    judge = conditioning.projected(plain, label, conditioning.one_hot(label, CLASSES))
    images, labels = BATCH["image"], BATCH["label"]
    table = judge.get_layer("embedding").get_weights()[0]
    table[:] = np.random.default_rng(0).normal(size=table.shape)
    judge.get_layer("embedding").set_weights([table])
    features = keras.Model(plain.inputs, plain.get_layer("features").output)(images).numpy()
    expected = plain(images).numpy()[:, 0] + (features * table[labels]).sum(1)
    np.testing.assert_allclose(judge([images, labels])[:, 0], expected, rtol=1e-4, atol=1e-5)


def test_what_is_no_conditional_gan():
    with pytest.raises(ValueError, match="did you mean 'dcgan'"):
        zoo.CGAN(SHAPE, CLASSES, "dcgam")
    with pytest.raises(ValueError, match="did you mean 'concatenate'"):
        zoo.CGAN(SHAPE, CLASSES, generator_condition="concat")
    with pytest.raises(ValueError, match="generator_width is 0"):
        zoo.CGAN(SHAPE, CLASSES, generator_width=0)
    gan = zoo.ACGAN(SHAPE, CLASSES, **SIZES)
    with pytest.raises(ValueError, match="class_weight is -1"):
        gan.compile(class_weight=-1)


def info_gan(**kwargs):
    gan = zoo.InfoGAN(SHAPE, (3, 2), 2, **{**SIZES, **kwargs})
    gan.compile(information_weight=2.0, continuous_weight=0.5)
    return gan


def test_information_is_the_codes_likelihood():
    gan, generator = info_gan(), np.random.default_rng(0)
    codes = gan.codes(4, [[0, 1], [2, 0], [1, 1], [1, 0]], generator.uniform(-1, 1, (4, 2)))
    assert codes[:2, :5].tolist() == [[1, 0, 0, 0, 1], [0, 0, 1, 1, 0]]
    said = generator.normal(size=(4, 8)).astype(np.float32)
    loss, logs = gan.generator_lesson({"codes": tf.constant(codes)}, tf.constant(said))
    first = cross_entropy(said[:, 1:4], [0, 2, 1, 1])
    second = cross_entropy(said[:, 4:6], [1, 0, 1, 0])
    normal = (np.square(said[:, 6:] - codes[:, 5:]).sum(1) / 2).mean()
    np.testing.assert_allclose(loss, 2.0 * (first + second + 0.5 * normal), rtol=1e-5)
    np.testing.assert_allclose(logs["continuous_loss"], normal, rtol=1e-5)


def test_both_turns_of_a_step_have_the_codes_of_the_step():
    gan, seen = info_gan(), []
    inner = gan._information
    gan._information = lambda batch, said: seen.append(batch["codes"].numpy()) or inner(batch, said)
    told, imagine = [], gan.imagine
    gan.imagine = lambda latents, conditions, *args: (
        told.append(conditions[0].numpy()) or imagine(latents, conditions, *args)
    )
    for _ in range(2):
        gan.train_step({"image": tf.constant(BATCH["image"])})
    np.testing.assert_array_equal(told, seen)
    np.testing.assert_array_equal(seen[0], seen[1])
    assert np.abs(seen[0] - seen[2]).max() > 0.1
    parts = np.split(seen[0], [3, 5], axis=1)
    for part in parts[:2]:
        np.testing.assert_array_equal(part.sum(1), 1.0)
    assert np.abs(parts[2]).max() <= 1.0


def test_codes_without_being_asked_take_all_values():
    gan = info_gan()
    codes = gan.sampling_conditions(600)[0].numpy()
    which = codes[:, :3].argmax(1) + 3 * codes[:, 3:5].argmax(1)
    assert which[:7].tolist() == [0, 1, 2, 3, 4, 5, 0]
    for column in codes[:, 5:].T:
        counts, _ = np.histogram(column, bins=6, range=(-1, 1))
        assert 90 <= counts.min() <= counts.max() <= 110
    counts, *_ = np.histogram2d(*codes[:, 5:].T, bins=5, range=[(-1, 1)] * 2)
    assert 15 <= counts.min() <= counts.max() <= 33  # 24 of 600 in each of 25 cells
    np.testing.assert_array_equal(gan.sampling_conditions(5)[0], codes[:5])


def test_codes_that_are_said():
    gan = info_gan()
    codes = gan.codes(3, categories=[[2, 0]] * 3, continuous=[[-1, 0.5]] * 3)
    for said in ("2, 0, -1, 0.5", "2,0,-1.0,.5", codes[0], codes):
        np.testing.assert_array_equal(gan.sampling_conditions(3, codes=said)[0], codes)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "2, 0, -1",
            r"codes are '2, 0, -1', expected a whole number for each category \(2\), and then one ",
        ),
        ("2, 0, -1, 0, 1", "expected a whole number for each"),
        ("2, 0.5, -1, 0", "expected a whole number for each"),
        ("2, 0, -1, seven", "expected a whole number for each"),
        ("", "expected a whole number for each"),
        (["2, 0, -1, 0"] * 2, r"codes are <U11, expected floats \(2, 7\), or one text for all"),
        ("3, 0, -1, 0", r"categories\[:, 0\] has values from 3 to 3, expected ints from 0 to 2"),
        ("2, 0, -1, nan", "no finite numbers"),
    ],
)
def test_codes_that_are_said_wrongly(said, message):
    with pytest.raises(ValueError, match=message):
        info_gan().generate(2, codes=said)


def test_codes_that_are_none():
    gan = info_gan()
    with pytest.raises(ValueError, match=r"categories have shape \(2,\), expected \(2, 2\)"):
        gan.codes(2, categories=[0, 1])
    with pytest.raises(
        ValueError, match=r"\[:, 1\] has values from 0 to 2, expected ints from 0 to 1"
    ):
        gan.codes(2, categories=[[0, 0], [0, 2]])
    with pytest.raises(ValueError, match=r"codes have shape \(2, 3\), expected \(2, 7\)"):
        gan.generate(2, codes=np.zeros((2, 3)))
    codes = gan.codes(2, continuous=[[5, -2], [0, 0]])  # further out than in training
    assert np.isfinite(gan.generate(2, codes=codes)).all()
    with pytest.raises(ValueError, match=r"codes\[:, 3:5\] say category 1: expected a single 1"):
        gan.generate(2, codes=codes + np.float32([0, 0, 0, 0, 1, 0, 0]))
    with pytest.raises(ValueError, match="continuous codes have values that are no finite"):
        gan.codes(2, continuous=[[5, np.nan], [0, 0]])
    with pytest.raises(ValueError, match="unknown input of InfoGAN 'label'; valid names: codes"):
        gan.generate(2, label=1)
    with pytest.raises(ValueError, match="no codes"):
        zoo.InfoGAN(SHAPE, (), 0)
    with pytest.raises(
        ValueError, match=r"categories is 10, expected a tuple of ints, such as \(10,\)"
    ):
        zoo.InfoGAN(SHAPE, 10)


def test_served_codes_that_are_none(tmp_path):
    gan = info_gan()
    gan.export(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures["sample_given"]
    codes = gan.codes(1, [[2, 0]], [[-1, 3]])
    seed = tf.constant(3, tf.int64)
    images = served(codes=tf.constant(codes), seed=seed)["images"]
    np.testing.assert_allclose(images, gan.generate(1, 3, codes=codes), atol=1e-5)
    for place, value in (
        (0, 1),
        (2, 0),
        (2, 0.5),
        (3, 0),
        (4, -1),
        (5, np.nan),
        (6, np.inf),
        (1, np.nan),
    ):
        bad = codes.copy()
        bad[0, place] = value
        with pytest.raises(tf.errors.InvalidArgumentError, match="codes"):
            served(codes=tf.constant(bad), seed=seed)
