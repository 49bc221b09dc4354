"""Runs that are killed and interrupted end as if nothing had happened. Real processes, real signals."""

import io
import json
import signal
import time
import zipfile

import h5py
import numpy as np

from tests.cli import runs
from tfgan_zoo.callbacks.checkpoint import checkpoints
from tfgan_zoo.cli import main

STEPS = 300


def steps_done(workdir):
    try:
        text = (workdir / "metrics.jsonl").read_text()
    except FileNotFoundError:
        return 0
    lines = text.splitlines()
    return json.loads(lines[-2])["step"] if len(lines) > 1 else 0  # the last one may be half a line


def wait_for(process, workdir, step, seconds=120):
    end = time.monotonic() + seconds
    while steps_done(workdir) < step:
        assert process.poll() is None, runs.finish(process)
        assert time.monotonic() < end
        time.sleep(0.005)


def arrays(workdir):
    """Return dict of path -> array of everything in the last checkpoint."""
    found = {}
    (folder,) = checkpoints(workdir / "checkpoints")[-1:]
    assert folder.name == f"step_{STEPS:08d}"
    with zipfile.ZipFile(folder / "model.keras") as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    file.visititems(
        lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {})
    )
    return found


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

    wait_for(process, stopped, 30)
    # Meanwhile nobody else may train here.
    assert main.run([*command, f"--workdir={stopped}"]) == 2
    assert f"stopped' is in use by process {process.pid}; wait for it" in capsys.readouterr().err
    process.send_signal(signal.SIGKILL)
    code, out, err = runs.finish(process)
    assert code == -signal.SIGKILL
    assert "Resumed" not in out
    done = steps_done(stopped)
    assert 30 <= done < STEPS

    process = runs.start(*command, f"--workdir={stopped}")
    wait_for(process, stopped, done + 30)
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

    expected, found = arrays(through), arrays(stopped)
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
