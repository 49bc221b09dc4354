"""Checkpoints that are marked as worth returning to outlive others."""

import pytest

from tests.callbacks import tiny
from tfgan_zoo import files
from tfgan_zoo.callbacks import Checkpoint, ScoreLogger
from tfgan_zoo.callbacks.checkpoint import is_marked


@pytest.mark.parametrize(
    ("marks", "left"),
    [
        ([], [8, 9]),
        ([2, 5], [5, 8, 9]),
        ([2, 9], [2, 8, 9]),  # a run resumed from 8 may return to 2
        ([2, 8], [8, 9]),
    ],
)
def test_the_newest_marked_one_before_each_that_is_kept(tmp_path, marks, left):
    checkpoint = Checkpoint(tmp_path, every=4, keep=2)
    tiny.fit(tiny.gan(), 9, [*[tiny.At(step, checkpoint.mark) for step in marks], checkpoint])
    assert tiny.steps(tmp_path) == left
    folders = {step: tmp_path / f"step_{step:08d}" for step in left}
    assert [step for step in left if is_marked(folders[step])] == [m for m in marks if m in left]
    assert checkpoint.marked() == (folders[max(m for m in marks if m in left)] if marks else None)


def test_a_damaged_one_is_passed_over(tmp_path):
    checkpoint = Checkpoint(tmp_path, every=1, keep=9)
    tiny.fit(tiny.gan(), 4, [*[tiny.At(step, checkpoint.mark) for step in (2, 3)], checkpoint])
    tiny.flip(tmp_path / "step_00000003")
    assert checkpoint.marked() == tmp_path / "step_00000002"


def test_the_start_is_marked_once_and_what_is_there_stays(tmp_path):
    scores = ScoreLogger(tiny.FixedScores(7.0), every=2, samples=2)
    checkpoint = Checkpoint(tmp_path, every=2, best_by="frechet_distance")
    model = tiny.gan()
    tiny.fit(model, 2, [scores, checkpoint])
    before = files.read_json(tmp_path / "step_00000002" / "state.json")
    checkpoint.mark_start()
    assert files.read_json(tmp_path / "step_00000002" / "state.json") == {**before, "marked": True}
    model.iterations.assign(3)
    checkpoint.mark_start()
    assert tiny.steps(tmp_path) == [2]
