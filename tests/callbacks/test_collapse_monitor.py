"""The monitor on a GAN that trains in milliseconds, whose faults are planted by hand."""

import json

import keras
import numpy as np
import pytest

from tests.battery import assert_same, values
from tests.callbacks import events, tiny
from tfgan_zoo import files
from tfgan_zoo.callbacks import (
    Checkpoint,
    CollapseMonitor,
    ProgressBar,
    RunLogger,
    collapse_monitor,
)
from tfgan_zoo.callbacks.checkpoint import state_of
from tfgan_zoo.training import NonFiniteError, Scaled, learning_rates

RATE = 1e-5


def gan(rate=RATE, **options):
    optimizers = {p: keras.optimizers.Adam(rate) for p in ("discriminator", "generator")}
    return tiny.gan(optimizers=optimizers, **options)


def monitor(model, every=2, **options):
    """Return a monitor to which the model's own images, of other latents, are the real ones."""
    return CollapseMonitor(model.generate(100, seed=9), every=every, samples=100, **options)


def set_generator(model, function):
    for network in (model.generator, model.averaged_generator):
        kernel = (
            network.trainable_variables[0] if network.trainable_variables else network.weights[0]
        )
        kernel.assign(function(kernel.numpy()))


def collapse(model):
    set_generator(model, lambda kernel: 0.0 * kernel)


def poison(model):
    set_generator(model, lambda kernel: kernel + np.nan)


def lines(folder):
    text = (folder / "metrics.jsonl").read_text()
    return [line for line in map(json.loads, text.splitlines()) if "health/verdict" in line]


def test_the_verdict_goes_to_the_log_the_board_and_the_progress_line(tmp_path, capsys):
    model = gan()
    callbacks = [monitor(model), ProgressBar(8, every=8), RunLogger(tmp_path, every=8)]
    tiny.fit(model, 8, [*callbacks[:1], tiny.At(3, lambda: collapse(model)), *callbacks[1:]])
    written = lines(tmp_path)
    assert [line["step"] for line in written] == [2, 4, 6, 8]
    verdicts = ["healthy", "healthy", "collapsing", "collapsing"]
    assert [line["health/verdict"] for line in written] == verdicts
    assert written[0]["health/diversity"] == pytest.approx(1.0, abs=0.35)
    assert written[1]["health/diversity"] == pytest.approx(0.0, abs=1e-3)
    assert written[2]["health/sentence"].startswith("collapsing: few outputs for many latents, var")
    assert 0 <= written[0]["health/real_accuracy"] <= 1
    board = events.scalars(tmp_path / "tensorboard" / "scalars")
    assert board["health/verdict_number"] == {2: 1.0, 4: 1.0, 6: 2.0, 8: 2.0}
    assert board["health/duplicates"][6] == 1.0
    texts = events.read(tmp_path / "tensorboard" / "scalars")["health/sentence"]
    assert [step for step, _ in texts] == [2, 4, 6, 8]
    said = [line.split(":")[:2] for line in capsys.readouterr().out.splitlines()]
    assert said[:3] == [
        ["step 2", " healthy"],
        ["step 6", " collapsing"],
        ["step 8", " collapsing"],
    ]


def test_stop(tmp_path):
    model = gan()
    callbacks = [
        monitor(model, action="stop"),
        tiny.At(3, lambda: collapse(model)),
        RunLogger(tmp_path),
        Checkpoint(tmp_path, every=4),
    ]
    tiny.fit(model, 12, callbacks)
    assert int(model.iterations.numpy()) == 6
    assert tiny.steps(tmp_path) == [4, 6]
    assert lines(tmp_path)[-1]["health/sentence"].endswith("; training stops")


def test_what_stops_leaves_the_networks_of_the_last_healthy_check(tmp_path):
    model, healthy = gan(), []
    checkpoint = Checkpoint(tmp_path, every=100)
    callbacks = [
        monitor(model, action="stop", checkpoint=checkpoint),
        tiny.At(2, lambda: healthy.extend(values(model.generator.weights))),
        tiny.At(3, lambda: collapse(model)),
        checkpoint,
    ]
    tiny.fit(model, 12, callbacks)
    sentence = model.callback_state["health"]["sentence"]
    assert sentence.endswith("; training stops with the networks of step 2")
    assert int(model.iterations.numpy()) == 6
    for before, now in zip(healthy, values(model.generator.weights), strict=True):
        np.testing.assert_array_equal(before, now)
    # Without a healthy check there is nothing to put back.
    model = gan()
    collapse(model)
    checkpoint = Checkpoint(tmp_path / "other", every=100)
    watch = monitor(gan(), action="stop", checkpoint=checkpoint)
    tiny.fit(model, 3, [watch, tiny.At(2, lambda: poison(model)), checkpoint])
    assert model.callback_state["health"]["sentence"].endswith("not finite; training stops")


def test_a_number_that_is_not_finite_is_raised_stopped_or_rolled_back(tmp_path):
    model = gan()
    with pytest.raises(NonFiniteError):
        tiny.fit(model, 8, [monitor(model), tiny.At(3, lambda: poison(model))])
    assert model.fault_handler is None  # as it was, however training ends
    model = gan()
    callbacks = [monitor(model, action="stop"), tiny.At(3, lambda: poison(model))]
    tiny.fit(model, 8, [*callbacks, RunLogger(tmp_path)])
    assert int(model.iterations.numpy()) == 4  # at once, not at the next check
    (*_, last) = lines(tmp_path)
    assert (last["step"], last["health/verdict"]) == (4, "diverged")
    assert last["health/sentence"].startswith("diverged: the discriminator's loss or gradient is")
    model = gan()
    checkpoint = Checkpoint(tmp_path / "checkpoints", every=100)
    watch = monitor(model, action="roll_back", checkpoint=checkpoint)
    tiny.fit(model, 8, [watch, tiny.At(3, lambda: poison(model)), checkpoint])
    assert int(model.iterations.numpy()) == 8
    assert all(np.isfinite(v).all() for v in values(model.state_variables))
    assert model.callback_state["health"]["verdict"] == "healthy"
    assert model.callback_state["health"]["roll_backs"] == 1


def test_the_models_own_roll_back_comes_first():
    model = gan(on_non_finite="roll_back")
    watch = monitor(model, action="stop")
    tiny.fit(model, 8, [watch, tiny.At(3, lambda: poison(model))])
    assert int(model.iterations.numpy()) == 8
    assert model.callback_state["health"]["verdict"] == "healthy"


def test_roll_back_puts_the_last_healthy_state_back_and_lowers_the_rates(tmp_path):
    model, found = gan(), {}
    checkpoint = Checkpoint(tmp_path, every=100, keep=1)
    watch = monitor(model, action="roll_back", checkpoint=checkpoint)

    def note(name):
        return lambda: found.update({name: values(model.state_variables)})

    callbacks = [
        watch,
        tiny.At(4, note("healthy")),
        tiny.At(5, lambda: collapse(model)),
        tiny.At(8, note("back")),
        checkpoint,
    ]
    tiny.fit(model, 12, callbacks)
    names = [v.path for v in model.state_variables]
    for name, before, after in zip(names, found["healthy"], found["back"], strict=True):
        if "learning_rate" in name:
            np.testing.assert_allclose(after, before / 2, rtol=1e-6)
        elif name.endswith("iterations") and "adam" not in name:
            assert (before, after) == (4, 8)  # time does not run backwards
        else:
            np.testing.assert_array_equal(after, before, err_msg=name)
    state = model.callback_state["health"]
    assert (state["verdict"], state["roll_backs"], state["rate_factor"]) == ("healthy", 1, 0.5)
    assert [check["step"] for check in state["history"]] == [2, 4, 10, 12]
    assert tiny.steps(tmp_path) == [12]
    assert state_of(tmp_path / "step_00000012")["marked"]


def test_a_run_that_fails_before_its_first_healthy_check_begins_again(tmp_path):
    model = gan()
    start = values(model.generator.weights)
    checkpoint = Checkpoint(tmp_path, every=100)
    watch = monitor(model, action="roll_back", checkpoint=checkpoint)
    after = []
    tiny.fit(
        model,
        3,
        [
            tiny.At(1, lambda: poison(model)),
            watch,
            tiny.At(2, lambda: after.extend(values(model.generator.weights))),
            checkpoint,
        ],
    )
    for before, now in zip(start, after, strict=True):
        np.testing.assert_array_equal(before, now)


def test_it_gives_up_after_so_many_roll_backs(tmp_path):
    model = gan()
    checkpoint = Checkpoint(tmp_path, every=100)
    watch = monitor(
        model, action="roll_back", checkpoint=checkpoint, max_roll_backs=2, rate_factor=0.1
    )
    again = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda *_, **__: collapse(model))
    tiny.fit(model, 2, [watch, checkpoint])
    healthy = values(model.generator.weights)
    tiny.fit(model, 90, [watch, again, checkpoint])
    state = model.callback_state["health"]
    assert state["roll_backs"] == 2
    assert state["sentence"].endswith(
        "; training stops after 2 roll-backs with the networks of step 2"
    )
    # What is left is what was put back, not what failed.
    for before, now in zip(healthy, values(model.generator.weights), strict=True):
        np.testing.assert_array_equal(before, now)
    assert int(model.iterations.numpy()) == 2 + 3 * 4
    rate = model.optimizers["generator"].learning_rate.numpy()
    assert rate == pytest.approx(RATE * 0.01, rel=1e-5)


def schedule(steps):
    return keras.optimizers.schedules.PolynomialDecay(RATE, steps, 0.0)


@pytest.mark.parametrize(
    ("killed_at", "make_rate"),
    [(7, lambda: RATE), (9, lambda: schedule(20))],
    ids=["before the roll-back", "after it, with a schedule"],
)
def test_a_resumed_run_is_the_uninterrupted_one(tmp_path, make_rate, killed_at):
    class Killed(Exception):
        pass

    def kill():
        raise Killed

    def train(folder, *extra):
        model = gan(make_rate())
        checkpoint = Checkpoint(folder / "checkpoints", every=3, keep=1)
        watch = monitor(model, action="roll_back", checkpoint=checkpoint)
        fault = tiny.At(5, lambda: collapse(model))
        tiny.fit(model, 14, [watch, fault, RunLogger(folder, every=1), checkpoint, *extra])
        return model

    one = train(tmp_path / "one")
    assert one.callback_state["health"]["roll_backs"] == 1
    with pytest.raises(Killed):
        train(tmp_path / "two", tiny.At(killed_at, kill))
    two = train(tmp_path / "two")
    assert_same(one, two)
    assert one.callback_state == two.callback_state
    assert lines(tmp_path / "one") == lines(tmp_path / "two")


def test_a_schedule_is_lowered_once_and_by_all_of_its_roll_backs():
    model = gan(schedule(10))
    for _ in range(2):
        learning_rates.scale_schedules(model, 0.25)
    for optimizer in model.optimizers.values():
        assert isinstance(optimizer._learning_rate, Scaled)
        assert float(optimizer.learning_rate) == pytest.approx(RATE / 4)
    learning_rates.scale_variables(model, 0.5)  # leaves schedules alone
    assert float(optimizer.learning_rate) == pytest.approx(RATE / 4)


def test_a_traced_step_takes_the_lowered_schedule(tmp_path):
    model = tiny.gan(
        optimizers={p: keras.optimizers.SGD(schedule(20)) for p in ("discriminator", "generator")},
        run_eagerly=False,
    )
    checkpoint = Checkpoint(tmp_path, every=100)
    watch = monitor(model, action="roll_back", checkpoint=checkpoint, rate_factor=1e-6)
    kernel, moved = model.discriminator.trainable_variables[0], []

    class Note(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.before = kernel.numpy()

        def on_train_batch_end(self, batch, logs=None):
            moved.append(np.abs(kernel.numpy() - self.before).max())

    tiny.fit(model, 6, [Note(), watch, tiny.At(3, lambda: poison(model)), checkpoint])
    assert moved[1] > 0
    assert moved[5] < 1e-3 * moved[1]


def test_a_generator_that_leaves_the_data_is_never_returned_to(tmp_path):
    model = gan()
    checkpoint = Checkpoint(tmp_path, every=100)
    watch = monitor(model, action="stop", checkpoint=checkpoint)
    away = tiny.At(
        3,
        lambda: setattr(
            model, "generate", lambda n, seed: np.clip(generate(n, seed=seed) + 0.5, -1, 1)
        ),
    )
    generate = model.generate
    tiny.fit(model, 20, [watch, away, checkpoint])
    state = model.callback_state["health"]
    assert state["verdict"] == "generator_overpowering"  # its discriminator guesses
    assert "only 0% of samples are realistic" in state["sentence"]
    assert state["sentence"].endswith("with the networks of step 2")


def test_what_was_best_is_remembered(monkeypatch):
    monkeypatch.setattr(collapse_monitor, "_REMEMBERED", 3)
    alive = {"diversity": 0.9, "duplicates": 0.0, "realism": 0.9, "coverage": 0.6}
    history = []
    for step, coverage in enumerate([0.3, 0.8, 0.6, 0.5, 0.5, 0.4, 0.4]):
        history = collapse_monitor._remembered(
            [*history, {**alive, "step": step, "coverage": coverage}]
        )
    assert [check["step"] for check in history] == [1, 4, 5, 6]


def test_what_is_refused(tmp_path):
    real = tiny.images(100)
    with pytest.raises(
        ValueError, match=r"unknown action 'rollback' \(did you mean 'roll_back'\?\)"
    ):
        CollapseMonitor(real, action="rollback")
    with pytest.raises(ValueError, match="needs checkpoint="):
        CollapseMonitor(real, action="roll_back")
    with pytest.raises(ValueError, match="rate_factor is 2"):
        CollapseMonitor(real, rate_factor=2)
    with pytest.raises(ValueError, match="max_roll_backs is 0"):
        CollapseMonitor(real, max_roll_backs=0)
    with pytest.raises(
        ValueError, match=r"expected a metrics\.Extractor, as metrics\.extractors\.get"
    ):
        CollapseMonitor(real, extractor="digits")
    with pytest.raises(ValueError, match=r"generated images are \[\d+, \d+, 1\], the real images"):
        tiny.fit(tiny.gan(), 3, [CollapseMonitor(np.pad(real, [(0, 0), (2, 2), (0, 0), (0, 0)]))])
    with pytest.raises(ValueError, match="samples is 'many'"):
        CollapseMonitor(real, samples="many")
    checkpoint = Checkpoint(tmp_path)
    watch = CollapseMonitor(real, action="roll_back", checkpoint=checkpoint, samples=100)
    with pytest.raises(ValueError, match="needs steps_per_execution=1"):
        tiny.fit(tiny.gan(steps_per_execution=3), 3, [watch, checkpoint])


def test_an_unlinked_checkpoint_holds_no_state_of_callbacks(tmp_path):
    tiny.fit(tiny.gan(), 2, [Checkpoint(tmp_path)])
    assert files.read_json(tmp_path / "step_00000002" / "state.json").keys() == {"step", "sha256"}
