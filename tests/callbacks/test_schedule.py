import pytest

from tests.callbacks import tiny
from tfgan_zoo.callbacks import Checkpoint, ProgressBar, RunLogger, SampleGrid, ScoreLogger
from tfgan_zoo.callbacks.schedule import EverySteps


class Noted(EverySteps):
    def __init__(self, every):
        super().__init__(every)
        self.steps = []

    def act(self, step, logs):
        assert "generator_loss" in logs
        self.steps.append(step)


def test_it_acts_at_the_multiples():
    noted = Noted(4)
    tiny.fit(tiny.gan(), 9, [noted])
    assert noted.steps == [4, 8]


def test_every_step():
    noted = Noted(1)
    tiny.fit(tiny.gan(), 3, [noted])
    assert noted.steps == [1, 2, 3]


def test_it_goes_on_from_the_models_counter():
    model, noted = tiny.gan(), Noted(4)
    model.iterations.assign(6)
    tiny.fit(model, 7, [noted])
    assert noted.steps == [8, 12]
    tiny.fit(model, 2, [noted])  # 14 and 15: no multiple of 4
    tiny.fit(model, 1, [noted])
    assert noted.steps == [8, 12, 16]


def test_epochs_do_not_matter():
    noted = Noted(4)
    tiny.fit(tiny.gan(), 3, [noted], epochs=3)
    assert noted.steps == [4, 8]


def test_several_steps_per_execution_act_once_for_each_multiple_passed():
    noted = Noted(4)
    tiny.fit(tiny.gan(steps_per_execution=3), 15, [noted])
    assert noted.steps == [6, 9, 12]  # of 3, 6, 9, 12, 15: the first ones past 4, 8, 12


@pytest.mark.parametrize(
    "make",
    [
        EverySteps,
        lambda every: ScoreLogger(None, every),
        lambda every: SampleGrid("nowhere", every),
        lambda every: RunLogger("nowhere", every),
        lambda every: Checkpoint("nowhere", every),
        lambda every: ProgressBar(10, every),
    ],
)
def test_bad_every(make):
    for every in (0, -1, 2.0, "2", True, None):
        with pytest.raises(ValueError, match=f"every is {every!r}, expected an int of at least 1"):
            make(every)


def test_progress_where_there_is_no_terminal(capsys):
    model = tiny.gan()
    model.iterations.assign(2)
    tiny.fit(model, 6, [ProgressBar(8, every=3)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["step 3 of 8", "step 6 of 8"]
    assert "discriminator_loss " in lines[0]
    assert "generator_loss " in lines[0]


def test_progress_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    model = tiny.gan()
    model.iterations.assign(2)
    tiny.fit(model, 6, [ProgressBar(8, every=1)])
    shown = capsys.readouterr().out
    assert "6/6" in shown  # what is left of the run
    assert "step 3 of 8" not in shown
    assert shown.endswith("\n")
