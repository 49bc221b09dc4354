"""Runs of the command line in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = str(Path(__file__).parent / "tiny_config.py")


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
