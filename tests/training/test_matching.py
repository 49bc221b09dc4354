"""Real images with wrong conditions count as fakes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery
from tests.training.test_conditional import CLASSES, SHAPE, networks
from tfgan_zoo.training import mismatching

LABELS = np.int32([0, 1, 2, 0, 1, 2, 1, 0])


class Matching(zoo.training.MatchingAware, zoo.ConditionalGAN):
    pass


def make(**options):
    keras.utils.set_random_seed(0)
    gan = Matching(*networks(), CLASSES)
    gan.compile(**options)
    return gan


def test_wrong_conditions_are_all_the_others_and_never_the_own():
    chance = np.arange(240) / 240
    labels = tf.constant([0, 1, 1, 2], tf.int32)
    for row, expected in enumerate(([1, 1, 2], [0, 2], [0, 2], [0, 1, 1])):
        drawn = [
            int(mismatching.wrong_conditions(labels, tf.fill([4], np.float32(c)))[0][row])
            for c in chance
        ]
        values, counts = np.unique(drawn, return_counts=True)
        shares = {v: expected.count(v) / len(expected) for v in expected}
        assert values.tolist() == sorted(shares)
        np.testing.assert_allclose(counts / 240, [shares[v] for v in values], atol=0.01)


def test_captions_differ_where_any_word_does():
    captions = tf.constant([[1, 2, 3], [1, 2, 4], [1, 2, 3]])
    wrong, found = mismatching.wrong_conditions(captions, tf.constant([0.0, 0.99, 0.5]))
    assert wrong.numpy().tolist() == [[1, 2, 4], [1, 2, 3], [1, 2, 4]]
    assert found.numpy().all()
    _, found = mismatching.wrong_conditions(captions[:1], tf.constant([0.0]))
    assert not found.numpy().any()


def softplus(x):
    return np.logaddexp(0.0, x).mean()


@pytest.mark.parametrize("labels", [LABELS, np.zeros_like(LABELS)])
def test_wrong_pairs_are_half_of_what_is_to_be_called_fake(labels):
    gan = make()
    batch = {"image": tf.constant(battery.images(8, SHAPE)), "label": tf.constant(labels)}
    seen = []
    inner = gan.wrong_conditions
    gan.wrong_conditions = lambda batch: seen.append(inner(batch)) or seen[-1]
    fakes = []
    inner_fakes = gan.fakes
    gan.fakes = lambda *args: fakes.append(inner_fakes(*args)) or fakes[-1]
    before = keras.models.clone_model(gan.discriminator)
    before.set_weights(gan.discriminator.get_weights())
    logs = {key: float(value) for key, value in gan.train_step(batch).items()}
    ((wrong,), found) = seen[0]
    assert found.numpy().all() == (len(set(labels)) > 1)
    assert (wrong.numpy() != labels)[found.numpy()].all()
    real = before([batch["image"], tf.constant(labels)]).numpy()
    fake = before([fakes[0], tf.constant(labels)]).numpy()
    odd = before([batch["image"], wrong]).numpy() if len(set(labels)) > 1 else fake
    expected = softplus(-real) + 0.5 * (softplus(fake) + softplus(odd))
    np.testing.assert_allclose(logs["discriminator_loss"], expected, rtol=1e-5)


def test_they_can_be_turned_off():
    batch = {"image": tf.constant(battery.images(8, SHAPE)), "label": tf.constant(LABELS)}
    logs = make(wrong_pairs=False).train_step(batch)
    assert "discriminator_wrong" not in logs
    keras.utils.set_random_seed(0)
    plain = zoo.ConditionalGAN(*networks(), CLASSES)
    plain.compile()
    np.testing.assert_allclose(
        logs["discriminator_loss"], plain.train_step(batch)["discriminator_loss"], rtol=1e-6
    )
    assert "discriminator_wrong" in make().train_step(batch)


def test_a_loss_that_counts_is_refused_and_nothing_changes():
    gan = make(wrong_pairs=False)
    with pytest.raises(ValueError, match="choose another loss, or wrong_pairs=False"):
        gan.compile(loss="began")
    assert gan.wrong_pairs is False
    assert type(gan.adversarial_loss).__name__ == "NonSaturating"


def test_two_recordings_of_a_word_are_right_for_each_other():
    sounds = tf.constant(np.random.default_rng(0).normal(size=(8, 5)), tf.float32)
    for chance in np.arange(0, 1, 0.05):
        wrong, found = mismatching.wrong_conditions(
            sounds, tf.fill([8], np.float32(chance)), tf.constant(LABELS)
        )
        # Whose sound it is, by the sound itself.
        whose = (wrong.numpy()[:, None] == sounds.numpy()).all(axis=2).argmax(axis=1)
        assert (LABELS[whose] != LABELS).all()
        assert found.numpy().all()
    _, found = mismatching.wrong_conditions(sounds, tf.zeros([8]), tf.zeros([8], tf.int32))
    assert not found.numpy().any()


def test_the_batch_may_say_what_conditions_mean():
    gan = make()
    batch = {"image": tf.constant(battery.images(8, SHAPE)), "label": tf.constant(LABELS)}
    # Classes 0 and 2 mean the same: wrong for a sample of either is class 1 alone.
    batch["meaning"] = tf.constant(LABELS % 2)
    seen = []
    inner = gan.wrong_conditions
    gan.wrong_conditions = lambda batch: seen.append(inner(batch)) or seen[-1]
    for _ in range(5):
        gan.train_step(batch)
    assert len(seen) == 5
    for (wrong,), found in seen:
        assert found.numpy().all()
        assert (wrong.numpy() % 2 != LABELS % 2).all()
    batch["meaning"] = tf.constant(LABELS, tf.float32)
    with pytest.raises(ValueError, match=r"batch\['meaning'\] has dtype float32, .* int32"):
        gan.train_step(batch)
    batch["meaning"] = tf.constant(LABELS)[:, None]
    with pytest.raises(ValueError, match=r"batch\['meaning'\] has shape \(8, 1\)"):
        gan.train_step(batch)
