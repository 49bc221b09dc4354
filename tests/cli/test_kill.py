"""Runs that are killed and interrupted end as if nothing had happened. Real processes, real signals."""

import json
import signal

import numpy as np

from tests.cli import runs
from tfgan_zoo.callbacks.checkpoint import checkpoints
from tfgan_zoo.cli import main

STEPS = 200


def metrics(workdir):
    """Return the lines of metrics.jsonl without what a clock has measured."""
    lines = [json.loads(line) for line in (workdir / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in line.items() if "per_second" not in k} for line in lines]


def test_killed_and_interrupted_it_ends_bit_identical(tmp_path, capsys):
    through, stopped = tmp_path / "through", tmp_path / "stopped"
    fields = {
        "steps": STEPS,
        "deterministic": True,
        "checkpoint_every": 20,
        "sample_every": 100,
        "score_every": 50,
    }
    command = ["train", f"--config={runs.CONFIG}"]
    command += [f"--config.train.{field}={value}" for field, value in fields.items()]
    process = runs.start(*command, f"--workdir={stopped}")
    reference = runs.start(*command, f"--workdir={through}")

    runs.wait_for(process, stopped, 30)
    # Meanwhile nobody else may train here.
    assert main.run([*command, f"--workdir={stopped}"]) == 2
    assert f"stopped' is in use by process {process.pid}; wait for it" in capsys.readouterr().err
    process.send_signal(signal.SIGKILL)
    code, out, err = runs.finish(process)
    assert code == -signal.SIGKILL
    assert "Resumed" not in out
    done = runs.steps_done(stopped)
    assert 30 <= done < STEPS

    process = runs.start(*command, f"--workdir={stopped}")
    runs.wait_for(process, stopped, done + 30)
    process.send_signal(signal.SIGINT)
    code, out, err = runs.finish(process)
    assert code == 130, err
    assert "Traceback" not in err
    assert f"Resumed from {stopped}/checkpoints/step_" in out
    (saved,) = checkpoints(stopped / "checkpoints")[-1:]
    step = int(saved.name[5:])
    assert done < step < STEPS
    assert f"Saved step {step} in {stopped}/checkpoints; run the same command to go on." in out

    code, out, err = runs.finish(runs.start("train", f"--workdir={stopped}"))  # the stored config
    assert code == 0, err
    assert f"Resumed from {saved}." in out
    assert f"Trained {STEPS} steps: {stopped}" in out
    code, out, err = runs.finish(reference)
    assert code == 0, err
    assert "Resumed" not in out

    assert checkpoints(through / "checkpoints")[-1].name == f"step_{STEPS:08d}"
    expected, found = runs.arrays(through), runs.arrays(stopped)
    assert len(expected) > 40
    assert expected.keys() == found.keys()
    different = [name for name in expected if not np.array_equal(expected[name], found[name])]
    assert not different
    assert metrics(through) == metrics(stopped)
    pictures = sorted(p.name for p in (through / "samples").iterdir())
    assert len(pictures) == 1 + STEPS // 100
    for name in pictures:
        assert (through / "samples" / name).read_bytes() == (
            stopped / "samples" / name
        ).read_bytes()
