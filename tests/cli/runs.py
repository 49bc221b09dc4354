"""Runs of the command line in processes of their own."""

import io
import json
import os
import subprocess
import sys
import time
import types
import zipfile
from pathlib import Path

import h5py

from tfgan_zoo.callbacks.checkpoint import checkpoints

ROOT = Path(__file__).parents[2]
CONFIG = str(Path(__file__).parent / "tiny_config.py")
# What a data set says of itself, as far as a model of images asks.
SQUARES = types.SimpleNamespace(image_shape=(16, 16, 1))


def start(*arguments, cwd=None, **environment):
    """Start `tfgan-zoo …` as a user would, from the checkout."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "tfgan_zoo.cli.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def finish(process, timeout=120):
    """Wait for a process; return its code and what it printed."""
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return process.returncode, out, err


def steps_done(workdir):
    """Return the last step whose metrics are whole."""
    try:
        text = (workdir / "metrics.jsonl").read_text()
    except FileNotFoundError:
        return 0
    lines = text.splitlines()
    return json.loads(lines[-2])["step"] if len(lines) > 1 else 0  # the last one may be half a line


def wait_for(process, workdir, step, seconds=120):
    """Wait until a run has done so many steps."""
    end = time.monotonic() + seconds
    while steps_done(workdir) < step:
        assert process.poll() is None, finish(process)
        assert time.monotonic() < end
        time.sleep(0.005)


def arrays(workdir):
    """Return dict of path -> array of everything in the last checkpoint."""
    found = {}
    folder = checkpoints(workdir / "checkpoints")[-1]
    with zipfile.ZipFile(folder / "model.keras") as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    file.visititems(
        lambda name, item: found.update({name: item[()]} if isinstance(item, h5py.Dataset) else {})
    )
    return found
