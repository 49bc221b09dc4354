import json
import os

import keras
import numpy as np
import pytest

from tests.callbacks import events, tiny
from tfgan_zoo.callbacks import Checkpoint, RunLogger, ScoreLogger

SCORE = "frechet_distance[fixed, 8 vs test]"


def lines(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_losses_rates_and_scores_in_both_places(tmp_path):
    model = tiny.gan(
        optimizers={
            "discriminator": keras.optimizers.Adam(
                keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25])
            ),
            "generator": keras.optimizers.SGD(0.125),
        }
    )
    scorer = tiny.FixedScores(3.0, 2.0)
    history = []
    tiny.fit(
        model,
        7,
        [
            ScoreLogger(scorer, every=3, samples=8, seed=5),
            RunLogger(tmp_path, every=2, text={"config": "a **b**"}),
            keras.callbacks.LambdaCallback(
                on_train_batch_end=lambda batch, logs: history.append(dict(logs))
            ),
        ],
    )
    assert [images.shape for images in scorer.seen] == [(8, 4, 4, 1)] * 2
    written = lines(tmp_path)
    scores = [line for line in written if SCORE in line]
    assert scores == [{"step": 3, SCORE: 3.0}, {"step": 6, SCORE: 2.0}]
    rest = [line for line in written if SCORE not in line]
    assert [line["step"] for line in rest] == [2, 4, 6]
    for line in rest:
        logged = history[line["step"] - 1]
        for key in logged:
            if key != SCORE:
                assert line[key] == pytest.approx(float(logged[key]))
    assert {
        "discriminator_loss",
        "discriminator_real",
        "discriminator_fake",
        "discriminator_real_accuracy",
        "discriminator_fake_accuracy",
        "discriminator_gradient_norm",
        "generator_loss",
        "generator_gradient_norm",
    } <= set(rest[0])
    assert [line["generator_learning_rate"] for line in rest] == [0.125] * 3
    assert [line["discriminator_learning_rate"] for line in rest] == [0.5, 0.25, 0.25]
    for line in rest:
        assert line["images_per_second"] == pytest.approx(4 * line["steps_per_second"]) != 0

    board = events.scalars(tmp_path / "tensorboard" / "scalars")
    assert board[f"scores/{SCORE}"] == {3: 3.0, 6: 2.0}
    assert board["generator/learning_rate"] == {2: 0.125, 4: 0.125, 6: 0.125}
    for tag, key in {
        "discriminator/loss": "discriminator_loss",
        "discriminator/real_accuracy": "discriminator_real_accuracy",
        "generator/gradient_norm": "generator_gradient_norm",
        "speed/steps_per_second": "steps_per_second",
    }.items():
        assert board[tag] == pytest.approx({line["step"]: line[key] for line in rest}, rel=1e-5)
    assert {tag.split("/")[0] for tag in board} == {"discriminator", "generator", "speed", "scores"}
    ((step, text),) = events.read(tmp_path / "tensorboard" / "scalars")["config"]
    assert (step, text.item()) == (0, b"a **b**")


def test_images_per_second(tmp_path, monkeypatch):
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr("time.perf_counter", lambda: float(next(clock)))
    logger = RunLogger(tmp_path, every=2)
    tiny.gan().fit(tiny.images(24), batch_size=6, verbose=0, callbacks=[logger])
    found = [(line["steps_per_second"], line["images_per_second"]) for line in lines(tmp_path)]
    assert found == [(0.5, 3.0), (0.5, 3.0)]  # 2 steps in 4 seconds, 6 images a step


def test_a_loss_that_is_not_finite_stands_as_null(tmp_path):
    callback = RunLogger(tmp_path, every=1)
    model = tiny.gan()
    callback.set_model(model)
    callback.on_train_begin()
    model.iterations.assign(1)
    callback.on_train_batch_end(0, {"generator_loss": np.float32("nan"), SCORE: float("inf")})
    callback.on_train_end()
    score, losses = lines(tmp_path)  # NaN is not JSON, but Python would read it
    assert "NaN" not in (tmp_path / "metrics.jsonl").read_text()
    assert losses["generator_loss"] is None
    assert score == {"step": 1, SCORE: None}


def test_a_resumed_run_writes_each_step_once(tmp_path):
    def train(model, steps, *extra):
        callbacks = [
            ScoreLogger(tiny.FixedScores(*range(9)), every=3),
            RunLogger(tmp_path, every=1),
            Checkpoint(tmp_path / "checkpoints", every=2),
        ]
        tiny.fit(model, steps, [*callbacks, *extra])

    class Killed(Exception):
        pass

    def kill():
        with open(tmp_path / "metrics.jsonl", "a") as file:
            file.write('{"step": 6, "generator_lo')
        raise Killed

    with pytest.raises(Killed):
        train(tiny.gan(), 8, tiny.At(5, kill))
    assert (tmp_path / "metrics.jsonl").read_text().count("\n") == 6  # 5 steps and a score
    train(tiny.gan(), 8)
    written = lines(tmp_path)
    assert [line["step"] for line in written if SCORE not in line] == list(range(1, 9))
    assert [line["step"] for line in written if SCORE in line] == [3, 6]
    assert os.listdir(tmp_path / "checkpoints")


def test_a_second_fit_goes_on_in_the_same_file(tmp_path):
    model, logger = tiny.gan(), RunLogger(tmp_path, every=1)
    tiny.fit(model, 2, [logger])
    tiny.fit(model, 2, [logger])
    assert [line["step"] for line in lines(tmp_path)] == [1, 2, 3, 4]


def test_a_score_must_say_what_it_depends_on(tmp_path):
    logger = ScoreLogger(tiny.FixedScores(1.0, name="fid"), every=1, samples=8)
    with pytest.raises(ValueError, match=r"calls a score 'fid'.*'fid\[extractor, 8 vs test\]'"):
        tiny.fit(tiny.gan(), 1, [logger, RunLogger(tmp_path)])


def test_scores_use_the_same_latents_every_time():
    model, scorer = tiny.gan(), tiny.FixedScores(1.0, 1.0)
    for optimizer in model.optimizers.values():
        optimizer.learning_rate = 0.0
    tiny.fit(model, 2, [ScoreLogger(scorer, every=1, samples=8, seed=5)])
    np.testing.assert_array_equal(scorer.seen[0], scorer.seen[1])
    np.testing.assert_array_equal(scorer.seen[0], model.generate(8, seed=5))
