"""`tfgan-zoo train --strategy=multi_worker` as two processes, of which one is killed, then the other."""

import contextlib
import json
import signal
import time

import numpy as np
import pytest

from tests import workers
from tests.cli import runs
from tfgan_zoo.callbacks.checkpoint import checkpoints

STEPS = 120
FIELDS = {
    "steps": STEPS,
    "deterministic": True,
    "checkpoint_every": 20,
    "score_every": 60,
    "sample_every": 60,
}
BOUND = 60  # seconds in which a worker must notice that another is gone; it takes up to 15


@contextlib.contextmanager
def pair(workdir):
    """Start two workers; none outlives the block."""
    command = ["train", f"--config={runs.CONFIG}", f"--workdir={workdir}"]
    command += [f"--config.train.{field}={value}" for field, value in FIELDS.items()]
    processes = [
        runs.start(
            *command, "--strategy=multi_worker", TF_CONFIG=config, TF_NUM_INTRAOP_THREADS="1"
        )
        for config in workers.configs()
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def newest(workdir):
    return checkpoints(workdir / "checkpoints")[-1]


def event_files(workdir):
    return list(workdir.glob("tensorboard/scalars/*"))


def wait_for(chief, workdir, step, starts):
    """Wait until a run has done so many steps after having been started so often."""
    end = time.monotonic() + BOUND
    while len(event_files(workdir)) < starts:  # until then, the metrics are those of the run before
        assert chief.poll() is None, runs.finish(chief)
        assert time.monotonic() < end
        time.sleep(0.005)
    runs.wait_for(chief, workdir, step)


@pytest.mark.long  # minutes; test_kill has the same of one process, and the game of two is in training
def test_workers_that_die_are_started_again_and_end_bit_identical(tmp_path):
    through, stopped = tmp_path / "through", tmp_path / "stopped"
    with pair(through) as both:
        for code, out, err in [runs.finish(process) for process in both]:
            assert code == 0, err
            assert "Training on 2 devices." in out
            assert "Resumed" not in out

    # The second worker dies, then, in a run that goes on, the chief.
    for victim, survivor, step in ((1, 0, 25), (0, 1, 50)):
        with pair(stopped) as both:
            wait_for(both[0], stopped, step, starts=1 + survivor)
            both[victim].send_signal(signal.SIGKILL)
            killed = time.monotonic()
            code, out, err = runs.finish(both[survivor], timeout=BOUND)
            print(f"noticed after {time.monotonic() - killed:.1f} s")
        assert code == 75, err
        assert f"worker {survivor} lost contact with another worker: " in err
        assert "Start all workers again with the same command" in err
        assert "Traceback" not in err
        assert 20 <= runs.steps_done(stopped) < STEPS

    # A signal to the worker that is not the chief stops both after the same step.
    resumed = newest(stopped)
    with pair(stopped) as both:
        wait_for(both[0], stopped, int(resumed.name[5:]) + 10, starts=3)
        both[1].send_signal(signal.SIGTERM)
        for code, out, err in [runs.finish(process, timeout=BOUND) for process in both]:
            assert code == 128 + signal.SIGTERM, err
            assert f"Resumed from {resumed}." in out
            assert f"Saved step {int(newest(stopped).name[5:])} in {stopped}/checkpoints" in out
    assert resumed.name < newest(stopped).name < f"step_{STEPS:08d}"

    resumed = newest(stopped)
    with pair(stopped) as both:
        for code, out, err in [runs.finish(process) for process in both]:
            assert code == 0, err
            assert f"Resumed from {resumed}." in out

    expected, found = runs.arrays(through), runs.arrays(stopped)
    assert len(expected) > 20
    assert expected.keys() == found.keys()
    different = [name for name in expected if not np.array_equal(expected[name], found[name])]
    assert not different
    for workdir in (through, stopped):
        lines = (workdir / "metrics.jsonl").read_text().splitlines()
        steps = [line["step"] for line in map(json.loads, lines) if "generator_loss" in line]
        assert steps == list(range(1, STEPS + 1))
    assert len(event_files(through)) == 1
    assert len(event_files(stopped)) == 4  # one a start, all of them the chief's
