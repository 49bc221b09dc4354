"""Images from sounds."""

import wave

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.served import assert_serves
from tfgan_zoo.training import walking

SHAPE, RATE, LENGTH = (16, 16, 1), 8000, 1000
SIZES = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 6}
SIZES |= {"encoder_size": 8, "encoder_width": 4}
LABELS = np.int32([0, 1, 2, 0, 1, 2, 1, 0])


def tone(hertz, count=LENGTH, rate=RATE, loud=0.5):
    return (loud * np.sin(2 * np.pi * hertz * np.arange(count) / rate)).astype(np.float32)


SOUNDS = np.stack([tone(300 + 500 * label, loud=0.3 + 0.05 * i) for i, label in enumerate(LABELS)])
BATCH = {"image": battery.images(8, SHAPE), "audio": SOUNDS, "label": LABELS}


def make(**kwargs):
    return zoo.SoundToImageGAN(SHAPE, LENGTH, RATE, **{**SIZES, **kwargs})


def batch(**changes):
    return {key: tf.constant(value) for key, value in {**BATCH, **changes}.items()}


@battery.keeping(
    "test_training_is_finite_and_moves_everything",
)
class TestSoundToImageGAN(battery.ModelBattery):
    batch = BATCH
    still = "logits/bias"  # of hinge loss, while all logits are within the margins
    latents_change = 0.002  # sounds make more of a difference so early

    def make(self, **kwargs):
        return make(example_audio=SOUNDS[:3], **kwargs)


@battery.keeping()
class TestSoundToImageGANOfOtherParts(battery.ModelBattery):
    batch = BATCH
    still = "logits/bias"  # as above
    first_loss_scale = 2.0**8  # the first one overflows

    def make(self, **kwargs):
        parts = {"generator_condition": "concatenate", "normalise": "peak", "architecture": "dcgan"}
        return make(**parts, encoder="words", num_classes=3, **kwargs)


@pytest.fixture(scope="module")
def gan():
    model = make(example_audio=SOUNDS[:3])
    model.compile()
    model.train_step(batch())
    return model


def write(path, samples, rate=RATE, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.float64(samples) * 32767).astype("<i2").tobytes())


def test_wrong_sounds_are_of_another_class(gan):
    for _ in range(10):
        (wrong,), found = gan.wrong_conditions(batch())
        whose = (wrong.numpy()[:, None] == SOUNDS).all(axis=2).argmax(axis=1)
        assert (LABELS[whose] != LABELS).all()
        assert found.numpy().all()
        gan.iterations.assign_add(1)


def test_labels_are_asked_for_where_there_are_wrong_pairs():
    model = make()
    model.compile()
    assert list(model.batch_fields) == ["image", "audio", "label"]
    with pytest.raises(ValueError, match=r"the batch lacks a key .* 'label'"):
        model.train_step({key: value for key, value in batch().items() if key != "label"})
    model.compile(wrong_pairs=False)
    assert list(model.batch_fields) == ["image", "audio"]
    logs = model.train_step({key: value for key, value in batch().items() if key != "label"})
    assert "discriminator_wrong" not in logs


@pytest.mark.parametrize("num_classes", [None, 3])
def test_a_listener_that_names_classes_learns_from_them_alone(num_classes):
    learned = []
    for images in (BATCH["image"], -BATCH["image"]):  # which change the game, and no class
        model = make(num_classes=num_classes)
        model.compile({player: keras.optimizers.SGD(0.1) for player in model.players})
        for _ in range(2):  # what tells images apart is 0 at first
            model.train_step(batch(image=images))
        listener, _ = walking.halves_of(model.generator)
        own = {id(v) for v in listener.trainable_variables}
        others = [v.numpy() for v in model.generator.trainable_variables if id(v) not in own]
        learned.append(([v.numpy() for v in listener.trainable_variables], others))
    (heard, drawn), (heard_again, drawn_again) = learned
    assert any(abs(a - b).max() > 1e-6 for a, b in zip(drawn, drawn_again, strict=True))
    differ = max(abs(a - b).max() for a, b in zip(heard, heard_again, strict=True))
    assert differ > 1e-9 if num_classes is None else differ < 1e-9
    first, _ = walking.halves_of(make(num_classes=num_classes).generator)
    begun = [v.numpy() for v in first.trainable_variables]
    assert all(abs(a - b).max() > 0 for a, b in zip(begun, heard, strict=True))


def test_classes_are_named_by_cross_entropy():
    model = make(num_classes=3)
    model.compile(wrong_pairs=False)
    assert list(model.batch_fields) == ["image", "audio", "label"]
    listener, _ = walking.halves_of(model.generator)
    heard = listener(SOUNDS).numpy()
    kernel, bias = model.namer.get_weights()
    logits = np.float64(heard @ kernel + bias)
    likely = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    _, logs = model.generator_loss(model.unpack(batch()), training=False)
    np.testing.assert_allclose(logs["class_loss"], -likely[np.arange(8), LABELS].mean(), rtol=1e-5)
    np.testing.assert_allclose(logs["accuracy"], (likely.argmax(axis=1) == LABELS).mean())
    with pytest.raises(ValueError, match=r"num_classes is 1, expected an int of at least 2"):
        make(num_classes=1)


def test_both_players_hear(gan):
    latents = tf.zeros([2, 6])
    pair = tf.constant(SOUNDS[[0, 2]])
    for normed in gan.generator.layers:  # what is told begins at 0.02
        if "norm" in normed.name and len(normed.trainable_weights) == 2:
            normed.trainable_weights[0].assign(tf.ones_like(normed.trainable_weights[0]))
    images = gan.generator([latents, pair]).numpy()
    assert abs(images[0] - images[1]).max() > 1e-3
    image = tf.constant(BATCH["image"][[0, 0]])
    logits = gan.discriminator([image, pair]).numpy()
    assert abs(logits[0] - logits[1]).max() > 1e-6


def test_words_are_varied_in_training_and_tones_are_not():
    latents, pair = tf.zeros([8, 6]), tf.constant(SOUNDS)
    for encoder, varied in (("words", True), ("convolutional", False)):
        network = make(encoder=encoder, generator_condition="concatenate").generator
        made = []
        for step in (0, 1):
            with zoo.training.RandomStream(0, tf.constant(step, tf.int64), 8).active():
                made.append(network([latents, pair], training=True).numpy())
        assert (abs(made[0] - made[1]).max() > 1e-4) == varied


def test_without_a_sound_the_examples_follow_each_other(gan):
    (told,) = gan.sampling_conditions(7)
    expected = SOUNDS[[0, 1, 2, 0, 1, 2, 0]]
    np.testing.assert_allclose(told, expected, atol=5e-4)  # kept in half precision
    np.testing.assert_array_equal(
        gan.generate(4, seed=1), gan.generate(4, seed=1, audio=told.numpy()[:4])
    )
    (scale,) = make().sampling_conditions(5)
    loudest = abs(np.fft.rfft(scale, axis=1)).argmax(axis=1) * RATE / LENGTH
    np.testing.assert_allclose(loudest, np.geomspace(200, 2000, 5), atol=RATE / LENGTH)


def test_files_at_any_rate_are_heard(gan, tmp_path):
    path = tmp_path / "tone.wav"
    write(path, tone(500, 800))
    (told,) = gan.sampling_conditions(2, audio=path)
    np.testing.assert_allclose(told, [np.pad(tone(500, 800), (0, 200))] * 2, atol=1e-4)
    # Twice the rate, and in stereo: one channel soft, one loud.
    fast = tone(500, 2400, 2 * RATE)
    write(path, np.stack([0.4 * fast, 1.6 * fast], axis=1), 2 * RATE, channels=2)
    with pytest.warns(UserWarning, match=r"tone.wav is at 16000 Hz: resampled to 8000 Hz"):
        (told,) = gan.sampling_conditions(1, audio=str(path))
    np.testing.assert_allclose(told[0, 50:950], tone(500)[50:950], atol=5e-3)


def test_the_ends_are_left_out_where_the_data_have_none():
    quiet = np.zeros(300, np.float32)
    sound = np.concatenate([quiet, tone(700, 400) + 0.05, quiet])
    (plain,) = make().sampling_conditions(1, audio=sound)
    np.testing.assert_array_equal(plain[0], sound)
    (trimmed,) = make(trim=True).sampling_conditions(1, audio=sound)
    np.testing.assert_array_equal(trimmed[0], np.pad(sound[300:700], (0, 600)))


def test_what_is_no_sound(gan, tmp_path):
    silence = np.zeros(LENGTH, np.float32)
    with pytest.raises(ValueError, match=r"audio: it is silent"):
        gan.generate(2, audio=silence)
    with pytest.raises(ValueError, match=r"audio\[1\]: it is silent"):
        gan.generate(2, audio=np.stack([SOUNDS[0], silence]))
    with pytest.raises(ValueError, match=r"audio: its first 1000 samples are silent, and the oth"):
        gan.generate(2, audio=np.concatenate([silence, SOUNDS[0]]))
    write(tmp_path / "silent.wav", silence)
    with pytest.raises(ValueError, match=r"silent.wav: it is silent"):
        gan.generate(2, audio=tmp_path / "silent.wav")
    with pytest.raises(ValueError, match=r"missing.wav is no wav file that can be read: .*No such"):
        gan.generate(2, audio="missing.wav")
    with pytest.raises(ValueError, match=r"audio is int64 \(1000,\), expected floats \(T,\), or 2"):
        gan.generate(2, audio=np.zeros(1000, np.int64))
    with pytest.raises(ValueError, match=r"audio is float32 \(3, 1000\), .* or 2 of them"):
        gan.generate(2, audio=SOUNDS[:3])
    with pytest.raises(ValueError, match=r"outside \[-1, 1\]"):
        gan.generate(1, audio=300 * SOUNDS[0])
    with pytest.raises(ValueError, match=r"unknown input of SoundToImageGAN 'label'; .*: audio"):
        gan.generate(2, label=1)


def test_sounds_that_are_too_short_and_unknown_listeners():
    with pytest.raises(
        ValueError, match=r"^sounds of 100 samples are shorter than a window of 256"
    ):
        zoo.SoundToImageGAN((16, 16, 1), 100, 8000)
    with pytest.raises(ValueError, match=r"unknown encoder 'word' \(did you mean 'words'"):
        make(encoder="word")
    with pytest.raises(ValueError, match=r"unknown encoder \['words'\]"):
        make(encoder=["words"])


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        (SOUNDS[:2, :700], r"example_audio is float32 \(2, 700\), expected floats \(N, 1000\)"),
        (SOUNDS[0], r"example_audio is float32 \(1000,\), expected floats \(N, 1000\)"),
        (SOUNDS[:0], "expected one or more"),
        (SOUNDS[:2] * np.nan, "example_audio has values outside"),
        (SOUNDS[:2].astype(np.int16), r"example_audio is int16 \(2, 1000\)"),
        (SOUNDS[:2] * [[1.0], [0.0]], r"example_audio\[1\] is silent"),
    ],
)
def test_examples_that_are_none(examples, message):
    with pytest.raises(ValueError, match=message):
        make(example_audio=examples)


def test_a_savedmodel_takes_sounds(gan, tmp_path):
    gan.export(tmp_path / "saved")
    assert_serves(tmp_path / "saved")
    served = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
    latents = zoo.training.latents(8, (6,), 3)
    images = served(latents=latents, audio=tf.constant(SOUNDS))["images"]
    np.testing.assert_allclose(images, gan.generate(8, seed=3, audio=SOUNDS), atol=1e-5)
    for wrong, message in (
        (0 * SOUNDS[0], "silent sounds:"),
        (9 * SOUNDS[0], r"audio has values outside \[-1, 1\]"),
        (np.nan * SOUNDS[0], r"audio has values outside \[-1, 1\]"),
    ):
        asked = tf.constant(np.stack([wrong, *SOUNDS[1:]]))
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            served(latents=latents, audio=asked)
