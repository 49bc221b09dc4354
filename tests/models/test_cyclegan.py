"""CycleGAN passes the battery."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfgan_zoo as zoo
from tests import battery, translation_battery
from tfgan_zoo.training import ConstantThenLinear

SIZES = {
    "blocks": 1,
    "generator_width": 4,
    "discriminator_width": 4,
    "receptive_field": 16,
    "pool_size": 5,
}


@battery.keeping("test_resume_is_exact", "test_two_replicas_equal_one")
class TestCycleGAN(translation_battery.TranslationBattery):
    key = "a"
    first_loss_scale = 2.0**8
    batch = {"a": battery.images(8, (8, 12, 3)), "b": battery.images(8, (8, 12, 3), seed=1)}

    def make(self, **kwargs):
        return zoo.CycleGAN((8, 12, 3), **{**SIZES, **kwargs})

    def compiled(self, *, sgd=False, compile_options=None, **kwargs):
        # A large weight makes SGD's steps so long that rounding grows a thousandfold from step to step.
        gentle = {"cycle_weight": 0.1} if sgd else {}
        options = {**gentle, **(compile_options or {})}
        return super().compiled(sgd=sgd, compile_options=options, **kwargs)

    def ways(self):
        return [
            ({}, "serving_default", {}),
            ({"direction": "a_to_b"}, "a_to_b", {}),
            ({"direction": "b_to_a"}, "b_to_a", {}),
        ]


def step(**options):
    """Return a model compiled so, a batch, its fakes before a step, and what the step says."""
    model = TestCycleGAN().make()
    model.compile(**options)
    batch = {k: tf.constant(v) for k, v in TestCycleGAN.batch.items()}
    fakes = {"b": model.a_to_b(batch["a"]).numpy(), "a": model.b_to_a(batch["b"]).numpy()}
    returned = {"a": model.b_to_a(fakes["b"]).numpy(), "b": model.a_to_b(fakes["a"]).numpy()}
    kept = {"a": model.b_to_a(batch["a"]).numpy(), "b": model.a_to_b(batch["b"]).numpy()}
    judged = {}
    for domain in "ab":
        network = getattr(model, f"discriminator_{domain}")
        judged[domain] = network(batch[domain]).numpy(), network(fakes[domain]).numpy()
    logs = {key: value.numpy() for key, value in model.train_step(batch).items()}
    return model, batch, returned, kept, judged, logs


def l1(left, right):
    return np.abs(left - right).mean()


def test_the_losses_are_the_papers():
    _, batch, returned, kept, judged, logs = step(identity_weight=5.0)
    game = sum(np.square(fake - 1.0).mean() for _, fake in judged.values())
    cycle = sum(l1(returned[domain], batch[domain]) for domain in "ab")
    identity = sum(l1(kept[domain], batch[domain]) for domain in "ab")
    np.testing.assert_allclose(2.0 * logs["generator_adversarial"], game, rtol=1e-5)
    np.testing.assert_allclose(logs["generator_cycle"], cycle, rtol=1e-5)
    np.testing.assert_allclose(logs["generator_identity"], identity, rtol=1e-5)
    expected = game + 10.0 * cycle + 5.0 * identity
    np.testing.assert_allclose(logs["generator_loss"], expected, rtol=1e-5)


def test_the_discriminators_lag_behind_and_are_shown_the_pools():
    model, batch, _, _, judged, logs = step()
    # The first 5 of the 8 fakes are new to the pools, and some of the others are shown in their places.
    assert int(model.pool_a.kept.numpy()) == int(model.pool_b.kept.numpy()) == 5
    model = TestCycleGAN().make(pool_size=0)
    model.compile()
    logs = {key: value.numpy() for key, value in model.train_step(batch).items()}
    expected = sum(
        0.5 * (np.square(real - 1.0).mean() + np.square(fake).mean())
        for real, fake in judged.values()
    )
    np.testing.assert_allclose(logs["discriminator_loss"], expected, rtol=1e-5)
    assert model.pool_a is model.pool_b is None


def test_the_pools_take_fakes_in_once_a_step():
    model = TestCycleGAN().make(pool_size=50)
    model.compile(discriminator_steps=3)
    model.train_step({key: tf.constant(images) for key, images in TestCycleGAN.batch.items()})
    assert int(model.pool_a.kept.numpy()) == len(TestCycleGAN.batch["a"])


def test_penalties_of_the_generators_have_their_own_weights():
    norms = {"name": "orthogonal", "player": "generator", "weight": 100.0}
    *_, logs = step(penalties=[norms], adversarial_weight=2.0)
    penalties = logs["generator_a_orthogonal"] + logs["generator_b_orthogonal"]
    assert penalties > 0.1
    expected = 2.0 * logs["generator_adversarial"] + 10.0 * logs["generator_cycle"] + penalties
    np.testing.assert_allclose(logs["generator_loss"], expected, rtol=1e-5)
    with pytest.raises(ValueError, match="no game that orthogonal could penalise"):
        TestCycleGAN().make().compile(penalties=[norms], adversarial_weight=0)


def moved(model, before):
    return {
        name
        for name, old in before.items()
        if any(
            not np.array_equal(v.numpy(), o)
            for v, o in zip(getattr(model, name).variables, old, strict=True)
        )
    }


NETWORKS = ("a_to_b", "b_to_a", "discriminator_a", "discriminator_b")


@pytest.mark.parametrize(
    ("options", "terms", "learners"),
    [
        ({"cycle_weight": 0}, {"adversarial"}, set(NETWORKS)),
        pytest.param(
            {"adversarial_weight": 0}, {"cycle"}, {"a_to_b", "b_to_a"}, marks=pytest.mark.long
        ),
        (
            {"directions": "a_to_b"},
            {"adversarial", "cycle"},
            {"a_to_b", "b_to_a", "discriminator_b"},
        ),
        pytest.param(
            {"directions": "b_to_a", "cycle_weight": 0, "identity_weight": 1},
            {"adversarial", "identity"},
            {"b_to_a", "discriminator_a"},
            marks=pytest.mark.long,
        ),
    ],
)
def test_terms_and_directions_can_be_switched_off(options, terms, learners):
    model = TestCycleGAN().make()
    model.compile(**options)
    before = {name: battery.values(getattr(model, name).variables) for name in NETWORKS}
    history = model.fit(TestCycleGAN.batch, batch_size=8, epochs=2, verbose=0).history
    named = {key.removeprefix("generator_") for key in history if key.startswith("generator_")}
    assert named == terms | {"loss", "gradient_norm"}
    assert moved(model, before) == learners


def test_each_discriminator_has_its_own_state():
    penalties = ["lecam", {"name": "historical_averaging", "player": "discriminator"}]
    model, *_, logs = step(loss="began", penalties=penalties)
    assert len({id(loss) for loss in model.adversarial_losses}) == 2
    lecam = [p for p in model.penalties if p.kind == "lecam"]
    assert len(lecam) == 2
    averages = [p.averages.numpy() for p in lecam]
    assert np.abs(averages[0] - averages[1]).max() > 0.0
    assert {"discriminator_a_lecam", "discriminator_b_lecam"} <= logs.keys()


def test_what_cannot_be_is_refused_by_name():
    for shape, message in (
        ((30, 32, 3), "the nearest that works is 32×32"),
        ((4, 16, 3), "at least 8; the nearest that works is 8×16"),
        ((16, 16, 5), "has 5 channels"),
    ):
        with pytest.raises(ValueError, match=message):
            zoo.CycleGAN(shape, **SIZES)
    model = TestCycleGAN().make()
    model.compile(directions="a_to_b", cycle_weight=3)
    for options, message in (
        ({"directions": "a_to_bb"}, "did you mean 'a_to_b'"),
        ({"adversarial_weight": 0, "cycle_weight": 0}, "are all 0"),
        ({"cycle_weight": -1}, "cycle_weight is -1"),
        ({"loss": "least_square", "directions": "both"}, "did you mean 'least_squares'"),
    ):
        with pytest.raises(ValueError, match=message):
            model.compile(**options)
    assert (model.directions, model.cycle_weight) == ("a_to_b", 3)
    with pytest.raises(ValueError, match="unknown direction 'b2a'"):
        model.translate(TestCycleGAN.batch["a"], "b2a")
    with pytest.raises(ValueError, match="the model expects"):
        model.fit({**TestCycleGAN.batch, "b": battery.images(8, (8, 12, 1))}, verbose=0)
    with pytest.raises(ValueError, match="at least 8"):
        model.translate(battery.images(1, (4, 12, 3)))


def test_the_rate_falls_as_in_the_paper():
    model = TestCycleGAN().make()
    rates = {p: ConstantThenLinear(2e-4, 2, 2) for p in model.players}
    model.compile(optimizers={p: adam(rate) for p, rate in rates.items()})
    before = battery.values(model.a_to_b.variables)
    model.fit(TestCycleGAN.batch, batch_size=8, epochs=4, verbose=0)
    assert any(
        not np.array_equal(v.numpy(), o)
        for v, o in zip(model.a_to_b.variables, before, strict=True)
    )
    ended = battery.values(model.a_to_b.variables)
    model.fit(TestCycleGAN.batch, batch_size=8, epochs=1, verbose=0)
    for variable, old in zip(model.a_to_b.variables, ended, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old)


def adam(rate):
    return keras.optimizers.Adam(rate, beta_1=0.5)
